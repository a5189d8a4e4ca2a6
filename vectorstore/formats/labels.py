"""Which of the things that look like labels say who speaks."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Callable, Sequence
from operator import attrgetter

from vectorstore.formats.grammar import Label
from vectorstore.formats.metadata import key_of
from vectorstore.formats.names import (
    could_be_initials,
    is_label,
    is_name,
    is_role,
    is_short_for,
    words_of,
)

_ASKS = re.compile(
    r"(?:q|question|questioner|frage|pregunta|domanda|vraag|fråga|問|问|質問|int|mod|interviewer|"
    r"host|co-?host|moderator|facilitator|reporter|press|journalist)[ .#_-]?\d{0,3}\Z",
    re.IGNORECASE,
)
_ANSWERS = re.compile(
    r"(?:a|answer|antwort|réponse|respuesta|risposta|antwoord|svar|答|interviewee|guest|"
    r"resp|respondent|informant|narrator)[ .#_-]?\d{0,3}\Z",
    re.IGNORECASE,
)
# How often a name has to return before the way it stands on the page makes it a label.
_RETURNS = {
    "colon": 2,
    "bold": 2,
    "timed": 1,
    "bracket": 3,
    "tab": 2,
    "dash": 2,
    "alone": 2,
    "title": 2,
    "question": 2,
    "caps": 2,
    "initials": 2,
    "spaces": 2,
    "angle": 2,
}
_NAMELESS = ("chevron", "dashed")
# Real transcripts label far more often; prose with a few capitalised words and colons does not.
_LEAST_SHARE = 0.05
# Where this many paragraphs have one, even a single "Bob:" is somebody who speaks once.
_DENSE_SHARE = 0.25
_MOSTLY = 0.85
_SURE = ("colon", "bold", "timed")
_SENTENCE_END = (".", "!", "?", "…", "”", '"', ")", "]", "-", "—", "–")


def asks(label: str) -> bool:
    """Whether the label itself says that it asks: Q, Question 3, Interviewer."""
    return bool(_ASKS.match(label))


def answers(label: str) -> bool:
    """Whether the label itself says that it answers: A, Answer, Interviewee."""
    return bool(_ANSWERS.match(label))


def introductions(text: str, found: Sequence[Label]) -> dict[int, tuple[str, str]]:
    """Lines that introduce somebody instead of quoting them, as line start → (label, name).

    Such as "MSM: Michael Mahoney" or "Interviewer: Jane Doe"; only the first use of a label can.
    """
    seen: set[str] = set()
    result: dict[int, tuple[str, str]] = {}
    for label in found:
        if label.name in seen or label.style not in ("colon", "tight", "tab"):
            continue
        seen.add(label.name)
        name = _line(text, label.words)
        name = re.split(r"[,(–—]", name)[0].strip()
        if " " not in name or not is_name(name) or label.words >= _line_end(text, label.start):
            continue
        if (
            key_of(label.name) in ("interviewer", "interviewee", "people")
            or could_be_initials(label.name, name)
            or is_short_for(label.name, name)
        ):
            result[label.start] = (label.name, name)
    return result


def choose(text: str, found: Sequence[Label], people: tuple[str, ...] = ()) -> list[Label]:
    """The labels among the candidates, in order.

    A role, a known name or a name that returns is a label; then so is what is written like them.

    Args:
        text: The whole text.
        found: The candidates.
        people: Names that are known to speak.
    """
    changes = [label for label in found if label.style in _NAMELESS]
    found = [label for label in found if label.style not in _NAMELESS]
    found = _without_authors(text, found)
    strong = _strong(found, people)
    paragraphs = sum(label.opens for label in found) or 1
    paragraphs = max(paragraphs, text.count("\n\n") // 2)
    asked = _has_asks(found)
    certain = any(_is_certain(label, asked) for label in found)
    if not certain and len(strong) < _LEAST_SHARE * paragraphs:
        strong = []
    if not strong:
        strong = _dense(text, found)
    strong = _alike(_of_one_style(strong))
    if not strong:
        return nameless(text, changes)
    chosen = {label.start: label for label in strong}
    if any(label.caption for label in strong):
        chosen |= {label.start: label for label in changes if label.style == "chevron"}
    named = sum(not (asks(label.name) or answers(label.name)) for label in strong)
    accept = _acceptor(text, strong, dense=named >= _DENSE_SHARE * paragraphs)
    for label in found:
        if label.start not in chosen and accept(label):
            chosen[label.start] = label
    return _without_article([chosen[start] for start in sorted(chosen)])


def _without_authors(text: str, found: Sequence[Label]) -> list[Label]:
    """Without "P." and "R." at the beginning of lines, unless they ask and answer."""
    letters = [label for label in found if label.style == "question" and label.name in ("P", "D")]
    asking = sum("?" in _line(text, label.words) for label in letters)
    asks_so = 2 * asking > len(letters) or _has_asks(found)
    lone = ("P", "R", "D")
    return [label for label in found
            if label.style != "question" or label.name not in lone or asks_so]  # fmt: skip


def nameless(text: str, changes: Sequence[Label]) -> list[Label]:
    """The marks for somebody else's words, >> or a dash, if they are no list's and no quotation's.

    Args:
        text: The whole text.
        changes: What looks like such marks.
    """
    chevrons = [label for label in changes if label.style == "chevron"]
    if len(chevrons) > 2:
        return chevrons
    dashed = [label for label in changes if label.style == "dashed"]
    lines = [_line(text, label.words) for label in dashed]
    asking = sum(line.endswith(("?", "？")) for line in lines)
    ended = sum(line.endswith(_SENTENCE_END) for line in lines)
    return dashed if asking > 1 and 10 * asking >= len(lines) and 2 * ended >= len(lines) else []


def _without_article(chosen: list[Label]) -> list[Label]:
    """Without a headline such as "A Garage" before the first question."""
    first = next((i for i, label in enumerate(chosen) if asks(label.name)), 0)
    while first and chosen[0].style == "question" and chosen[0].words - chosen[0].start == 2:
        chosen, first = chosen[1:], first - 1
    return chosen


def _strong(found: Sequence[Label], people: tuple[str, ...]) -> list[Label]:
    counts = Counter((label.name, label.style) for label in found)
    asked = _has_asks(found)
    returning: dict[str, set[str]] = {}
    for name, style in counts:
        if counts[name, style] >= _RETURNS.get(style, 3):
            returning.setdefault(style, set()).add(name)

    openers = {
        label.name
        for label in found
        if label.opens and label.style == "colon" and is_label(label.name)
    }

    def is_strong(label: Label) -> bool:
        if label.style in ("alone", "caps", "initials", "spaces") and not label.opens:
            return False
        if _is_certain(label, asked) or (label.caption and label.style == "colon"):
            return True
        count, company = counts[label.name, label.style], returning.get(label.style, set())
        if any(is_short_for(label.name, person) for person in people):
            return count > 1 or label.style in _SURE
        if is_role(label.name) and label.style in (*_SURE, "bracket", "tab"):
            return count > 1 or not _is_common(label.name)
        if label.name not in company or count < (3 if _is_handle(label) else 1):
            return False
        in_company = asked or len(company) > 1 or (label.opens and len(openers) > 1)
        return in_company or (label.style == "colon" and count > 2 and not _is_handle(label))

    return [label for label in found if is_strong(label)]


def _is_handle(label: Label) -> bool:
    """Whether a label is a single small word such as "stark", which prose has before colons too."""
    letter = len(label.name) == 1 and label.name.isupper()  # A and B talking
    return label.style != "angle" and not letter and not is_label(label.name)


def _is_common(name: str) -> bool:
    """Whether a role is a word that prose, too, has before a colon."""
    return name.casefold() in ("press", "host", "mod", "int", "question", "court", "person")


def _has_asks(found: Sequence[Label]) -> bool:
    lone = [label for label in found if asks(label.name)]
    answered = any(answers(label.name) for label in found if label.style != "question")
    sure = any(label.style != "question" and not _is_common(label.name) for label in lone)
    return len(lone) > 1 or sure or (bool(lone) and answered)


def _is_certain(label: Label, asked: bool) -> bool:
    if not asked or label.style in ("alone", "dash", "title", "caps", "spaces"):
        return False
    return asks(label.name) or answers(label.name)


def _dense(text: str, found: Sequence[Label]) -> list[Label]:
    """Labels of a short text, where no name returns but nearly every paragraph has one."""
    named = [label for label in found if label.style in ("colon", "bold") and is_label(label.name)]
    named = [label for label in named if _speaks(text, label)]
    if len({label.name for label in named}) < 2:
        return []
    lines = [line for line in text[named[0].start :].splitlines() if line.strip()]
    return named if len(named) >= 0.5 * len(lines) else []


def _of_one_style(strong: list[Label]) -> list[Label]:
    """Only those in the way of writing that most use; roles and known styles go together."""
    ways = dict.fromkeys(("colon", "tight", "bold", "question", "mark"), "colon")
    counts = Counter(ways.get(label.style, label.style) for label in strong)
    if not counts:
        return []
    most = counts.most_common(1)[0][0]
    return [label for label in strong if ways.get(label.style, label.style) == most]


def _alike(strong: list[Label]) -> list[Label]:
    """Only names that begin paragraphs, or are emphasised, if nearly all labels are.

    A name counts as a whole: a blank line that is missing once does no harm.
    """
    for test in (attrgetter("opens"), attrgetter("bold")):
        counts = Counter(label.name for label in strong)
        same = Counter(label.name for label in strong if test(label))
        if same.total() >= _MOSTLY * len(strong):
            strong = [label for label in strong if 3 * same[label.name] >= counts[label.name]]
    return strong


def _acceptor(text: str, strong: Sequence[Label], dense: bool) -> Callable[[Label], bool]:
    """A test for labels that stand once, or are written a little differently from the strong."""
    names = {label.name for label in strong}
    folded = {words_of(name) for name in names}
    styles = {label.style for label in strong} | {"tight"}
    first = strong[0].start
    all_open = sum(label.opens for label in strong) >= _MOSTLY * len(strong)
    all_bold = sum(label.bold for label in strong) >= _MOSTLY * len(strong)
    upper = {name.isupper() for name in names if len(name) > 1}

    def accept(label: Label) -> bool:
        if (all_open and not label.opens) or (all_bold and not label.bold):
            return False
        if not is_label(label.name) and words_of(label.name) not in folded:
            return False
        if label.start < first and not _speaks(text, label):
            return False
        if words_of(label.name) in folded:
            return label.style in styles or label.style == "colon"
        if label.style not in styles:
            return False
        if any(is_short_for(label.name, n) or is_short_for(n, label.name) for n in names):
            return True
        if label.style in ("alone", "dash", "tab", "tight", "caps", "initials", "spaces"):
            return False
        # Somebody who speaks once: a full name, written in the same way as the others.
        return (
            (dense or " " in label.name or is_role(label.name) or label.name.isupper())
            and (label.name.isupper() in upper or not upper)
            and (dense or _speaks(text, label))
        )

    return accept


def _speaks(text: str, label: Label) -> bool:
    """Whether the line ends like a sentence: a headline that begins with a name does not."""
    return _line(text, label.words).rstrip(" \t\xa0*_").endswith(_SENTENCE_END)


def _line(text: str, start: int) -> str:
    return text[start : _line_end(text, start)].rstrip()


def _line_end(text: str, start: int) -> int:
    end = text.find("\n", start)
    return len(text) if end < 0 else end
