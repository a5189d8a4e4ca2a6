"""Word 97 to 2003: the words of a .doc, which lie in pieces that a table puts in order.

By Microsoft's [MS-DOC], 2.4.1 "Retrieving Text"; type and tables are not understood, so that a
row's cells come as tabs.
"""

from __future__ import annotations

import io
import re
import struct
from collections.abc import Iterator
from typing import Any

from vectorstore.errors import ParseError
from vectorstore.formats.composer import Composer
from vectorstore.formats.document import Document

_WORD = 0xA5EC
_ADVICE = "open it in Word or LibreOffice, save it as .docx, and try again"
# Of a field such as a link, 0x13 code 0x14 words 0x15, the words are shown.
_FIELD = re.compile("\x13[^\x13-\x15]*(?:\x14([^\x13-\x15]*))?\x15")
_DAMAGED = (OSError, ValueError, IndexError, KeyError, TypeError, AttributeError, struct.error)


def read(raw: bytes) -> Document:
    """Read a .doc of the kind written from 1997 on.

    Raises:
        ParseError: It is damaged, locked, older, or no Word file at all.
    """
    try:
        with _opened(raw) as file:
            if not file.exists("WordDocument"):
                raise ParseError(f"this is an Office file, but no Word document; {_ADVICE}")
            text = _text(file)
    except (*_DAMAGED, MemoryError, RecursionError) as error:
        raise ParseError(
            f"this Word file of the old kind (.doc) cannot be read ({error}); {_ADVICE}"
        ) from error
    composer = Composer()
    for line in _shown(text).split("\n"):
        composer.add(line)
        composer.paragraph()
    return composer.document()


def _opened(raw: bytes) -> Any:
    import olefile

    opens: Any = olefile.OleFileIO
    return opens(io.BytesIO(raw), raise_defects=olefile.DEFECT_INCORRECT)


def _text(file: Any) -> str:
    main = file.openstream("WordDocument").read()
    magic, flags = struct.unpack_from("<H8xH", main)
    if magic != _WORD:
        raise ParseError(f"this Word file is older than Word 97; {_ADVICE}")
    if flags & 0x0100:
        raise ParseError(f"this Word file is locked by a password; {_ADVICE}")
    length = struct.unpack_from("<I", main, 0x4C)[0]  # of the text, without footnotes and heads
    start, size = struct.unpack_from("<II", main, 0x1A2)
    table = file.openstream("1Table" if flags & 0x0200 else "0Table").read()
    return "".join(_pieces(main, table[start : start + size]))[:length]


def _pieces(main: bytes, table: bytes) -> Iterator[str]:
    position = 0
    while position < len(table) and table[position] == 1:  # changes of type
        position += 3 + struct.unpack_from("<H", table, position + 1)[0]
    mark, size = struct.unpack_from("<BI", table, position)
    if mark != 2:
        raise ValueError("its table of pieces is missing")
    count = (size - 4) // 12
    ends = struct.unpack_from(f"<{count + 1}I", table, position + 5)
    total = 0
    for index in range(count):
        place = struct.unpack_from("<I", table, position + 5 + 4 * (count + 1) + 8 * index + 2)[0]
        length = ends[index + 1] - ends[index]
        total += length
        if length < 0 or total > len(main):
            raise ValueError("its pieces overlap")
        if place & 0x40000000:
            start = (place & 0x3FFFFFFF) // 2
            yield main[start : start + length].decode("windows-1252", "replace")
        else:
            yield main[place : place + 2 * length].decode("utf-16-le", "replace")


def _shown(text: str) -> str:
    """The text as a reader sees it: lines, tabs, and the words of fields."""
    for _ in range(4):  # fields stand in fields
        text = _FIELD.sub(lambda found: found[1] or "", text)
    text = re.sub("\x07\x07|[\r\x0b\x0c]", "\n", text).replace("\x07", "\t")
    text = text.replace("\x1e", "-").replace("\x1f", "").replace("\xa0", " ")
    return re.sub("[\x00-\x08\x0e-\x1f]", "", text)
