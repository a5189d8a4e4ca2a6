"""A conversation to take along: Markdown, JSON or a footnoted document, each checkable later.

Every export holds the replies as data. Checking writes the export anew from that data and compares
line by line, so what people read cannot say anything else than what was checked.
"""

from __future__ import annotations

import html
import json
import re
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from typing import Any

from bot.present import escape, markdown, plain, sureness
from bot.reply import Citation, Reply
from vectorstore.errors import InputError

FORMAT, VERSION = "roosbot export", 1


@dataclass(frozen=True, slots=True)
class Line:
    """A line of an export, and the quotation that it shows.

    Attributes:
        text: Without line end.
        reply: The number of the reply, from 1, or 0.
        number: The number of its citation, or 0.
    """

    text: str
    reply: int = 0
    number: int = 0


@dataclass(frozen=True, slots=True)
class Kind:
    """A form that a conversation can be taken along in."""

    suffix: str
    mime: str
    lines: Callable[[Sequence[Reply]], list[Line]]


def write(replies: Sequence[Reply], kind: str = "markdown") -> str:
    """A conversation as a file's text, every quote with its certificate.

    Args:
        replies: In the order they were given.
        kind: One of `KINDS`.
    """
    if kind not in KINDS:
        raise InputError(f"exports are {', '.join(KINDS)}, not {kind!r}")
    return "\n".join(line.text for line in KINDS[kind].lines(replies)) + "\n"


def read(text: str) -> tuple[str, list[Reply]]:
    """The kind of an export, and the replies that it holds as data.

    Raises:
        InputError: It is no export, or its data is damaged.
    """
    kind, data = _data(text)
    try:
        if isinstance(data, dict) and data.get("format") == FORMAT:
            if data.get("version") != VERSION:
                raise InputError(f"the export has version {data.get('version')}, not {VERSION}")
            return kind, [Reply.from_dict(reply) for reply in data["replies"]]
        return "reply", [Reply.from_dict(data)]
    except (KeyError, TypeError, ValueError, AttributeError) as error:
        raise InputError(f"the file's data is damaged: {error}") from error


def quoted(reply: Reply) -> tuple[Citation, ...]:
    """The quotations that a reply shows, be they its answer or what comes closest to one."""
    return (*reply.citations, *reply.closest)


def certificate(citation: Citation) -> dict[str, Any]:
    """What anybody needs to find a quote again in the source, and to see that it is exact."""
    return {
        "quote": citation.quote,
        "speaker": citation.speaker,
        "question": citation.question,
        "title": citation.title,
        "transcript_id": citation.transcript_id,
        "sha256": citation.sha256,
        "start": citation.start,
        "end": citation.end,
        "offsets": "Unicode code points",
        "normalisation": "none",
    }


def data_of(replies: Sequence[Reply]) -> dict[str, Any]:
    """The data that every export carries."""
    return {
        "format": FORMAT,
        "version": VERSION,
        "replies": [reply.to_dict() for reply in replies],
        "certificates": [
            {"reply": position, "number": citation.number, **certificate(citation)}
            for position, reply in enumerate(replies, start=1)
            for citation in quoted(reply)
        ],
    }


def _json_lines(replies: Sequence[Reply]) -> list[Line]:
    return [Line(text) for text in _dumped(replies).split("\n")]


def _dumped(replies: Sequence[Reply]) -> str:
    """The data as JSON in which no character reorders others, ends a fence or a script."""
    shown = json.dumps(data_of(replies), ensure_ascii=False, indent=1)
    return _UNSAFE.sub(lambda found: f"\\u{ord(found[0]):04x}", shown)


_UNSAFE = re.compile("[<>&`\x7f-\x9f\u061c\u200e\u200f\u2028-\u202e\u2066-\u2069\ud800-\udfff]")


def _markdown_lines(replies: Sequence[Reply]) -> list[Line]:
    lines = [Line("# Questions and quotations"), Line("")]
    for position, reply in enumerate(replies, start=1):
        lines += [Line(f"## {markdown(reply.question)}", position), Line("")]
        if reply.generated or not reply.answered:
            lines += [Line(markdown(part), position) for part in _paragraphs(reply.text)]
            lines.append(Line(""))
        if reply.closest:
            lines += [Line("Closest, but not an answer:", position), Line("")]
        for citation in quoted(reply):
            at = position, citation.number
            lines.append(Line(f"> “{markdown(citation.quote)}”", *at))
            lines.append(Line(">"))
            lines.append(Line(f"> — {_named(citation, markdown)} \\[{citation.number}\\]", *at))
            lines.append(Line(""))
        lines += [Line(f"*{markdown(_how_sure(reply))}*", position), Line("")]
    lines += [Line("## Quote certificates"), Line("")]
    for position, reply in enumerate(replies, start=1):
        for citation in quoted(reply):
            at = position, citation.number
            lines += [Line(f"### Reply {position}, \\[{citation.number}\\]", *at), Line("")]
            lines += [Line(f"- {name}: {markdown(value)}", *at) for name, value in _facts(citation)]
            lines.append(Line(""))
    lines += [Line(markdown(_HOW)), Line(""), Line("```json")]
    return [*lines, *_json_lines(replies), Line("```")]


