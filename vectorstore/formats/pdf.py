"""PDF: lines of pages, joined to paragraphs again, without page numbers and running heads."""

from __future__ import annotations

import io
import re
from collections import Counter
from collections.abc import Sequence
from statistics import median
from typing import Any

from vectorstore.errors import ParseError
from vectorstore.formats.composer import Composer
from vectorstore.formats.document import Document
from vectorstore.formats.grammar import candidates
from vectorstore.formats.labels import choose
from vectorstore.formats.pages import without_line_numbers

_MOST_PAGES = 2000
_DAMAGED = (
    KeyError, ValueError, IndexError, AttributeError, TypeError, OSError, EOFError, AssertionError,
    NotImplementedError, RecursionError, OverflowError, ZeroDivisionError, MemoryError,
)  # fmt: skip
_NUMBER = re.compile(
    r"\W*(?:page\W*)?(?:\d{1,4}|[ivxl]{1,6})(?:\W*(?:of|/)\W*\d{1,4})?\W*\Z", re.IGNORECASE
)
_JUNK_TITLE = re.compile(
    r"microsoft word|untitled|\.(?:docx?|rtf|indd|qxd|pdf|wpd)\Z|\A\W*\Z", re.IGNORECASE
)
# A hyphen after these belongs to the word, though the line ends with it.
_HYPHENATED = frozenset(
    ("self", "well", "ex", "non", "half", "all", "long", "short", "high", "low")
)
_END = (".", "!", "?", "…", "”", '"', ")", "]", ":", "—")


def read(raw: bytes) -> Document:
    """Read a PDF's text.

    Raises:
        ParseError: It is damaged, locked, too long, or only pictures of pages (with the page).
    """
    pages, title = _pages(raw)
    lines = without_line_numbers("\n".join(_lines(pages))).split("\n")
    if not any(lines):
        raise ParseError(
            "the pages hold no text, so they are probably scanned pictures; run text recognition "
            "(OCR) on the file first",
            page=1,
        )
    return _compose(lines, "" if _JUNK_TITLE.search(title) else title)


def _pages(raw: bytes) -> tuple[list[str], str]:
    import logging
    import zlib

    import pypdf
    from pypdf.errors import PyPdfError

    logging.getLogger("pypdf").setLevel(logging.CRITICAL)  # it warns of every small fault
    number = 0
    try:
        reader = pypdf.PdfReader(io.BytesIO(raw))
        if reader.is_encrypted and not reader.decrypt(""):
            raise ParseError("the PDF is locked by a password; save it without one and try again")
        if len(reader.pages) > _MOST_PAGES:
            raise ParseError(f"the PDF has {len(reader.pages)} pages; {_MOST_PAGES} are the limit")
        texts: list[str] = []
        for page in reader.pages:
            number += 1
            texts.append(_clean(page.extract_text()))
        return texts, _title(reader)
    except (*_DAMAGED, zlib.error, PyPdfError) as error:
        raise ParseError(
            f"the PDF is damaged ({error}); open it in a viewer and print it to a new PDF",
            page=number or None,
        ) from error


def _title(reader: Any) -> str:
    metadata = reader.metadata
    title = metadata.get("/Title") if metadata else None
    return title if isinstance(title, str) else ""


def _clean(text: str) -> str:
    return text.replace("\r\n", "\n").replace("\r", "\n").replace("\xa0", " ").replace("\0", "")


def _lines(pages: Sequence[str]) -> list[str]:
    """All lines in order without page numbers and running heads; "" between paragraphs."""
    split = [[line.rstrip() for line in page.split("\n")] for page in pages]
    edges = Counter(
        _shape(line) for page in split for line in {*_edge(page, 2), *_edge(page[::-1], 2)}
    )
    repeated = {shape for shape, count in edges.items() if count > max(2, 0.4 * len(pages))}
    lines: list[str] = []
    for page in split:
        edge = {*_edge(page, 2), *_edge(page[::-1], 2)}
        kept = [
            line
            for line in page
            if not (line in edge and (_NUMBER.match(line) or _shape(line) in repeated))
        ]
        while kept and not kept[-1]:
            kept.pop()
        while kept and not kept[0]:
            kept.pop(0)
        lines += kept
    return lines if any(line.strip() for line in lines) else []


def _edge(page: Sequence[str], count: int) -> list[str]:
    return [line for line in page if line.strip()][:count]


def _shape(line: str) -> str:
    return re.sub(r"\d+", "#", " ".join(line.split()))


def _compose(lines: Sequence[str], title: str) -> Document:
    """Join lines to paragraphs: one ends at a blank line, a label, or a short line's full stop."""
    text = "\n".join(lines)
    starts = {label.start for label in choose(text, list(candidates(text, ())))}
    lengths = [len(line) for line in lines if len(line) > 20]
    width = median(lengths) if lengths else 80
    words = Counter(re.findall(r"[^\W\d_]+", text.lower()))
    composer = Composer()
    position, before = 0, ""
    for line in lines:
        stripped = line.strip()
        short = len(before) < 0.8 * width
        if (
            not stripped
            or position in starts
            or (short and before.endswith(_END))
            or (short and len(before) < 0.6 * width and not composer_has_label(before))
        ):
            composer.paragraph()
        elif before:
            _join(composer, before, stripped, words)
        if stripped:
            composer.add(_without_hyphen(stripped))
        before = stripped
        position += len(line) + 1
    if before.endswith("-"):
        composer.add("-")
    return composer.document(title)


def composer_has_label(line: str) -> bool:
    """Whether a short line is a label whose words come on the next one."""
    return line.endswith(":")


def _without_hyphen(line: str) -> str:
    return line[:-1] if line.endswith("-") else line


def _join(composer: Composer, before: str, line: str, words: Counter[str]) -> None:
    """Join two lines: with a space, or without where a word was divided between them."""
    if not before.endswith("-"):
        composer.add(" ")
        return
    head = re.search(r"[^\W\d_]+(?=-\Z)", before)
    tail = re.match(r"[^\W\d_]+", line)
    divided = (
        head is not None
        and tail is not None
        and tail[0].islower()
        and head[0].lower() not in _HYPHENATED
        and (words[(head[0] + tail[0]).lower()] > 0 or not words[head[0].lower()] > 1)
    )
    if not divided:
        composer.add("-")
