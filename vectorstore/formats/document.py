"""What a format's reader hands over: plain text, and what the container said about it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

Span = tuple[int, int]


@dataclass(frozen=True, slots=True)
class Segment:
    """A run of text under one label; offsets are code points into the document's text.

    Attributes:
        label: The label as written, or "" where nobody is named.
        start: Offset of the first spoken character.
        end: Offset one past the last.
        time_start: Seconds into the recording, where the source says so.
        time_end: Likewise, for the end.
    """

    label: str
    start: int
    end: int
    time_start: float | None = None
    time_end: float | None = None


@dataclass(frozen=True, slots=True)
class Document:
    """A file's text without its container.

    Attributes:
        text: What offsets refer to.
        title: The container's own title, or "".
        metadata: What the container says in so many words, by our names for it.
        people: Names of those it says speak, without saying who asks.
        bold: Where the text is emphasised, in order.
        italic: Where it is set in italics, in order.
        asked: What the container calls a question, in order.
        headings: Where it is a heading, which nobody speaks, in order.
        segments: Who speaks where, if the container says so; None leaves it to the labels.
    """

    text: str
    title: str = ""
    metadata: Mapping[str, str] = field(default_factory=dict)
    people: tuple[str, ...] = ()
    bold: tuple[Span, ...] = ()
    italic: tuple[Span, ...] = ()
    asked: tuple[Span, ...] = ()
    headings: tuple[Span, ...] = ()
    segments: tuple[Segment, ...] | None = None


def trim(text: str, start: int, end: int) -> Span:
    """The span without the white space at its ends."""
    while start < end and text[start].isspace():
        start += 1
    while end > start and text[end - 1].isspace():
        end -= 1
    return start, end
