"""From files and folders to interviews in the store: a report for each file."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any, Literal

from bot.files import Refused, gather, read_file, real
from vectorstore.errors import InputError, ParseError

if TYPE_CHECKING:
    from vectorstore.adding import Adding
    from vectorstore.store import Store
    from vectorstore.transcript import Transcript

Status = Literal["added", "updated", "unchanged", "failed"]


@dataclass(frozen=True)
class FileReport:
    """What became of one file.

    Attributes:
        path: The file, as it was found.
        status: "added", "updated", "unchanged" or "failed".
        error: Why it failed and where in the file, or "".
        transcript_id: The interview that it is, or "" if it failed.
        note: What else a person should know, such as that the same interview is there already.
    """

    path: str
    status: Status
    error: str = ""
    transcript_id: str = ""
    note: str = ""


@dataclass(frozen=True)
class IngestReport:
    """What became of all files.

    Attributes:
        files: One report for each file, in the order in which they were read.
    """

    files: tuple[FileReport, ...]

    def count(self, status: Status) -> int:
        """How many files have this status."""
        return sum(file.status == status for file in self.files)

    def to_dict(self) -> dict[str, Any]:
        """The report as plain JSON values."""
        return {"files": [dict(vars(file)) for file in self.files]}


@dataclass(frozen=True)
class Step:
    """How far an ingestion is.

    Attributes:
        bytes_done: Bytes of the files that are dealt with.
        bytes_total: Bytes of all files.
        files_done: Files that are dealt with.
        files_total: All files.
        statements: Statements embedded so far.
    """

    bytes_done: int
    bytes_total: int
    files_done: int
    files_total: int
    statements: int


Watch = Callable[[Step], None]


@dataclass(frozen=True)
class Told:
    """What a person says of the files, beyond what is in them.

    Attributes:
        interviewer: Who asks.
        speakers: Full names for the files' labels, such as {"MSM": "Michael Mahoney"}.
        metadata: title, date, place, interviewee, source or rights.
    """

    interviewer: str | None = None
    speakers: Mapping[str, str] = field(default_factory=dict)
    metadata: Mapping[str, str] = field(default_factory=dict)


def ingest(
    store: Store, paths: Sequence[str | Path], told: Told, watch: Watch | None = None
) -> IngestReport:
    """Read files and folders into a store; a file that cannot be read stops no other.

    Raises:
        LockedError: Another process was writing for too long.
        HomeError: The home cannot be written.
        InputError: `told` has something that means nothing.
    """
    check_told(told)
    found, refused = gather(paths)
    reports = [FileReport(r.path, "failed", r.reason) for r in refused]
    progress = _Progress(watch, [size for _, size in found])
    with store.adding(progress.embedded) as adding:
        for path, size in found:
            reports.append(_one(adding, path, told))
            progress.read(size, adding.waiting, adding.done)
        adding.flush()
    progress.finish(adding.done)
    return IngestReport(tuple(reports))


def preview(
    paths: Sequence[str | Path], told: Told
) -> Iterator[tuple[str, Transcript | None, str]]:
    """What would be understood of each file: (path, transcript, why there is none)."""
    check_told(told)
    found, refused = gather(paths)
    for one in refused:
        yield one.path, None, one.reason
    for path, _ in found:
        try:
            raw, options = _read(path, told)
            yield str(path), _parsed(raw, path, options), ""
        except (Refused, ParseError) as error:
            yield str(path), None, str(error)


def check_told(told: Told) -> None:
    """Refuse metadata that means nothing.

    Raises:
        InputError: Names what is unknown.
    """
    from vectorstore.formats.metadata import KEYS

    if unknown := [key for key in told.metadata if key not in KEYS]:
        raise InputError(f"unknown metadata {', '.join(unknown)}; known are {', '.join(KEYS)}")


def _one(adding: Adding, path: Path, told: Told) -> FileReport:
    from vectorstore.store import digest_of, source_of

    origin = str(real(path))
    try:
        raw, options = _read(path, told)
        marks = json.dumps(options, sort_keys=True) if options else ""
        added = adding.unchanged(digest_of(raw, marks), origin)
        if added is None:
            transcript = _parsed(raw, path, options)
            added = adding.add(source_of(transcript, raw, path.name, marks, origin))
    except (Refused, ParseError) as error:
        return FileReport(str(path), "failed", f"{error}{adding.earlier(origin)}")
    return FileReport(str(path), added.status, "", added.transcript_id, added.note)


def _read(path: Path, told: Told) -> tuple[bytes, dict[str, Any]]:
    """A file's bytes, and all that is said of it outside of it, by `parse`'s argument names."""
    from vectorstore.formats import read_sidecar

    raw = read_file(path)
    beside = path.with_suffix(".toml")
    try:
        said = read_sidecar(beside) if beside.is_file() and beside != path else {}
    except OSError as error:
        raise Refused(str(path), f"{beside.name} cannot be read: {error.strerror}") from error
    options = {
        "interviewer": told.interviewer,
        "speakers": dict(told.speakers),
        "metadata": {**said, **{k: v for k, v in told.metadata.items() if v}},
    }
    return raw, {name: value for name, value in options.items() if value}


def _parsed(raw: bytes, path: Path, options: Mapping[str, Any]) -> Transcript:
    from vectorstore.formats import parse

    try:
        return parse(raw, path.name, **options)
    except RecursionError as error:
        raise ParseError(f"{path.name} is nested too deeply to be an interview") from error


class _Progress:
    """Counts bytes read and statements embedded into steps."""

    def __init__(self, watch: Watch | None, sizes: Sequence[int]) -> None:
        self._watch = watch
        self._total, self._files = sum(sizes), len(sizes)
        self._bytes = self._held = self._read = self._statements = 0

    def read(self, size: int, waiting: bool, statements: int) -> None:
        """A file was read; its bytes count once nothing of it waits to be embedded."""
        self._read += 1
        self._held += size
        self._statements = statements
        if not waiting:
            self._bytes, self._held = self._bytes + self._held, 0
        self._tell(0.0, 0)

    def embedded(self, done: int, total: int) -> None:
        """Some statements of the group at work were embedded."""
        self._tell(done / total, done)

    def finish(self, statements: int) -> None:
        """All is done."""
        self._bytes, self._held, self._statements = self._total, 0, statements
        self._tell(0.0, 0)

    def _tell(self, share: float, more: int) -> None:
        if self._watch:
            done = self._bytes + int(self._held * share)
            counted = self._statements + more
            self._watch(Step(done, self._total, self._read, self._files, counted))
