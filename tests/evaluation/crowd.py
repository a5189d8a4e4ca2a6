"""Many users of one server: `python -m tests.evaluation.crowd [--quick] [--json]`.

A real `roosbot serve` in a process of its own on loopback, asked by 1, 8 and 32 users at once,
each with the next of our questions; what comes together is embedded and read in one batch.
"""

from __future__ import annotations

import argparse
import itertools
import json
import os
import socket
import statistics
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import httpx

from bot import Client
from tests.evaluation.questions import load


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--quick", action="store_true", help="fewer questions")
    parser.add_argument("--json", action="store_true", help="print one JSON object")
    arguments = parser.parse_args()
    found = measured(8 if arguments.quick else 20)
    print(
        json.dumps(found) if arguments.json else "\n".join(f"{k:28} {v}" for k, v in found.items())
    )


def measured(seconds: float) -> dict[str, Any]:
    """Throughput, median and 95th percentile for 1, 8 and 32 users; ratios over one user's."""
    found: dict[str, Any] = {}
    with tempfile.TemporaryDirectory() as folder, served(Path(folder)) as (url, _):
        ask_for(url, 4, 3)
        for users in (1, 8, 32):
            begin = time.perf_counter()
            times, errors = ask_for(url, users, seconds)
            rate = len(times) / (time.perf_counter() - begin)
            found[f"crowd_{users}_per_second"] = round(rate, 2)
            found[f"crowd_{users}_p50_ms"] = round(statistics.median(times) * 1000, 1)
            found[f"crowd_{users}_p95_ms"] = round(percentile(times, 95) * 1000, 1)
            found[f"crowd_{users}_errors"] = len(errors)
    for users in (8, 32):
        ratio = found[f"crowd_{users}_per_second"] / found["crowd_1_per_second"]
        found[f"crowd_{users}_over_one"] = round(ratio, 3)
    return found


@contextmanager
def served(folder: Path, **settings: str) -> Iterator[tuple[str, int]]:
    """The address and process id of a server that is ready, with no limit on its callers."""
    with socket.create_server(("127.0.0.1", 0)) as free:
        port = free.getsockname()[1]
    environment = {
        **os.environ, "ROOSBOT_HOME": str(folder / "home"), "ROOSBOT_REQUESTS_PER_MINUTE": "0",
        **settings,
    }  # fmt: skip
    command = [sys.executable, "-m", "bot", "serve", "--no-open", "--port", str(port)]
    url = f"http://127.0.0.1:{port}"
    with (folder / "log").open("wb") as log:
        process = subprocess.Popen(command, env=environment, stdout=log, stderr=log)
    try:
        deadline = time.monotonic() + 300
        while time.monotonic() < deadline and process.poll() is None:
            try:
                if httpx.get(f"{url}/ready").status_code == 200:
                    break
            except httpx.TransportError:
                time.sleep(0.1)
        else:
            raise RuntimeError((folder / "log").read_text())
        yield url, process.pid
    finally:
        process.terminate()
        process.wait(30)


def ask_for(url: str, users: int, seconds: float) -> tuple[list[float], list[str]]:
    """Have users ask one question after the other; seconds of each reply, and errors."""
    texts = [q.text for name in ("calibrate", "test") for q in load(name)]
    questions = itertools.cycle(texts)
    times: list[float] = []
    errors: list[str] = []
    lock = threading.Lock()
    with Client(url) as client:
        client.version()
        end = time.perf_counter() + seconds

        def user() -> None:
            while time.perf_counter() < end:
                with lock:
                    question = next(questions)
                begin = time.perf_counter()
                try:
                    client.ask(question)
                except Exception as error:  # noqa: BLE001  # counted, whatever it is
                    errors.append(repr(error))
                else:
                    times.append(time.perf_counter() - begin)

        threads = [threading.Thread(target=user) for _ in range(users)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
    return times, errors


def percentile(values: list[float], per_cent: int) -> float:
    return statistics.quantiles(values, n=100)[per_cent - 1] if len(values) > 1 else values[0]


if __name__ == "__main__":
    main()
