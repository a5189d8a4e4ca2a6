"""The catalogue and the vectors, opened together and changed together.

Chroma's files may be read or written by one process at a time: a reader that opens them during
a write, or a writer that is killed, leaves an index that no longer opens. So a gate is held for
the moments in which they are opened or changed, and a fact in the catalogue says that a change
is under way: whoever passes the gate and finds that fact knows that a writer was stopped, and
makes the vectors' index anew from the catalogue.
"""

from __future__ import annotations

import json
import logging
import shutil
import sqlite3
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

from filelock import FileLock, Timeout

from vectorstore.catalogue import Entry
from vectorstore.embedding import Embedder
from vectorstore.errors import LockedError, ModelMismatchError, StoreError
from vectorstore.lexical import Lexical
from vectorstore.statement import Statement
from vectorstore.vectors import Place, Vectors, graph_files, mismatch

if TYPE_CHECKING:
    import numpy as np

log = logging.getLogger(__name__)

# Raised when what is indexed, or how, changes: an index of another layout is made anew.
LAYOUT = "2"

CATALOGUE = "statements.sqlite"
GRAPH = "chroma"

# Seconds to wait for the gate; a group of statements is written in far less.
_PATIENCE = 120


class Index:
    """Both indexes of a home. Threads may share it."""

    def __init__(self, folder: Path, lexical: Lexical, vectors: Vectors) -> None:
        self.folder = folder
        self.lexical = lexical
        self.vectors = vectors
        self._generation = lexical.fact("generation")
        self._file = _identity(folder / CATALOGUE)

    def current(self) -> bool:
        """Whether nobody has changed the index since it was opened, other than through this."""
        if _identity(self.folder / CATALOGUE) != self._file:
            return False
        try:
            return self.lexical.fact("generation") == self._generation
        except sqlite3.Error as error:
            log.warning("the index in %s is damaged: %s", self.folder, error)
            return False

    def close(self) -> None:
        """Let go of the files."""
        self.lexical.close()
        self.vectors.close()

    def replace(
        self,
        fresh: Sequence[tuple[Entry, Sequence[Statement], Sequence[np.ndarray]]],
        gone: Sequence[str] = (),
    ) -> None:
        """Put transcripts in place of their earlier versions, and forget others.

        Vectors first, then the rows that make them visible, then the old vectors' removal: at
        every moment each row has its vector.
        """
        with gate(self.folder):
            old = self.lexical.ids([*(entry.id for entry, _, _ in fresh), *gone])
            self.lexical.set_facts({"changing": "1"})
            written = put_vectors(
                self.vectors,
                [(s, entry.date) for entry, statements, _ in fresh for s in statements],
                [vector for _, _, vectors in fresh for vector in vectors],
            )
            self.lexical.replace(fresh, gone)
            self.vectors.drop(old - written)
            _settle(self.lexical, self.vectors)
            self._generation = self.lexical.fact("generation")


def open_index(folder: Path, embedder: Embedder) -> Index:
    """Open what is there.

    Raises:
        ModelMismatchError: It was made with another embedding model.
        StoreError: It is missing, damaged, unfinished or of another layout.
        sqlite3.Error: The catalogue is damaged.
    """
    with gate(folder):
        lexical = Lexical(folder / CATALOGUE, create=False)
        try:
            _check_maker(folder, lexical, embedder)
            return Index(folder, lexical, _sound_vectors(folder, lexical, embedder))
        except (StoreError, sqlite3.Error):
            lexical.close()
            raise


def mended_index(folder: Path, embedder: Embedder) -> Index:
    """Open an index, saving of it what can be saved; the caller holds the home's lock.

    Returns:
        The index; empty if its catalogue could not be saved.

    Raises:
        ModelMismatchError: It was made with another embedding model.
        StoreError: It cannot even be made.
    """
    try:
        lexical = _sound_catalogue(folder, embedder)
    except ModelMismatchError:
        raise
    except (StoreError, sqlite3.DatabaseError) as error:
        if isinstance(error, sqlite3.OperationalError) and "locked" in str(error):
            raise StoreError(f"the index in {folder} is locked: {error}") from error
        if folder.exists():
            log.warning("rebuilding the index in %s from the kept sources: %s", folder, error)
        lexical = _new_catalogue(folder, embedder)
    with gate(folder):
        try:
            return Index(folder, lexical, _sound_vectors(folder, lexical, embedder))
        except StoreError as error:
            if lexical.count():
                log.warning("making the vectors' index in %s anew: %s", folder, error)
        shutil.rmtree(folder / GRAPH, ignore_errors=True)
        lexical.set_facts({"changing": "1"})
        vectors = Vectors(Place(folder / GRAPH), embedder)
        for statements, rows in lexical.vectors():
            put_vectors(vectors, statements, list(rows))
        lexical.next_generation()
        _settle(lexical, vectors)
        return Index(folder, lexical, vectors)


