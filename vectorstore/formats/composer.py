"""Putting a container's paragraphs together as plain text, remembering what was emphasised."""

from __future__ import annotations

import re
from collections.abc import Mapping

from vectorstore.formats.document import Document, Span

_SURROGATE = re.compile("[\ud800-\udfff]")


class Composer:
    """Collects text while its length, emphasis, headings and questions are kept in step."""

    def __init__(self) -> None:
        self._parts: list[str] = []
        self._length = 0
        self._line_is_empty = True
        self._line_start = 0
        self._runs: dict[str, list[Span]] = {
            kind: [] for kind in ("bold", "italic", "headings", "asked")
        }
        self._from: dict[str, int] = {}

    @property
    def length(self) -> int:
        """How much text there is so far."""
        return self._length

    def add(self, words: str) -> None:
        """Add words to the current line."""
        if words:
            words = _SURROGATE.sub("\ufffd", words)
            self._parts.append(words)
            self._length += len(words)
            self._line_is_empty = self._line_is_empty and not words.strip()

    def space(self) -> None:
        """Add one space, unless the line is still empty or ends in one."""
        if not self._line_is_empty and not self._parts[-1][-1].isspace():
            self.add(" ")

    def line(self) -> None:
        """End the current line."""
        self._parts.append("\n")
        self._length += 1
        self._line_is_empty = True
        self._line_start = self._length

    def paragraph(self) -> None:
        """End the current paragraph; does nothing where one has just ended."""
        if not self._line_is_empty:
            self.line()
        if self._length and "".join(self._parts[-2:])[-2:] != "\n\n":
            self.line()

    def bold(self, on: bool) -> None:
        """Begin or end emphasis."""
        self._switch("bold", on)

    def italic(self, on: bool) -> None:
        """Begin or end italics."""
        self._switch("italic", on)

    def heading(self, on: bool) -> None:
        """Begin or end a heading."""
        self._switch("headings", on)

    def asked(self, on: bool) -> None:
        """Begin or end what the container calls a question."""
        self._switch("asked", on)

    def _switch(self, kind: str, on: bool) -> None:
        if on:
            self._from.setdefault(kind, self._length)
        elif (start := self._from.pop(kind, self._length)) < self._length:
            runs = self._runs[kind]
            if runs and runs[-1][1] == start > self._line_start:
                start = runs.pop()[0]
            runs.append((start, self._length))

    def document(
        self,
        title: str = "",
        metadata: Mapping[str, str] | None = None,
        people: tuple[str, ...] = (),
    ) -> Document:
        """The document made of everything added."""
        for kind in list(self._from):
            self._switch(kind, False)
        return Document(
            text="".join(self._parts),
            title=" ".join(title.split()),
            metadata=dict(metadata or {}),
            people=people,
            bold=tuple(self._runs["bold"]),
            italic=tuple(self._runs["italic"]),
            asked=tuple(self._runs["asked"]),
            headings=tuple(self._runs["headings"]),
        )
