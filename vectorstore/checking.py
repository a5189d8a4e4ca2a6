"""What is wrong with a home, without mending anything."""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Iterator
from pathlib import Path

from vectorstore.errors import HomeError, NotFoundError, StoreError
from vectorstore.lexical import Lexical
from vectorstore.sources import Sources
from vectorstore.statement import split

_REBUILD = "`roosbot doctor --repair` makes it anew from the kept sources"


def findings(home: Path, model: str) -> list[str]:
    """What is wrong with a home's sources and index, and how to mend each.

    Args:
        home: The directory.
        model: Name of the embedding model that the settings ask for.
    """
    sources = Sources(home / "sources")
    try:
        kept = sources.stamps()
        found = list(_sources(sources, kept))
    except HomeError as error:
        return [str(error)]
    found += [f"the index in {home / 'index'}: {flaw}" for flaw in _index(home, model, kept)]
    return found


def _sources(sources: Sources, kept: dict[str, str]) -> Iterator[str]:
    for transcript_id in kept:
        try:
            sources.get(transcript_id)
            sources.raw(transcript_id)
        except (HomeError, NotFoundError) as error:
            yield str(error)


def _index(home: Path, model: str, kept: dict[str, str]) -> Iterator[str]:
    from vectorstore.index import CATALOGUE, GRAPH, LAYOUT, flaws

    folder = home / "index"
    try:
        lexical = Lexical(folder / CATALOGUE, create=False)
    except (StoreError, sqlite3.Error) as error:
        yield f"it cannot be opened ({error}); {_REBUILD}"
        return
    try:
        if wrong := lexical.quick_check():
            yield f"its catalogue is damaged ({wrong}); {_REBUILD}"
            return
        if (layout := lexical.fact("layout")) != LAYOUT:
            yield f"it has layout {layout}, not {LAYOUT}; it is made anew when it is next used"
            return
        if (made_with := lexical.fact("embedding_model")) != model:
            yield (
                f"it was made with the embedding model {made_with}, and the setting asks for "
                f"{model}; set ROOSBOT_EMBEDDING_MODEL={made_with}, or {_REBUILD}"
            )
        for flaw in (*flaws(folder, lexical), *_database(folder / GRAPH / "chroma.sqlite3")):
            yield f"{flaw}; they are made anew when it is next used"
        yield from _statements(Sources(home / "sources"), lexical, kept)
    except (StoreError, sqlite3.Error) as error:
        yield f"it cannot be read ({error}); {_REBUILD}"
    finally:
        lexical.close()


def _database(path: Path) -> Iterator[str]:
    """What SQLite finds wrong with Chroma's own file."""
    try:
        connection = sqlite3.connect(f"{path.resolve().as_uri()}?mode=ro", uri=True)
        try:
            [[found], *_] = connection.execute("PRAGMA quick_check(1)").fetchall()
        finally:
            connection.close()
    except sqlite3.Error as error:
        found = str(error)
    if found != "ok":
        yield f"the vectors cannot be read ({found})"


def _statements(sources: Sources, lexical: Lexical, kept: dict[str, str]) -> Iterator[str]:
    indexed = lexical.stamps()
    damaged = json.loads(lexical.fact("damaged") or "{}")
    for transcript_id in sorted(indexed.keys() | kept.keys()):
        if indexed.get(transcript_id) != kept.get(transcript_id):
            if transcript_id not in damaged:
                yield f"{transcript_id} is not as its source; it is indexed when it is next used"
            continue
        try:
            transcript = sources.get(transcript_id)
        except HomeError:
            continue
        if lexical.statements(transcript_id) != split(transcript):
            yield f"the statements of {transcript_id} are not those of its source; {_REBUILD}"
