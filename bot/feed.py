"""Gradio's event stream, read line by line until the reply is whole or time is up."""

from __future__ import annotations

import json
import time
from typing import Any

from bot.wire import unwrapped
from vectorstore.errors import ConnectionFailedError, RemoteError


class Feed:
    """One call's results on their way.

    Attributes:
        begun: Whether a result has come.
        whole: Whether all have.
    """

    def __init__(self, server: str, deadline: float, timeout: float) -> None:
        self._server = server
        self._deadline = deadline
        self._timeout = timeout
        self._kind = ""
        self.begun = False
        self.whole = False

    def left(self) -> float:
        """Seconds until the deadline, above 0.

        Raises:
            ConnectionFailedError: It has passed.
        """
        left = self._deadline - time.monotonic()
        if left <= 0:
            raise self.late()
        return left

    def take(self, line: str) -> list[Any]:
        """The results that a line completes: one or none.

        Raises:
            RoosbotError: As the server raised it.
            ConnectionFailedError: The server is stopping, or the deadline has passed.
            RemoteError: The server failed in a way of its own.
        """
        self.left()
        name, _, value = line.partition(": ")
        if name == "event":
            self._kind = value
        if name != "data" or self._kind == "heartbeat":
            return []
        data = json.loads(value)
        if self._kind == "error":
            raise self._failure(data)
        # A generator's last result comes a second time when it is complete.
        again = self._kind == "complete" and self.begun
        self.whole, self.begun = self._kind == "complete", True
        return [] if again else [unwrapped(data[0] if data else None, self._server)]

    def cut(self) -> ConnectionFailedError:
        """The error for a stream that ended too early."""
        return ConnectionFailedError(
            f"{self._server} went away before the reply was whole; ask again when it is back"
        )

    def late(self) -> ConnectionFailedError:
        """The error for a deadline that has passed."""
        return ConnectionFailedError(
            f"{self._server} did not answer within {self._timeout:g} s; ask again, or give the "
            "client a longer timeout"
        )

    def _failure(self, data: Any) -> RemoteError:
        # A text comes from the server's machinery as it stops; our own errors come as results.
        if isinstance(data, str):
            return self.cut()
        said = data.get("error") if isinstance(data, dict) else None
        return RemoteError(f"{self._server} failed{f': {said}' if said else ''}; see its log")
