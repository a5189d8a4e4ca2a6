"""Adding interviews to a store in groups: embedded together, committed together."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, Literal

from vectorstore.catalogue import Entry
from vectorstore.embedding import Embedder
from vectorstore.errors import InputError, ParseError
from vectorstore.filters import day
from vectorstore.identity import ALIKE, Known, fingerprint, free_id
from vectorstore.sources import Source, Sources
from vectorstore.statement import Statement, split
from vectorstore.transcript import Transcript

if TYPE_CHECKING:
    import numpy as np

    from vectorstore.index import Index

Progress = Callable[[int, int], None]

# Statements embedded and committed together: enough to sort by length, little enough to lose.
GROUP = 1024

# Bytes of files held until they are committed.
MOST_HELD = 64 * 1024 * 1024

# Statements embedded between two signs of progress.
_SLICE = 256


@dataclass(frozen=True, slots=True)
class Added:
    """What became of a file.

    Attributes:
        status: "added", "updated" or "unchanged".
        transcript_id: The interview it is.
        note: What a person should know of it, or "".
    """

    status: Literal["added", "updated", "unchanged"]
    transcript_id: str
    note: str = ""


@dataclass(slots=True)
class _Group:
    sources: dict[str, Source] = field(default_factory=dict)
    fresh: dict[str, tuple[Entry, list[Statement]]] = field(default_factory=dict)
    statements: int = 0
    size: int = 0


class Adding:
    """Takes interviews one after the other; whoever makes it holds the home's lock."""

    def __init__(
        self,
        index: Index,
        sources: Sources,
        embedder: Embedder,
        progress: Progress | None = None,
        group: int = GROUP,
    ) -> None:
        self._most = group
        self._index = index
        self._sources = sources
        self._embedder = embedder
        self._progress = progress
        self._known = Known(index.lexical.entries())
        self._group = _Group()
        self.done = 0

    def unchanged(self, digest: str, origin: str) -> Added | None:
        """What is known of a file by its bytes alone, if nothing has to be done."""
        own, same = self._known.from_origin(origin), self._known.with_digest(digest)
        if own is not None:
            return Added("unchanged", own.id) if own.digest == digest else None
        if same is None:
            return None
        note = f"the same file is there as {same.id}" if same.origin else ""
        return Added("unchanged", same.id, note)

    @property
    def waiting(self) -> bool:
        """Whether something is held that is not committed yet."""
        return bool(self._group.fresh)

    def earlier(self, origin: str) -> str:
        """What to say of the version that a file had before it became unreadable, or ""."""
        own = self._known.from_origin(origin)
        return f" (the earlier version stays, as {own.id})" if own else ""

    def add(self, source: Source) -> Added:
        """Take a parsed file: as a new interview, or as a new version of the one it was."""
        words, sketch = fingerprint(source.transcript)
        own, same = self._known.from_origin(source.origin), self._known.with_words(words)
        if own is None and same is not None:
            return Added(
                "unchanged",
                same.id,
                f"the same interview is there as {same.id}, word for word; "
                f"to keep this file in its place, `roosbot remove {same.id}` first",
            )
        name = source.transcript.id
        taken = self._known.entries
        if own is not None:
            name = own.id
        elif name in taken or self._sources.holds_other(name, source.digest):
            name = free_id(name, source.origin, source.digest, {*taken, name})
        renamed = own is None and name != source.transcript.id
        source = replace(source, transcript=replace(source.transcript, id=name))
        entry = self._entry(source, words, sketch)
        note = self._note(entry, renamed=renamed)
        statements = split(source.transcript)
        if not statements:
            raise ParseError(
                f"{source.name} holds nobody's answers, so there is nothing to quote; if the one "
                "who speaks is not the interviewer, say with --interviewer who is"
            )
        self._hold(source, entry, statements)
        return Added("added" if own is None else "updated", name, note)

    def put(self, source: Source) -> None:
        """Take a source under the id it has, in place of an earlier one."""
        entry = self._entry(source, *fingerprint(source.transcript))
        self._hold(source, entry, split(source.transcript))

    def take(self, transcript_id: str, stamp: str) -> None:
        """Take a source that is kept already.

        Raises:
            HomeError: It is damaged.
        """
        transcript = self._sources.get(transcript_id)
        words, sketch = fingerprint(transcript)
        entry = Entry(
            transcript_id,
            stamp,
            self._sources.digest(transcript_id),
            self._sources.origin(transcript_id),
            words,
            sketch,
            date_of(transcript),
        )
        self._hold(None, entry, split(transcript))

    def flush(self) -> None:
        """Embed and commit what is held."""
        group, self._group = self._group, _Group()
        if not group.fresh:
            return
        vectors = self._vectors(group)
        stamps = {name: self._sources.put(source) for name, source in group.sources.items()}
        self._index.replace(
            [
                (
                    replace(entry, stamp=stamps.get(name, entry.stamp)),
                    statements,
                    [vectors[searchable(s)] for s in statements],
                )
                for name, (entry, statements) in group.fresh.items()
            ]
        )
        self.done += group.statements

    def _entry(self, source: Source, words: str, sketch: bytes) -> Entry:
        transcript = source.transcript
        date = date_of(transcript)
        return Entry(transcript.id, "", source.digest, source.origin, words, sketch, date)

    def _note(self, entry: Entry, *, renamed: bool) -> str:
        notes = []
        if renamed:
            notes.append(f"another interview has its name, so it is kept as {entry.id}")
        other, share = self._known.most_alike(entry)
        if share >= ALIKE:
            notes.append(f"about {share:.0%} of its words are those of {other}")
        return "; ".join(notes)

    def _hold(self, source: Source | None, entry: Entry, statements: list[Statement]) -> None:
        group = self._group
        if entry.id in group.fresh:
            self.flush()
            group = self._group
        if source is not None:
            group.sources[entry.id] = source
            group.size += len(source.raw)
        group.fresh[entry.id] = (entry, statements)
        group.statements += len(statements)
        self._known.add(entry)
        if group.statements >= self._most or group.size >= MOST_HELD:
            self.flush()

    def _vectors(self, group: _Group) -> dict[str, np.ndarray]:
        """The vector of every text in a group; those that the index has are not made again."""
        wanted = {searchable(s) for _, statements in group.fresh.values() for s in statements}
        found: dict[str, np.ndarray] = {}
        for name in group.fresh:
            for statements, rows in self._index.lexical.vectors(transcript_id=name):
                for (statement, _), row in zip(statements, rows, strict=True):
                    if (text := searchable(statement)) in wanted:
                        found[text] = row
        # Texts of like length together, so that little of a batch is padding; the longest
        # first, so that what runs out of memory does so at once.
        missing = sorted(wanted - found.keys(), key=lambda text: (-len(text), text))
        for begin in range(0, len(missing), _SLICE):
            part = missing[begin : begin + _SLICE]
            found.update(zip(part, self._embedder.embed_statements(part), strict=True))
            if self._progress:
                self._progress(begin + len(part), len(missing))
        return found


def searchable(statement: Statement) -> str:
    """What is embedded for a statement: the question it answers, and its words."""
    return f"{statement.question}\n{statement.text}" if statement.question else statement.text


def date_of(transcript: Transcript) -> int:
    """The transcript's date as YYYYMMDD, with zeros for what is not known; 0 for none."""
    try:
        return day(transcript.metadata.get("date", "").partition("T")[0])
    except InputError:
        return 0
