"""What reading the passages found."""

from __future__ import annotations

from dataclasses import dataclass

from vectorstore.passage import Passage


@dataclass(frozen=True, slots=True)
class Evidence:
    """A passage that was read.

    Attributes:
        passage: What was read.
        probability: Calibrated probability in [0, 1] that the passage answers.
        rank: Ranking score; higher is better.
        sentences: (start, end, score) for each sentence of the statement's text: offsets into
            that text, and in [0, 1] how strongly the sentence carries the answer.
    """

    passage: Passage
    probability: float
    rank: float
    sentences: tuple[tuple[int, int, float], ...]


@dataclass(frozen=True, slots=True)
class Reading:
    """What the passages together say to a question.

    Attributes:
        evidence: Best first.
        confidence: Calibrated probability in [0, 1] that the passages answer the question.
        answered: Whether that is enough.
        on_topic: False if the question is about something else altogether.
    """

    evidence: tuple[Evidence, ...]
    confidence: float
    answered: bool
    on_topic: bool
