"""A home's interviews: the kept sources, and the index that is made from them."""

from __future__ import annotations

import hashlib
import json
import logging
import shutil
import sqlite3
import threading
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from importlib.resources import files
from pathlib import Path
from typing import TYPE_CHECKING, TypeVar

from vectorstore.adding import GROUP, Adding, Progress, date_of, searchable
from vectorstore.embedding import Embedder
from vectorstore.errors import (
    HomeError,
    LockedError,
    ModelMismatchError,
    StoreError,
    UnavailableError,
)
from vectorstore.home import Home
from vectorstore.lexical import Lexical
from vectorstore.sources import Source, Sources
from vectorstore.statement import Statement
from vectorstore.transcript import Transcript

if TYPE_CHECKING:
    from vectorstore.index import Index
    from vectorstore.vectors import Vectors

__all__ = ["Progress", "Store", "date_of", "digest_of", "repaired", "searchable", "source_of"]

log = logging.getLogger(__name__)

T = TypeVar("T")

# How often a search is begun again because the index changed or failed under it, and seconds
# between two attempts while another process is writing.
_TRIES = 8
_PAUSE = 0.1


class Store:
    """Statements to search in, kept in a home directory.

    Threads may share a store. Several processes may read one home while one of them writes.
    """

    def __init__(
        self,
        home: Path,
        embedder: Embedder,
        *,
        progress: Progress | None = None,
        lock_timeout: float = 3600,
        group: int = GROUP,
        anew: bool = False,
    ) -> None:
        """Open a home, making it with the bundled interview where there is none.

        Args:
            home: The directory; made if it is missing.
            embedder: Makes the vectors; its name is checked against the index.
            progress: Called with (statements embedded, statements to embed) during long work.
            lock_timeout: Seconds to wait for another process that is writing.
            group: Statements to embed and commit together; others see them a group at a time.
            anew: Make the index anew from the kept sources, whatever state it is in.

        Raises:
            HomeError: The directory cannot be read or written.
            LockedError: Another process was still writing after `lock_timeout`.
            ModelMismatchError: The index was made with another embedding model.
        """
        self.home = home
        self.embedder = embedder
        self.sources = self._kept(home)
        self.folder = home / "index"
        self._progress = progress
        self._group = group
        self._guard = threading.RLock()
        self._index: Index | None = None
        self._home = Home(home, lock_timeout)
        if not self._home.begun():
            with self.writing():
                self._begin()
        if anew:
            with self.writing():
                shutil.rmtree(self.folder, ignore_errors=True)
        self.refresh()

    def close(self) -> None:
        """Let go of the files."""
        with self._guard:
            if self._index is not None:
                self._index.close()
                self._index = None

    @contextmanager
    def writing(self, *, wait: bool = True) -> Iterator[None]:
        """Hold the home's lock: one writer at a time, of all threads and processes.

        Raises:
            LockedError: Another one did not finish in time, or at once where not to wait.
        """
        with self._home.writing(wait=wait):
            yield

    @property
    def index(self) -> Index:
        """Both indexes, opened again if another process has changed them since."""
        with self._guard:
            if self._index is not None and self._index.current():
                return self._index
            # Not closed here: other threads may be searching in it; the last one closes it.
            self._index = None
        # The guard is let go: opening may wait for the home's lock, and whoever holds that one
        # may want the guard.
        opened = self._opened()
        with self._guard:
            self._index = opened
            return opened

    @property
    def lexical(self) -> Lexical:
        """The catalogue and BM25 index."""
        return self.index.lexical

    @property
    def vectors(self) -> Vectors:
        """The vectors in Chroma, as a LangChain vector store."""
        return self.index.vectors

    def consistently(self, read: Callable[[Index], T]) -> T:
        """What `read` finds in an index that nobody changed meanwhile.

        Raises:
            StoreError: The index failed, also after it was mended.
        """
        for attempt in range(_TRIES):
            index = self.index
            try:
                found = read(index)
            except UnavailableError:
                raise
            except (StoreError, sqlite3.DatabaseError) as error:
                # A writer changes Chroma's files under an open index: opened again, behind the
                # gate, it is whole. If it fails all the same, it is damaged.
                log.info("the index in %s failed and is opened again: %s", self.folder, error)
                self._reopen(index, damaged=attempt > 0)
                continue
            if index.current():
                return found
        return read(self.index)

    def refresh(self) -> None:
        """See what other processes wrote, and index every source that is not indexed yet.

        While another process is writing, what is indexed already has to do.
        """
        if self._seen(self.index.lexical) == self.sources.stamps():
            self._warn()
            return
        try:
            with self.writing(wait=not self.lexical.count()):
                self._sync()
        except LockedError:
            if not self.lexical.count():
                raise
            log.info("another process is writing to %s; going on with what is there", self.home)

    @contextmanager
    def adding(self, progress: Progress | None = None) -> Iterator[Adding]:
        """Add interviews one after the other; each is in, or out, never half.

        Args:
            progress: Called with (statements embedded, statements to embed) of each group.

        Raises:
            LockedError: Another process was still writing after `lock_timeout`.
        """
        with self.writing():
            self._sync()
            adding = Adding(self.index, self.sources, self.embedder, progress, self._group)
            try:
                yield adding
                adding.flush()
            except BaseException:
                # The index may have been left in the middle of a change: opening it will tell.
                with self._guard:
                    self._index = None
                raise

    def put(self, sources: Sequence[Source]) -> None:
        """Keep these sources and index them, in place of those with the same ids."""
        with self.adding(self._progress) as adding:
            for source in sources:
                adding.put(source)

    def remove(self, transcript_id: str) -> None:
        """Forget a transcript: its source, statements and vectors.

        Raises:
            NotFoundError: There is none with that id.
        """
        with self.writing():
            self.sources.remove(transcript_id)
            self._sync()

    def transcripts(self) -> list[Transcript]:
        """Every transcript, by id."""
        return [self.sources.get(i) for i in sorted(self.lexical.stamps())]

    def statements(self, transcript_id: str) -> list[Statement]:
        """A transcript's statements in the order of the text.

        Raises:
            NotFoundError: There is no such transcript.
        """
        found = self.lexical.statements(transcript_id)
        if not found:
            self.sources.get(transcript_id)
        return found

    def check(self) -> list[str]:
        """What is wrong with the kept sources or the index, and how to mend it."""
        from vectorstore.checking import findings

        return findings(self.home, self.embedder.name)

    def _kept(self, home: Path) -> Sources:
        return Sources(home / "sources")

    def _begin(self) -> None:
        """Put the bundled interview into a new home."""
        from vectorstore.formats import parse

        if self._home.begun():
            return
        if not self.sources.stamps():
            for file in files("vectorstore").joinpath("corpus").iterdir():
                if file.name.endswith(".txt"):
                    raw = file.read_bytes()
                    self.sources.put(source_of(parse(raw, file.name), raw, file.name))
        self._home.begin()

    def _opened(self) -> Index:
        from vectorstore.index import mended_index, open_index

        try:
            return open_index(self.folder, self.embedder)
        except ModelMismatchError:
            raise
        except (StoreError, sqlite3.Error):
            with self.writing():
                try:
                    return open_index(self.folder, self.embedder)
                except ModelMismatchError:
                    raise
                except (StoreError, sqlite3.Error):
                    mended = mended_index(self.folder, self.embedder)
                self._index = mended
                self._sync()
                return mended

    def _reopen(self, index: Index, *, damaged: bool) -> None:
        """Let go of an index that failed; a damaged one is mended when it is next opened."""
        with self._guard:
            if self._index is index:
                self._index = None
        if not damaged or not index.current():
            return
        try:
            with self.writing(wait=False):
                log.warning("the index in %s is damaged", self.folder)
                index.lexical.set_facts({"changing": "1"})
        except LockedError:
            time.sleep(_PAUSE)

    def _sync(self) -> None:
        """Bring the index to what the sources say. The caller holds the home's lock."""
        index, wanted = self.index, self.sources.stamps()
        have = self._seen(index.lexical)
        if have == wanted:
            return
        adding = Adding(index, self.sources, self.embedder, self._progress, self._group)
        damaged = {}
        stale = [i for i, stamp in wanted.items() if have.get(i) != stamp]
        for transcript_id in stale:
            try:
                adding.take(transcript_id, wanted[transcript_id])
            except HomeError as error:
                log.warning("%s", error)
                damaged[transcript_id] = wanted[transcript_id]
        adding.flush()
        still = {i: s for i, s in self._damaged(index.lexical).items() if wanted.get(i) == s}
        gone = [i for i in index.lexical.stamps() if i not in wanted or i in damaged]
        if gone:
            index.replace([], gone)
        index.lexical.set_facts({"damaged": json.dumps({**still, **damaged})})

    def _seen(self, lexical: Lexical) -> dict[str, str]:
        """Stamps of the sources that are indexed, or known to be damaged."""
        return {**lexical.stamps(), **self._damaged(lexical)}

    def _damaged(self, lexical: Lexical) -> dict[str, str]:
        return dict(json.loads(lexical.fact("damaged") or "{}"))

    def _warn(self) -> None:
        for transcript_id in self._damaged(self.lexical):
            log.warning(
                "the source kept in %s is damaged and left out; ingest its file again, or "
                "`roosbot remove %s`",
                self.sources.folder / transcript_id,
                transcript_id,
            )


def repaired(home: Path, embedder: Embedder, progress: Progress | None = None) -> Store:
    """A store whose index was made anew from the kept sources, whatever state it was in."""
    return Store(home, embedder, progress=progress, anew=True)


def source_of(
    transcript: Transcript, raw: bytes, name: str, options: str = "", origin: str = ""
) -> Source:
    """A transcript with the bytes it came from and the hash over both bytes and options."""
    return Source(transcript, raw, name, digest_of(raw, options), origin)


def digest_of(raw: bytes, options: str = "") -> str:
    """Hash over a file's bytes and the options it is parsed with."""
    digest = hashlib.sha256(raw)
    digest.update(b"\0" + options.encode("utf-8", "surrogatepass"))
    return digest.hexdigest()
