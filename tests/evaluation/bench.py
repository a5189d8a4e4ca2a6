"""Speed, measured as ratios in one run: `python -m tests.evaluation.bench [--quick] [--json]`.

Each ratio is over something that has to be done anyway, timed in turn with it, so that a noisy
machine slows both alike; the median of the rounds is given with the quartiles.
"""

from __future__ import annotations

import argparse
import json
import os
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from bot import InterviewBot
from tests.evaluation import crowd, growth, peers, plots
from tests.evaluation.ingest_speed import ingest_speed
from tests.evaluation.questions import load
from vectorstore.retriever import retrieve

RESULTS = Path(__file__).with_name("results")


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--quick", action="store_true", help="fewer rounds, smaller sets")
    parser.add_argument("--json", action="store_true", help="print one JSON object")
    parser.add_argument("--keep", action="store_true", help="keep figures and plots, by commit")
    arguments = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder, InterviewBot(Path(folder) / "home") as bot:
        rounds = 20 if arguments.quick else 100
        found: dict[str, Any] = {
            **asking(bot, rounds),
            "batch_speedup": batch_speedup(bot, 1 if arguments.quick else 3),
            "cold_start_over_import": cold_start(Path(folder), 1 if arguments.quick else 5),
        }
        found |= ingest_speed(Path(folder) / "ingest", 8 if arguments.quick else 100)
    found |= crowd.measured(5 if arguments.quick else 20)
    found |= peers.measured(20 if arguments.quick else None)
    if not arguments.quick:
        found |= growth.measured(growth.SIZES)
    if arguments.keep:
        keep(found)
    if arguments.json:
        print(json.dumps(found))
        return
    for name, value in found.items():
        print(f"{name:28} {value}")


def keep(found: dict[str, Any]) -> None:
    """Write the figures and their picture under the commit they were measured at."""
    commit = subprocess.run(
        ["git", "rev-parse", "--short", "HEAD"], capture_output=True, text=True, check=False
    ).stdout.strip()
    path = RESULTS / f"{commit or 'uncommitted'}-bench.json"
    RESULTS.mkdir(exist_ok=True)
    record = {"date": datetime.now(UTC).date().isoformat(), "figures": found}
    path.write_text(json.dumps(record, indent=1) + "\n")
    plots.draw(found, RESULTS / "bench.png")


def asking(bot: InterviewBot, rounds: int) -> dict[str, Any]:
    """A warm ask over its bare model time, and the milliseconds that reading adds."""
    questions = [q.text for q in load("calibrate")][:rounds]
    for question in questions[:5]:
        bot.ask(question)
    asks, floors, searches, reads = [], [], [], []
    for question in questions:
        passages = retrieve(bot.store, question, bot.settings.candidates)
        asks.append(_timed(lambda q=question: bot.ask(q)))
        embed = _timed(lambda q=question: bot.store.embedder.embed_queries([q]))
        reads.append(_timed(lambda q=question, p=passages: bot.reader.read(q, p)))
        floors.append(embed + reads[-1])
        searches.append(_timed(lambda q=question: retrieve(bot.store, q, 20)))
    ratios = [a / f for a, f in zip(asks, floors, strict=True)]
    return {
        "ask_over_floor": _median(ratios),
        "ask_over_floor_quartiles": _quartiles(ratios),
        "ask_ms": _median(asks) * 1000,
        "retrieve_ms": _median(searches) * 1000,
        "read_ms": _median(reads) * 1000,
    }


def batch_speedup(bot: InterviewBot, rounds: int) -> float:
    """Throughput of 100 questions at once over a loop."""
    questions = [q.text for q in load("calibrate")][:100]
    ratios = []
    for _ in range(rounds):
        together = _timed(lambda: bot.batch(questions))
        ratios.append(_timed(lambda: [bot.ask(q) for q in questions]) / together)
    return _median(ratios)


def cold_start(folder: Path, rounds: int) -> float:
    """`roosbot ask` in a fresh process over importing sentence_transformers in one."""
    environment = {**os.environ, "ROOSBOT_HOME": str(folder / "cold")}
    ask = [sys.executable, "-m", "bot", "ask", "What worries him?"]
    floor = [sys.executable, "-c", "import sentence_transformers"]

    def run(command: list[str]) -> float:
        return _timed(
            lambda: subprocess.run(command, env=environment, capture_output=True, check=False)
        )

    run(ask)
    return _median([run(ask) / run(floor) for _ in range(rounds)])


def _timed(work: Callable[[], object]) -> float:
    begin = time.perf_counter()
    work()
    return time.perf_counter() - begin


def _median(values: list[float]) -> float:
    return round(statistics.median(values), 4)


def _quartiles(values: list[float]) -> list[float]:
    low, _, high = statistics.quantiles(values, n=4)
    return [round(low, 3), round(high, 3)]


if __name__ == "__main__":
    main()
