"""Plain text: the bytes as they are, decoded."""

from __future__ import annotations

import re

from vectorstore.formats.decoding import decode
from vectorstore.formats.document import Document
from vectorstore.formats.pages import without_line_numbers
from vectorstore.formats.timed import read_timed

_INLINE = re.compile(
    r"(?<=[.?!…”\"\])]) ((?:Q|A|Question|Answer|Interviewer|Interviewee|[A-Z][A-Z.'’]{1,20}"
    r"(?: [A-Z][A-Z.'’]{1,20}){0,2}): )"
)


def read(raw: bytes) -> Document:
    """Read plain text; the document is the source exactly, but for a byte-order mark.

    Numbers before every line are left out, so that a quotation holds words alone,
    and so are times where there is nothing else between the words.

    Raises:
        ParseError: The bytes are no text.
    """
    text = decode(raw)
    alone = text.count("\r") - text.count("\r\n")
    if alone > text.count("\n"):
        # An old Macintosh's line endings; one character for one, so offsets stay the source's.
        text = re.sub(r"\r(?!\n)", "\n", text)
    if "\n" not in text.strip() and len(set(_INLINE.findall(text))) > 1:
        text = _INLINE.sub(r"\n\1", text)  # likewise; no line end was kept
    return read_timed(text) or Document(without_line_numbers(text))
