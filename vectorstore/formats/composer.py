"""Putting a container's paragraphs together as plain text, remembering what was emphasised."""

from __future__ import annotations

import re
from collections.abc import Mapping

from vectorstore.formats.document import Document, Span

_SURROGATE = re.compile("[\ud800-\udfff]")


class Composer:
    """Collects text while its length, bold runs and headings are kept in step."""

    def __init__(self) -> None:
        self._parts: list[str] = []
        self._length = 0
        self._line_is_empty = True
        self._bold: list[Span] = []
        self._bold_from: int | None = None
        self._headings: list[Span] = []
        self._heading_from: int | None = None

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

    def paragraph(self) -> None:
        """End the current paragraph; does nothing where one has just ended."""
        if not self._line_is_empty:
            self.line()
        if self._length and "".join(self._parts[-2:])[-2:] != "\n\n":
            self.line()

    def bold(self, on: bool) -> None:
        """Begin or end emphasis."""
        if on and self._bold_from is None:
            self._bold_from = self._length
        elif not on and self._bold_from is not None:
            if self._bold_from < self._length:
                self._bold.append((self._bold_from, self._length))
            self._bold_from = None

    def heading(self, on: bool) -> None:
        """Begin or end a heading."""
        if on and self._heading_from is None:
            self._heading_from = self._length
        elif not on and self._heading_from is not None:
            if self._heading_from < self._length:
                self._headings.append((self._heading_from, self._length))
            self._heading_from = None

    def document(
        self,
        title: str = "",
        metadata: Mapping[str, str] | None = None,
        people: tuple[str, ...] = (),
    ) -> Document:
        """The document made of everything added."""
        self.bold(False)
        self.heading(False)
        return Document(
            text="".join(self._parts),
            title=" ".join(title.split()),
            metadata=dict(metadata or {}),
            people=people,
            bold=tuple(self._bold),
            headings=tuple(self._headings),
        )
