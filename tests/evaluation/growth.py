"""How asking changes as interviews grow: `python -m tests.evaluation.growth [--quick] [--json]`.

One store grows to 1,000, 10,000 and 100,000 statements. The texts recombine the bundled
interview's sentences; their vectors are mixtures of those sentences' real vectors with noise, so
that growth is measured without hours of embedding. Questions are embedded by the real model.
"""

from __future__ import annotations

import argparse
import json
import os
import random
import resource
import statistics
import tempfile
import time
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import numpy as np

from bot import InterviewBot
from tests.evaluation.crowd import percentile
from tests.evaluation.questions import load
from vectorstore.embedding import Embedder
from vectorstore.lexical import Filter
from vectorstore.statement import sentences
from vectorstore.store import Store, source_of
from vectorstore.transcript import Transcript, Turn

SIZES = (1_000, 10_000, 100_000)
EACH = 200


class Mixing(Embedder):
    """The bundled model for questions; statements get mixtures of known vectors."""

    def __init__(self) -> None:
        super().__init__()
        self.known: np.ndarray = np.empty((0, 0), dtype=np.float32)
        self._chance = np.random.default_rng(8)

    def embed_statements(self, texts: Sequence[str]) -> np.ndarray:
        if not len(self.known):
            return super().embed_statements(texts)
        weights = self._chance.dirichlet([0.3] * 3, len(texts)).astype(np.float32)
        parts = self.known[self._chance.integers(0, len(self.known), (len(texts), 3))]
        made = (weights[:, :, None] * parts).sum(axis=1)
        made /= np.linalg.norm(made, axis=1, keepdims=True)
        noise = self._chance.normal(0, 0.6 / made.shape[1] ** 0.5, made.shape)
        made = (made + noise).astype(np.float32)
        return made / np.linalg.norm(made, axis=1, keepdims=True)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--quick", action="store_true", help="1,000 and 5,000 statements")
    parser.add_argument("--sizes", type=int, nargs="+", default=SIZES)
    parser.add_argument("--json", action="store_true", help="print one JSON object")
    arguments = parser.parse_args()
    found = measured((1_000, 5_000) if arguments.quick else tuple(arguments.sizes))
    print(
        json.dumps(found) if arguments.json else "\n".join(f"{k:28} {v}" for k, v in found.items())
    )


def measured(sizes: Sequence[int]) -> dict[str, Any]:
    """For each size: time of an ask, of the search in it, recall, memory and disk."""
    found: dict[str, Any] = {}
    with tempfile.TemporaryDirectory() as folder:
        home, embedder = Path(folder) / "home", Mixing()
        store = Store(home, embedder)
        words = [
            statement.text[start:end]
            for transcript in store.transcripts()
            for statement in store.statements(transcript.id)
            for start, end in sentences(statement.text)
        ]
        embedder.known = Embedder.embed_statements(embedder, words)
        bot = InterviewBot(home)
        bot._store = store
        questions = [q.text for q in load("calibrate")]
        asked = embedder.embed_queries(questions)
        begin, made = time.perf_counter(), 0
        for size in sizes:
            while store.lexical.count() < size:
                made += 1
                grow(store, words, made, min(20, 1 + (size - store.lexical.count()) // EACH))
            seconds = time.perf_counter() - begin
            found |= {f"growth_{size}_{name}": value for name, value in looked(
                bot, questions, asked, home).items()}  # fmt: skip
            found[f"growth_{size}_build_seconds"] = round(seconds, 1)
        first, last = sizes[0], sizes[-1]
        ratio = found[f"growth_{last}_ask_p50_ms"] / found[f"growth_{first}_ask_p50_ms"]
        found["growth_ask_p50_last_over_first"] = round(ratio, 3)
        bot.close()
    return found


def grow(store: Store, words: Sequence[str], seed: int, interviews: int) -> None:
    """Put interviews of `EACH` statements into the store."""
    chance = random.Random(seed)
    sources = []
    for number in range(interviews):
        text, turns = "", []
        for _ in range(EACH):
            said = " ".join(chance.choices(words, k=3))
            turns.append(Turn(f"Speaker {number}", "interviewee", len(text), len(text) + len(said)))
            text += said + "\n\n"
        name = f"grown-{seed}-{number}"
        transcript = Transcript.of(name, name, text, tuple(turns))
        sources.append(source_of(transcript, text.encode(), f"{name}.txt"))
    store.put(sources)


def looked(
    bot: InterviewBot, questions: Sequence[str], asked: np.ndarray, home: Path
) -> dict[str, Any]:
    store = bot.store
    for question in questions[:5]:
        bot.ask(question)
    asks = [timed(lambda q=q: bot.ask(q)) for q in questions[5:45]]
    searches = [timed(lambda q=q: bot.search(q, 20)) for q in questions[5:45]]
    lexical = [timed(lambda q=q: store.lexical.search(q, 50, Filter())) for q in questions[5:45]]
    ids, rows = [], []
    for statements, vectors in store.lexical.vectors(4096):
        ids += [s.id for s, _ in statements]
        rows.append(vectors)
    exact = np.argsort(-(asked @ np.concatenate(rows).T), axis=1)[:, :20]
    near = store.vectors.nearest(asked, 20, None)
    recalls = [
        len({i for i, _ in row} & {ids[n] for n in best}) / 20
        for row, best in zip(near, exact, strict=True)
    ]
    disk = sum(path.stat().st_size for path in home.rglob("*") if path.is_file())
    index = sum(p.stat().st_size for p in (home / "index").rglob("*") if p.is_file())
    pages = int(Path("/proc/self/statm").read_text().split()[1])
    return {
        "statements": store.lexical.count(),
        "ask_p50_ms": round(statistics.median(asks) * 1000, 1),
        "ask_p95_ms": round(percentile(asks, 95) * 1000, 1),
        "search_p50_ms": round(statistics.median(searches) * 1000, 1),
        "search_p95_ms": round(percentile(searches, 95) * 1000, 1),
        "bm25_p50_ms": round(statistics.median(lexical) * 1000, 1),
        "recall_at_20": round(statistics.mean(recalls), 4),
        "memory_mb": round(pages * os.sysconf("SC_PAGE_SIZE") / 1e6),
        "peak_memory_mb": round(resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1000),
        "disk_mb": round(disk / 1e6, 1),
        "index_bytes_per_statement": round(index / store.lexical.count()),
    }


def timed(work: Any) -> float:
    begin = time.perf_counter()
    work()
    return time.perf_counter() - begin


if __name__ == "__main__":
    main()
