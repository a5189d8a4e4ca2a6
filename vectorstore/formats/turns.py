"""How far the words under each label reach, and what among them nobody speaks."""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Iterator, Sequence
from itertools import zip_longest

from vectorstore.formats.document import Segment, Span, trim
from vectorstore.formats.furniture import end_of_words
from vectorstore.formats.grammar import Label
from vectorstore.formats.stamps import CLOCK, seconds

_BRACKETED = re.compile(r"(?:\[[^\[\]]{0,120}\]|\([^()]{0,120}\)|\{[^{}]{0,120}\})[.\s]*\Z")
_DIRECTIONS = """
    break music jingle applause laughter pause silence intro outro to a p m am pm 
    est edt cst cdt mst mdt pst pdt gmt utc et pt local time
"""
_STAGE = frozenset(_DIRECTIONS.split())
_LONGEST_DIRECTION = 130
# After the words: a transcriber's time mark, or the last cell of a row.
_TRAILING_TIME = re.compile(rf"\s*(?:#{CLOCK}(?:-\d)?#|\t{CLOCK})\s*\Z")
_LEADING_TIME = re.compile(rf"\s*[\[(]({CLOCK})[\])][ \t\xa0]*(?=\S)")


def segments(
    text: str, labels: Sequence[Label], headings: Sequence[Span], begin: int = 0
) -> list[Segment]:
    """The words under each label up to the next, without headings, stage directions and times.

    Without labels, everything from `begin` on is said by nobody known.
    """
    if not labels:
        return _spoken(text, Segment("", begin, end_of_words(text, begin, len(text))), headings)
    last = end_of_words(text, labels[-1].words, len(text))
    ends = [label.start for label in labels[1:]] + [last]
    result: list[Segment] = []
    for label, end in zip(labels, ends, strict=True):
        if label.words < end:
            whole = Segment(label.name, label.words, end, label.time)
            result += _spoken(text, whole, headings)
    return _with_time_ends(result)


def _spoken(text: str, whole: Segment, headings: Sequence[Span]) -> list[Segment]:
    """A label's words in pieces, cut where something stands between them."""
    pieces: list[Segment] = []
    begin, time = whole.start, whole.time_start
    for start, end in _paragraphs(text, whole.start, whole.end, headings):
        stamp = _LEADING_TIME.match(text, start, end)
        silent = _is_silent(text, start, end, headings) and start > whole.start
        if not (silent or stamp):
            continue
        pieces += _piece(text, whole.label, begin, start, time)
        begin = end if silent else stamp.end() if stamp else start
        time = seconds(stamp[1]) if stamp and not silent else time
    return pieces + _piece(text, whole.label, begin, whole.end, time)


def _paragraphs(text: str, start: int, end: int, headings: Sequence[Span]) -> Iterator[Span]:
    """Runs of lines with words; a heading is one by itself."""
    begin: int | None = None
    while start < end:
        following = text.find("\n", start, end) + 1 or end
        blank = not text[start:following].strip()
        heading = not blank and _within(trim(text, start, following), headings)
        if begin is not None and (blank or heading):
            yield begin, start
            begin = None
        if heading:
            yield start, following
        elif begin is None and not blank:
            begin = start
        start = following
    if begin is not None:
        yield begin, end


def _within(span: Span, headings: Sequence[Span]) -> bool:
    index = bisect_right(headings, span[0], key=lambda heading: heading[0]) - 1
    return index >= 0 and span[1] <= headings[index][1]


def _is_silent(text: str, start: int, end: int, headings: Sequence[Span]) -> bool:
    low, high = trim(text, start, end)
    if _within((low, high), headings):
        return True
    if high - low > _LONGEST_DIRECTION:
        return False
    words = text[low:high]
    tokens = re.findall(r"[^\W_]+", re.sub(CLOCK, " ", words).lower())
    return bool(_BRACKETED.match(words)) or all(token in _STAGE for token in tokens)


def _piece(text: str, label: str, start: int, end: int, time: float | None) -> list[Segment]:
    start, end = trim(text, start, end)
    stamp = _TRAILING_TIME.search(text, max(start, end - 40), end)
    if stamp:
        start, end = trim(text, start, stamp.start())
    return [Segment(label, start, end, time)] if start < end else []


def _with_time_ends(pieces: list[Segment]) -> list[Segment]:
    """Let each timed piece end where the next one begins, if that has a time too."""
    result: list[Segment] = []
    for piece, after in zip_longest(pieces, pieces[1:]):
        until = after.time_start if after else None
        if piece.time_start is not None and until is not None and until > piece.time_start:
            piece = Segment(piece.label, piece.start, piece.end, piece.time_start, until)
        result.append(piece)
    return result
