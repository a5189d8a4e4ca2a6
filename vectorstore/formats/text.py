"""Plain text: the bytes as they are, decoded."""

from __future__ import annotations

from vectorstore.errors import ParseError
from vectorstore.formats.document import Document


def read(raw: bytes) -> Document:
    """Read a plain-text file; its text is the source exactly, but for a byte-order mark.

    Raises:
        ParseError: The bytes are no text.
    """
    return Document(decode(raw))


def decode(raw: bytes, declared: str | None = None) -> str:
    """Decode bytes: by byte-order mark, as declared, as UTF-8, or else as windows-1252.

    Raises:
        ParseError: The bytes are no text.
    """
    if raw.startswith((b"\xff\xfe", b"\xfe\xff")):
        return raw.decode("utf-16", "replace")
    if b"\0" in raw:
        raise ParseError("this is binary data, not text; save the transcript as text and try again")
    try:
        return raw.decode("utf-8-sig")
    except UnicodeDecodeError:
        return raw.decode("windows-1252", "replace")
