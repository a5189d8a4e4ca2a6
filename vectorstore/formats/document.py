"""What a format's reader hands over: plain text, and what the container said about it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field


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
        metadata: What the container says in so many words.
        hosts: Names of those it says ask.
        guests: Names of those it says answer.
        people: Names of those it says speak, without a role.
        segments: Who speaks where, if the container says so; None leaves it to the labels.
    """

    text: str
    title: str = ""
    metadata: Mapping[str, str] = field(default_factory=dict)
    hosts: tuple[str, ...] = ()
    guests: tuple[str, ...] = ()
    people: tuple[str, ...] = ()
    segments: tuple[Segment, ...] | None = None
