"""How often somebody may do something: counted in memory, for a bounded number of callers."""

from __future__ import annotations

import threading
import time
from collections import OrderedDict
from collections.abc import Callable

# Callers remembered at once; beyond that the one unheard of for longest is forgotten.
MOST_CALLERS = 10_000


class Limit:
    """Each caller's allowance, refilled evenly (a token bucket)."""

    def __init__(
        self, most: float, seconds: float, clock: Callable[[], float] = time.monotonic
    ) -> None:
        """Allow `most` at once, and as many again every `seconds`; 0 allows any number."""
        self._most = most
        self._rate = most / seconds
        self._clock = clock
        self._lock = threading.Lock()
        self._left: OrderedDict[str, tuple[float, float]] = OrderedDict()

    def wait(self, caller: str) -> float:
        """Seconds until the caller may go on; 0 for now. Takes nothing of the allowance."""
        with self._lock:
            left = self._now(caller)
            return 0.0 if not self._most or left >= 1 else (1 - left) / self._rate

    def take(self, caller: str) -> float:
        """The same as `wait`; where it is 0, one is taken of the allowance."""
        with self._lock:
            left = self._now(caller)
            if not self._most:
                return 0.0
            if left < 1:
                return (1 - left) / self._rate
            self._left[caller] = (left - 1, self._clock())
            self._left.move_to_end(caller)
            while len(self._left) > MOST_CALLERS:
                self._left.popitem(last=False)
            return 0.0

    def _now(self, caller: str) -> float:
        left, when = self._left.get(caller, (self._most, 0.0))
        return min(self._most, left + max(0.0, self._clock() - when) * self._rate)
