"""Our questions on the bundled interview, put to every system."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from bot import InterviewBot, verify_reply
from tests.evaluation import metrics
from tests.evaluation.metrics import Figure
from tests.evaluation.questions import Question, load
from tests.evaluation.systems import SYSTEMS, Outcome, System
from vectorstore.statement import Statement

Span = tuple[int, int]


@dataclass(frozen=True)
class Judged:
    """One question with what a system made of it."""

    question: Question
    outcome: Outcome
    rank: int | None
    holds: bool


def judge(question: Question, outcome: Outcome, right: Sequence[Statement], text: str) -> Judged:
    """The rank of the first right span (from 0), and whether what is shown holds the answer."""
    shown = outcome.cited or outcome.spans[:1]
    words = " ".join(text[a:b] for a, b in shown)
    rank = next((r for r, s in enumerate(outcome.spans) if _covers(s, right, question, text)), None)
    return Judged(question, outcome, rank, all(m in words for m in question.must_contain))


def _covers(span: Span, right: Sequence[Statement], question: Question, text: str) -> bool:
    """A span is right if it is one of the right statements, or a piece that holds the words."""
    if any(s.start <= span[0] and span[1] <= s.end for s in right):
        return True
    piece = text[span[0] : span[1]]
    inside = any(span[0] < s.end and s.start < span[1] for s in right)
    return inside and any(m in piece for m in question.must_contain)


def judged_by(bot: InterviewBot, system: System, split: str) -> list[Judged]:
    """One system's outcomes on a split."""
    (transcript,) = bot.transcripts()
    statements = bot.statements(transcript.id)
    questions = load(split)
    outcomes = system(bot, [q.text for q in questions])
    return [
        judge(q, outcome, [statements[p] for p in q.paragraphs], transcript.text)
        for q, outcome in zip(questions, outcomes, strict=True)
    ]


def run(bot: InterviewBot, split: str) -> dict[str, dict[str, Figure]]:
    """Every system's figures on one split."""
    return {
        name: figures(judged_by(bot, system, split), judged_by(bot, system, "calibrate"))
        for name, system in SYSTEMS.items()
    }


def figures(judged: Sequence[Judged], calibration: Sequence[Judged]) -> dict[str, Figure]:
    """The table's row; baselines get the threshold that suits them best on the other split."""
    answerable = [j for j in judged if j.question.answerable]
    confidence = [j.outcome.confidence for j in judged]
    truth = [j.question.answerable for j in judged]
    own = [j.outcome.answered for j in judged]
    if any(said is None for said in own):
        threshold = metrics.best_threshold(
            [j.outcome.confidence for j in calibration],
            [j.question.answerable for j in calibration],
        )
        answered = [c >= threshold for c in confidence]
    else:
        answered = [bool(said) for said in own]
    told = [a for a, t in zip(answered, truth, strict=True) if t]
    refused = [not a for a, t in zip(answered, truth, strict=True) if not t]
    row = {
        "Hit@1": metrics.mean([j.rank == 0 for j in answerable]),
        "Hit@3": metrics.mean([j.rank is not None and j.rank < 3 for j in answerable]),
        "MRR": metrics.mean([0 if j.rank is None else 1 / (1 + j.rank) for j in answerable]),
        "cited first": metrics.mean(
            [a and j.rank == 0 for a, j in zip(told, answerable, strict=True)]
        ),
        "quotes hold answer": metrics.mean(
            [a and j.holds for a, j in zip(told, answerable, strict=True)]
        ),
        "answered": metrics.mean(told),
        "refused": metrics.mean(refused),
        "AUROC": metrics.auroc(confidence, truth),
        "balanced accuracy": metrics.balanced_accuracy(answered, truth),
    }
    if all(0 <= c <= 1 for c in confidence) and all(said is not None for said in own):
        row["ECE"] = metrics.ece(confidence, truth)
    return row


def curves(bot: InterviewBot, split: str) -> tuple[list[float], list[bool], list[bool]]:
    """Confidence, answerable, and right-if-answered for every question of a split."""
    judged = judged_by(bot, SYSTEMS["fused + reader"], split)
    return (
        [j.outcome.confidence for j in judged],
        [j.question.answerable for j in judged],
        [j.question.answerable and j.rank == 0 for j in judged],
    )


def exactness(bot: InterviewBot) -> Figure:
    """Share of replies in which every quotation equals its source span."""
    replies = bot.batch([q.text for split in ("calibrate", "test") for q in load(split)])
    return metrics.mean([not verify_reply(reply, bot.transcript) for reply in replies])


def followups(bot: InterviewBot, split: str) -> dict[str, dict[str, Figure]]:
    """Follow-ups asked raw, with their history, and as a person rewrote them."""
    (transcript,) = bot.transcripts()
    statements = bot.statements(transcript.id)
    questions = [q for q in load("followups") if q.split == split]
    rows = {}
    for name in ("raw", "resolved", "rewrite"):
        right, refused = [], []
        for q in questions:
            text = q.rewrite if name == "rewrite" else q.text
            reply = bot.ask(text, history=q.history if name == "resolved" else ())
            if not q.answerable:
                refused.append(not reply.answered)
                continue
            ids = {statements[p].id for p in q.paragraphs}
            right.append(bool(reply.citations) and reply.citations[0].statement_id in ids)
        rows[name] = {"cited first": metrics.mean(right), "refused": metrics.mean(refused)}
    return rows
