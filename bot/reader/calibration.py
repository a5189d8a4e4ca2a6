"""From a network's log-odds to probabilities: a few fitted numbers, kept in calibration.json."""

from __future__ import annotations

import json
import math
import re
from collections.abc import Sequence
from dataclasses import asdict, dataclass, fields
from importlib.resources import files
from pathlib import Path

from bot.reader.scoring import Pair, Read
from vectorstore.errors import ModelError

# What a probability is fitted on, in the order of `Calibration.weights`.
FEATURES = ("answers", "edges", "carries", "dense", "coverage")

# What the order of the statements is fitted on: the same, and two that only tell statements of
# one question apart.
ORDERED = (*FEATURES, "ranks", "lexical")

_WORD = re.compile(r"[^\W_]{3,}")
_EMPTY_WORDS = """
the and for was were are what who whom whose which when where why how did does has have had his
her him she they them their its this that these those with from about into than then said say
says tell talk talks mention mentions mentioned speak speaker interview interviewee quote
summarise summarize explain describe give find please can could would should will any anything
think thinks thought view opinion there been being you your our not words part according answer
question know
"""
_EMPTY = frozenset(_EMPTY_WORDS.split())


@dataclass(frozen=True)
class Calibration:
    """Fitted numbers of one model.

    Attributes:
        model: SHA-256 of the weights they belong to.
        data: SHA-256 of the questions they were fitted on.
        date: Day of the fit, ISO 8601.
        weights: One per feature, for the log-odds that a passage answers.
        bias: The constant of those log-odds.
        order: One per name in `ORDERED`, for the score that statements are sorted by.
        threshold: Least confidence that is answered.
        topic: Least cosine similarity of a question about the corpus.
        cost: What the threshold follows from, in words.
        ece: Expected calibration error by cross-validation on the fitting split.
    """

    model: str
    data: str
    date: str
    weights: tuple[float, ...]
    bias: float
    order: tuple[float, ...]
    threshold: float
    topic: float
    cost: str
    ece: float

    def log_odds(self, features: Sequence[float]) -> float:
        """Log-odds that a passage with these features answers."""
        return self.bias + sum(w * f for w, f in zip(self.weights, features, strict=True))

    def rank(self, features: Sequence[float], ranks: float, lexical: float) -> float:
        """The score that statements are sorted by; `lexical` is a share of the best one's."""
        values = (*features, ranks, lexical)
        return sum(w * v for w, v in zip(self.order, values, strict=True))

    def write(self, path: Path) -> None:
        """Store the numbers."""
        path.write_text(json.dumps(asdict(self), indent=2) + "\n", encoding="utf-8")


# For a model of which nothing is known: its one opinion, and a little similarity in the order.
IDENTITY = Calibration(
    model="", data="", date="", weights=(1.0, 0.0, 0.0, 0.0, 0.0), bias=0.0,
    order=(1.0, 0.0, 0.0, 1.0, 0.0, 0.0, 0.0), threshold=0.5, topic=0.2,
    cost="none: not calibrated", ece=1.0,
)  # fmt: skip


def bundled() -> Path:
    """Folder with weights.safetensors and calibration.json."""
    return Path(str(files("bot.reader")))


def read_calibration(folder: Path, digest: str) -> Calibration:
    """The numbers in ``folder``, which have to belong to the weights with SHA-256 ``digest``.

    Raises:
        ModelError: They are missing, unreadable, or of another model.
    """
    path = folder / "calibration.json"
    try:
        stored = json.loads(path.read_text(encoding="utf-8"))
        known = {f.name: stored[f.name] for f in fields(Calibration)}
    except (OSError, ValueError, KeyError) as error:
        raise ModelError(
            f"{path} cannot be used ({error!r}); make it with `python -m bot.reader.calibrate`"
        ) from error
    if known["model"] != digest:
        raise ModelError(
            f"{path} belongs to the weights {known['model'][:12]}…, but weights.safetensors is "
            f"{digest[:12]}…; reinstall roosbot, or run `python -m bot.reader.calibrate`"
        )
    known["weights"], known["order"] = tuple(known["weights"]), tuple(known["order"])
    return Calibration(**known)


def features(pair: Pair, read: Read, dense: float) -> tuple[float, ...]:
    """What `FEATURES` names, for one passage."""
    return (
        read.answers,
        _bounded(read.edges),
        _bounded(max(read.carries)),
        dense,
        coverage(pair.question, f"{pair.asked} {pair.text}"),
    )


def coverage(question: str, text: str) -> float:
    """Share of the question's telling words that the text has, comparing their first letters."""
    words = {w[:5] for w in _telling(question)}
    return len(words & {w[:5] for w in _telling(text)}) / len(words) if words else 0.5


def sigmoid(value: float) -> float:
    """The logistic function, without overflow."""
    return 1 / (1 + math.exp(-value)) if value >= 0 else math.exp(value) / (1 + math.exp(value))


def _telling(text: str) -> list[str]:
    return [w for w in _WORD.findall(text.lower()) if w not in _EMPTY]


def _bounded(value: float) -> float:
    return max(-12.0, min(12.0, value))
