"""Interviews written for training: statements under the questions that were asked, and questions.

They are invented, in the public domain, and on subjects far from any bundled transcript. Those in
`written/` are trained on, those in `kept/` only calibrate. A file reads as follows: ``# name,
speaker`` opens an interview, ``Q:`` is asked, each ``A0:``, ``A1:`` … is a statement whose
sentences begin with ``[0]``, ``[1]`` …, and ``? question | 3:0,1 5`` is a question that sentences 0
and 1 of statement 3 answer, and statement 5 as a whole; ``-`` marks a question that nothing
answers, with the nearest statements after it. Where the sentences carry no marks they are those of
`data.sentences`.
"""

from __future__ import annotations

import random
import re
from collections.abc import Sequence
from dataclasses import dataclass
from importlib.resources import files

import numpy as np

from bot.reader import augment
from bot.reader.data import Group, Miner, Pair, Span, sentences

# Statements that a question is read against, at most, and how many of the nearest they come from.
READ, NEAREST = 4, 6

_SENTENCE = re.compile(r"\[\d+\] ")


@dataclass(frozen=True)
class Asked:
    """A question with the statements and sentences that answer it; ``near`` ones do not."""

    text: str
    at: dict[int, tuple[int, ...]]
    near: tuple[int, ...]


@dataclass(frozen=True)
class Interview:
    """A written interview: statements as (asked question, text), and questions about it.

    ``cuts`` are the spans of each statement's sentences.
    """

    name: str
    statements: tuple[tuple[str, str], ...]
    cuts: tuple[tuple[Span, ...], ...]
    questions: tuple[Asked, ...]


def load(folder: str = "written") -> list[Interview]:
    """The interviews of `written`, which are trained on, or of `kept`, which never are."""
    paths = sorted(files("bot.reader").joinpath(folder).iterdir(), key=lambda p: p.name)
    return [one for p in paths for one in parse(p.read_text(encoding="utf-8"))]


def parse(text: str) -> list[Interview]:
    """The interviews in a text of that form."""
    return [_parse(part) for part in re.split(r"^# ", text, flags=re.M)[1:]]


def _parse(part: str) -> Interview:
    lines = part.splitlines()
    asked, statements, cuts, questions = "", [], [], []
    for line in lines[1:]:
        if line.startswith("Q: "):
            asked = line[3:]
        elif match := re.match(r"A\d*: ", line):
            words, spans = _unmarked(line[match.end() :])
            statements.append((asked, words))
            cuts.append(spans)
        elif line.startswith("? "):
            questions.append(_asked(line[2:]))
    return Interview(lines[0].strip(), tuple(statements), tuple(cuts), tuple(questions))


def _asked(line: str) -> Asked:
    text, marks = line.rsplit(" | ", 1)
    if marks.startswith("-"):
        return Asked(text, {}, tuple(int(m) for m in marks[1:].split()))
    at: dict[int, tuple[int, ...]] = {}
    for mark in marks.split():
        number, _, cut = mark.partition(":")
        at[int(number)] = tuple(int(c) for c in cut.split(",")) if cut else ()
    return Asked(text, at, ())


def _unmarked(line: str) -> tuple[str, tuple[Span, ...]]:
    """The words without the sentences' marks, and the sentences' spans."""
    parts = [p.strip() for p in _SENTENCE.split(line) if p.strip()]
    words = " ".join(parts)
    if not _SENTENCE.match(line):
        return words, sentences(words)
    spans, at = [], 0
    for one in parts:
        spans.append((at, at + len(one)))
        at += len(one) + 1
    return words, tuple(spans)


def groups(interviews: Sequence[Interview], rng: random.Random, mine: Miner) -> list[Group]:
    """Each question against what answers it and the nearest statements that do not."""
    made = []
    for interview in interviews:
        statements = mine([f"{asked} {text}" for asked, text in interview.statements])
        close = mine([item.text for item in interview.questions]) @ statements.T
        for item, row in zip(interview.questions, close, strict=True):
            gold = list(item.at)
            chosen = rng.sample(gold, min(len(gold), rng.choice((1, 1, 2))))
            order = [int(i) for i in np.argsort(-row) if i not in item.at]
            near = list(item.near[:3])
            others = [i for i in order if i not in near][:NEAREST]
            room = max(0, READ - (not gold) - len(near) - len(chosen))
            more = near + rng.sample(others, min(room, len(others)))
            pairs = [_pair(interview, i, item, rng) for i in [*chosen, *more]]
            if rng.random() < 0.1:
                other = rng.choice(interviews)
                if other is not interview:
                    index = rng.randrange(len(other.statements))
                    pairs.append(Pair(*other.statements[index], False, ()))
            question = item.text if rng.random() < 0.6 else augment.restyle(item.text, rng)
            if rng.random() < 0.05:
                question = f"{rng.choice(interview.questions).text} {question}"
            made.append(Group("written", question, tuple(pairs), ranked=bool(chosen and more)))
    return made


def _pair(interview: Interview, index: int, item: Asked, rng: random.Random) -> Pair:
    asked, text = interview.statements[index]
    spans: list[Span] = []
    if index in item.at:
        cuts = interview.cuts[index]
        spans = [cuts[i] for i in item.at[index] or range(len(cuts)) if i < len(cuts)]
    # What leans on its question keeps it: "No." alone answers nothing.
    if rng.random() < 0.1 and len(text.split(".")[0].split()) > 4:
        asked = ""
    return Pair(asked, text, index in item.at, tuple(spans), best=index in item.at)
