"""Lies made from true claims: a number, a name, a negation, a speaker or a quoted word changed.

A true claim is a sentence of a statement, quoted or told in indirect speech. Each lie has one
change that makes it false; half of the numbers and names come from the same statement, where a
check that only asks whether they occur would be deceived.
"""

from __future__ import annotations

import random
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from bot.checks import quantities
from bot.checks.names import names, opens, same_name
from bot.checks.words import words
from vectorstore.statement import Statement, sentences

KINDS = ("quotation", "number", "name", "negation", "speaker")

NAMES = ["Osaka", "Brazil", "Merkel", "Toyota", "Nigeria", "Greta", "Poland", "Microsoft"]
PEOPLE = ["Alice Morton", "Shinzo Tanaka", "Peter Vogel"]
NOUNS = ["weather", "music", "pressure", "garden", "silence", "market", "winter", "engine"]
NUMBERS = ["two", "three", "four", "six", "seven", "eight", "nine", "thirteen", "twenty"]

_AUXILIARY = re.compile(
    r"\b(is|are|was|were|has|have|had|will|would|can|could|should|must|may|do|does|did)\b(?! not)"
    r"(?!n[’']t)",
)
_NOT = (
    (re.compile(r"\b(do|does|did) not "), ""),
    (re.compile(r"\b(\w+)n[’']t\b"), r"\1"),
    (re.compile(r"\bcannot\b"), "can"),
    (re.compile(r"(?<=\w) not\b(?! only)"), ""),
    (re.compile(r"\b[Nn]obody\b"), "everybody"),
    (re.compile(r"\b[Nn]ever\b"), "always"),
    (re.compile(r"\b[Nn]othing\b"), "everything"),
    (re.compile(r"(?<!^)\bno (?=[a-z])"), "many "),
    (re.compile(r"\b[Nn]either\b"), "both"),
    (re.compile(r"\b[Ww]ithout\b"), "with"),
)


@dataclass(frozen=True, slots=True)
class Case:
    """A claim with the statement that it cites.

    Attributes:
        kind: What was changed, or "" if the claim is true.
        form: "quoted" or "indirect".
        text: The claim.
        statement: What it cites.
    """

    kind: str
    form: str
    text: str
    statement: Statement


def true_claims(statements: Sequence[Statement]) -> Iterator[Case]:
    """Every sentence, quoted and in indirect speech."""
    for statement in statements:
        for start, end in sentences(statement.text):
            sentence = statement.text[start:end]
            if len(sentence.split()) < 4 or sentence.endswith("?"):
                continue
            yield Case("", "quoted", f"{statement.speaker}: “{sentence}”", statement)
            if indirect := told(sentence, statement.speaker):
                yield Case("", "indirect", indirect, statement)


def told(sentence: str, speaker: str) -> str:
    """The sentence as somebody else would tell it, or "" where that takes more than pronouns."""
    text = re.sub(r"^(?:Yes|No)[.,] ", "", sentence)
    if len(text.split()) < 4 or re.search(r"\b(you|your)\b", text, re.IGNORECASE):
        return ""
    for form, other in (
        (r"\bI am\b", "he is"), (r"\bI[’']m\b", "he is"), (r"\bI[’']ve\b", "he has"),
        (r"\bI have\b", "he has"), (r"\bI do\b", "he does"), (r"\bI\b", "he"), (r"\bme\b", "him"),
        (r"\bmy\b", "his"), (r"\bMy\b", "his"), (r"\bmyself\b", "himself"), (r"\b[Ww]e\b", "they"),
        (r"\b[Oo]ur\b", "their"), (r"\b[Uu]s\b", "them"), (r"\bwe[’']ve\b", "they have"),
    ):  # fmt: skip
        text = re.sub(form, other, text)
    first = text.split()[0]
    keeps = any(w.start == 0 for w in names(text)) or "." in first or first.isupper()
    text = text if keeps else text[0].lower() + text[1:]
    return f"{speaker.split()[-1]} says that {text}"


