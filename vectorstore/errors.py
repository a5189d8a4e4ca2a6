"""Every error the project raises on purpose, in one tree.

    RoosbotError
    ├── InputError                the caller's argument cannot be used (CLI exit code 2)
    │   └── QuestionError         an empty, oversized or unreadable question
    ├── SettingsError             a setting is unknown or has a value that cannot be used
    ├── NotFoundError             no transcript or statement has that id
    ├── ParseError                a file cannot be understood; says where
    ├── HomeError                 the data directory cannot be read or written
    │   └── LockedError           another process is writing to it
    ├── StoreError                the index failed
    │   ├── ModelMismatchError    it was made with another embedding model
    │   └── UnavailableError      the Chroma server does not answer
    ├── ModelError                a model's files are missing, damaged or of another model
    ├── GenerationError           the chat model gave no usable text
    └── RemoteError               a roosbot server cannot be used
        ├── ConnectionFailedError nobody answers at that address, or it went away
        ├── LoginError            the server refused the login
        └── VersionError          the server speaks another wire format

Each message names the thing, the value and the remedy.
"""

from __future__ import annotations


class RoosbotError(Exception):
    """The root: catch it to catch everything the project raises on purpose."""


class InputError(RoosbotError):
    """An argument cannot be used."""


class QuestionError(InputError):
    """A question is empty, too long, or holds control characters."""


class SettingsError(RoosbotError):
    """A setting is unknown, or its value cannot be used."""


class NotFoundError(RoosbotError):
    """No transcript or statement has that id."""


class ParseError(RoosbotError):
    """A file cannot be understood as a transcript.

    Attributes:
        line: 1-based line of the file, or None where lines mean nothing.
        page: 1-based page of the file, or None.
    """

    def __init__(self, message: str, *, line: int | None = None, page: int | None = None) -> None:
        place = f"line {line}: " if line else f"page {page}: " if page else ""
        super().__init__(place + message)
        self.line = line
        self.page = page


class HomeError(RoosbotError):
    """The data directory cannot be read or written."""


class LockedError(HomeError):
    """Another process is writing to the data directory."""


class StoreError(RoosbotError):
    """The index failed; the sources are kept, so it can be rebuilt."""


class ModelMismatchError(StoreError):
    """The index was made with another embedding model."""


class UnavailableError(StoreError):
    """The Chroma server does not answer."""


class ModelError(RoosbotError):
    """A model's files are missing, damaged, or belong to another model."""


class GenerationError(RoosbotError):
    """The chat model gave no usable text."""


class RemoteError(RoosbotError):
    """A roosbot server cannot be used."""


class ConnectionFailedError(RemoteError):
    """Nobody answers at that address, or the server went away."""


class LoginError(RemoteError):
    """The server refused the login."""


class VersionError(RemoteError):
    """The server speaks another version of the wire format."""
