"""An interview's exact text, and who speaks where in it."""

from __future__ import annotations

import hashlib
import re
import unicodedata
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Literal

Role = Literal["interviewer", "interviewee", "unknown"]

UNKNOWN_SPEAKER = "unknown speaker"


@dataclass(frozen=True, slots=True)
class Turn:
    """One speaker's uninterrupted words: the label before them is not part of it.

    Attributes:
        speaker: The name as the transcript establishes it, or `UNKNOWN_SPEAKER`.
        role: Who asks, who answers, or unknown.
        start: Code-point offset of the first character in the transcript's text.
        end: Offset one past the last character.
        time_start: Seconds from the beginning of the recording, where the source has times.
        time_end: Likewise, for the end of the words.
    """

    speaker: str
    role: Role
    start: int
    end: int
    time_start: float | None = None
    time_end: float | None = None


@dataclass(frozen=True, slots=True)
class Transcript:
    """An interview: all offsets anywhere refer to `text`.

    Attributes:
        id: Short name, unique in a store.
        title: What people call it.
        text: The exact source text.
        sha256: Hex SHA-256 of `text` in UTF-8.
        turns: In order of `start`, not overlapping.
        metadata: What the source or the user says of it: date (ISO 8601), place, interviewer,
            interviewee, source, rights, format. Only what was really said is there.
    """

    id: str
    title: str
    text: str
    sha256: str
    turns: tuple[Turn, ...]
    metadata: Mapping[str, str] = field(default_factory=dict)

    @classmethod
    def of(
        cls,
        name: str,
        title: str,
        text: str,
        turns: tuple[Turn, ...],
        metadata: Mapping[str, str] | None = None,
    ) -> Transcript:
        """Make a transcript whose id is the slug of `name` and whose hash is that of `text`."""
        return cls(slug(name), title, text, sha256_of(text), turns, dict(metadata or {}))

    @property
    def speakers(self) -> dict[str, Role]:
        """Every speaker with the role of the first turn, in order of appearance."""
        found: dict[str, Role] = {}
        for turn in self.turns:
            found.setdefault(turn.speaker, turn.role)
        return found

    def to_dict(self) -> dict[str, Any]:
        """The transcript as plain JSON values, text included."""
        return {
            "id": self.id,
            "title": self.title,
            "text": self.text,
            "sha256": self.sha256,
            "metadata": dict(self.metadata),
            "turns": [
                {name: getattr(turn, name) for name in Turn.__slots__} for turn in self.turns
            ],
        }

    @classmethod
    def from_dict(cls, data: Mapping[str, Any]) -> Transcript:
        """The inverse of `to_dict`."""
        turns = tuple(Turn(**{n: t.get(n) for n in Turn.__slots__}) for t in data["turns"])
        return cls(data["id"], data["title"], data["text"], data["sha256"], turns, data["metadata"])


def sha256_of(text: str) -> str:
    """Hex SHA-256 of a text in UTF-8 (lone surrogates, if any, pass through)."""
    return hashlib.sha256(text.encode("utf-8", "surrogatepass")).hexdigest()


def slug(name: str) -> str:
    """A short name for ids and folders: ASCII letters, digits and hyphens, never empty."""
    plain = unicodedata.normalize("NFKD", name).encode("ascii", "ignore").decode()
    cleaned = re.sub(r"[^a-z0-9]+", "-", plain.lower()).strip("-")[:64].strip("-")
    return cleaned or "transcript-" + sha256_of(name)[:8]
