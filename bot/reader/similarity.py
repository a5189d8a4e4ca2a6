"""Reading by similarity alone: the baseline that a trained reader has to beat."""

from __future__ import annotations

import math
from collections.abc import Sequence

from bot.reader.evidence import Evidence, Reading
from vectorstore.retriever import Passage
from vectorstore.statement import sentences


class Reader:
    """Takes the cosine similarity for an answer's likelihood."""

    def __init__(self, threshold: float) -> None:
        self.threshold = threshold

    def read(self, question: str, passages: Sequence[Passage]) -> Reading:
        """Rank the passages and decide whether they answer."""
        evidence = sorted(map(_judged, passages), key=lambda e: -e.rank)
        confidence = max((e.probability for e in evidence), default=0.0)
        return Reading(tuple(evidence), confidence, confidence >= self.threshold, confidence > 0.1)

    def read_batch(self, asked: Sequence[tuple[str, Sequence[Passage]]]) -> list[Reading]:
        """`read` for several questions."""
        return [self.read(question, passages) for question, passages in asked]


def load_reader(threshold: float | None = None, model: str | None = None) -> Reader:
    """The reader."""
    return Reader(0.5 if threshold is None else threshold)


def _judged(passage: Passage) -> Evidence:
    probability = 1 / (1 + math.exp(-12 * (passage.dense - 0.45)))
    spans = sentences(passage.statement.text)
    return Evidence(
        passage, probability, passage.dense, tuple((start, end, 1.0) for start, end in spans)
    )
