"""``python -m bot.reader.calibrate``: fits calibration.json on questions of its own split.

The order of statements is fitted by the likelihood of the right one (a conditional logit), the
probability that a passage answers by logistic regression (Platt 1999) over the network's log-odds,
similarity and word coverage. Both are regularised, and judged by cross-validation.

The questions come from several sources, which count alike however many questions they have: those
on the bundled interview, on the interviews of `tests/reader`, and on the written interviews that
are kept out of training.

The threshold follows from a cost: answering what nobody said costs ``--cost`` needless refusals,
so that a reply is right to answer from a confidence of cost / (1 + cost) on.
"""

from __future__ import annotations

import argparse
import hashlib
import json
import logging
import tempfile
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from functools import partial
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from bot.reader import practice
from bot.reader.calibration import FEATURES, Calibration, bundled, features, sigmoid
from bot.reader.model import sha256
from bot.reader.scoring import Network, Pair, Read
from bot.spelling import understood
from vectorstore.embedding import Embedder
from vectorstore.lexical import Filter
from vectorstore.passage import Passage
from vectorstore.retriever import retrieve_batch
from vectorstore.store import Store, source_of
from vectorstore.transcript import Transcript, Turn

log = logging.getLogger(__name__)
Array = NDArray[np.float64]
FOLDS = 5
BINS = 10
CANDIDATES = 20


@dataclass(frozen=True)
class Item:
    """A question about one transcript, and the indices of the statements that answer it."""

    transcript: str
    text: str
    right: frozenset[int]
    source: str
    far: bool = False

    @property
    def answerable(self) -> bool:
        """Whether any statement answers."""
        return bool(self.right)


@dataclass(frozen=True)
class Row:
    """A question with what was read: one row of ``judged`` and ``order`` per passage."""

    item: Item
    judged: Array
    order: Array
    right: NDArray[np.bool_]


def questions(path: Path, transcript: str) -> list[Item]:
    """The questions of a JSON Lines file: text, answerable, paragraphs, kind."""
    lines = path.read_text(encoding="utf-8").splitlines()
    return [
        Item(
            transcript,
            line["text"],
            frozenset(line["paragraphs"] if line["answerable"] else ()),
            "bundled",
            far=line.get("kind", "") in {"far", "off_topic", "outside"},
        )
        for line in map(json.loads, lines)
    ]


def interview(written: practice.Interview, source: str) -> tuple[Transcript, list[Item]]:
    """A written interview as a transcript, with its questions."""
    text, turns, asked = "", [], ""
    for question, words in written.statements:
        for said, role in ((question, "interviewer"), (words, "interviewee")):
            if role == "interviewer" and said == asked:
                continue
            speaker = "Q" if role == "interviewer" else written.name
            turns.append(Turn(speaker, role, len(text), len(text) + len(said)))  # type: ignore[arg-type]
            text += said + "\n\n"
        asked = question
    transcript = Transcript.of(written.name, written.name, text, tuple(turns))
    return transcript, [
        Item(transcript.id, q.text, frozenset(q.at), source) for q in written.questions
    ]


def rows(store: Store, network: Network, items: Sequence[Item]) -> list[Row]:
    """Retrieve and read for every question, inside its own transcript."""
    found: list[Row] = []
    for transcript in dict.fromkeys(item.transcript for item in items):
        own = [item for item in items if item.transcript == transcript]
        ids = [s.id for s in store.lexical.statements(transcript)]
        retrieve = partial(_retrieve, store, Filter(transcripts=(transcript,)))
        meant = understood([i.text for i in own], retrieve)
        pairs = [
            [Pair(text, p.statement.question, p.statement.text) for p in ps] for text, ps in meant
        ]
        reads = iter(network.score([pair for part in pairs for pair in part]))
        for item, part, (_, ps) in zip(own, pairs, meant, strict=True):
            found.append(_row(item, part, ps, [next(reads) for _ in part], ids))
    return found


