"""``python -m bot.reader.train --data DIR``: the reader's weights from the shared public data."""

from __future__ import annotations

import argparse
import hashlib
import logging
import random
import time
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

import numpy as np
import torch
import torch.nn.functional as F
from safetensors.torch import load_file
from torch import Tensor

from bot.reader import data, practice
from bot.reader.model import ReaderModel, Text, base_folder, encode_pair, load_tokenizer, pad, save
from bot.reader.scoring import fast
from bot.reader.squad import Squad

log = logging.getLogger(__name__)
BATCH_TOKENS = 3000
DROPOUT = 0.1
WARMUP = 0.06
AVERAGED = 0.999
WEIGHTS = {"answers": 1.0, "ranks": 0.5, "edges": 0.4, "carries": 0.5}


@dataclass(frozen=True)
class Stage:
    """One run over the data, from the averaged weights of the stage before.

    Attributes:
        seeds: Of the groups, their order, and dropout: one run each, whose weights are averaged
            (Wortsman et al. 2022).
        rate: Peak learning rate; it rises over `WARMUP` and then falls to 0 at `steps`.
        steps: Steps that the learning rate is planned for.
        stop: Steps after which the stage ends.
        most: Statements per answerable SQuAD question; half as many for one without an answer.
        squad: Share of the SQuAD groups in an epoch.
        weak: Share of the meetings and help pages in an epoch.
        dialogues: Share of the QuAC dialogues in an epoch.
        written: Passes over the written interviews per epoch.
    """

    seeds: tuple[int, ...]
    rate: float
    steps: int
    stop: int
    most: int
    squad: float
    weak: float
    dialogues: float
    written: int


# Broad first, with the weak labels; then mostly the written interviews, whose labels are clean.
STAGES = (
    Stage((7,), 1e-4, 1553, 1553, most=4, squad=1, weak=0.35, dialogues=0.35, written=0),
    Stage((11,), 7e-5, 1771, 1180, most=4, squad=1, weak=0.35, dialogues=0.35, written=0),
    Stage((101,), 1e-4, 1300, 1300, most=3, squad=0.1, weak=0.2, dialogues=0.12, written=1),
    Stage((202,), 1e-4, 1800, 1800, most=3, squad=0.1, weak=0.2, dialogues=0.12, written=1),
)


@dataclass(frozen=True)
class Batch:
    """Padded pairs and what is known of them; ``group`` numbers the ranked groups, else -1."""

    inputs: tuple[Tensor, Tensor, Tensor, Tensor]
    answers: Tensor
    best: Tensor
    group: Tensor
    starts: Tensor
    ends: Tensor
    edges: Tensor
    carries: Tensor


class Sources:
    """Everything that is read once; ``epoch`` draws a fresh set of groups from it."""

    def __init__(self, folder: Path, seed: int, mine: data.Miner) -> None:
        rng = random.Random(seed)
        self.train = folder / "train"
        self.squad = Squad(self.train / "squad2_part" / "questions.jsonl", mine)
        self.weak = data.qmsum(self.train / "qmsum", rng, mine)
        self.weak += data.mtrag(self.train / "mtrag_human", rng, mine)
        self.talks: list[data.Group] = []
        for path in sorted((folder / "transcripts").glob("*/*")):
            briefing = path.parent.name == "whitehouse_md"
            turns = data.briefing_turns(path) if briefing else data.interview_turns(path)
            self.talks += data.exchanges(turns, rng, mine, path.parent.name)
        self.interviews = practice.load()
        self.mine = mine

    def epoch(self, rng: random.Random, stage: Stage) -> list[data.Group]:
        """The groups of one epoch."""
        groups = list(self.squad.groups(rng, stage.most))
        groups = rng.sample(groups, int(stage.squad * len(groups)))
        groups += data.clapnq(self.train / "clapnq", rng)
        groups += data.canard(self.train / "canard_quac", rng, stage.dialogues)
        groups += rng.sample(self.weak, int(stage.weak * len(self.weak)))
        groups += self.talks
        for _ in range(stage.written):
            groups += practice.groups(self.interviews, rng, self.mine)
        rng.shuffle(groups)
        return groups


