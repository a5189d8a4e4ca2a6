"""Plain text: the bytes as they are, decoded."""

from __future__ import annotations

from vectorstore.formats.decoding import decode
from vectorstore.formats.document import Document


def read(raw: bytes) -> Document:
    """Read plain text; the document is the source exactly, but for a byte-order mark.

    Raises:
        ParseError: The bytes are no text.
    """
    text = decode(raw)
    if "\n" not in text:
        # An old Macintosh's line endings; one character for one, so offsets stay the source's.
        text = text.replace("\r", "\n")
    return Document(text)