def _retrieve(
    store: Store, only: Filter, _: Sequence[int], texts: Sequence[str]
) -> list[list[Passage]]:
    return retrieve_batch(store, texts, CANDIDATES, only)


def _row(
    item: Item,
    pairs: Sequence[Pair],
    ps: Sequence[Passage],
    reads: Sequence[Read],
    ids: Sequence[str],
) -> Row:
    most = max(p.lexical for p in ps) or 1.0
    judged = np.array([features(a, r, p.dense) for a, r, p in zip(pairs, reads, ps, strict=True)])
    more = np.array([(r.ranks, p.lexical / most) for r, p in zip(reads, ps, strict=True)])
    right = np.array([ids.index(p.statement.id) in item.right for p in ps])
    return Row(item, judged, np.hstack([judged, more]), right)


def fit_order(rows: Sequence[Row], ridge: float = 0.3) -> Array:
    """Weights under which the right statements come first, by a conditional logit."""
    from scipy.optimize import minimize  # type: ignore[import-untyped]

    known = [r for r in rows if r.right.any()]
    scale, counts = np.vstack([r.order for r in known]).std(0) + 1e-9, shares(known)

    def loss(weights: Array) -> float:
        total = ridge * float(weights @ weights)
        for row, count in zip(known, counts, strict=True):
            scores = row.order / scale @ weights
            top = scores.max()
            every = np.log(np.exp(scores - top).sum())
            total -= count * (np.log(np.exp(scores[row.right] - top).sum() + 1e-12) - every)
        return float(total)

    bounds = [(0.0, None)] * rows[0].order.shape[1]
    found = minimize(loss, np.full(len(scale), 0.5), bounds=bounds, method="L-BFGS-B")
    return np.asarray(found.x / scale)


def fit_weights(rows: Sequence[Row], strength: float = 0.3) -> tuple[Array, float]:
    """Weights and bias of the log-odds that a question's best passage answers it."""
    from sklearn.linear_model import LogisticRegression  # type: ignore[import-untyped]

    weights, bias = np.array([1.0, 0.3, 0.3, 0.0, 0.0]), 0.0
    labels, counts = np.array([r.item.answerable for r in rows]), shares(rows)
    for _ in range(4):
        best = np.array([r.judged[int(np.argmax(r.judged @ weights))] for r in rows])
        mean, scale = best.mean(0), best.std(0) + 1e-9
        model = LogisticRegression(C=strength, max_iter=1000)
        model.fit((best - mean) / scale, labels, sample_weight=counts)
        weights = np.maximum(model.coef_[0], 0.0) / scale
        model = LogisticRegression(C=1e3)
        model.fit((best @ weights)[:, None], labels, sample_weight=counts)
        weights, bias = weights * model.coef_[0][0], float(model.intercept_[0])
    return weights, bias


def shares(rows: Sequence[Row]) -> Array:
    """A weight for each question under which all sources count alike, 1 on average."""
    sources = [r.item.source for r in rows]
    size = {source: sources.count(source) for source in sources}
    return np.array([len(rows) / (len(size) * size[source]) for source in sources])


def confidences(rows: Sequence[Row], weights: Array, bias: float) -> Array:
    """The best passage's probability for each question."""
    return np.array([sigmoid(float((r.judged @ weights).max() + bias)) for r in rows])


def cross_validated(rows: Sequence[Row], seed: int = 0) -> Array:
    """Confidence of every question, by numbers that were fitted without it."""
    part = np.random.default_rng(seed).permutation(len(rows)) % FOLDS
    found = np.zeros(len(rows))
    for fold in range(FOLDS):
        fitted = fit_weights([r for r, p in zip(rows, part, strict=True) if p != fold])
        held = np.flatnonzero(part == fold)
        found[held] = confidences([rows[int(i)] for i in held], *fitted)
    return found


