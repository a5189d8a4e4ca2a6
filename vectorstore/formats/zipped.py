"""Files that are zip archives inside, opened only if they unpack to a sensible size."""

from __future__ import annotations

import io
import zipfile

from vectorstore.errors import ParseError

# A transcript of a day is about a megabyte; far more than this is made to exhaust memory.
_MOST_BYTES = 200_000_000
_MOST_RATIO = 200
DAMAGED = (
    KeyError, ValueError, IndexError, AttributeError, TypeError, OSError, EOFError, SyntaxError,
    NotImplementedError, RecursionError, zipfile.BadZipFile, zipfile.LargeZipFile,
)  # fmt: skip


def opened(raw: bytes, suffix: str, member: str) -> zipfile.ZipFile:
    """The archive, if it has the member that makes it the kind of file the suffix says.

    Raises:
        ParseError: It lacks the member, or would unpack to far more than it should.
        zipfile.BadZipFile: It is no archive.
    """
    archive = zipfile.ZipFile(io.BytesIO(raw))
    size = sum(info.file_size for info in archive.infolist())
    if member not in archive.namelist():
        raise ParseError(
            "this is a zip file, but no Word document or OpenDocument text; save the transcript as "
            f"{suffix} or as text"
        )
    if size > _MOST_BYTES or size > max(_MOST_RATIO * len(raw), 20_000_000):
        raise ParseError(
            f"the file would unpack to {size:,} bytes from {len(raw):,}, which no transcript does; "
            f"save it again as {suffix} or as text"
        )
    return archive
