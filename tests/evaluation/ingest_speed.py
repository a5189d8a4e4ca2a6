"""Speed of ingestion over what has to be done anyway: encoding the same texts.

`python -m tests.evaluation.ingest_speed [--interviews 1000] [--json]`
"""

from __future__ import annotations

import argparse
import json
import random
import resource
import tempfile
import time
from pathlib import Path
from typing import Any

import numpy as np

from bot.ingest import Told, ingest
from tests.evaluation.questions import load
from vectorstore.embedding import Embedder
from vectorstore.store import Store, searchable

# Interviews that are ingested, then encoded, in turn: so that a noisy machine slows both alike.
ROUND = 4


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--interviews", type=int, default=1000, help="of 100 statements each")
    parser.add_argument("--json", action="store_true", help="print one JSON object")
    arguments = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        found = ingest_speed(Path(folder), arguments.interviews)
    if arguments.json:
        print(json.dumps(found))
        return
    for name, value in found.items():
        print(f"{name:28} {value}")


def ingest_speed(folder: Path, interviews: int = 40, answers: int = 100) -> dict[str, Any]:
    """Ingest generated interviews, encode the same texts, and ingest once more.

    Returns:
        ingest_over_encode: Seconds of ingesting over seconds of bare encoding, at most 1.15.
        ingest_over_encode_processor: The same in processor time, which other programs on the
            machine disturb less.
        reingest_speedup: Seconds of ingesting over those of doing it again, at least 50.
        ingest_statements_per_second, ingest_statements, ingest_peak_mb.
    """
    files = [
        _write(folder / "files" / f"round-{n // ROUND:04}" / f"talk-{n:05}.txt", n, answers)
        for n in range(interviews)
    ]
    store = Store(folder / "home", Embedder())
    model = store.embedder.model
    model.encode(["warm"] * 64)
    ingested, encoded = np.zeros(2), np.zeros(2)
    for number, begin in enumerate(range(0, interviews, ROUND)):
        part = files[begin : begin + ROUND]
        known = set(store.lexical.stamps())
        if number % 2:
            ingested += _ingest(store, part)
        texts = [searchable(s) for path in part for s in _statements(path)]
        encoded += _timed(lambda t=texts: model.encode(t, show_progress_bar=False))
        if not number % 2:
            ingested += _ingest(store, part)
        added = set(store.lexical.stamps()) - known
        assert len(added) == len(part)
    statements = store.lexical.count() - 10
    again = min(_ingest(store, files)[0] for _ in range(3))
    store.close()
    return {
        "ingest_over_encode": round(ingested[0] / encoded[0], 3),
        "ingest_over_encode_processor": round(ingested[1] / encoded[1], 3),
        "reingest_speedup": round(ingested[0] / again, 1),
        "ingest_statements_per_second": round(statements / ingested[0], 1),
        "ingest_statements": statements,
        "ingest_peak_mb": resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024,
    }


def _ingest(store: Store, files: list[Path]) -> np.ndarray:
    return _timed(lambda: ingest(store, files, Told()))


def _statements(path: Path) -> list[Any]:
    from vectorstore.formats import parse
    from vectorstore.statement import split

    return split(parse(path.read_bytes(), path.name))


def _timed(work: Any) -> np.ndarray:
    """Seconds on the clock, and of the processor."""
    begin = np.array([time.perf_counter(), time.process_time()])
    work()
    return np.array([time.perf_counter(), time.process_time()]) - begin


def _write(path: Path, seed: int, answers: int) -> Path:
    """An interview made of the words of our evaluation questions, 10 to 90 in an answer."""
    chance = random.Random(seed)
    words = sorted({word for question in load("calibrate") for word in question.text.split()})
    turns = []
    for number in range(answers):
        said = " ".join(chance.choices(words, k=chance.randint(10, 90)))
        asked = " ".join(chance.choices(words, k=8))
        turns.append(f"Q: {asked} {number}?\n\nAda Stone: {said}.")
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(f"Interview {seed} with Ada Stone\n\n" + "\n\n".join(turns) + "\n")
    return path


if __name__ == "__main__":
    main()
