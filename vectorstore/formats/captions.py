"""WebVTT and SubRip: cues with times, and voices where the file names them.

Both are blocks of lines with one line of two times, so one reader serves both; a library would
hide the line numbers that an error has to name.
"""

from __future__ import annotations

import html
import re

from vectorstore.errors import ParseError
from vectorstore.formats import cues
from vectorstore.formats.cues import Cue
from vectorstore.formats.decoding import decode, one_line_end
from vectorstore.formats.document import Document
from vectorstore.formats.stamps import CLOCK, seconds

_TIMES = re.compile(rf"[ \t]*(?P<start>{CLOCK})[ \t]*-->[ \t]*(?P<end>{CLOCK})")
_VOICE = re.compile(r"<v(?:\.[\w.-]{1,60})?[ \t]+(?P<name>[^>\n]{1,100})>|(?P<close></v>)")
_TAG = re.compile(r"</?[A-Za-z\d][^<>\n]{0,200}>|\{\\[^{}\n]{0,100}\}")


def read(raw: bytes) -> Document:
    """Read a .vtt or .srt file.

    Raises:
        ParseError: A cue's times cannot be read (with the line), or there is no cue.
    """
    lines = one_line_end(decode(raw)).split("\n")
    found: list[Cue] = []
    index = 0
    while index < len(lines):
        times = _TIMES.match(lines[index])
        if not times:
            if "-->" in lines[index]:
                raise ParseError(
                    f"{lines[index].strip()[:60]!r} is no pair of times; expected "
                    "00:00:01.000 --> 00:00:04.000",
                    line=index + 1,
                )
            index += 1
            continue
        index += 1
        words: list[str] = []
        while index < len(lines) and lines[index].strip() and "-->" not in lines[index]:
            words.append(lines[index])
            index += 1
        if index < len(lines) and "-->" in lines[index] and words and words[-1].strip().isdigit():
            words.pop()  # the next cue's number, where the blank line before it is missing
        found += _cues("\n".join(words), seconds(times["start"]), seconds(times["end"]))
    if not found:
        raise ParseError("no cue with times was found; expected 00:00:01.000 --> 00:00:04.000")
    return cues.document(_without_repeats(found))


def _cues(words: str, start: float | None, end: float | None) -> list[Cue]:
    """A cue, or one for each voice in it."""
    result: list[Cue] = []
    speaker, position = "", 0
    for voice in _VOICE.finditer(words):
        result.append(Cue(speaker, start, end, _plain(words[position : voice.start()])))
        speaker = html.unescape((voice["name"] or "").strip())
        position = voice.end()
    result.append(Cue(speaker, start, end, _plain(words[position:])))
    return [cue for cue in result if cue.words.strip()]


def _plain(words: str) -> str:
    return html.unescape(_TAG.sub("", words)).replace("\xa0", " ")


def _without_repeats(found: list[Cue]) -> list[Cue]:
    """Automatic captions roll: each cue repeats the last line of the one before."""
    result: list[Cue] = []
    rolled = 0
    for cue in found:
        before = result[-1].words.split("\n") if result else []
        lines = cue.words.split("\n")
        if (
            before
            and len(lines) > 1
            and lines[0].strip()
            and lines[0].strip() == before[-1].strip()
        ):
            rolled += 1
            cue = Cue(cue.speaker, cue.start, cue.end, "\n".join(lines[1:]))
        elif before and cue.words.strip() == before[-1].strip() and cue.start == result[-1].end:
            continue
        result.append(cue)
    return [cue for cue in result if cue.words.strip()] if rolled > 1 else found
