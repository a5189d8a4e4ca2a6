"""Which files there are to read, and reading them: nothing but regular files of bounded size."""

from __future__ import annotations

import os
import stat
from collections.abc import Iterator, Sequence
from pathlib import Path

from vectorstore.errors import InputError

# The longest interview in text is under a megabyte; a scanned PDF has some tens.
LARGEST = 64 * 1024 * 1024


class Refused(InputError):
    """A path that is not read, and why."""

    def __init__(self, path: str, reason: str) -> None:
        super().__init__(reason)
        self.path = path
        self.reason = reason


def gather(paths: Sequence[str | Path]) -> tuple[list[tuple[Path, int]], list[Refused]]:
    """The files to read with their sizes, each once, and the paths that are not read.

    Of a folder the files count whose suffix a parser knows, hidden ones excepted. What leads out
    of the given folder by a symbolic link is refused.

    Raises:
        InputError: `paths` is one string or no path is given.
    """
    if isinstance(paths, str | Path) or not paths:
        raise InputError("give a list of files and folders, such as ['interviews/']")
    found: dict[Path, tuple[Path, int]] = {}
    refused: list[Refused] = []
    for given in paths:
        for candidate in _candidates(Path(given).expanduser()):
            try:
                if isinstance(candidate, Refused):
                    raise candidate
                size = _size(candidate)
                found.setdefault(real(candidate), (candidate, size))
            except Refused as one:
                refused.append(one)
    return list(found.values()), refused


def real(path: Path) -> Path:
    """Where a path leads, links followed; `Path.resolve` raises on a link to itself."""
    return Path(os.path.realpath(path))


def read_file(path: Path) -> bytes:
    """A regular file's bytes.

    Raises:
        Refused: It is none, is too large, or cannot be read.
    """
    try:
        # Without O_NONBLOCK a pipe in the file's place would be waited for.
        handle = os.open(path, os.O_RDONLY | getattr(os, "O_NONBLOCK", 0))
        with os.fdopen(handle, "rb") as file:
            _check(path, os.fstat(handle))
            return file.read(LARGEST + 1)
    except OSError as error:
        raise Refused(str(path), f"it cannot be read: {error.strerror}") from error


def _candidates(path: Path) -> Iterator[Path | Refused]:
    try:
        is_folder = path.is_dir()
    except (OSError, ValueError) as error:
        yield Refused(str(path), f"it cannot be looked up: {error}")
        return
    if not is_folder:
        yield path
        return
    root = real(path)
    unreadable: list[OSError] = []
    for folder, folders, names in os.walk(path, onerror=unreadable.append):
        folders[:] = sorted(name for name in folders if not name.startswith("."))
        for name in folders:
            yield from _link(Path(folder, name), root)
        for name in sorted(names):
            file = Path(folder, name)
            if not name.startswith(".") and _is_known(file):
                leading_out = list(_link(file, root))
                yield leading_out[0] if leading_out else file
    for failure in unreadable:
        yield Refused(str(failure.filename), f"the folder cannot be read: {failure.strerror}")


def _link(path: Path, root: Path) -> Iterator[Refused]:
    """Why a symbolic link is not followed, if it leads out of the given folder."""
    if path.is_symlink() and not real(path).is_relative_to(root):
        yield Refused(
            str(path), f"it is a link that leads out of {root}; name its target to have it read"
        )


def _is_known(path: Path) -> bool:
    from vectorstore.formats import SUFFIXES

    return path.suffix.lower() in SUFFIXES


def _size(path: Path) -> int:
    try:
        status = path.stat()
    except (OSError, ValueError) as error:
        reason = getattr(error, "strerror", None) or str(error)
        raise Refused(str(path), f"there is no such file: {reason}") from error
    _check(path, status)
    return status.st_size


def _check(path: Path, status: os.stat_result) -> None:
    if not stat.S_ISREG(status.st_mode):
        raise Refused(str(path), "it is no regular file but a device, a pipe or a socket")
    if status.st_size > LARGEST:
        raise Refused(
            str(path),
            f"it has {status.st_size / 2**20:,.0f} MB; an interview has at most "
            f"{LARGEST / 2**20:,.0f} MB",
        )
