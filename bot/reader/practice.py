"""Interviews written for training: statements under the questions that were asked, and questions.

They are invented, in the public domain, and on subjects far from any bundled transcript. The file
reads as follows: ``# name`` opens an interview, ``Q:`` is asked, each ``A:`` is a statement, and
``? question | 3:0,1 5`` is a question that sentences 0 and 1 of statement 3 answer, and statement 5
as a whole; ``-`` marks a question that nothing answers, with the nearest statements after it.
"""

from __future__ import annotations

import random
import re
from dataclasses import dataclass
from importlib.resources import files

from bot.reader import augment
from bot.reader.data import Group, Pair, Span, sentences


@dataclass(frozen=True)
class Asked:
    """A question with the statements and sentences that answer it; ``near`` ones do not."""

    text: str
    at: dict[int, tuple[int, ...]]
    near: tuple[int, ...]


@dataclass(frozen=True)
class Interview:
    """A written interview: statements as (asked question, text), and questions about it."""

    name: str
    statements: tuple[tuple[str, str], ...]
    questions: tuple[Asked, ...]


def load(name: str = "practice.txt") -> list[Interview]:
    """All interviews of the file."""
    return parse(files("bot.reader").joinpath(name).read_text(encoding="utf-8"))


def parse(text: str) -> list[Interview]:
    """The interviews in a text of that form."""
    return [_parse(part) for part in re.split(r"^# ", text, flags=re.M)[1:]]


def _parse(part: str) -> Interview:
    lines = part.splitlines()
    asked, statements, questions = "", [], []
    for line in lines[1:]:
        if line.startswith("Q: "):
            asked = line[3:]
        elif line.startswith("A: "):
            statements.append((asked, line[3:]))
        elif line.startswith("? "):
            text, marks = line[2:].rsplit(" | ", 1)
            at: dict[int, tuple[int, ...]] = {}
            near: tuple[int, ...] = ()
            if marks.startswith("-"):
                near = tuple(int(m) for m in marks[1:].split())
            else:
                for mark in marks.split():
                    number, _, cut = mark.partition(":")
                    at[int(number)] = tuple(int(c) for c in cut.split(",")) if cut else ()
            questions.append(Asked(text, at, near))
    return Interview(lines[0].strip(), tuple(statements), tuple(questions))


def groups(interviews: list[Interview], rng: random.Random) -> list[Group]:
    """Each question against its statements and some others of the same interview."""
    made = []
    for interview in interviews:
        for item in interview.questions:
            gold = list(item.at)
            rest = [i for i in range(len(interview.statements)) if i not in item.at]
            chosen = gold[:2] if len(gold) < 3 else rng.sample(gold, 2)
            near = [i for i in item.near if i in rest]
            others = [i for i in rest if i not in near]
            more = near + rng.sample(others, min(max(0, 5 - len(near) - len(chosen)), len(others)))
            pairs = [_pair(interview, i, item, rng) for i in [*chosen, *more]]
            question = item.text if rng.random() < 0.5 else augment.restyle(item.text, rng)
            if rng.random() < 0.06:
                question = f"{rng.choice(interview.questions).text} {question}"
            made.append(Group("written", question, tuple(pairs), ranked=bool(chosen and more)))
    return made


def _pair(interview: Interview, index: int, item: Asked, rng: random.Random) -> Pair:
    asked, text = interview.statements[index]
    spans: list[Span] = []
    if index in item.at:
        cuts = sentences(text)
        spans = [cuts[i] for i in item.at[index] or range(len(cuts)) if i < len(cuts)]
    if rng.random() < 0.15 and index not in item.at:
        asked = ""
    return Pair(asked, text, index in item.at, tuple(spans), best=index in item.at)
