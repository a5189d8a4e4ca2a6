"""A home's interviews: the kept sources, and the two indexes that are made from them."""

from __future__ import annotations

import logging
import os
import shutil
import sqlite3
import threading
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from importlib.resources import files
from pathlib import Path
from typing import TYPE_CHECKING

from filelock import FileLock, Timeout

from vectorstore.embedding import Embedder
from vectorstore.errors import HomeError, LockedError, ModelMismatchError, StoreError
from vectorstore.lexical import Lexical
from vectorstore.sources import Source, Sources
from vectorstore.statement import Statement, split
from vectorstore.transcript import Transcript

if TYPE_CHECKING:
    import numpy as np

    from vectorstore.vectors import Vectors

log = logging.getLogger(__name__)

Progress = Callable[[int, int], None]

# Raised when what is indexed, or how, changes: an index of an earlier layout is made anew.
LAYOUT = "1"

# Statements embedded and committed together: enough to sort by length, little enough to lose.
GROUP = 1024


@dataclass(slots=True)
class _Open:
    """The two indexes as they were opened together."""

    lexical: Lexical
    vectors: Vectors
    generation: str | None


class Store:
    """Statements to search in, kept in a home directory.

    Threads may share a store. Several processes may read one home; a writer holds its lock.
    """

    def __init__(
        self,
        home: Path,
        embedder: Embedder,
        *,
        progress: Progress | None = None,
        lock_timeout: float = 600,
    ) -> None:
        """Open a home, making it with the bundled interview where there is none.

        Args:
            home: The directory; made if it is missing.
            embedder: Makes the vectors; its name is checked against the index.
            progress: Called with (statements embedded, statements to embed) during long work.
            lock_timeout: Seconds to wait for another process that is writing.

        Raises:
            HomeError: The directory cannot be read or written.
            LockedError: Another process was still writing after `lock_timeout`.
            ModelMismatchError: The index was made with another embedding model.
        """
        self.home = home
        self.embedder = embedder
        self.sources = Sources(home / "sources")
        self.index = home / "index"
        self._progress = progress
        self._lock_timeout = lock_timeout
        self._guard = threading.RLock()
        self._state: _Open | None = None
        try:
            home.mkdir(parents=True, exist_ok=True)
            os.listdir(home)
        except OSError as error:
            raise HomeError(
                f"the home {home} cannot be used: {error}; set ROOSBOT_HOME to a folder that can"
            ) from error
        self._lock = FileLock(home / "lock")
        if not self.sources.folder.exists():
            with self.writing():
                self._begin()
        self.refresh()

    def close(self) -> None:
        """Let go of the files."""
        with self._guard:
            if self._state is not None:
                self._state.lexical.close()
                self._state.vectors.close()
                self._state = None

    @contextmanager
    def writing(self) -> Iterator[None]:
        """Hold the home's lock: one writer at a time, across processes.

        Raises:
            LockedError: Another process did not finish in time.
        """
        try:
            self._lock.acquire(timeout=0)
        except Timeout:
            log.warning("another process is writing to %s; waiting for it", self.home)
            try:
                self._lock.acquire(timeout=self._lock_timeout)
            except Timeout as error:
                raise LockedError(
                    f"another process has been writing to {self.home} for "
                    f"{self._lock_timeout:.0f} s; wait for it, or end it"
                ) from error
        except OSError as error:
            raise HomeError(
                f"the home {self.home} cannot be written: {error}; set ROOSBOT_HOME to a "
                "folder that can"
            ) from error
        try:
            yield
        finally:
            self._lock.release()

    def refresh(self) -> None:
        """See what other processes wrote, and index every source that is not indexed yet."""
        state = self._opened()
        if state.lexical.stamps() == self.sources.stamps() and not state.lexical.pending():
            return
        with self.writing():
            self._sync()

    def put(self, sources: Sequence[Source]) -> None:
        """Keep these sources and index them; each is in, or out, never half."""
        with self.writing():
            for source in sources:
                self.sources.put(source)
            self._sync()

    def remove(self, transcript_id: str) -> None:
        """Forget a transcript: its source, statements and vectors.

        Raises:
            NotFoundError: There is none with that id.
        """
        with self.writing():
            self.sources.remove(transcript_id)
            self._sync()

    def rebuild(self) -> None:
        """Make both indexes anew from the kept sources."""
        with self._guard, self.writing():
            self.close()
            shutil.rmtree(self.index, ignore_errors=True)
            self._sync()

    def transcripts(self) -> list[Transcript]:
        """Every transcript, by id."""
        return [self.sources.get(i) for i in sorted(self._opened().lexical.stamps())]

    def statements(self, transcript_id: str) -> list[Statement]:
        """A transcript's statements in the order of the text.

        Raises:
            NotFoundError: There is no such transcript.
        """
        found = self.lexical.statements(transcript_id)
        if not found:
            self.sources.get(transcript_id)
        return found

    @property
    def lexical(self) -> Lexical:
        """The catalogue and BM25 index."""
        return self._opened().lexical

    @property
    def vectors(self) -> Vectors:
        """The vectors in Chroma, as a LangChain vector store."""
        return self._opened().vectors

    def _begin(self) -> None:
        """Put the bundled interview into a new home."""
        from vectorstore.formats import parse

        if self.sources.folder.exists():
            return
        for file in files("vectorstore").joinpath("corpus").iterdir():
            if file.name.endswith(".txt"):
                raw = file.read_bytes()
                self.sources.put(source_of(parse(raw, file.name), raw, file.name))

    def _opened(self) -> _Open:
        """The indexes, opened again if another process has changed them since."""
        with self._guard:
            if self._state is not None:
                try:
                    if self._state.lexical.fact("generation") == self._state.generation:
                        return self._state
                except sqlite3.Error as error:
                    log.warning("the index in %s is damaged: %s", self.index, error)
                self.close()
            try:
                self._state = self._open()
            except ModelMismatchError:
                raise
            except (StoreError, sqlite3.Error) as error:
                if isinstance(error, sqlite3.OperationalError) and "locked" in str(error):
                    raise StoreError(f"the index in {self.index} is locked: {error}") from error
                log.warning("rebuilding the index in %s from the sources: %s", self.index, error)
                with self.writing():
                    shutil.rmtree(self.index, ignore_errors=True)
                    self._state = self._open()
                    self._sync()
            return self._state

    def _open(self) -> _Open:
        from vectorstore.vectors import Place, Vectors, mismatch

        try:
            self.index.mkdir(parents=True, exist_ok=True)
        except OSError as error:
            raise HomeError(f"the home {self.home} cannot be written: {error}") from error
        lexical = Lexical(self.index / "statements.sqlite")
        try:
            made_with = lexical.fact("embedding_model")
            if made_with is None:
                lexical.set_facts({"embedding_model": self.embedder.name, "layout": LAYOUT})
            elif made_with != self.embedder.name:
                raise ModelMismatchError(mismatch(self.index, made_with, self.embedder.name))
            elif lexical.fact("layout") != LAYOUT:
                raise StoreError("it was made by another version of roosbot")
            vectors = Vectors(Place(self.index / "chroma"), self.embedder)
            if vectors.count() < lexical.count():
                vectors.close()
                raise StoreError("vectors are missing")
        except (StoreError, sqlite3.Error):
            lexical.close()
            raise
        return _Open(lexical, vectors, lexical.fact("generation"))

    def _sync(self) -> None:
        """Bring the indexes to what the sources say. The caller holds the lock."""
        with self._guard:
            state = self._opened()
            wanted, have = self.sources.stamps(), state.lexical.stamps()
            for transcript_id in state.lexical.pending():
                orphans = state.vectors.ids_of(transcript_id) - state.lexical.ids(transcript_id)
                state.vectors.drop(orphans)
            state.lexical.clear_pending(state.lexical.pending())
            gone = [i for i in have if i not in wanted]
            if gone:
                self._commit(state, [(i, "", None, []) for i in gone])
            stale = [i for i, stamp in wanted.items() if have.get(i) != stamp]
            self._index(state, [(i, wanted[i]) for i in stale])
            state.generation = state.lexical.fact("generation")

    def _index(self, state: _Open, entries: Sequence[tuple[str, str]]) -> None:
        group: list[tuple[str, str, Transcript | None, list[Statement]]] = []
        loaded = [(i, stamp, self.sources.get(i)) for i, stamp in entries]
        counted = [(i, stamp, t, split(t)) for i, stamp, t in loaded]
        total, done = sum(len(statements) for *_, statements in counted), 0
        for entry in counted:
            group.append(entry)
            size = sum(len(statements) for *_, statements in group)
            if size >= GROUP:
                self._commit(state, group)
                done, group = done + size, []
                if self._progress:
                    self._progress(done, total)
        if group:
            self._commit(state, group)
            if self._progress:
                self._progress(total, total)

    def _commit(
        self,
        state: _Open,
        group: Sequence[tuple[str, str, Transcript | None, list[Statement]]],
    ) -> None:
        """Vectors first, then the rows that make them visible, then the old vectors' removal."""
        names = [entry[0] for entry in group]
        state.lexical.mark_pending(names)
        old = {i for name in names for i in state.lexical.ids(name)}
        fresh = [
            (s, date_of(t)) for _, _, t, statements in group if t is not None for s in statements
        ]
        if fresh:
            state.vectors.put(
                [s.id for s, _ in fresh],
                self._embed([s for s, _ in fresh]),
                [searchable(s) for s, _ in fresh],
                [
                    {"transcript_id": s.transcript_id, "speaker": s.speaker, "date": date}
                    for s, date in fresh
                ],
            )
        state.lexical.replace(
            (i, stamp, self.sources.digest(i) if t else "", date_of(t) if t else 0, statements)
            for i, stamp, t, statements in group
        )
        state.vectors.drop(old - {s.id for s, _ in fresh})
        state.lexical.clear_pending(names)

    def _embed(self, statements: Sequence[Statement]) -> np.ndarray:
        return self.embedder.embed_statements([searchable(s) for s in statements])


def searchable(statement: Statement) -> str:
    """What is embedded for a statement: the question it answers, and its words."""
    return f"{statement.question}\n{statement.text}" if statement.question else statement.text


def source_of(transcript: Transcript, raw: bytes, name: str, options: str = "") -> Source:
    """A transcript with the bytes it came from and the hash over both bytes and options."""
    import hashlib

    digest = hashlib.sha256(raw + b"\0" + options.encode()).hexdigest()
    return Source(transcript, raw, name, digest)


def date_of(transcript: Transcript) -> int:
    """The transcript's date as YYYYMMDD, with zeros for what is not known; 0 for none."""
    parts = [part for part in transcript.metadata.get("date", "").split("-") if part.isdigit()]
    year, month, day = (*map(int, parts[:3]), 0, 0, 0)[:3]
    return year * 10000 + month * 100 + day
