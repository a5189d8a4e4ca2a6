"""OpenDocument: the paragraphs and tables of an .odt."""

from __future__ import annotations

import zipfile
import zlib
from collections.abc import Mapping
from typing import Any

from vectorstore.errors import ParseError
from vectorstore.formats.composer import Composer
from vectorstore.formats.document import Document
from vectorstore.formats.zipped import DAMAGED, opened

# Deleted words, comments, footnotes and what is drawn: nobody says them here.
_SILENT = frozenset(("tracked-changes", "annotation", "note", "forms", "frame", "index-body"))
_PARAGRAPHS = ("p", "h")
_Styles = Mapping[str, tuple[bool | None, bool | None, str]]


def read(raw: bytes) -> Document:
    """Read an .odt.

    Raises:
        ParseError: It is damaged, no OpenDocument text, or would unpack to far too much.
    """
    from lxml import etree  # type: ignore[import-untyped]

    try:
        with opened(raw, ".odt", "content.xml") as archive:
            content = _parsed(archive, "content.xml")
            styles = _styles(content)
            if "styles.xml" in archive.namelist():
                styles = {**_styles(_parsed(archive, "styles.xml")), **styles}
            title = ""
            if "meta.xml" in archive.namelist():
                found = _parsed(archive, "meta.xml").find(".//{*}title")
                title = (found.text or "") if found is not None else ""
        writer = _Writer(styles)
        body = content.find(".//{*}body/{*}text")
        if body is None:
            raise ParseError("this OpenDocument file is no text; save the transcript as .odt")
        writer.write(body)
        return writer.composer.document(title or writer.title)
    except (*DAMAGED, zlib.error, etree.LxmlError) as error:
        raise ParseError(
            f"this is no OpenDocument text that can be read ({error}); open it in LibreOffice and "
            "save it again"
        ) from error


def _parsed(archive: zipfile.ZipFile, member: str) -> Any:
    from lxml import etree

    parser = etree.XMLParser(resolve_entities=False, no_network=True, remove_comments=True)
    return etree.fromstring(archive.read(member), parser)


def _styles(root: Any) -> _Styles:
    """Name → bold, italic and the style it is built on; None where a style does not say."""
    found = {}
    for style in root.iter("{*}style"):
        said = style.find("{*}text-properties")
        weight = _attribute(said, "font-weight") if said is not None else ""
        slant = _attribute(said, "font-style") if said is not None else ""
        found[_attribute(style, "name")] = (
            weight not in ("normal", "400") if weight else None,
            slant != "normal" if slant else None,
            _attribute(style, "parent-style-name"),
        )
    return found


def _attribute(element: Any, name: str) -> str:
    return next((v for key, v in element.attrib.items() if _local(key) == name), "")


def _local(name: Any) -> str:
    return name.rpartition("}")[2] if isinstance(name, str) else ""


class _Writer:
    """Writes elements as they come, with the emphasis that is in force."""

    def __init__(self, styles: _Styles) -> None:
        self.composer = Composer()
        self.title = ""
        self._styles = styles
        self._cells = 0

    def write(self, element: Any, bold: bool = False, italic: bool = False) -> None:
        """Write an element and all in it; the words after it are its parent's."""
        name = _local(element.tag)
        if name in _SILENT or not name:
            return
        bold = self._set(element, 0, bold)
        italic = self._set(element, 1, italic)
        self._begin(element, name)
        self._words(element.text, name, bold, italic)
        for child in element:
            self.write(child, bold, italic)
            self._words(child.tail, name, bold, italic)
        self._end(element, name)

    def _begin(self, element: Any, name: str) -> None:
        if name == "table-cell":
            self._cells += 1
            if self._cells > 1:
                self.composer.add("\t")
        elif name == "h":
            self.composer.heading(True)
        elif name == "tab":
            self.composer.add("\t")
        elif name == "s":
            count = _attribute(element, "c")
            self.composer.add(" " * (min(int(count), 1000) if count.isdigit() else 1))
        elif name == "line-break":
            self.composer.line()

    def _end(self, element: Any, name: str) -> None:
        if name == "h":
            self.composer.heading(False)
            self.title = self.title or "".join(element.itertext())
        if name == "table-row":
            self._cells = 0
        if name == "table-row" or (name in _PARAGRAPHS and not self._cells):
            self.composer.paragraph()
        elif name in _PARAGRAPHS and element.getnext() is not None:
            self.composer.line()

    def _words(self, words: str | None, name: str, bold: bool, italic: bool) -> None:
        if words and name in (*_PARAGRAPHS, "span", "a"):
            self.composer.bold(bold)
            self.composer.italic(italic)
            self.composer.add(words.replace("\n", " ").replace("\xa0", " "))
            self.composer.bold(False)
            self.composer.italic(False)

    def _set(self, element: Any, kind: int, before: bool) -> bool:
        """Whether an element is bold or italic: as its style says, or that style's parent."""
        name = _attribute(element, "style-name")
        for _ in range(8):
            style = self._styles.get(name)
            if style is None:
                break
            said = style[kind]
            if said is not None:
                return bool(said)
            name = style[2]
        return before