def miner(cache: Path | None) -> data.Miner:
    """The bundled bi-encoder, for finding hard negatives; ``cache`` keeps its vectors on disk."""
    from sentence_transformers import SentenceTransformer

    model = SentenceTransformer(str(base_folder()), device="cpu")

    def mine(texts: Sequence[str]) -> np.ndarray:
        name = hashlib.sha256("\0".join(texts).encode()).hexdigest()[:20]
        if cache and (cache / f"{name}.npy").exists():
            return np.asarray(np.load(cache / f"{name}.npy"), dtype=np.float32)
        with fast(), torch.inference_mode():
            found = model.encode(
                list(texts), batch_size=64, normalize_embeddings=True, show_progress_bar=False
            )
        if cache:
            cache.mkdir(parents=True, exist_ok=True)
            np.save(cache / f"{name}.npy", np.asarray(found, dtype=np.float16))
        return np.asarray(found, dtype=np.float32)

    return mine


def batches(groups: Sequence[data.Group], rng: random.Random) -> Iterator[Batch]:
    """Groups in batches of about ``BATCH_TOKENS``, alike in length, in random order."""
    tokenizer = load_tokenizer()
    for begin in range(0, len(groups), 1500):
        laid = []
        for group in groups[begin : begin + 1500]:
            texts = [
                encode_pair(tokenizer, group.question, p.asked, p.text, data.sentences(p.text))
                for p in group.pairs
            ]
            laid.append((max(map(len, texts)) + rng.random() * 8, group, texts))
        laid.sort(key=lambda item: item[0])
        made: list[list[tuple[data.Group, list[Text]]]] = []
        current: list[tuple[data.Group, list[Text]]] = []
        size = 0
        for width, group, texts in laid:
            if current and (size + len(texts)) * width > BATCH_TOKENS:
                made.append(current)
                current, size = [], 0
            current.append((group, texts))
            size += len(texts)
        made.append(current)
        rng.shuffle(made)
        for chosen in made:
            yield collate(chosen)


def collate(chosen: Sequence[tuple[data.Group, Sequence[Text]]]) -> Batch:
    """Tensors for a batch of groups."""
    pairs = [p for group, _ in chosen for p in group.pairs]
    texts = [t for _, laid in chosen for t in laid]
    inputs = pad(texts)
    rows, width = inputs[0].shape
    starts, ends = (
        torch.zeros(rows, width, dtype=torch.bool),
        torch.zeros(rows, width, dtype=torch.bool),
    )
    most = max(int(inputs[3].max()) + 1, 1)
    carries = torch.full((rows, most), -1.0)
    for row, (pair, text) in enumerate(zip(pairs, texts, strict=True)):
        if pair.spans is None:
            continue
        mark(pair, text, starts[row], ends[row], carries[row])
    numbers = [n if g.ranked else -1 for n, (g, laid) in enumerate(chosen) for _ in laid]
    return Batch(
        inputs=inputs,
        answers=torch.tensor([-1.0 if p.answers is None else float(p.answers) for p in pairs]),
        best=torch.tensor([p.best for p in pairs]),
        group=torch.tensor(numbers),
        starts=starts,
        ends=ends,
        edges=starts.any(1) & ends.any(1),
        carries=carries,
    )


def mark(pair: data.Pair, text: Text, starts: Tensor, ends: Tensor, carries: Tensor) -> None:
    """Write the evidence of one pair into its rows; a span cut off by the limit is left unknown."""
    spans = pair.spans or ()
    last = max((s for s in text.sentence), default=-1)
    carries[: last + 1] = 0.0
    if not spans:
        starts[0] = ends[0] = True
        return
    for begin, end in spans:
        inside = [
            i
            for i, (b, e) in enumerate(text.offsets)
            if text.sentence[i] >= 0 and b < end and e > begin
        ]
        if not inside:
            continue
        for index in {text.sentence[i] for i in inside}:
            carries[index] = 1.0
        starts[inside if not pair.exact else inside[:1]] = True
        ends[inside if not pair.exact else inside[-1:]] = True
    if not starts.any():
        carries[:] = -1.0


def losses(model: ReaderModel, batch: Batch) -> dict[str, Tensor]:
    """The four objectives; each is a mean over what is labelled."""
    with fast():
        scores = model(*batch.inputs)
    zero = scores.answers.sum() * 0
    known = batch.answers >= 0
    found = {"answers": zero, "ranks": zero, "edges": zero, "carries": zero}
    if known.any():
        found["answers"] = F.binary_cross_entropy_with_logits(
            scores.answers[known], batch.answers[known], pos_weight=torch.tensor(1.5)
        )
    ranked = [
        torch.logsumexp(scores.ranks[rows], 0) - torch.logsumexp(scores.ranks[rows & batch.best], 0)
        for rows in (batch.group == n for n in sorted(set(batch.group.tolist())) if n >= 0)
    ]
    if ranked:
        found["ranks"] = torch.stack(ranked).mean()
    if batch.edges.any():
        found["edges"] = sum(
            (torch.logsumexp(logits, 1) - torch.logsumexp(logits.masked_fill(~gold, -1e4), 1))[
                batch.edges
            ].mean()
            for logits, gold in ((scores.starts, batch.starts), (scores.ends, batch.ends))
        ) / 2  # fmt: skip
    seen = batch.carries >= 0
    if seen.any():
        width = scores.carries.shape[1]
        found["carries"] = F.binary_cross_entropy_with_logits(
            scores.carries[seen[:, :width]], batch.carries[:, :width][seen[:, :width]]
        )
    return found


