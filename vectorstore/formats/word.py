"""Word: the paragraphs and tables of a .docx."""

from __future__ import annotations

import io
import re
from collections.abc import Iterator
from typing import Any

from vectorstore.errors import ParseError
from vectorstore.formats.composer import Composer
from vectorstore.formats.document import Document
from vectorstore.formats.zipped import DAMAGED, opened

_QUESTION = re.compile(r"(?:interview)?question|interviewer|list number", re.IGNORECASE)


def read(raw: bytes) -> Document:
    """Read a .docx.

    Raises:
        ParseError: It is damaged, no Word file, or would unpack to far more than it should.
    """
    import zlib

    import docx
    from docx.opc.exceptions import OpcError

    try:
        opened(raw, ".docx", "word/document.xml").close()
        return _compose(docx.Document(io.BytesIO(raw)))
    except (*DAMAGED, zlib.error, OpcError) as error:
        raise ParseError(
            f"this is no Word file that can be read ({error}); open it in Word or LibreOffice and "
            "save it again as .docx"
        ) from error


def _compose(document: Any) -> Document:
    composer = Composer()
    title = ""
    for block in document.iter_inner_content():
        if hasattr(block, "rows"):
            _add_table(composer, block)
            continue
        style = (block.style.name if block.style is not None else "") or ""
        heading = style.startswith(("Heading", "Title"))
        if not title and style == "Title":
            title = block.text
        composer.heading(heading)
        composer.asked(bool(_QUESTION.match(style)))
        _add_runs(composer, block)
        composer.heading(False)
        composer.asked(False)
        composer.paragraph()
    title = title or document.core_properties.title
    return composer.document(title if title.strip() not in ("", "Word Document") else "")


def _add_runs(composer: Composer, paragraph: Any) -> None:
    for run in _runs(paragraph):
        composer.bold(_is_set(run, paragraph, "bold"))
        composer.italic(_is_set(run, paragraph, "italic"))
        composer.add(run.text.replace("\r", "\n").replace("\xa0", " "))
    composer.bold(False)
    composer.italic(False)


def _is_set(run: Any, paragraph: Any, kind: str) -> bool:
    """Whether a run is bold or italic: by itself, else by its style or its paragraph's."""
    for font in (run.font, run.style and run.style.font, paragraph.style and paragraph.style.font):
        said = getattr(font, kind) if font is not None else None
        if said is not None:
            return bool(said)
    return False


def _runs(paragraph: Any) -> Iterator[Any]:
    for content in paragraph.iter_inner_content():
        if hasattr(content, "runs"):
            yield from content.runs
        else:
            yield content


def _add_table(composer: Composer, table: Any) -> None:
    """One paragraph for each row, its cells apart by tabs, as in a script."""
    for row in table.rows:
        seen: list[Any] = []
        for cell in row.cells:
            text = cell.text.strip()
            if text and not any(cell._tc is other for other in seen):
                if seen:
                    composer.add("\t")
                composer.add(text.replace("\r", "\n").replace("\xa0", " "))
            seen.append(cell._tc)
        composer.paragraph()