def _document_lines(replies: Sequence[Reply]) -> list[Line]:
    title = html.escape(" ".join(plain(replies[0].question[:80]).split())) if replies else "Empty"
    lines = [Line(text) for text in _HEAD.replace("$title", title).split("\n")]
    notes: list[Line] = []
    for position, reply in enumerate(replies, start=1):
        lines.append(Line(f"<h2>{_one_line(reply.question)}</h2>", position))
        if reply.generated or not reply.answered:
            lines += [Line(f"<p>{_one_line(p)}</p>", position) for p in _paragraphs(reply.text)]
        if reply.closest:
            lines.append(Line("<p>Closest, but not an answer:</p>", position))
        for citation in quoted(reply):
            at, note = (position, citation.number), len(notes) + 1
            lines.append(
                Line(
                    f'<blockquote>“{_one_line(citation.quote)}”<a id="quote-{note}"'
                    f' href="#note-{note}"><sup>{note}</sup></a></blockquote>',
                    *at,
                )
            )
            facts = "; ".join(f"{name}: {_one_line(value)}" for name, value in _facts(citation)[1:])
            back = f'<a href="#quote-{note}">back</a>'
            notes.append(Line(f'<li id="note-{note}">{facts}. {back}</li>', *at))
        lines.append(Line(f"<p><small>{_one_line(_how_sure(reply))}</small></p>", position))
    lines += [Line("<h2>Notes and quote certificates</h2>"), Line("<ol>"), *notes, Line("</ol>")]
    lines += [Line(f"<p><small>{_one_line(_HOW)}</small></p>"), Line(_SCRIPT)]
    return [*lines, *_json_lines(replies), Line("</script>"), Line("</body>"), Line("</html>")]


_HOW = (
    "Each quote is the source's characters from the first to the last code point given, with "
    "nothing changed. To check this file against the sources: roosbot verify FILE. "
    "The same as data follows."
)

_SCRIPT = '<script type="application/json" id="roosbot-export">'

_HEAD = """<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width">
<title>$title</title>
<style>
body { max-width: 42em; margin: 3em auto; padding: 0 1em; font: 17px/1.55 Georgia, serif; }
blockquote { margin: 0.6em 0 0.6em 1.5em; } li, small { font-size: 14px; overflow-wrap: anywhere; }
</style>
</head>
<body>
<h1>Questions and quotations</h1>"""


def _facts(citation: Citation) -> list[tuple[str, str]]:
    facts = [
        ("Quote", f"“{citation.quote}”"),
        ("Speaker", citation.speaker),
        ("Asked", citation.question or "not known"),
        ("Source", f"{citation.title} ({citation.transcript_id})"),
        ("SHA-256 of the source", citation.sha256),
        ("Place", f"code points {citation.start} to {citation.end}"),
        ("Normalisation", "none"),
    ]
    return facts


def _named(citation: Citation, written: Callable[[str], str]) -> str:
    asked = f", asked “{written(citation.question)}”" if citation.question else ""
    return f"{written(citation.speaker)}{asked}; {written(citation.title)}"


def _how_sure(reply: Reply) -> str:
    what = "that this answers" if reply.answered else "that it is not said"
    return f"{sureness(reply)} {what} (probability of an answer {reply.confidence:.2f})."


def _paragraphs(text: str) -> Iterator[str]:
    return (part for part in re.split(r"\s*\n\s*", text.strip()) if part)


def _one_line(text: str) -> str:
    return escape(" ".join(text.split()))


def _data(text: str) -> tuple[str, Any]:
    """The kind of an export, and its data as parsed JSON."""
    lines = [line.strip() for line in text.splitlines()]
    stripped = text.lstrip()
    if stripped.startswith(("{", "[")):
        kind, data = "json", stripped
    elif _SCRIPT in lines:
        kind, data = "document", _between(text, _SCRIPT, "</script>")
    elif "```json" in lines:
        kind, data = "markdown", _between(text, "```json", "```")
    else:
        raise InputError("the file is no export of roosbot: it holds no replies as data")
    try:
        return kind, json.loads(data)
    except ValueError as error:
        raise InputError(f"the file's data is damaged: {error}") from error


def _between(text: str, begin: str, end: str) -> str:
    """What stands between the last line that is `begin` and the next that is `end`."""
    lines = text.splitlines()
    first = max(number for number, line in enumerate(lines) if line.strip() == begin) + 1
    inside = []
    for line in lines[first:]:
        if line.strip() == end:
            break
        inside.append(line)
    return "\n".join(inside)


KINDS = {
    "markdown": Kind(".md", "text/markdown;charset=utf-8", _markdown_lines),
    "json": Kind(".json", "application/json", _json_lines),
    "document": Kind(".html", "text/html;charset=utf-8", _document_lines),
}