def put_vectors(
    vectors: Vectors, statements: Sequence[tuple[Statement, int]], rows: Sequence[np.ndarray]
) -> set[str]:
    """Write statements' vectors, given each with its transcript's date; their ids."""
    import numpy as np

    if not statements:
        return set()
    vectors.put(
        [s.id for s, _ in statements],
        np.asarray(rows, dtype=np.float32),
        [
            {"transcript_id": s.transcript_id, "speaker": s.speaker, "date": date}
            for s, date in statements
        ],
    )
    return {s.id for s, _ in statements}


@contextmanager
def gate(folder: Path) -> Iterator[None]:
    """Pass alone, of all threads and processes, to where Chroma's files are touched.

    Raises:
        LockedError: Another process stays there.
    """
    lock = FileLock(folder.with_name(f"{folder.name}.lock"))
    try:
        lock.acquire(timeout=_PATIENCE)
    except Timeout as error:
        raise LockedError(
            f"another process has kept the index in {folder} shut for {_PATIENCE} s; end it"
        ) from error
    except OSError as error:
        raise StoreError(f"the index in {folder} cannot be opened: {error}") from error
    try:
        yield
    finally:
        lock.release()


def flaws(folder: Path, lexical: Lexical) -> Iterable[str]:
    """What is wrong with the vectors' files, without opening them."""
    if lexical.fact("changing"):
        yield "a writer was stopped while it changed the vectors' index"
    recorded = json.loads(lexical.fact("graph") or "null")
    if recorded is None or recorded != graph_files(folder / GRAPH):
        yield "files of the vectors' index are missing, cut short or changed"


def _check_maker(folder: Path, lexical: Lexical, embedder: Embedder) -> None:
    made_with = lexical.fact("embedding_model")
    if lexical.fact("layout") != LAYOUT:
        raise StoreError(f"it has layout {lexical.fact('layout')}, and this is layout {LAYOUT}")
    if made_with != embedder.name:
        raise ModelMismatchError(mismatch(folder, made_with, embedder.name))


def _sound_catalogue(folder: Path, embedder: Embedder) -> Lexical:
    lexical = Lexical(folder / CATALOGUE, create=False)
    try:
        _check_maker(folder, lexical, embedder)
        if wrong := lexical.quick_check():
            raise StoreError(wrong)
    except (StoreError, sqlite3.Error):
        lexical.close()
        raise
    return lexical


def _new_catalogue(folder: Path, embedder: Embedder) -> Lexical:
    with gate(folder):
        shutil.rmtree(folder, ignore_errors=True)
        try:
            folder.mkdir(parents=True, exist_ok=True)
            lexical = Lexical(folder / CATALOGUE)
            lexical.set_facts({"embedding_model": embedder.name, "layout": LAYOUT})
        except (OSError, sqlite3.Error) as error:
            raise StoreError(f"no index can be made in {folder}: {error}") from error
    return lexical


def _sound_vectors(folder: Path, lexical: Lexical, embedder: Embedder) -> Vectors:
    """The vectors, if they are all there; the caller is past the gate."""
    for flaw in flaws(folder, lexical):
        raise StoreError(flaw)
    vectors = Vectors(Place(folder / GRAPH), embedder)
    try:
        wanted = lexical.count()
        if vectors.count() != wanted:
            raise StoreError(f"{vectors.count()} vectors stand for {wanted} statements")
        # Chroma reads the graph when it is first searched: later it would be past the gate.
        for _, rows in lexical.vectors(1):
            if not vectors.nearest(rows[:1], 1, None)[0]:
                raise StoreError("the vectors' index finds nothing")
            break
    except (StoreError, sqlite3.Error):
        vectors.close()
        raise
    return vectors


def _settle(lexical: Lexical, vectors: Vectors) -> None:
    """Note that the vectors' files are as they should be."""
    lexical.set_facts({"graph": json.dumps(vectors.files()), "changing": ""})


def _identity(path: Path) -> tuple[int, int] | None:
    try:
        status = path.stat()
    except OSError:
        return None
    return status.st_dev, status.st_ino