def ece(confidence: Array, labels: NDArray[np.bool_]) -> float:
    """Expected calibration error over equal-width bins (Guo et al. 2017)."""
    bins = np.minimum((confidence * BINS).astype(int), BINS - 1)
    gaps = [
        (bins == b).mean() * abs(confidence[bins == b].mean() - labels[bins == b].mean())
        for b in range(BINS)
        if (bins == b).any()
    ]
    return float(sum(gaps))


def fit(rows: Sequence[Row], model: str, data: str, cost: float) -> Calibration:
    """All fitted numbers, with figures in the log."""
    from sklearn.metrics import roc_auc_score  # type: ignore[import-untyped]

    weights, bias = fit_weights(rows)
    held = cross_validated(rows)
    labels = np.array([r.item.answerable for r in rows])
    order = fit_order(rows)
    threshold = cost / (1 + cost)
    first = np.array([r.right[int(np.argmax(r.order @ order))] for r in rows])
    said = held >= threshold
    for source in dict.fromkeys(r.item.source for r in rows):
        own = np.array([r.item.source == source for r in rows])
        log.info(
            "%s: %d questions; right first %.3f (fitted on all); cross-validated: AUROC %.3f, "
            "answered %.3f, refused %.3f, calibration error %.3f", source, own.sum(),
            np.mean(first[own & labels]), roc_auc_score(labels[own], held[own]),
            said[own & labels].mean(), (~said[own & ~labels]).mean(), ece(held[own], labels[own]),
        )  # fmt: skip
    cosine = np.array([r.judged[:, 3].max() for r in rows])
    return Calibration(
        model=model,
        data=data,
        date=datetime.now(UTC).date().isoformat(),
        weights=tuple(round(float(w), 5) for w in weights),
        bias=round(bias, 5),
        order=tuple(round(float(w), 5) for w in order),
        threshold=round(threshold, 4),
        topic=round(float(np.quantile(cosine[labels], 0.02)), 4),
        cost=f"answering what nobody said costs {cost:g} times a needless refusal",
        ece=round(ece(held, labels), 4),
    )


def digest(rows: Sequence[Row]) -> str:
    """SHA-256 of the questions and the places of their answers."""
    told = [(r.item.source, r.item.transcript, r.item.text, sorted(r.item.right)) for r in rows]
    return hashlib.sha256(json.dumps(told).encode()).hexdigest()


def collect(paths: Sequence[Path], network: Network) -> list[Row]:
    """Rows for the questions of ``paths``, over a store that is made for it."""
    with tempfile.TemporaryDirectory() as folder:
        store = Store(Path(folder), Embedder())
        (own,) = store.sources.stamps()
        items: list[Item] = []
        made = [interview(one, "written") for one in practice.load("kept")]
        for path in paths:
            if path.suffix == ".jsonl":
                items += questions(path, own)
                continue
            written = practice.parse(path.read_text(encoding="utf-8"))
            made += [interview(one, path.name) for one in written]
        store.put([source_of(t, t.text.encode(), f"{t.id}.txt") for t, _ in made])
        items += [item for _, part in made for item in part]
        found = rows(store, network, items)
        store.close()
    return found


def main(argv: Sequence[str] | None = None) -> int:
    """Command line."""
    parser = argparse.ArgumentParser(prog="python -m bot.reader.calibrate", description=__doc__)
    parser.add_argument("--questions", type=Path, nargs="+", default=[
        Path("tests/evaluation/questions/calibrate.jsonl"), Path("tests/reader/interviews.txt"),
    ], help=".jsonl on the bundled interview, .txt as practice.txt")  # fmt: skip
    parser.add_argument("--weights", type=Path, default=bundled() / "weights.safetensors")
    parser.add_argument("--cost", type=float, default=0.72)
    args = parser.parse_args(argv)
    logging.basicConfig(level=logging.INFO, format="%(message)s")
    found = collect(args.questions, Network(args.weights))
    fitted = fit(found, sha256(args.weights), digest(found), args.cost)
    target = args.weights.with_name("calibration.json")
    replace(fitted).write(target)
    log.info("%s: %s", target, dict(zip(FEATURES, fitted.weights, strict=True)))
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