def train(model: ReaderModel, sources: Sources, stage: Stage, seed: int) -> dict[str, Tensor]:
    """Run a stage and return the weights' exponential moving average over its steps."""
    torch.manual_seed(seed)
    model.train()
    learned = [p for p in model.parameters() if p.requires_grad]
    optimiser = torch.optim.AdamW(learned, lr=stage.rate, weight_decay=0.01, fused=True)
    average = {n: t.detach().clone() for n, t in model.trained().items()}
    running: dict[str, float] = {}
    begun = time.time()
    for step, batch in enumerate(endless(sources, stage, seed), start=1):
        share = step / stage.steps
        for part in optimiser.param_groups:
            part["lr"] = stage.rate * min(share / WARMUP, max(0.0, (1 - share) / (1 - WARMUP)))
        found = losses(model, batch)
        torch.stack([WEIGHTS[n] * v for n, v in found.items()]).sum().backward()  # type: ignore[no-untyped-call]
        torch.nn.utils.clip_grad_norm_(learned, 1.0)
        optimiser.step()
        optimiser.zero_grad(set_to_none=True)
        keep = min(AVERAGED, (1 + step) / (10 + step))
        for name, tensor in model.trained().items():
            average[name].lerp_(tensor.detach(), 1 - keep)
        for name, value in found.items():
            now = float(value.detach())
            running[name] = 0.98 * running.get(name, now) + 0.02 * now
        if step % 50 == 0 or step == stage.stop:
            left = (time.time() - begun) / step * (stage.stop - step) / 60
            shown = " ".join(f"{n} {v:.3f}" for n, v in running.items())
            log.info("step %d of %d: %s, %.0f min left", step, stage.stop, shown, left)
        if step == stage.stop:
            break
    return average


def endless(sources: Sources, stage: Stage, seed: int) -> Iterator[Batch]:
    """Batches of one freshly drawn epoch after the other."""
    rng = random.Random(seed)
    while True:
        yield from batches(sources.epoch(rng, stage), rng)


def main(argv: Sequence[str] | None = None) -> int:
    """Command line."""
    parser = argparse.ArgumentParser(prog="python -m bot.reader.train", description=__doc__)
    parser.add_argument(
        "--data", type=Path, required=True, help="folder with train/ and transcripts/"
    )
    parser.add_argument(
        "--out", type=Path, default=Path("."), help="folder for weights.safetensors"
    )
    parser.add_argument("--seed", type=int, default=0, help="added to the seed of every stage")
    parser.add_argument(
        "--share", type=float, default=1.0, help="share of each stage's steps, for a quick trial"
    )
    parser.add_argument("--cache", type=Path, help="folder to keep the miner's vectors in")
    parser.add_argument("--start", type=Path, help="weights to go on from")
    args = parser.parse_args(argv)
    logging.basicConfig(level=logging.INFO, format="%(asctime)s %(message)s")
    args.out.mkdir(parents=True, exist_ok=True)
    sources = Sources(args.data, args.seed, miner(args.cache))
    weights = load_file(args.start) if args.start else {}
    for number, planned in enumerate(STAGES, start=1):
        stage = replace(
            planned,
            seeds=tuple(seed + args.seed for seed in planned.seeds),
            steps=max(1, int(planned.steps * args.share)),
            stop=max(1, int(planned.stop * args.share)),
        )
        log.info("stage %d of %d: %s", number, len(STAGES), stage)
        found = []
        for seed in stage.seeds:
            model = ReaderModel(dropout=DROPOUT)
            model.load_state_dict({n: t.float() for n, t in weights.items()}, strict=False)
            found.append(train(model, sources, stage, seed))
        weights = {n: torch.stack([run[n] for run in found]).mean(0) for n in found[0]}
        digest = save(weights, args.out / "weights.safetensors", {"stage": repr(stage)})
        log.info("weights.safetensors after stage %d: %s", number, digest)
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
