"""A server under steady load: `python -m tests.evaluation.soak [--quick] [--json]`.

Five minutes (30 s with --quick) of mixed calls by eight users at saturation, after a warm-up under
the same load that ends when memory has settled, or at its limit. The growth is not a difference of
two looks, which a single garbage collection decides, but the Theil-Sen slope of a look a second
(the median of the slopes between all pairs of looks) over the whole time.
"""

from __future__ import annotations

import argparse
import json
import os
import random
import statistics
import sys
import tempfile
import threading
import time
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor, wait
from dataclasses import dataclass
from itertools import combinations
from pathlib import Path
from typing import Any

from bot import Client
from tests.evaluation.crowd import served
from tests.evaluation.questions import load

USERS = 8

# The bar: growth of memory in the time that is measured.
MOST_GROWTH = 0.05

# Seconds of warm-up at most, and looks from which it is told whether memory has settled: code paths
# are imported, and kernels compiled for shapes of batches, when they are first met.
WARM_UP = 120
SETTLED = 15


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--quick", action="store_true", help="30 seconds")
    parser.add_argument("--seconds", type=float, default=300)
    parser.add_argument("--json", action="store_true", help="print one JSON object")
    arguments = parser.parse_args()
    found = measured(30 if arguments.quick else arguments.seconds)
    print(
        json.dumps(found) if arguments.json else "\n".join(f"{k:28} {v}" for k, v in found.items())
    )
    leaked = found["soak_threads"][1] > found["soak_threads"][0] + USERS
    opened = found["soak_open_files"][1] > found["soak_open_files"][0] + 2 * USERS
    grew = found["soak_memory_growth"] > MOST_GROWTH
    sys.exit(bool(found["soak_errors"]) or grew or leaked or opened)


def measured(seconds: float) -> dict[str, Any]:
    """Calls, errors, and what grew after the warm-up."""
    with tempfile.TemporaryDirectory() as folder, served(Path(folder)) as (url, process):
        warm = under_load(url, process, WARM_UP, settled)
        before = state(process)
        load = under_load(url, process, seconds)
        after = state(process)
    level, slope = load.looks[0], theil_sen(load.looks)
    grown = slope * (len(load.looks) - 1)
    return {
        "soak_seconds": seconds,
        "soak_warm_up_seconds": len(warm.looks),
        "soak_calls": load.calls,
        "soak_errors": len(load.errors) + len(warm.errors),
        "soak_first_errors": [*warm.errors, *load.errors][:3],
        "soak_memory_mb": [round(at / 1e6) for at in (warm.looks[0], level, load.looks[-1])],
        "soak_memory_growth": round(grown / level, 4),
        "soak_kb_per_call": round(grown / max(load.calls, 1) / 1e3, 1),
        "soak_threads": [before["threads"], after["threads"]],
        "soak_open_files": [before["files"], after["files"]],
    }


@dataclass(frozen=True)
class Load:
    """What happened under load: calls that ended, errors, and the memory in bytes each second."""

    calls: int
    errors: list[str]
    looks: list[int]


def under_load(
    url: str, process: int, seconds: float, enough: Callable[[list[int]], bool] | None = None
) -> Load:
    """Mixed calls for so long, or until there were enough looks at the memory."""
    stop, looks = threading.Event(), [memory(process)]
    with ThreadPoolExecutor(1) as pool:
        calling = pool.submit(mixed, url, seconds, stop)
        while not wait([calling], 1).done:
            looks.append(memory(process))
            if enough and enough(looks):
                stop.set()
        return Load(*calling.result(), looks)


def settled(looks: list[int]) -> bool:
    """Whether the latest looks would, going on like that, stay well below the bar for 30 s."""
    latest = looks[-SETTLED:]
    if len(looks) < 2 * SETTLED:
        return False
    return theil_sen(latest) * 30 / latest[0] < MOST_GROWTH / 2


def theil_sen(looks: Sequence[float]) -> float:
    """Growth from a look to the next: the median slope between two (Sen 1968)."""
    pairs = combinations(range(len(looks)), 2)
    return statistics.median((looks[j] - looks[i]) / (j - i) for i, j in pairs)


def memory(process: int) -> int:
    """Bytes of memory that a process has."""
    pages = int(Path(f"/proc/{process}/statm").read_text().split()[1])
    return pages * os.sysconf("SC_PAGE_SIZE")


def state(process: int) -> dict[str, int]:
    """Threads and open files of a process that has been left alone for a moment."""
    time.sleep(2)
    return {name: len(os.listdir(f"/proc/{process}/{at}"))
            for name, at in (("threads", "task"), ("files", "fd"))}  # fmt: skip


def mixed(url: str, seconds: float, stop: threading.Event) -> tuple[int, list[str]]:
    """Asks, streams, searches, batches and reads of transcripts; how many, and errors."""
    texts = [q.text for q in load("calibrate")]
    errors: list[str] = []
    counts = [0] * USERS
    with Client(url) as client:
        client.version()
        end = time.monotonic() + seconds

        def user(number: int) -> None:
            chance = random.Random(number)
            while time.monotonic() < end and not stop.is_set():
                question = chance.choice(texts)
                calls = (
                    lambda q=question: client.ask(q),
                    lambda q=question: client.ask(q, history=[{"role": "user", "content": q}]),
                    lambda q=question: list(client.stream(q)),
                    lambda q=question: client.search(q, 10),
                    lambda q=question: client.batch([q, "Why?"]),
                    client.transcripts,
                )
                try:
                    chance.choices(calls, (6, 2, 2, 2, 1, 1))[0]()
                except Exception as error:  # noqa: BLE001  # counted, whatever it is
                    errors.append(repr(error))
                counts[number] += 1

        threads = [threading.Thread(target=user, args=(n,)) for n in range(USERS)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
    return sum(counts), errors


if __name__ == "__main__":
    main()
