"""Reading passages: which one answers, with what probability, and by which sentences."""

from __future__ import annotations

import logging
from collections.abc import Sequence

from bot.reader.calibration import (
    IDENTITY,
    Calibration,
    bundled,
    features,
    read_calibration,
    sigmoid,
)
from bot.reader.evidence import Evidence, Reading
from bot.reader.scoring import CrossEncoderScorer, Network, Pair, Read, Scorer
from vectorstore.errors import ModelError
from vectorstore.passage import Passage

log = logging.getLogger(__name__)

Asked = tuple[str, Sequence[Passage]]


class Reader:
    """Reads passages with a network and judges them by its calibration. Safe in threads."""

    def __init__(
        self, scorer: Scorer, calibration: Calibration, threshold: float | None = None
    ) -> None:
        self.scorer = scorer
        self.calibration = calibration
        self.threshold = calibration.threshold if threshold is None else threshold

    def read(self, question: str, passages: Sequence[Passage]) -> Reading:
        """Rank the passages and decide whether they answer the question."""
        return self.read_batch([(question, passages)])[0]

    def read_batch(self, asked: Sequence[Asked]) -> list[Reading]:
        """`read` for several questions, whose pairs share batches of similar length."""
        pairs = [
            Pair(question, passage.statement.question, passage.statement.text)
            for question, passages in asked
            for passage in passages
        ]
        reads = self.scorer.score(pairs) if pairs else []
        readings, at = [], 0
        for _, passages in asked:
            end = at + len(passages)
            readings.append(self._reading(passages, pairs[at:end], reads[at:end]))
            at = end
        return readings

    def _reading(
        self, passages: Sequence[Passage], pairs: Sequence[Pair], reads: Sequence[Read]
    ) -> Reading:
        if not passages:
            return Reading((), 0.0, answered=False, on_topic=False)
        most = max(passage.lexical for passage in passages) or 1.0
        evidence = sorted(
            (
                self._evidence(passage, pair, read, passage.lexical / most)
                for passage, pair, read in zip(passages, pairs, reads, strict=True)
            ),
            key=lambda e: (-e.rank, e.passage.statement.id),
        )
        confidence = max(e.probability for e in evidence)
        answered = confidence >= self.threshold
        near = max(passage.dense for passage in passages) >= self.calibration.topic
        return Reading(tuple(evidence), confidence, answered, answered or near)

    def _evidence(self, passage: Passage, pair: Pair, read: Read, lexical: float) -> Evidence:
        values = features(pair, read, passage.dense)
        return Evidence(
            passage=passage,
            probability=sigmoid(self.calibration.log_odds(values)),
            rank=self.calibration.rank(values, read.ranks, lexical),
            sentences=tuple(
                (start, end, sigmoid(value))
                for (start, end), value in zip(read.sentences, read.carries, strict=True)
            ),
        )


def load_reader(threshold: float | None = None, model: str | None = None) -> Reader:
    """The bundled reader, or any sentence-transformers CrossEncoder with one output.

    Args:
        threshold: Least confidence that is answered; None for the calibrated one.
        model: Name or folder of a CrossEncoder, or None for the bundled weights.

    Raises:
        ModelError: A file is missing, damaged or does not belong to the others.
    """
    if model is not None:
        log.warning("the reader model %s is not calibrated: set the threshold yourself", model)
        return Reader(CrossEncoderScorer(model), IDENTITY, threshold)
    from bot.reader.model import sha256

    folder = bundled()
    weights = folder / "weights.safetensors"
    if not weights.is_file():
        raise ModelError(f"the reader's weights {weights} are missing; reinstall roosbot")
    calibration = read_calibration(folder, sha256(weights))
    return Reader(Network(weights), calibration, threshold)
