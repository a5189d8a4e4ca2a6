"""Rich text: paragraphs of an .rtf."""

from __future__ import annotations

from vectorstore.errors import ParseError
from vectorstore.formats.composer import Composer
from vectorstore.formats.document import Document

_DAMAGED = (ValueError, KeyError, IndexError, TypeError, AttributeError, OverflowError, LookupError)


def read(raw: bytes) -> Document:
    """Read an .rtf.

    Raises:
        ParseError: It is damaged or holds no words.
    """
    from striprtf.striprtf import rtf_to_text

    try:
        text = rtf_to_text(raw.decode("latin-1"), errors="ignore")  # type: ignore[no-untyped-call]
    except _DAMAGED as error:
        raise ParseError(
            f"the rich text is damaged ({error}); open it in a word processor and save it as .docx"
        ) from error
    # Characters beyond the basic plane are written as two halves.
    text = text.encode("utf-16", "surrogatepass").decode("utf-16", "replace")
    composer = Composer()
    for line in text.replace("\r", "\n").replace("\xa0", " ").replace("\0", "").split("\n"):
        composer.add(line)
        composer.paragraph()
    return composer.document()
