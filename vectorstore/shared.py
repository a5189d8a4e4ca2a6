"""Interviews on a Chroma server, for any number of processes on any number of machines.

Sources and vectors are on the server. What a process keeps in its home (the sources it has seen,
and the catalogue with BM25) is a cache that is brought up to date whenever the server's mark
changes; it may be deleted at any time.
"""

from __future__ import annotations

import hashlib
import logging
import shutil
import sqlite3
import time
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

from vectorstore.adding import GROUP, Progress
from vectorstore.catalogue import Entry
from vectorstore.embedding import Embedder
from vectorstore.errors import HomeError, NotFoundError, StoreError
from vectorstore.index import CATALOGUE, LAYOUT, Index, put_vectors
from vectorstore.lexical import Lexical
from vectorstore.records import Records, entry_of
from vectorstore.sources import Source, Sources
from vectorstore.statement import Statement, split
from vectorstore.store import Store
from vectorstore.transcript import Transcript
from vectorstore.vectors import Place, Vectors, drop_collection

if TYPE_CHECKING:
    import numpy as np

log = logging.getLogger(__name__)

# Seconds for which a process goes by what it knows before it looks at the server's mark again.
FRESH = 0.2


class SharedSources(Sources):
    """Sources on a server, with a folder of those that were seen already."""

    def __init__(self, folder: Path, records: Records) -> None:
        super().__init__(folder)
        self.records = records

    def stamps(self) -> dict[str, str]:
        """Every transcript's id with its stamp, those included that are not indexed yet."""
        every = {**self.records.listed("head"), **self.records.listed("draft")}
        return {name: str(said["stamp"]) for name, said in every.items()}

    def get(self, transcript_id: str) -> Transcript:
        """The transcript with that id, from the folder or else from the server.

        Raises:
            NotFoundError: There is none.
            HomeError: It is damaged on the server.
        """
        try:
            return super().get(transcript_id)
        except (NotFoundError, HomeError):
            return self.seen(transcript_id).transcript

    def put(self, source: Source) -> str:
        """Keep a source on the server and here."""
        stamp = self.records.draft(source)
        super().put(source)
        return stamp

    def remove(self, transcript_id: str) -> None:
        """Forget a transcript everywhere.

        Raises:
            NotFoundError: There is none with that id.
        """
        self.records.remove(transcript_id)
        try:
            super().remove(transcript_id)
        except NotFoundError:
            log.debug("%s was not among the seen sources", transcript_id)

    def seen(self, transcript_id: str, stamp: str = "") -> Source:
        """Fetch a source into the folder; without a stamp, the version that counts now."""
        if not stamp:
            stamp = self.stamps().get(transcript_id, "")
        source = self.records.fetch(transcript_id, stamp)
        super().put(source)
        return source


class SharedIndex(Index):
    """The catalogue here and the vectors there."""

    def __init__(self, folder: Path, lexical: Lexical, vectors: Vectors, records: Records) -> None:
        super().__init__(folder, lexical, vectors)
        self._records = records
        self._mark = lexical.fact("mark") or ""
        self._looked = time.monotonic()

    def current(self) -> bool:
        """Whether neither the catalogue nor the server has changed, other than through this."""
        if not super().current():
            return False
        now = time.monotonic()
        if now - self._looked >= FRESH:
            if self._records.mark() != self._mark:
                return False
            self._looked = now
        return True

    def replace(
        self,
        fresh: Sequence[tuple[Entry, Sequence[Statement], Sequence[np.ndarray]]],
        gone: Sequence[str] = (),
    ) -> None:
        """Put transcripts in place of their earlier versions, and forget others.

        Vectors first, then the heads that make them count, then the mark that others look at;
        what nobody can see any more goes last.
        """
        old = self.lexical.ids([*(entry.id for entry, _, _ in fresh), *gone])
        written = put_vectors(
            self.vectors,
            [(s, entry.date) for entry, statements, _ in fresh for s in statements],
            [vector for _, _, vectors in fresh for vector in vectors],
        )
        self._records.settle((entry, len(statements)) for entry, statements, _ in fresh)
        self._mark = self._records.new_mark()
        self.lexical.replace(fresh, gone)
        self.lexical.set_facts({"mark": self._mark})
        self._generation = self.lexical.fact("generation")
        self.vectors.drop(old - written)


