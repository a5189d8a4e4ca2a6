"""Every way to write who speaks at the beginning of a line."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

from vectorstore.formats.document import Span
from vectorstore.formats.names import TITLES, is_label, is_name, is_role
from vectorstore.formats.stamps import CLOCK, seconds

_LINE = re.compile(r"[^\n]+\n?|\n")
_GAP = r"[ \t\xa0\u3000]"
_TIME = rf"(?:\[{CLOCK}\]|\({CLOCK}\)|{CLOCK})"
_SOME = rf"{_GAP}{{0,9}}"
# Before the name: white space, a quotation or caption mark, a time, emphasis.
_LEAD = (
    rf"{_GAP}*(?:>{{1,3}}{_SOME}|[-–—]{_GAP})?"
    rf"(?:(?P<before>{_TIME}){_SOME}[-–—|]?{_SOME})?[*_]{{0,3}}"
)
_NAME = r"(?P<name>[^\W_][^:：;\r\n\[\]<>{}*]{0,70}?)"
_AFTER = rf"(?:{_SOME}(?P<after>{_TIME}))?"
# After the label: white space, also over lines, and a time that stands by itself.
_REST = (
    rf"(?:[\s\u3000]*(?P<then>\[{CLOCK}\]|\({CLOCK}\)|{CLOCK}(?={_SOME}(?:[\r\n]|\Z)))|)[\s\u3000]*"
)
_MARKS = r"[*_]{0,3}"
_OPENING = r"[^\W\d_a-z]|[\"“‘'\[(…\s]"
_LONE_Q = r"(?:[.)]{gap}+|\t{gap}*|(?: |\xa0){{2,}}|\xa0|(?= [A-Z“\"(]) |[*_]{{2,3}}{gap}*)"
_STYLES = {
    # John Roos: words / **John Roos:** words / Roos [00:04:12]: words / Roos: 00:04:12
    "colon": re.compile(
        rf"{_LEAD}{_NAME}{_AFTER}{_MARKS}{_SOME}(?::{_MARKS}(?=[\s*]|\Z)|：){_REST}"
    ),
    # MS. JEAN-PIERRE:Words, and a semicolon struck for a colon
    "tight": re.compile(
        rf"{_LEAD}{_NAME}{_AFTER}{_MARKS}[:：;]{_MARKS}{_SOME}(?={_OPENING}){_REST}"
    ),
    # <roos> words, as in chats
    "angle": re.compile(rf"{_LEAD}<[ @+]?(?P<name>[\w.`^|-]{{1,30}})>{_SOME}(?=\S)"),
    # (PERSON15) words / [Roos] words
    "bracket": re.compile(
        rf"{_LEAD}(?:\(|\[)(?P<name>[^\W_][^()\[\]\r\n]{{0,40}})(?:\)|\]):?{_SOME}{_REST}"
    ),
    # Q   words / Q. words
    "question": re.compile(rf"{_LEAD}(?P<name>[QA])" + _LONE_Q.format(gap=_GAP)),
    # John Roos  04:12, then the words on the next line
    "timed": re.compile(
        rf"{_LEAD}{_NAME}{_SOME}[|,–—-]?{_SOME}(?P<after>{_TIME}){_SOME}(?=[\r\n]|\Z)\s*"
    ),
    # 04:12 John Roos, likewise, and Roos <tab> words
    "tab": re.compile(rf"{_LEAD}{_NAME}{_MARKS}\t[ \t]*(?=\S)"),
    # Mr. SMITH. Words
    "title": re.compile(
        r"[ \t]*(?P<name>(?:[A-Z][a-z]{1,11}|[A-Z]{2,9})\.? [^\W\d_][\w'’-]{1,20})\. +"
        r"(?=[A-Z“\"\[(])"
    ),
    # Roos — words
    "dash": re.compile(
        rf"{_LEAD}{_NAME}{_MARKS}(?:{_SOME}[—–]{_SOME}|{_GAP}{{1,9}}--?{_GAP}{{1,9}})(?=\S)"
    ),
    # John Roos, then the words on the next line
    "alone": re.compile(rf"{_LEAD}{_NAME}{_MARKS}{_SOME}(?=[\r\n])\s*"),
}
# A line without any of these characters near its beginning needs no closer look; "" is any line.
_NEEDS = {
    "colon": ":：",
    "tight": ":：;",
    "angle": "<",
    "bracket": "([",
    "question": "QA",
    "timed": ":",
    "tab": "\t",
    "title": ".",
    "dash": "-–—",
}
_NEAR = 160
_TIMES = ("then", "after", "before")
_DESCRIBED = re.compile(
    r"([^,()]{1,60}?)\s*(?:,\s*([A-Z].{0,50})|\(.{0,60}\))\s*(?:\([^()]{0,40}\))?\Z"
)


@dataclass(frozen=True, slots=True)
class Label:
    """A label, or what looks like one, at the beginning of a line.

    Attributes:
        name: As written, without marks, times and descriptions.
        style: Which way of writing it is.
        start: Offset of the line it stands on.
        words: Offset of the first word after it.
        time: Seconds into the recording, if a time stands beside it.
        opens: Whether it begins a paragraph.
        bold: Whether it is emphasised.
        note: What is said of the person beside the name: "HOST".
        caption: Whether it stands after >>, as captions mark a new speaker.
    """

    name: str
    style: str
    start: int
    words: int
    time: float | None
    opens: bool
    bold: bool
    note: str = ""
    caption: bool = False


def candidates(text: str, bold: tuple[Span, ...]) -> Iterator[Label]:
    """Everything in the text that has the shape of a label, in order, at most one a line."""
    opens = True
    runs = iter((*bold, (len(text) + 1, len(text) + 1)))
    run = next(runs)
    for line in _LINE.finditer(text):
        start, end = line.span()
        if not text[start:end].strip():
            opens = True
            continue
        while run[1] <= start:
            run = next(runs)
        yield from _read(text, start, end, opens, run if run[0] < end else None)
        opens = False


def _read(text: str, start: int, end: int, opens: bool, run: Span | None) -> Iterator[Label]:
    if run and (label := _bold_label(text, start, end, opens, run)):
        yield label
        return
    head = text[start : min(end, start + _NEAR)]
    for style, pattern in _STYLES.items():
        if style in _NEEDS and not any(char in head for char in _NEEDS[style]):
            continue
        if style == "alone" and end - start > _NEAR:
            continue
        # `words` may lie on a later line; only the label itself has to be on this one.
        found = pattern.match(text, start)
        if not found:
            continue
        groups = found.groupdict()
        name, note = described(groups["name"].strip(" \t\xa0.*_"))
        if not _fits(name, style) or (style == "alone" and groups["name"].endswith(".")):
            continue
        times = (seconds(written) for key in _TIMES if (written := groups.get(key)))
        before = text[start : found.start("name")]
        yield Label(
            name,
            style,
            start,
            found.end(),
            next((time for time in times if time is not None), None),
            opens,
            bool(run) or "*" in before,
            note,
            ">>" in before,
        )
        return


def described(written: str) -> tuple[str, str]:
    """A label such as "STEVE INSKEEP, HOST" as a name and what is said beside it."""
    found = _DESCRIBED.match(written)
    if found and is_name(found[1]):
        return found[1], found[2] or ""
    return written, ""


def _fits(name: str, style: str) -> bool:
    if style == "title":
        return is_role(name) or name.split()[0].rstrip(".").lower() in TITLES
    if style == "angle":
        return True
    if style == "colon" and name[:1].islower() and " " not in name:
        return name.isascii() and len(name) <= 20
    return is_label(name) or (style in ("colon", "question") and _is_asked(name))


def _is_asked(name: str) -> bool:
    return bool(re.match(r"(?:[QAqaIRP]|[A-Za-z]{2,9})[ .]?\d{0,3}\Z", name))


def _bold_label(text: str, start: int, end: int, opens: bool, run: Span) -> Label | None:
    """An emphasised name without a colon, followed by plain words or a new line."""
    first, last = run
    if text[start:first].strip() or last > end:
        return None
    name = text[first:last].strip()
    after = text[last:end].lstrip()
    if not (is_label(name) or name in ("Q", "A")) or after[:1] in (":", "：", "("):
        return None
    position = last
    while position < len(text) and text[position].isspace():
        position += 1
    return Label(name, "bold", start, position, None, opens, True)
