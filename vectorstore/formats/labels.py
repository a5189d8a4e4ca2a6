"""Where a label stands in prose, and how far the words under it reach."""

from __future__ import annotations

import re
from collections import Counter
from dataclasses import dataclass

from vectorstore.formats.document import Segment
from vectorstore.formats.names import is_name, is_short_for

ASKS = frozenset({"q", "question", "interviewer", "host", "moderator", "reporter"})
ANSWERS = frozenset({"a", "answer", "interviewee", "guest", "respondent"})
_LINE = re.compile(r"[^\n]*\n?")
_COLON = re.compile(r"[ \t\xa0]*([^\W_][^:：\n]{0,58}?)[ \t\xa0]*[:：](?=[\s\xa0]|\Z)[\s\xa0]*")
_BARE_Q = re.compile(r"[ \t\xa0]*([QA])(?:\.[ \t\xa0]+|\t[ \t\xa0]*|[ \xa0]{2,}|\xa0)")


@dataclass(frozen=True, slots=True)
class Label:
    """A label found at the beginning of a line.

    Attributes:
        name: As written, without its colon.
        start: Offset of the line it stands on.
        words: Offset of the first word after it.
    """

    name: str
    start: int
    words: int


def find_labels(text: str, people: tuple[str, ...] = ()) -> list[Label]:
    """The labels of a text in order.

    Args:
        text: The whole text.
        people: Names that are known to speak.
    """
    candidates = _candidates(text)
    counts = Counter(label.name for label in candidates)
    strong = {name for name in counts if _is_strong(name, counts, people)}
    first = next((label.start for label in candidates if label.name in strong), len(text))
    return [
        label
        for label in candidates
        if label.name in strong
        or (_has_relative(label.name, strong) and (label.start > first or _speaks(text, label)))
    ]


def segments(text: str, labels: list[Label]) -> list[Segment]:
    """The words under each label: up to the next one, without outer white space."""
    ends = [label.start for label in labels[1:]] + [len(text)]
    return [
        Segment(label.name, *trim(text, label.words, end))
        for label, end in zip(labels, ends, strict=True)
    ]


def trim(text: str, start: int, end: int) -> tuple[int, int]:
    """The span without the white space at its ends."""
    while start < end and text[start].isspace():
        start += 1
    while end > start and text[end - 1].isspace():
        end -= 1
    return start, end


def _candidates(text: str) -> list[Label]:
    found: list[Label] = []
    for line in _LINE.finditer(text):
        for pattern in (_COLON, _BARE_Q):
            match = pattern.match(text, line.start(), line.end())
            if match:
                found.append(Label(match[1], line.start(), match.end()))
                break
    return found


def _is_strong(name: str, counts: Counter[str], people: tuple[str, ...]) -> bool:
    """Whether a label is one by itself: a role, a known name, or a name that returns."""
    if name.lower() in ASKS | ANSWERS:
        return True
    return is_name(name) and (counts[name] > 1 or any(is_short_for(name, full) for full in people))


def _has_relative(name: str, strong: set[str]) -> bool:
    return is_name(name) and any(
        is_short_for(name, other) or is_short_for(other, name) for other in strong
    )


def _speaks(text: str, label: Label) -> bool:
    """Whether the line ends like a sentence: a headline that begins with a name does not."""
    line = text[label.words :].split("\n", 1)[0].rstrip()
    return line.endswith((".", "!", "?", "…", "”", '"', ")", "-", "—"))
