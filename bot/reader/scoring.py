"""What a network says about pairs of question and statement, before it is calibrated."""

from __future__ import annotations

import math
from collections.abc import Iterable, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import AbstractContextManager, nullcontext
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from threading import Barrier
from typing import TYPE_CHECKING, Any, Protocol

from vectorstore.errors import ModelError
from vectorstore.statement import sentences

if TYPE_CHECKING:
    from bot.reader.model import Text

# Padded tokens that go through the network at once on one core: enough for its arithmetic, few
# enough that the activations stay in the cache and that every core gets some of a single question.
BATCH_TOKENS = 1024

# Batches that a single question is cut into for each core, so that all end at about the same time.
SHARES = 2

# The kernels compiled for a shape of batch are kept by torch, about 2 MB a shape; were every number
# of pairs and every length let through, memory would grow for hundreds of batches.
ROWS = (1, 2, 3, 4, 5, 6, 8, 10, 12, 16, 20, 24, 32, 40, 48, 64)
WIDTH_STEP = 16

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


def native() -> bool:
    """Whether the CPU computes in bfloat16, which is 2 to 4 times faster."""
    import torch

    return bool(getattr(torch.ops.mkldnn, "_is_mkldnn_bf16_supported", lambda: False)())


def fast() -> AbstractContextManager[Any]:
    """Autocast to bfloat16 where the CPU computes in it, else nothing."""
    import torch

    return torch.autocast("cpu", dtype=torch.bfloat16) if native() else nullcontext()


class Network:
    """The shipped reader: all pairs of a call go through in batches of similar length.

    Each core takes whole batches: several threads inside one batch would wait for each other at
    every operation.
    """

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
        if native():
            self._model.encoder.bfloat16()
        self._tokenizer = load_tokenizer()
        self._workers, self._count = workers()

    def score(self, pairs: Sequence[Pair]) -> list[Read]:
        """One `Read` per pair, in order."""
        from bot.reader.model import encode_pair

        spans = [tuple(sentences(p.text)) or ((0, len(p.text)),) for p in pairs]
        texts = [
            encode_pair(self._tokenizer, p.question, p.asked, p.text, cut)
            for p, cut in zip(pairs, spans, strict=True)
        ]
        lengths = [len(t) for t in texts]
        order = sorted(range(len(pairs)), key=lengths.__getitem__)
        most = min(BATCH_TOKENS, math.ceil(sum(lengths) / (SHARES * self._count)))
        batches = batched(order, lengths, most)
        found: dict[int, Read] = {}

        def run(rows: Sequence[int]) -> Iterable[tuple[int, Read]]:
            read = self._read([texts[i] for i in rows], [spans[i] for i in rows])
            return zip(rows, read, strict=True)

        for part in self._workers.map(run, batches):
            found.update(part)
        return [found[i] for i in range(len(pairs))]

    def _read(self, texts: Sequence[Text], spans: Sequence[tuple[Span, ...]]) -> list[Read]:
        import torch

        from bot.reader.model import pad

        with torch.inference_mode():
            scores = self._model(*pad(texts, width(max(map(len, texts)))))
            edges = (scores.starts, scores.ends)
            odds = sum(torch.logsumexp(e[:, 1:], 1) - e[:, 0] for e in edges) / 2
        found = []
        for row, (text, cut) in enumerate(zip(texts, spans, strict=True)):
            carries, seen = scores.carries[row].tolist(), max(text.sentence) + 1
            found.append(
                Read(
                    answers=float(scores.answers[row]),
                    ranks=float(scores.ranks[row]),
                    edges=float(odds[row]),
                    sentences=cut,
                    carries=tuple(carries[n] if n < seen else -math.inf for n in range(len(cut))),
                )
            )
        return found


@cache
def workers() -> tuple[ThreadPoolExecutor, int]:
    """One thread per core, each of which computes alone, and their number."""
    import torch

    count = torch.get_num_threads()
    together = Barrier(count)
    pool = ThreadPoolExecutor(
        count, thread_name_prefix="reader", initializer=torch.set_num_threads, initargs=(1,)
    )
    list(pool.map(lambda _: together.wait(), range(count)))
    # The number is also what threads that start later begin with.
    torch.set_num_threads(count)
    return pool, count


def batched(order: Sequence[int], lengths: Sequence[int], tokens: int) -> list[list[int]]:
    """``order``, shortest first, cut into batches of few shapes, the largest first.

    A batch has one of `ROWS` pairs and, padded to its `width`, at most about ``tokens``.
    """
    batches: list[list[int]] = []
    left = list(order)
    while left:
        most = min(len(left), max(1, round(tokens / width(lengths[left[-1]]))))
        rows = max(n for n in ROWS if n <= most)
        batches.append(left[-rows:])
        del left[-rows:]
    return batches


def width(longest: int) -> int:
    """Tokens that a batch is padded to."""
    return -(-longest // WIDTH_STEP) * WIDTH_STEP


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
