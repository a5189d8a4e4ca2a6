"""Markdown: front matter, and the words without their marks, line by line."""

from __future__ import annotations

import html
import re
from typing import Any

from vectorstore.errors import ParseError
from vectorstore.formats.composer import Composer
from vectorstore.formats.decoding import decode, one_line_end
from vectorstore.formats.document import Document
from vectorstore.formats.metadata import understood

_FRONT = re.compile(r"\s{0,9}---[ \t]*\n")
_RULE = re.compile(r" {0,3}(?:(?:\*[ \t]*){3,}|(?:-[ \t]*){3,}|(?:_[ \t]*){3,}|={2,}[ \t]*)\Z")
_FENCE = re.compile(r" {0,3}(?:```|~~~)")
_HEADING = re.compile(r" {0,3}(#{1,6})[ \t]+(.*?)[ \t]*#*[ \t]*\Z")
_NOTE = re.compile(r" {0,3}\[\^[\w-]{1,30}\]:[ \t]")
_TABLE_ROW = re.compile(r" {0,3}\|[ \t]*(\S.*?)[ \t]*\|\Z")
_TABLE_RULE = re.compile(r" {0,3}\|?(?:[ \t]*:?-{3,}:?[ \t]*\|)+(?:[ \t]*:?-{3,}:?)?[ \t]*\Z")
_QUOTE = re.compile(r"(?: {0,3}> ?){1,5}")
_INLINE = re.compile(
    r"\\(?P<escaped>[!-/:-@\[-`{-~])"
    r"|!\[[^\[\]\n]{0,300}\]\([^()\s]{0,500}(?:\s[^()\n]{0,200})?\)"  # a picture says nothing
    r"|\[(?P<link>[^\[\]\n]{1,300})\]\((?:[^()\n]|\([^()\n]{0,80}\)){0,800}\)"
    r"|\[\^[\w-]{1,30}\]"  # a footnote's mark
    r"|<(?P<address>https?://[^<>\s]{1,500})>"
    r"|(?P<tag></?[A-Za-z][^<>\n]{0,500}>|<!--[^\n]{0,500}?-->)"
    r"|(?P<strong>\*\*\*?|(?<!\w)__|__(?!\w))"
    r"|(?P<weak>(?<!\w)[*_](?=\S)|(?<=\S)[*_](?!\w)|(?<=[^\s\w])\*(?=\w)|(?<=\w)\*(?=[^\s\w]))"
    r"|`{1,3}(?P<code>[^`\n]{1,300})`{1,3}"
    r"|(?P<struck>~~)"
    r"|(?P<entity>&#?\w{1,30};)"
)


def read(raw: bytes) -> Document:
    """Read Markdown with or without YAML front matter.

    Raises:
        ParseError: The bytes are no text, or the front matter is no YAML (with the line).
    """
    fields, body = _front_matter(one_line_end(decode(raw)))
    metadata, people = understood(fields)
    title = metadata.pop("title", "")
    composer = Composer()
    lines = body.split("\n")
    for index, line in enumerate(lines):
        under = lines[index + 1] if index + 1 < len(lines) else ""
        heading = _add_line(composer, line.rstrip(), under)
        title = title or heading
    return composer.document(title, metadata, people)


def _add_line(composer: Composer, line: str, under: str) -> str:
    """Add a line's words; returns its text where it is the first-level heading."""
    if not line.strip():
        composer.bold(False)
        composer.line()
        return ""
    if _RULE.match(line) or _FENCE.match(line):
        composer.line()
        return ""
    line = _QUOTE.sub("", line, count=1) if line.lstrip().startswith(">") else line
    if _TABLE_RULE.match(line):
        return ""
    row = _TABLE_ROW.match(line)
    line = re.sub(r"\s*(?<!\\)\|\s*", "\t", row[1]) if row else line
    heading = _HEADING.match(line)
    note = _NOTE.match(line)
    underlined = re.match(r"(?:={3,}|-{3,})\s*\Z", under) and len(line) < 200
    if heading or underlined or note:  # a footnote, too, is nobody's words
        composer.heading(True)
    words = heading[2] if heading else line
    _add_inline(composer, words)
    composer.heading(False)
    composer.line()
    first = (heading and len(heading[1]) == 1) or (underlined and under.startswith("="))
    return _INLINE.sub(lambda found: found["link"] or "", words).strip() if first else ""


def _add_inline(composer: Composer, line: str) -> None:
    position, bold, italic = 0, False, False
    for found in _INLINE.finditer(line):
        composer.add(_plain(line[position : found.start()]))
        position = found.end()
        kind = found.lastgroup
        if kind == "strong":
            bold = not bold
            composer.bold(bold)
            if len(found["strong"]) == 3:
                composer.italic(bold)
        elif kind == "weak":
            italic = not italic
            composer.italic(italic)
        elif kind in ("escaped", "address", "code"):
            composer.add(found[kind])
        elif kind == "link":
            _add_inline(composer, found["link"])
        elif kind == "entity":
            composer.add(_plain(html.unescape(found["entity"])))
        elif kind == "tag":
            _add_tag(composer, found["tag"])
    composer.add(_plain(line[position:]))
    composer.italic(False)


def _add_tag(composer: Composer, written: str) -> None:
    opens = written[1] != "/"
    tag = written.strip("</>").split()[0].lower() if written[1] != "!" else ""
    if tag.rstrip("/") == "br":
        composer.line()
    elif tag in ("b", "strong"):
        composer.bold(opens)
    elif tag in ("i", "em"):
        composer.italic(opens)


def _plain(words: str) -> str:
    """A space that must not break is still a space, and easier to quote."""
    return words.replace("\xa0", " ").replace("\r", " ")


def _front_matter(text: str) -> tuple[dict[str, Any], str]:
    opening = _FRONT.match(text)
    closing = (
        re.compile(r"^(?:---|\.\.\.)[ \t]*$", re.MULTILINE).search(text, opening.end())
        if opening
        else None
    )
    if not opening or not closing or ":" not in text[opening.end() : closing.start()]:
        return {}, text
    import yaml  # type: ignore[import-untyped]

    try:
        fields = yaml.safe_load(text[opening.end() : closing.start()])
    except yaml.MarkedYAMLError as error:
        mark = error.problem_mark
        raise ParseError(
            f"the front matter is not valid YAML: {error.problem}; put values that hold a colon "
            "in quotation marks",
            line=mark.line + 2 if mark else None,
        ) from error
    except (yaml.YAMLError, ValueError, RecursionError, TypeError) as error:
        raise ParseError(f"the front matter is not valid YAML: {error}", line=1) from error
    if not isinstance(fields, dict):
        return {}, text
    return fields, text[closing.end() :]
