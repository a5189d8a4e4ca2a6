"""Figures over judged questions, each with a bootstrap interval."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np
from sklearn.metrics import roc_auc_score


@dataclass(frozen=True)
class Figure:
    """A mean with its 95 % bootstrap interval (Efron & Tibshirani, 1993)."""

    value: float
    low: float
    high: float
    count: int

    def __str__(self) -> str:
        if not self.count:
            return "–"
        return f"{self.value:.3f} [{self.low:.2f}–{self.high:.2f}]"


def figure(measure: Callable[[np.ndarray], float], count: int, rounds: int = 1000) -> Figure:
    """`measure` of all indices, and of resampled ones for the interval."""
    if not count:
        return Figure(float("nan"), float("nan"), float("nan"), 0)
    random = np.random.default_rng(7)
    samples = [measure(random.integers(0, count, count)) for _ in range(rounds)]
    samples = [s for s in samples if not np.isnan(s)]
    low, high = np.quantile(samples, [0.025, 0.975]) if samples else (float("nan"),) * 2
    return Figure(measure(np.arange(count)), float(low), float(high), count)


def mean(values: Sequence[float]) -> Figure:
    array = np.asarray(values, dtype=float)
    return figure(lambda chosen: float(array[chosen].mean()), len(array))


def auroc(confidence: Sequence[float], answerable: Sequence[bool]) -> Figure:
    """Probability that an answerable question gets more confidence than an unanswerable one."""
    scores, truth = np.asarray(confidence), np.asarray(answerable)

    def measure(chosen: np.ndarray) -> float:
        if len(set(truth[chosen].tolist())) < 2:
            return float("nan")
        return float(roc_auc_score(truth[chosen], scores[chosen]))

    return figure(measure, len(scores), rounds=300)


def balanced_accuracy(answered: Sequence[bool], answerable: Sequence[bool]) -> Figure:
    """Mean of the shares of answerable questions answered and unanswerable ones refused."""
    said, truth = np.asarray(answered), np.asarray(answerable)

    def measure(chosen: np.ndarray) -> float:
        s, t = said[chosen], truth[chosen]
        if t.all() or not t.any():
            return float("nan")
        return float((s[t].mean() + (~s[~t]).mean()) / 2)

    return figure(measure, len(said))


def best_threshold(confidence: Sequence[float], answerable: Sequence[bool]) -> float:
    """The threshold with the best balanced accuracy on these questions."""
    return max(
        sorted(set(confidence)),
        key=lambda t: balanced_accuracy_at(confidence, answerable, t),
    )


def balanced_accuracy_at(
    confidence: Sequence[float], answerable: Sequence[bool], threshold: float
) -> float:
    said, truth = np.asarray(confidence) >= threshold, np.asarray(answerable)
    return float((said[truth].mean() + (~said[~truth]).mean()) / 2)


def ece(confidence: Sequence[float], answerable: Sequence[bool], bins: int = 10) -> Figure:
    """Expected calibration error over equal-width bins (Naeini et al., AAAI 2015)."""
    scores, truth = np.asarray(confidence), np.asarray(answerable, dtype=float)

    def measure(chosen: np.ndarray) -> float:
        s, t = scores[chosen], truth[chosen]
        bucket = np.minimum((s * bins).astype(int), bins - 1)
        return float(
            sum(
                (bucket == b).mean() * abs(s[bucket == b].mean() - t[bucket == b].mean())
                for b in set(bucket.tolist())
            )
        )

    return figure(measure, len(scores), rounds=300)


def reliability(
    confidence: Sequence[float], answerable: Sequence[bool], bins: int = 10
) -> list[tuple[float, float, int]]:
    """(mean confidence, share answerable, count) for every bin that has questions."""
    scores, truth = np.asarray(confidence), np.asarray(answerable, dtype=float)
    bucket = np.minimum((scores * bins).astype(int), bins - 1)
    return [
        (
            float(scores[bucket == b].mean()),
            float(truth[bucket == b].mean()),
            int((bucket == b).sum()),
        )
        for b in sorted(set(bucket.tolist()))
    ]


def risk_coverage(confidence: Sequence[float], right: Sequence[bool]) -> list[tuple[float, float]]:
    """(coverage, share of wrong replies) as the least confident questions are refused in turn."""
    order = np.argsort(-np.asarray(confidence), kind="stable")
    wrong = 1 - np.asarray(right, dtype=float)[order]
    counts = np.arange(1, len(wrong) + 1)
    return list(
        zip((counts / len(wrong)).tolist(), (wrong.cumsum() / counts).tolist(), strict=True)
    )
