"""A statement that was found, with its scores."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from vectorstore.statement import Statement


@dataclass(frozen=True, slots=True)
class Passage:
    """A statement that was found. Higher scores are better.

    Attributes:
        statement: What was found.
        score: The fused score, in (0, 1].
        dense: Cosine similarity of question and statement, in [-1, 1].
        lexical: BM25 score, at least 0.
    """

    statement: Statement
    score: float
    dense: float
    lexical: float

    def to_dict(self) -> dict[str, Any]:
        """The passage as plain JSON values."""
        return {
            "statement": self.statement.to_dict(),
            "score": self.score,
            "dense": self.dense,
            "lexical": self.lexical,
        }

    @classmethod
    def from_dict(cls, data: Mapping[str, Any]) -> Passage:
        """The inverse of `to_dict`."""
        statement = Statement.from_dict(data["statement"])
        return cls(statement, data["score"], data["dense"], data["lexical"])