def lies(cases: Sequence[Case], seed: int = 0) -> Iterator[Case]:
    """The lies that can be made from true claims; the same ones for the same seed."""
    chance = random.Random(seed)
    known = {
        word.key
        for statement in {case.statement for case in cases}
        for word in names(statement.text)
        if not opens(statement.text, word.start)
    }
    others = sorted({case.statement.speaker for case in cases})
    for case in cases:
        made = {
            "number": _number(case, chance),
            "name": _name(case, known, chance),
            "negation": _negation(case),
            "speaker": _speaker(case, others, chance),
            "quotation": _quotation(case, chance) if case.form == "quoted" else "",
        }
        for kind, text in made.items():
            if text and text != case.text:
                yield Case(kind, case.form, text, case.statement)


def _said(case: Case) -> int:
    """Where the claim's content begins, after the words that name the speaker."""
    mark = "“" if case.form == "quoted" else "says that "
    return case.text.index(mark) + len(mark)


def _number(case: Case, chance: random.Random) -> str:
    begin = _said(case)
    found = [q for q in quantities.quantities(case.text) if q.start >= begin]
    if not found:
        return ""
    one = chance.choice(found)
    written = case.text[one.start : one.end].strip()
    start = case.text.index(written, one.start)
    text = case.statement.text
    there = [text[q.start : q.end].strip() for q in quantities.quantities(text)
             if q.value != one.value and q.unit in {one.unit, ""}]  # fmt: skip
    if there and chance.random() < 0.5:
        new = chance.choice(there)
    elif digits := re.search(r"\d+", written):
        changed = str(int(digits[0]) + chance.choice([1, 2, 7, 10]))
        new = written.replace(digits[0], changed, 1)
    else:
        new = chance.choice([n for n in NUMBERS if quantities.quantities(n)[0].value != one.value])
    return case.text[:start] + new + case.text[start + len(written) :]


def _name(case: Case, known: set[str], chance: random.Random) -> str:
    begin = _said(case)
    own = words(case.statement.speaker)
    found = [w for w in names(case.text) if w.start >= begin and w.key in known
             and not any(same_name(w, o) for o in own)]  # fmt: skip
    if not found:
        return ""
    one = chance.choice(found)
    there = [w.text for w in names(case.statement.text) if not same_name(w, one) and w.key in known
             and not any(same_name(w, o) for o in own)]  # fmt: skip
    new = chance.choice(there if there and chance.random() < 0.5 else NAMES)
    return case.text[: one.start] + new + case.text[one.end :]


def _negation(case: Case) -> str:
    begin = _said(case)
    head, said = case.text[:begin], case.text[begin:]
    for form, new in _NOT:
        if form.search(said):
            return head + form.sub(new, said, count=1)
    if auxiliary := _AUXILIARY.search(said):
        return head + said[: auxiliary.end()] + " not" + said[auxiliary.end() :]
    return ""


def _speaker(case: Case, others: Sequence[str], chance: random.Random) -> str:
    foreign = [o for o in others if o != case.statement.speaker] + PEOPLE
    new = chance.choice(foreign)
    if case.form == "quoted":
        return new + case.text[case.text.index(": “") :]
    return new.split()[-1] + case.text[case.text.index(" says that") :]


def _quotation(case: Case, chance: random.Random) -> str:
    begin = _said(case)
    # Without its first or last word a quotation is shorter, but still exact.
    inner = [w for w in words(case.text) if w.start >= begin and w.content][1:-1]
    if not inner:
        return ""
    one = chance.choice(inner)
    way = chance.choice(["other word", "no word", "one letter"])
    if way == "no word":
        return case.text[: one.start] + case.text[one.end :].lstrip()
    new = chance.choice(NOUNS) if way == "other word" else one.text[:-1] + (
        "e" if one.text[-1] != "e" else "a"
    )  # fmt: skip
    return case.text[: one.start] + new + case.text[one.end :]
