"""What a network says about pairs of question and statement, before it is calibrated."""

from __future__ import annotations

import math
from collections.abc import Sequence
from contextlib import AbstractContextManager, nullcontext
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Protocol

from vectorstore.errors import ModelError
from vectorstore.statement import sentences

# Padded tokens that go through the network at once: enough to keep two cores busy, few enough
# that the activations stay in the cache.
BATCH_TOKENS = 4096

Span = tuple[int, int]


@dataclass(frozen=True, slots=True)
class Pair:
    """A question, the question the statement was asked under, and the statement."""

    question: str
    asked: str
    text: str


@dataclass(frozen=True, slots=True)
class Read:
    """What the network makes of a pair, as log-odds; higher means more likely.

    Attributes:
        answers: The statement answers the question.
        ranks: It is the best of its document; only differences between statements mean anything.
        edges: The answering words are somewhere in it rather than nowhere.
        sentences: Spans of the statement's sentences.
        carries: For each sentence, that it carries the answer.
    """

    answers: float
    ranks: float
    edges: float
    sentences: tuple[Span, ...]
    carries: tuple[float, ...]


class Scorer(Protocol):
    """Reads pairs; safe to call from several threads."""

    def score(self, pairs: Sequence[Pair]) -> list[Read]:
        """One `Read` per pair, in order."""
        ...


def fast() -> AbstractContextManager[Any]:
    """Autocast to bfloat16 where the CPU computes in it (4 times faster with AMX), else nothing."""
    import torch

    native = getattr(torch.ops.mkldnn, "_is_mkldnn_bf16_supported", lambda: False)
    return torch.autocast("cpu", dtype=torch.bfloat16) if native() else nullcontext()


class Network:
    """The shipped reader: all pairs of a call go through in batches of similar length."""

    def __init__(self, weights: Path) -> None:
        """Load the weights.

        Raises:
            ModelError: They are missing or do not fit.
        """
        from safetensors import SafetensorError

        from bot.reader.model import load, load_tokenizer

        try:
            self._model = load(weights)
        except (OSError, ValueError, SafetensorError) as error:
            raise ModelError(
                f"the reader's weights {weights} cannot be used: {error}; reinstall roosbot"
            ) from error
        self._tokenizer = load_tokenizer()

    def score(self, pairs: Sequence[Pair]) -> list[Read]:
        """One `Read` per pair, in order."""
        import torch

        from bot.reader.model import encode_pair, pad

        spans = [tuple(sentences(p.text)) or ((0, len(p.text)),) for p in pairs]
        texts = [
            encode_pair(self._tokenizer, p.question, p.asked, p.text, cut)
            for p, cut in zip(pairs, spans, strict=True)
        ]
        order = sorted(range(len(pairs)), key=lambda i: len(texts[i]))
        found: dict[int, Read] = {}
        with torch.inference_mode(), fast():
            for rows in batched(order, [len(t) for t in texts]):
                scores = self._model(*pad([texts[i] for i in rows]))
                edges = (scores.starts, scores.ends)
                odds = sum(torch.logsumexp(e[:, 1:], 1) - e[:, 0] for e in edges) / 2
                for row, i in enumerate(rows):
                    carries = scores.carries[row].tolist()
                    seen = max(texts[i].sentence) + 1
                    found[i] = Read(
                        answers=float(scores.answers[row]),
                        ranks=float(scores.ranks[row]),
                        edges=float(odds[row]),
                        sentences=spans[i],
                        carries=tuple(
                            carries[n] if n < seen else -math.inf for n in range(len(spans[i]))
                        ),
                    )
        return [found[i] for i in range(len(pairs))]


def batched(order: Sequence[int], lengths: Sequence[int]) -> list[list[int]]:
    """``order``, shortest first, cut so that a padded batch has at most ``BATCH_TOKENS``."""
    batches: list[list[int]] = []
    for i in order:
        if batches and (len(batches[-1]) + 1) * lengths[i] <= BATCH_TOKENS:
            batches[-1].append(i)
        else:
            batches.append([i])
    return batches


class CrossEncoderScorer:
    """Any sentence-transformers CrossEncoder with one output in place of the shipped reader.

    Such a model has one opinion per pair, so every figure is that one; the sentences of a
    statement are read one by one.
    """

    def __init__(self, name: str) -> None:
        """Load the model by name or path.

        Raises:
            ModelError: It cannot be loaded, or has more than one output.
        """
        from sentence_transformers import CrossEncoder

        try:
            self._model = CrossEncoder(name, device="cpu")
        except (OSError, ValueError, KeyError) as error:
            raise ModelError(
                f"the reader model {name!r} cannot be loaded: {error}; give the name or folder of "
                "a sentence-transformers CrossEncoder, or unset it to use the bundled reader"
            ) from error
        if self._model.num_labels != 1:
            raise ModelError(
                f"the reader model {name!r} has {self._model.num_labels} outputs; choose a "
                "CrossEncoder with one"
            )

    def score(self, pairs: Sequence[Pair]) -> list[Read]:
        """One `Read` per pair, in order."""
        import torch

        spans = [tuple(sentences(p.text)) or ((0, len(p.text)),) for p in pairs]
        asked = [(p.question, f"{p.asked} {p.text}".strip()) for p in pairs]
        for pair, cut in zip(pairs, spans, strict=True):
            asked += [(pair.question, pair.text[a:b]) for a, b in cut]
        logits = self._model.predict(
            asked, activation_fn=torch.nn.Identity(), show_progress_bar=False
        )
        values, at, found = [float(v) for v in logits], len(pairs), []
        for value, cut in zip(values, spans, strict=False):
            found.append(Read(value, value, value, cut, tuple(values[at : at + len(cut)])))
            at += len(cut)
        return found
