"""Threads for coroutines: blocking work, step by step, beside the event loop's own pool."""

from __future__ import annotations

import asyncio
import contextvars
from collections.abc import AsyncGenerator, Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from typing import ParamSpec, TypeVar

T = TypeVar("T")
P = ParamSpec("P")

# Further steps wait their turn; most threads wait for a batch that their question is in, so there
# are many. The event loop's default pool (cores + 4) stays free.
THREADS = 40


class Threads:
    """A pool whose work can be cancelled between steps."""

    def __init__(self, name: str, most: int = THREADS) -> None:
        self._pool = ThreadPoolExecutor(most, thread_name_prefix=name)

    async def run(self, work: Callable[P, T], *args: P.args, **kwargs: P.kwargs) -> T:
        """Call `work` in a thread, with the caller's context variables."""
        context = contextvars.copy_context()
        loop = asyncio.get_running_loop()
        return await loop.run_in_executor(self._pool, lambda: context.run(work, *args, **kwargs))

    async def steps(self, work: Iterator[T]) -> AsyncGenerator[T]:
        """What `work` yields, each step taken in a thread.

        When the coroutine is cancelled, the step at work runs to its end in its thread, no
        further one is begun, and a generator is closed as its last reference goes.
        """
        context = contextvars.copy_context()
        loop = asyncio.get_running_loop()
        while True:
            step = await loop.run_in_executor(self._pool, context.run, _next, work)
            if not step:
                return
            yield step[0]

    def close(self) -> None:
        """Begin no further work."""
        self._pool.shutdown(wait=False, cancel_futures=True)


def _next(work: Iterator[T]) -> list[T]:
    for step in work:
        return [step]
    return []
