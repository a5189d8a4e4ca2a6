"""Plain text: the bytes as they are, decoded."""

from __future__ import annotations

import re

from vectorstore.formats.decoding import decode
from vectorstore.formats.document import Document
from vectorstore.formats.pages import without_line_numbers


def read(raw: bytes) -> Document:
    """Read plain text; the document is the source exactly, but for a byte-order mark.

    Numbers before every line are left out, so that a quotation holds words alone.

    Raises:
        ParseError: The bytes are no text.
    """
    text = decode(raw)
    alone = text.count("\r") - text.count("\r\n")
    if alone > text.count("\n"):
        # An old Macintosh's line endings; one character for one, so offsets stay the source's.
        text = re.sub(r"\r(?!\n)", "\n", text)
    return Document(without_line_numbers(text))
