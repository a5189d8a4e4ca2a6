"""The transcript as it is read: paragraphs by speaker, and exact spans of it marked."""

from __future__ import annotations

import re
from bisect import bisect_left, bisect_right
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from bot.present import clock, escape
from vectorstore.transcript import Transcript, Turn

_BREAK = re.compile(r"\s*\n[^\S\n]*\n\s*|\s*\r\n[^\S\n]*\r\n\s*")

# More marks than anybody looks through, and few enough to draw at every key press.
MOST_FOUND = 500

# What a reader may want to know before the first words; other metadata stays out of sight.
_SHOWN = ("date", "place", "interviewer", "interviewee", "source", "rights")


@dataclass(frozen=True, slots=True)
class Paragraph:
    """A paragraph of a turn, by its code-point offsets into the transcript's text."""

    turn: Turn
    start: int
    end: int

    @property
    def id(self) -> str:
        """Its element's id on the page."""
        return f"p-{self.start}"


def paragraphs(transcript: Transcript) -> Iterator[Paragraph]:
    """Every turn's paragraphs in order; what nobody says (page furniture) is left out."""
    for turn in transcript.turns:
        words = transcript.text[turn.start : turn.end]
        position = len(words) - len(words.lstrip())
        last = len(words.rstrip())
        for gap in (*_BREAK.finditer(words, position, last), None):
            end = gap.start() if gap else last
            if end > position:
                yield Paragraph(turn, turn.start + position, turn.start + end)
            position = gap.end() if gap else last


def transcript_html(transcript: Transcript) -> str:
    """The whole transcript, typeset."""
    parts: list[str] = []
    speaking: Turn | None = None
    for paragraph in paragraphs(transcript):
        turn = paragraph.turn
        if turn is not speaking:
            parts.append("</section>" if speaking else "")
            when = f" <time>{clock(turn.time_start)}</time>" if turn.time_start is not None else ""
            parts.append(f'<section class="turn {turn.role}"><h3>{escape(turn.speaker)}{when}</h3>')
            speaking = turn
        words = escape(transcript.text[paragraph.start : paragraph.end])
        parts.append(f'<p id="{paragraph.id}">{words}</p>')
    facts = "".join(
        f"<div><dt>{name.capitalize()}</dt><dd>{escape(transcript.metadata[name])}</dd></div>"
        for name in _SHOWN
        if transcript.metadata.get(name)
    )
    return (
        f"<header><h2>{escape(transcript.title)}</h2>"
        f"{f'<dl>{facts}</dl>' if facts else ''}</header>"
        f"{''.join(parts)}{'</section>' if speaking else ''}"
    )


def marked(transcript: Transcript, spans: Sequence[tuple[int, int]], kind: str) -> dict[str, str]:
    """The paragraphs that hold any of these spans, with exactly those characters in `<mark>`.

    Args:
        transcript: Where the spans are.
        spans: (start, end) code-point offsets, in order, not overlapping.
        kind: The marks' class.

    Returns:
        The inner HTML of each paragraph by its element's id.
    """
    blocks: dict[str, str] = {}
    starts, ends = [start for start, _ in spans], [end for _, end in spans]
    for paragraph in paragraphs(transcript):
        among = slice(bisect_right(ends, paragraph.start), bisect_left(starts, paragraph.end))
        inside = [
            (max(start, paragraph.start), min(end, paragraph.end)) for start, end in spans[among]
        ]
        if not inside:
            continue
        position, parts = paragraph.start, []
        for start, end in inside:
            parts.append(escape(transcript.text[position:start]))
            parts.append(f'<mark class="{kind}">{escape(transcript.text[start:end])}</mark>')
            position = end
        parts.append(escape(transcript.text[position : paragraph.end]))
        blocks[paragraph.id] = "".join(parts)
    return blocks


def find(transcript: Transcript, words: str) -> list[tuple[int, int]]:
    """Where these words stand in what is said, whatever their case; at most `MOST_FOUND`."""
    wanted = words.split()
    if not wanted:
        return []
    pattern = re.compile(r"\s+".join(map(re.escape, wanted)), re.IGNORECASE)
    found: list[tuple[int, int]] = []
    for paragraph in paragraphs(transcript):
        for match in pattern.finditer(transcript.text, paragraph.start, paragraph.end):
            found.append(match.span())
            if len(found) == MOST_FOUND:
                return found
    return found
