"""The kept source files: everything else in a home can be rebuilt from them."""

from __future__ import annotations

import json
import os
import shutil
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from vectorstore.errors import HomeError, NotFoundError
from vectorstore.transcript import Transcript, sha256_of, slug

_RECORD = "record.json"


@dataclass(frozen=True, slots=True)
class Source:
    """A transcript with what it was made from.

    Attributes:
        transcript: The parsed interview.
        raw: The file's bytes.
        name: The file's name.
        digest: Hex SHA-256 over the file's bytes and the options it was parsed with.
        origin: The path it came from, or "".
    """

    transcript: Transcript
    raw: bytes
    name: str
    digest: str
    origin: str = ""


class Sources:
    """A folder with one folder per transcript: the raw file, the exact text, and a record.

    The record is written last and replaced in one step, so a transcript is in or out, never half.
    """

    def __init__(self, folder: Path) -> None:
        self.folder = folder

    def stamps(self) -> dict[str, str]:
        """Every transcript's id with a stamp that changes whenever its record does."""
        try:
            entries = [entry for entry in os.scandir(self.folder) if entry.is_dir()]
        except FileNotFoundError:
            return {}
        except OSError as error:
            raise HomeError(f"{self.folder} cannot be read: {error}") from error
        found = {}
        for entry in sorted(entries, key=lambda entry: entry.name):
            if stamp := _stamp(entry.path):
                found[entry.name] = stamp
        return found

    def get(self, transcript_id: str) -> Transcript:
        """The transcript with that id, its text checked against its hash.

        Raises:
            NotFoundError: There is none.
            HomeError: Its files are damaged.
        """
        folder, record = self._record(transcript_id)
        try:
            text = (folder / record["text_file"]).read_bytes().decode("utf-8", "surrogatepass")
            transcript = Transcript.from_dict({**record["transcript"], "text": text})
        except (OSError, KeyError, TypeError, UnicodeDecodeError) as error:
            raise _damaged(folder, error) from error
        if sha256_of(text) != transcript.sha256:
            raise _damaged(folder, "the text does not have the recorded SHA-256")
        return transcript

    def digest(self, transcript_id: str) -> str:
        """Hash of the file and options that the transcript was made from."""
        return str(self._record(transcript_id)[1].get("digest", ""))

    def origin(self, transcript_id: str) -> str:
        """The path that the transcript's file came from, or ""."""
        return str(self._record(transcript_id)[1].get("origin", ""))

    def raw(self, transcript_id: str) -> bytes:
        """The file's bytes as they were given.

        Raises:
            NotFoundError: There is none.
            HomeError: Its files are damaged.
        """
        folder, record = self._record(transcript_id)
        try:
            return (folder / str(record.get("raw_file"))).read_bytes()
        except OSError as error:
            raise _damaged(folder, error) from error

    def holds_other(self, transcript_id: str, digest: str) -> bool:
        """Whether a source kept under this id, damaged perhaps, comes from another file."""
        folder = self.folder / transcript_id
        return folder.exists() and not any(folder.glob(f"{digest[:12]}*"))

    def put(self, source: Source) -> str:
        """Keep a source, replacing an earlier one with the same id.

        Returns:
            Its stamp.

        Raises:
            HomeError: The folder cannot be written.
        """
        transcript = source.transcript
        folder = self.folder / transcript.id
        stem, dot, suffix = source.name.rpartition(".")
        raw_file = f"{source.digest[:12]}{dot}{slug(suffix) if dot and stem else ''}"
        text_file = f"{transcript.sha256[:12]}.text"
        fields = {k: v for k, v in transcript.to_dict().items() if k != "text"}
        record = {
            "name": source.name,
            "digest": source.digest,
            "origin": source.origin,
            "raw_file": raw_file,
            "text_file": text_file,
            "transcript": fields,
        }
        try:
            folder.mkdir(parents=True, exist_ok=True)
            write_whole(folder / raw_file, source.raw)
            write_whole(folder / text_file, transcript.text.encode("utf-8", "surrogatepass"))
            write_whole(folder / _RECORD, json.dumps(record, ensure_ascii=False).encode("utf-8"))
            for stale in folder.iterdir():
                if stale.name not in {raw_file, text_file, _RECORD}:
                    stale.unlink()
            return _stamp(folder)
        except OSError as error:
            raise HomeError(
                f"{folder} cannot be written: {error}; free space, or set ROOSBOT_HOME to a "
                "folder that can be written"
            ) from error

    def remove(self, transcript_id: str) -> None:
        """Forget a transcript and delete its files.

        Raises:
            NotFoundError: There is none.
        """
        folder = self.folder / slug(transcript_id)
        if not (folder / _RECORD).is_file():
            self._record(transcript_id)
        try:
            (folder / _RECORD).unlink()
            shutil.rmtree(folder)
        except OSError as error:
            raise HomeError(f"{folder} cannot be removed: {error}") from error

    def _record(self, transcript_id: str) -> tuple[Path, dict[str, Any]]:
        folder = self.folder / slug(transcript_id)
        try:
            record = json.loads((folder / _RECORD).read_bytes())
        except (FileNotFoundError, NotADirectoryError) as error:
            raise NotFoundError(
                f"no transcript has the id {transcript_id!r}; `roosbot transcripts` lists them"
            ) from error
        except (OSError, ValueError) as error:
            raise _damaged(folder, error) from error
        if not isinstance(record, dict):
            raise _damaged(folder, "the record is no JSON object")
        return folder, record


def _stamp(folder: str | Path) -> str:
    """What changes whenever a file in the folder does; "" where there is no record."""
    marks = {}
    for file in os.scandir(folder):
        if not file.name.startswith("."):
            status = file.stat()
            marks[file.name] = f"{status.st_size}:{status.st_mtime_ns}"
    return sha256_of(json.dumps(marks, sort_keys=True))[:32] if _RECORD in marks else ""


def write_whole(path: Path, data: bytes) -> None:
    """Write a file so that it is there whole or not at all, also after a power cut."""
    temporary = path.with_name(f".{path.name}.{os.getpid()}.tmp")
    try:
        with temporary.open("wb") as file:
            file.write(data)
            file.flush()
            os.fsync(file.fileno())
        os.replace(temporary, path)
    except OSError:
        temporary.unlink(missing_ok=True)
        raise


def _damaged(folder: Path, cause: object) -> HomeError:
    return HomeError(f"the source kept in {folder} is damaged ({cause}); ingest its file again")
