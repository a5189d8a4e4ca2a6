"""A home directory: its layout, and the lock that its one writer holds."""

from __future__ import annotations

import json
import logging
import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from filelock import FileLock, Timeout

from vectorstore.errors import HomeError, LockedError

log = logging.getLogger(__name__)

# Raised when the kept sources are laid out anew; an index's layout is its own affair.
LAYOUT = 1

_MARK = "home.json"
_REMEDY = "set ROOSBOT_HOME to a folder that can be read and written"


class Home:
    """The directory that a store lives in."""

    def __init__(self, folder: Path, patience: float) -> None:
        """Make the directory, or check the one that is there.

        Args:
            folder: The directory.
            patience: Seconds to wait for another process that writes.

        Raises:
            HomeError: It cannot be used, or a later version has made it.
        """
        self.folder = folder
        self._patience = patience
        try:
            folder.mkdir(parents=True, exist_ok=True)
            os.listdir(folder)
        except OSError as error:
            raise HomeError(f"the home {folder} cannot be used: {error}; {_REMEDY}") from error
        self._lock = FileLock(folder / "lock")
        self.begun()

    def begun(self) -> bool:
        """Whether somebody has finished setting it up.

        Raises:
            HomeError: A later version has.
        """
        try:
            layout = json.loads((self.folder / _MARK).read_bytes())["layout"]
        except FileNotFoundError:
            return False
        except (OSError, ValueError, KeyError, TypeError) as error:
            log.warning("%s is damaged (%s) and will be written anew", self.folder / _MARK, error)
            return False
        if layout != LAYOUT:
            raise HomeError(
                f"the home {self.folder} has layout {layout}, and this version of roosbot knows "
                f"layout {LAYOUT}; upgrade roosbot, or choose another ROOSBOT_HOME"
            )
        return True

    def begin(self) -> None:
        """Note that it is set up."""
        from vectorstore.sources import write_whole

        try:
            write_whole(self.folder / _MARK, json.dumps({"layout": LAYOUT}).encode())
        except OSError as error:
            raise self._unwritable(error) from error

    @contextmanager
    def writing(self, *, wait: bool = True) -> Iterator[None]:
        """Hold the home's lock: one writer at a time, of all threads and processes.

        Raises:
            LockedError: Another one did not finish in time, or at once where not to wait.
        """
        try:
            self._acquire(wait)
        except OSError as error:
            raise self._unwritable(error) from error
        try:
            yield
        finally:
            self._lock.release()

    def _acquire(self, wait: bool) -> None:
        try:
            self._lock.acquire(timeout=0)
            return
        except Timeout as error:
            if not wait:
                raise LockedError(f"another process is writing to {self.folder}") from error
        log.warning("another process is writing to %s; waiting for it to finish", self.folder)
        try:
            self._lock.acquire(timeout=self._patience)
        except Timeout as error:
            raise LockedError(
                f"another process has been writing to {self.folder} for {self._patience:.0f} s; "
                "wait for it, or end it"
            ) from error

    def _unwritable(self, error: OSError) -> HomeError:
        return HomeError(f"the home {self.folder} cannot be written: {error}; {_REMEDY}")
