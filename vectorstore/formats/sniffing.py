"""Which reader a file needs: by its suffix, unless its first bytes say otherwise."""

from __future__ import annotations

import re
from collections.abc import Callable
from pathlib import PurePath

from vectorstore.errors import ParseError
from vectorstore.formats import (
    captions,
    markdown,
    opendocument,
    pdf,
    rtf,
    segments_json,
    table,
    text,
    web,
    word,
    word97,
)
from vectorstore.formats.document import Document

Reader = Callable[[bytes], Document]

_READERS: dict[str, Reader] = {
    ".txt": text.read,
    ".text": text.read,
    ".md": markdown.read,
    ".markdown": markdown.read,
    ".html": web.read,
    ".htm": web.read,
    ".xhtml": web.read,
    ".docx": word.read,
    ".odt": opendocument.read,
    ".xml": web.read,
    ".pdf": pdf.read,
    ".rtf": rtf.read,
    ".vtt": captions.read,
    ".srt": captions.read,
    ".json": segments_json.read,
    ".csv": table.read,
    ".tsv": table.read,
}
SUFFIXES = (*_READERS, ".doc")
_OLD_WORD = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
_SUBRIP = re.compile(rb"\s{0,20}\d{1,6}\s{1,4}\d{1,3}:\d\d:\d\d[.,]\d{1,3}[ \t]*-->")
_PAGE = re.compile(
    rb"\s{0,200}(?:<\?xml[^>]{0,200}>\s{0,20})?(?:<!--[^>]{0,500}-->\s{0,20})?"
    rb"<(?:!doctype html|html)\b",
    re.IGNORECASE,
)


def reader_for(raw: bytes, name: str) -> Reader:
    """The reader for a file.

    Raises:
        ParseError: Nothing here reads such a file; the message says what to do with it.
    """
    suffix = PurePath(name).suffix.lower()
    head = raw[:1024].removeprefix(b"\xef\xbb\xbf")
    if suffix == ".odt" and head.startswith(b"PK"):
        return opendocument.read
    by_content = _by_content(head)
    if by_content:
        return by_content
    if suffix in _READERS:
        return _READERS[suffix]
    if suffix and suffix[1:].isalpha() and suffix != ".doc" and b"\0" in head:
        raise ParseError(
            f"{name} is of a kind that cannot be read; known are {', '.join(SUFFIXES)}"
        )
    return text.read


def _by_content(head: bytes) -> Reader | None:
    if head.startswith(b"PK\x03\x04"):
        return opendocument.read if b"opendocument.text" in head else word.read
    if head.startswith(_OLD_WORD):
        return word97.read
    if b"%PDF-" in head:
        return pdf.read
    if head.lstrip().startswith(b"{\\rtf"):
        return rtf.read
    if head.startswith(b"WEBVTT") or _SUBRIP.match(head):
        return captions.read
    if _PAGE.match(head):
        return web.read
    return None
