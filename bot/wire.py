"""What crosses the wire between a server and its clients: results and errors, as JSON values."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from bot.reply import WIRE_VERSION
from vectorstore.errors import RemoteError, RoosbotError, VersionError

# Each is an endpoint of the same name, and a method of `InterviewBot` and of `Client`.
VERBS = (
    "ask", "stream", "batch", "search", "transcripts", "transcript", "statements", "statement",
    "version",
)  # fmt: skip


def wrapped(result: Any) -> dict[str, Any]:
    """A result as it is sent."""
    return {"version": WIRE_VERSION, "result": result}


def failed(error: RoosbotError) -> dict[str, Any]:
    """An error as it is sent."""
    return {"version": WIRE_VERSION, "error": type(error).__name__, "message": str(error)}


def unwrapped(data: Any, server: str) -> Any:
    """The result that was sent, or the error raised as the server raised it.

    Raises:
        VersionError: The server speaks another version.
        RemoteError: What came is not ours at all.
        RoosbotError: The error that was sent; its type and message are the server's.
    """
    if not isinstance(data, Mapping) or "version" not in data:
        raise RemoteError(f"what {server} sent is no reply of a roosbot server")
    if data["version"] != WIRE_VERSION:
        raise VersionError(
            f"{server} speaks version {data['version']} of the wire format, and this client "
            f"version {WIRE_VERSION}; install the same version of roosbot on both sides"
        )
    if "error" in data:
        raise _error(str(data["error"]), str(data.get("message", "")))
    return data.get("result")


def _error(name: str, message: str) -> RoosbotError:
    for kind in _tree(RoosbotError):
        if kind.__name__ == name:
            return kind(message)
    return RemoteError(f"{name}: {message}")


def _tree(root: type[RoosbotError]) -> Iterator[type[RoosbotError]]:
    yield root
    for kind in root.__subclasses__():
        yield from _tree(kind)
