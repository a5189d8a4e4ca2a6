"""What people thought of replies: one JSON line each, in the home and nowhere else."""

from __future__ import annotations

import json
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from bot.reply import Reply
from vectorstore.errors import HomeError, InputError

FILE = "feedback.jsonl"
THUMBS = ("up", "down")

# The optional word is a word or a sentence, not a document.
LONGEST_WORD = 500


def rating(key: str, reply: Reply, thumb: str, word: str = "") -> dict[str, Any]:
    """A rating of a reply, as it is kept: enough to ask again and compare.

    Args:
        key: Names the reply; a later rating with the same key takes the place of this one.
        reply: What was rated.
        thumb: "up" or "down".
        word: What the person says of it, or "".

    Raises:
        InputError: The thumb is neither up nor down, or the word is too long.
    """
    if thumb not in THUMBS:
        raise InputError(f"a thumb points up or down, not {thumb!r}")
    if len(word) > LONGEST_WORD:
        raise InputError(f"the word has {len(word):,} characters; the most is {LONGEST_WORD}")
    return {
        "time": datetime.now(UTC).isoformat(timespec="seconds"),
        "key": key[:64],
        "thumb": thumb,
        "word": word.strip(),
        "question": reply.question,
        "standalone": reply.standalone,
        "outcome": reply.outcome,
        "confidence": reply.confidence,
        "generated": reply.generated,
        "quotes": [[c.transcript_id, c.start, c.end] for c in reply.citations],
    }


def add(home: Path, entry: dict[str, Any]) -> None:
    """Keep a rating.

    Raises:
        HomeError: The home cannot be written.
    """
    try:
        home.mkdir(parents=True, exist_ok=True)
        with (home / FILE).open("a", encoding="utf-8") as file:
            file.write(json.dumps(entry, ensure_ascii=False) + "\n")
    except OSError as error:
        raise HomeError(f"the rating cannot be kept in {home}: {error}") from error


def ratings(home: Path) -> list[dict[str, Any]]:
    """The latest rating of every reply, in the order of time; damaged lines are left out.

    Raises:
        HomeError: The file cannot be read.
    """
    try:
        lines = (home / FILE).read_text("utf-8").splitlines()
    except FileNotFoundError:
        return []
    except (OSError, UnicodeDecodeError) as error:
        raise HomeError(f"the ratings in {home / FILE} cannot be read: {error}") from error
    found: dict[str, dict[str, Any]] = {}
    for number, line in enumerate(lines):
        try:
            entry = json.loads(line)
        except ValueError:
            continue
        if isinstance(entry, dict) and entry.get("thumb") in THUMBS:
            key = str(entry.get("key") or number)
            found.pop(key, None)
            found[key] = entry
    return list(found.values())