class SharedStore(Store):
    """A store whose interviews are on a Chroma server."""

    def __init__(
        self,
        home: Path,
        embedder: Embedder,
        place: Place,
        *,
        progress: Progress | None = None,
        lock_timeout: float = 3600,
        group: int = GROUP,
        anew: bool = False,
    ) -> None:
        """Open the server's interviews; the bundled one is put on a server that has none.

        Args:
            home: A directory for what was seen; several processes may share it, or have their own.
            embedder: Makes the vectors.
            place: The server.
            progress: As in `Store`.
            lock_timeout: As in `Store`.
            group: As in `Store`.
            anew: Make all vectors on the server anew from the sources there.

        Raises:
            UnavailableError: The server does not answer.
            ModelMismatchError: The vectors there were made with another model.
        """
        self.place = place
        self.records = Records(place)
        # A home may see several servers in its time.
        own = hashlib.sha256(str(place.url).encode()).hexdigest()[:12]
        if anew:
            self.records.unsettle()
            drop_collection(place)
        super().__init__(
            home / "servers" / own,
            embedder,
            progress=progress,
            lock_timeout=lock_timeout,
            group=group,
            anew=anew,
        )

    def close(self) -> None:
        """Let go of the files and connections."""
        super().close()
        self.records.close()

    def _kept(self, home: Path) -> Sources:
        return SharedSources(home / "sources", self.records)

    def _begin(self) -> None:
        if not self.records.mark():
            super()._begin()
            self.records.new_mark()
        self._home.begin()

    def _opened(self) -> Index:
        with self.writing():
            lexical = self._catalogue()
            vectors = Vectors(self.place, self.embedder)
            self._pull(lexical)
            if (found := vectors.count()) < lexical.count():
                log.warning(
                    "%s has %d vectors for %d statements; `roosbot doctor --repair` makes them",
                    self.place.url, found, lexical.count(),
                )  # fmt: skip
            return SharedIndex(self.folder, lexical, vectors, self.records)

    def _catalogue(self) -> Lexical:
        """The cache's catalogue; made anew if it is of no use."""
        path = self.folder / CATALOGUE
        try:
            lexical = Lexical(path, create=False)
            known = (lexical.fact("embedding_model"), lexical.fact("layout"))
            if known == (self.embedder.name, LAYOUT) and not lexical.quick_check():
                return lexical
            lexical.close()
        except (StoreError, sqlite3.DatabaseError) as error:
            log.info("making the catalogue of %s anew: %s", self.place.url, error)
        try:
            shutil.rmtree(self.folder, ignore_errors=True)
            self.folder.mkdir(parents=True, exist_ok=True)
            lexical = Lexical(path)
            lexical.set_facts({"embedding_model": self.embedder.name, "layout": LAYOUT})
        except (OSError, sqlite3.Error) as error:
            raise StoreError(f"no catalogue can be made in {self.folder}: {error}") from error
        return lexical

    def _pull(self, lexical: Lexical) -> None:
        """Bring the catalogue to what counts on the server."""
        mark = self.records.mark()
        if mark and lexical.fact("mark") == mark:
            return
        heads, have = self.records.listed("head"), lexical.stamps()
        stale = [name for name, head in heads.items() if have.get(name) != head["stamp"]]
        assert isinstance(self.sources, SharedSources)
        for name in stale:
            try:
                source = self.sources.seen(name, str(heads[name]["stamp"]))
            except HomeError as error:
                log.warning("%s", error)
                continue
            entry = replace(entry_of(heads[name]), id=name)
            lexical.replace([(entry, split(source.transcript), ())])
        lexical.replace([], [name for name in have if name not in heads])
        lexical.set_facts({"mark": mark})

    def _sync(self) -> None:
        """Finish what a writer that was stopped has left. The caller holds the home's lock."""
        assert isinstance(self.sources, SharedSources)
        with self._guard:
            for name, draft in self.records.listed("draft").items():
                self.sources.seen(name, str(draft["stamp"]))
            super()._sync()

    def check(self) -> list[str]:
        """What is wrong with what is on the server, and how to mend it."""
        found = []
        remedy = "`roosbot doctor --repair` makes the vectors anew from the sources"
        wanted: set[str] = set()
        for name, head in self.records.listed("head").items():
            try:
                source = self.records.fetch(name, str(head["stamp"]))
            except (HomeError, NotFoundError) as error:
                found.append(str(error))
                continue
            ids = [statement.id for statement in split(source.transcript)]
            wanted.update(ids)
            if missing := len(ids) - len(self.vectors.known(ids)):
                found.append(f"{self.place.url} lacks {missing} vectors of {name}; {remedy}")
        found += [f"{name} is not indexed yet; {remedy}" for name in self.records.listed("draft")]
        if (more := self.vectors.count() - len(wanted)) > 0 and not found:
            found.append(f"{self.place.url} has {more} vectors of no statement; {remedy}")
        return found
