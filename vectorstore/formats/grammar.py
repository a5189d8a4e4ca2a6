"""Every way to write who speaks at the beginning of a line."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, replace

from vectorstore.formats.document import Span
from vectorstore.formats.names import TITLES, is_initials, is_label, is_name, is_role
from vectorstore.formats.stamps import CLOCK, seconds
from vectorstore.formats.styles import NEEDS, STYLES, TIME_ALONE

_LINE = re.compile(r"[^\n]+\n?|\n")
_NEAR = 160
_TIMES = ("then", "after", "before")
_COLUMNS = re.compile(
    r"(?:\W*(?:no|nr|id|time|times?tamp|start|end|speaker|name|text|words|transcript|comments?)\W*"
    r"(?:\t|\Z)){2,}\Z",
    re.IGNORECASE,
)
# Marks of direction, joins and breaks that are not seen, as chat exports and web pages have them.
_UNSEEN = dict.fromkeys((0xAD, 0x200B, 0x200E, 0x200F, 0x2060, 0xFEFF, *range(0x202A, 0x202F)), " ")
_ADDRESSED = re.compile(r"(.{1,60}?)\s+to\s+(?:Everyone|All|Me|Hosts?\b).{0,60}\Z")
_DESCRIBED = re.compile(
    r"([^,()]{1,60}?)\s*(?:,\s*([A-Z].{0,50})|\(.{0,60}\))\s*(?:\([^()]{0,40}\))?\Z"
)


@dataclass(frozen=True, slots=True)
class Label:
    """A label, or what looks like one, at the beginning of a line.

    Attributes:
        name: As written, without marks, times and descriptions; "" where nobody is named.
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
    text = text.translate(_UNSEEN)
    stamp: tuple[int, float | None] | None = None
    runs = iter((*bold, (len(text) + 1, len(text) + 1)))
    run = next(runs)
    for line in _LINE.finditer(text):
        start, end = line.span()
        if not text[start:end].strip():
            opens = True
            continue
        if TIME_ALONE.match(text, start, end):
            stamp = start, _seconds(text[start:end])
            continue
        while run[1] <= start:
            run = next(runs)
        for label in _read(text, start, end, opens, run if run[0] < end else None):
            if stamp and label.time is None and label.name:
                label = replace(label, start=stamp[0], time=stamp[1])
            yield label
        opens, stamp = False, None


def _read(text: str, start: int, end: int, opens: bool, run: Span | None) -> Iterator[Label]:
    if run and (label := _bold_label(text, start, end, opens, run)):
        yield label
        return
    head = text[start : min(end, start + _NEAR)]
    if "\t" in head and _COLUMNS.match(text[start:end].strip()):
        return
    for style, pattern in STYLES.items():
        if style in NEEDS and not any(char in head for char in NEEDS[style]):
            continue
        if style == "alone" and end - start > _NEAR:
            continue
        # `words` may lie on a later line; only the label itself has to be on this one.
        found = pattern.match(text, start)
        if not found:
            continue
        groups = found.groupdict()
        written = groups.get("name") or groups.get("letter") or ""
        name, note = described(written.strip(" \t\xa0.*_"))
        if not _fits(name, style) or (style == "alone" and written.endswith(".")):
            continue
        if written.endswith(name + ".") and is_initials(name) and "." in name:
            name += "."
        stamps = [stamp for key in _TIMES if (stamp := groups.get(key)) and style != "angle"]
        before = text[start : found.start("name") if groups.get("name") else found.end()]
        yield Label(
            name,
            style,
            start,
            found.end(),
            next((time for stamp in stamps if (time := _seconds(stamp)) is not None), None),
            opens or (style == "caps" and head[0].isspace()),  # an indented paragraph
            bool(run) or "*" in before,
            note,
            ">>" in before,
        )
        return


def described(written: str) -> tuple[str, str]:
    """A label such as "STEVE INSKEEP, HOST" as a name and what is said beside it."""
    addressed = _ADDRESSED.match(written)
    if addressed and is_name(addressed[1]):
        return addressed[1], ""
    asker = re.match(
        r"(Interviewer|Interviewee|Host|Guest) ?\(([^()]{1,60})\)\Z", written, re.IGNORECASE
    )
    if asker and is_name(asker[2]):
        return asker[2], asker[1]
    found = _DESCRIBED.match(written)
    if found and is_name(found[1]):
        return found[1], found[2] or ""
    return written, ""


def _fits(name: str, style: str) -> bool:
    if style == "title":
        return is_role(name) or name.split()[0].rstrip(".").lower() in TITLES
    if style in ("angle", "mark", "initials", "chevron", "dashed"):
        return True
    if style == "caps":
        return name.isupper() and is_label(name)
    if style == "bracket" and re.match(r"[QA]\d{0,3}\Z", name):
        return True
    if style == "colon" and name[:1].islower() and " " not in name:
        return name.isascii() and len(name) <= 20
    return is_label(name) or (style in ("colon", "question") and _is_asked(name))


def _seconds(written: str) -> float | None:
    """Seconds of the first time in a stamp such as "[00:01.5 --> 00:02]"."""
    found = re.search(CLOCK, written)
    return seconds(found[0]) if found else None


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
