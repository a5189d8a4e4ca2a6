"""Work that comes together is done together: a model reads a batch faster than its parts."""

from __future__ import annotations

import threading
from collections.abc import Callable, Sequence
from typing import Generic, TypeVar

T = TypeVar("T")
R = TypeVar("R")

# Pieces of work done at once; what comes beyond waits for the next turn.
MOST = 64


class _Waiting(Generic[T, R]):
    """A piece of work whose thread waits for it."""

    def __init__(self, one: T) -> None:
        self.one = one
        self.result: list[R] = []
        self.alone = False


class Gathering(Generic[T, R]):
    """Takes work from threads one piece at a time, and does what has gathered in one go.

    Whoever comes while nobody is at work begins at once, alone: waiting for company would slow
    everybody down. Those who come meanwhile are done together by the first of them.
    """

    def __init__(self, most: int = MOST) -> None:
        self._most = most
        self._turn = threading.Lock()
        self._list = threading.Lock()
        self._waiting: list[_Waiting[T, R]] = []

    def do(self, one: T, work: Callable[[Sequence[T]], Sequence[R]]) -> R:
        """The result of `work` on this one, which may be done along with others.

        Args:
            one: The piece of work.
            work: Gives a result for each of several pieces, in order; the same for every caller.
                If it fails, each piece is done alone, so that only what is wrong fails.
        """
        own: _Waiting[T, R] = _Waiting(one)
        with self._list:
            self._waiting.append(own)
        while not own.result:
            with self._turn:
                if own.result:
                    break
                if own.alone:
                    [result] = work([one])
                    return result
                self._lead(work)
        return own.result[0]

    def _lead(self, work: Callable[[Sequence[T]], Sequence[R]]) -> None:
        with self._list:
            group = self._waiting[: self._most]
            del self._waiting[: self._most]
        results: Sequence[R] = ()
        try:
            results = work([waiting.one for waiting in group])
        except Exception:
            if len(group) == 1:
                raise
        finally:
            for waiting in group:
                waiting.alone = True
        for waiting, result in zip(group, results, strict=len(results) > 0):
            waiting.result.append(result)
