"""HTML of any age: paragraphs, line breaks, headings and emphasis; no menus, no scripts."""

from __future__ import annotations

import re
from collections.abc import Mapping

from vectorstore.errors import ParseError
from vectorstore.formats.composer import Composer
from vectorstore.formats.decoding import decode
from vectorstore.formats.document import Document
from vectorstore.formats.metadata import understood

_BLOCK_TAGS = """
    p div li ul ol dl dt dd tr table blockquote section article main body html center dir pre
    address figure figcaption hr cite caption header td th details summary sp speaker
"""
_SILENT_TAGS = """
    script style nav footer aside form noscript template button select option iframe svg
    object video audio textarea teiheader
"""
_BLOCKS = frozenset(_BLOCK_TAGS.split())
_SILENT = frozenset(_SILENT_TAGS.split())
_HEADINGS = ("h1", "h2", "h3", "h4", "h5", "h6")
_BOLD = ("b", "strong")
_ITALIC = ("i", "em")
# What a class or a style says of the words in an element.
_ASKED = re.compile(
    r"(?:\A|[\s_-])(?:question|q|interviewer)(?:\Z|[\s_-](?!mark|list|s\b))", re.IGNORECASE
)
_SPEAKER = re.compile(r"(?:\A|[\s_-])speaker(?:[-_]?name)?(?:\Z|\s)", re.IGNORECASE)
_BOLD_STYLE = re.compile(r"font-weight\s{0,3}:\s{0,3}(?:bold|[6-9]00)", re.IGNORECASE)
_ITALIC_STYLE = re.compile(r"font-style\s{0,3}:\s{0,3}(?:italic|oblique)", re.IGNORECASE)
_VOID = ("br", "hr", "img", "input", "meta", "link", "col", "area", "base", "wbr", "source")
_SPACE = re.compile(r"[ \t\r\n\f]+")
_CHARSET = re.compile(
    rb"<meta[^>]{0,200}?charset\s{0,9}=\s{0,9}[\"']?([\w.:-]{1,40})", re.IGNORECASE
)


def read(raw: bytes) -> Document:
    """Read an HTML page or fragment; it is decoded as it declares, or as windows-1252.

    Raises:
        ParseError: The bytes are no text.
    """
    declared = _CHARSET.search(raw[:4096])
    text = decode(raw, declared[1].decode("ascii", "replace") if declared else None)
    if not text.strip():
        raise ParseError("the page is empty")
    return _Page().read(text)


class _Page:
    """Takes a page's tags and words as they come, so that unclosed tags do no harm."""

    def __init__(self) -> None:
        self.composer = Composer()
        self.silent: list[str] = []
        self.title: list[str] = []
        self.headline: list[str] = []
        self.fields: dict[str, str] = {}
        self.in_title = False
        self.in_headline = False
        self.cells = 0
        self.preformatted = 0
        self.marked: list[tuple[str, tuple[str, ...]]] = []

    def read(self, text: str) -> Document:
        from lxml import etree  # type: ignore[import-untyped]

        parser = etree.HTMLParser(target=self, encoding="utf-8", remove_comments=True)
        try:
            parser.feed(text.encode("utf-8", "replace").replace(b"\0", b" "))
            parser.close()
        except (etree.LxmlError, AssertionError) as error:
            raise ParseError(f"the page is no HTML: {error}") from error
        metadata, people = understood(self.fields)
        title = metadata.pop("title", "")
        return self.composer.document(
            "".join(self.headline).strip() or "".join(self.title).strip() or title, metadata, people
        )

    def start(self, tag: str, attributes: Mapping[str, str]) -> None:
        """A tag opens."""
        if tag == "title":
            self.in_title = not self.title
        if tag == "meta":
            self._meta(attributes)
        if tag in _SILENT:
            self.silent.append(tag)
        if self.silent:
            return
        if tag == "br":
            self.composer.line()
        elif tag in ("td", "th"):
            self.cells += 1
            self.composer.add("\t") if self.cells > 1 else self.composer.paragraph()
        elif tag in _BLOCKS and not self.cells:
            self.composer.bold(False)
            self.composer.italic(False)
            self.composer.paragraph()
        elif tag in _HEADINGS:
            self.composer.paragraph()
            self.composer.heading(True)
            self.in_headline = tag == "h1" and not self.headline
        if tag == "pre":
            self.preformatted += 1
        self._mark(tag, attributes)

    def _mark(self, tag: str, attributes: Mapping[str, str]) -> None:
        """Begin what the tag, its class or its style says of the words in it."""
        style, name = attributes.get("style") or "", attributes.get("class") or ""
        speaker = tag == "speaker" or _SPEAKER.search(name)
        kinds = {
            "bold": tag in _BOLD or speaker or _BOLD_STYLE.search(style),
            "italic": tag in _ITALIC or _ITALIC_STYLE.search(style),
            "asked": tag == "dt" or _ASKED.search(name),
        }
        set_here = tuple(kind for kind, is_set in kinds.items() if is_set)
        for kind in set_here:
            getattr(self.composer, kind)(True)
        if tag not in _VOID and (set_here or any(tag == open_tag for open_tag, _ in self.marked)):
            self.marked.append((tag, set_here))

    def _unmark(self, tag: str) -> None:
        """End what began with the last such tag."""
        for index in range(len(self.marked) - 1, -1, -1):
            if self.marked[index][0] == tag:
                for kind in self.marked.pop(index)[1]:
                    getattr(self.composer, kind)(False)
                return

    def end(self, tag: str) -> None:
        """A tag closes."""
        if tag == "title":
            self.in_title = False
        if tag in self.silent:
            del self.silent[self.silent.index(tag) :]
            return
        if self.silent:
            return
        self._unmark(tag)
        if tag == "pre":
            self.preformatted = max(0, self.preformatted - 1)
        if tag in _HEADINGS:
            self.in_headline = False
            self.composer.heading(False)
            self.composer.paragraph()
        elif tag == "tr":
            self.cells = 0
            self.composer.paragraph()
        elif tag in _BLOCKS and not self.cells:
            self.composer.paragraph()

    def data(self, words: str) -> None:
        """Words between tags."""
        if self.in_title:
            self.title.append(words)
            return
        if self.silent:
            return
        if self.in_headline:
            self.headline.append(words)
        if self.preformatted:
            self.composer.add(words.replace("\r", "").replace("\xa0", " "))
            return
        words = _SPACE.sub(" ", words).replace("\xa0", " ")
        if words[:1] == " ":
            self.composer.space()
            words = words[1:]
        if words[-1:] == " " and words.strip():
            self.composer.add(words[:-1])
            self.composer.space()
        else:
            self.composer.add(words)

    def close(self) -> None:
        """The page ends."""

    def _meta(self, attributes: Mapping[str, str]) -> None:
        name = attributes.get("name") or attributes.get("property") or ""
        content = attributes.get("content") or ""
        wanted = {"og:title": "title", "article:published_time": "date", "og:url": "source"}
        key = wanted.get(name.lower(), name if name.lower() in ("date", "copyright") else "")
        if key and content.strip():
            self.fields.setdefault(key, content[:500])
