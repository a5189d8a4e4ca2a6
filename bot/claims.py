"""What a chat model writes, taken apart into claims while it is still being written."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

from bot.checks.words import listed
from bot.marks import BEGUN, after, taken

# A claim longer than this is no sentence any more; it is cut here.
LONGEST = 1500

_STOPS = ".!?…"
_TRAILING = ".!?…”»\"')*_"
_CLOSING = {"“": "”", "«": "»", "„": "“”", '"': '"'}

# Words that end with a full stop without ending a sentence.
_ABBREVIATIONS = listed(
    """
    mr mrs ms dr prof st no vs etc e.g i.e gen sen rep gov capt col lt jr sr inc ltd co corp
    u.s u.k u.n e.u p.m a.m approx fig dept est ph.d
    """
)

# What stands at the beginning of a line in lists, headings and quotations in Markdown.
_LINE_START = re.compile(
    r"^\s*(?:(?:[-*•–>]|#{1,6}|\(\d{1,2}\)|\d{1,2}[.)])\s+)*(?=\S)|^\s*[-*_=]{3,}\s*$"
)
_EMPHASIS = re.compile(r"(?<!\w)(\*{1,3}|_{1,3}|`)(?=\S)(.+?)(?<=\S)\1(?!\w)")
_ANSWER = re.compile(r"^(yes|no)\s*[,.;:!—–-]+\s+(?=\S)", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Claim:
    """One thing that the model says.

    Attributes:
        text: Its words without marks.
        marks: The numbers of the statements it cites, in order; they may not exist.
        paragraph: Whether a new paragraph begins with it.
        whole: False if the text broke off within it.
    """

    text: str
    marks: tuple[int, ...]
    paragraph: bool = False
    whole: bool = True


class Claims:
    """Takes a text in pieces and gives each claim as soon as it is complete.

    A claim is a sentence or a line with the marks that follow it. It is complete when the next one
    begins, because marks may stand after the full stop. The claims don't depend on where the text
    was cut into pieces. A quotation is never split.
    """

    def __init__(self, statements: int) -> None:
        """Prepare for a text that cites that many statements."""
        self._most = statements
        self._rest = ""
        self._paragraph = False

    def feed(self, text: str) -> Iterator[Claim]:
        """The claims that this piece of the text completes."""
        self._rest += text.replace("\r\n", "\n").replace("\r", "\n")
        while (cut := self._cut()) is not None:
            yield from self._claims(self._rest[:cut], whole=True)
            self._rest = self._rest[cut:]

    def finish(self, *, whole: bool = True) -> Iterator[Claim]:
        """The claims that are left at the end.

        Args:
            whole: Whether the text came to its end; if not, a sentence without one was cut off.
        """
        rest, self._rest = self._rest, ""
        ended = rest.rstrip().endswith((".", "!", "?", "”", '"', "]", "】", ")"))
        yield from self._claims(rest, whole=whole or ended)

    def _cut(self) -> int | None:
        """Where the first complete claim ends, or None if more text may still belong to it."""
        text, closing = self._rest, ""
        for i, c in enumerate(text):
            if c == "\n":
                return self._line_end(i)
            if i >= LONGEST:
                return i
            if closing:
                closed = c in closing
                closing = "" if closed else closing
                ended = closed and text[i - 1] in _STOPS
            else:
                if c in _CLOSING and (c != '"' or not text[i - 1 : i].isalnum()):
                    closing = _CLOSING[c]
                ended = c in _STOPS
            if ended and (end := self._sentence_end(i + 1)) != 0:
                return end
        return None

    def _line_end(self, i: int) -> int | None:
        """The end of the line at i and of lines after it that hold marks alone; None to wait."""
        text = self._rest
        begun = len(text) - len(text[i:].lstrip())
        if begun == len(text) or BEGUN.match(text, begun):
            return None
        end = after(text, begun)
        if end == begun:
            return i + 1
        if end == len(text):
            return None
        return end if text[end] == "\n" else i + 1

    def _sentence_end(self, stop: int) -> int | None:
        """Where the sentence whose full stop is before `stop` ends, 0 if it goes on, None to wait.

        It ends only where the next thing can begin a sentence.
        """
        text, i = self._rest, stop
        while i < len(text) and text[i] in _TRAILING:
            i += 1
        end = after(text, i)
        following = len(text) - len(text[end:].lstrip(" \t\u00a0"))
        if following == len(text) or BEGUN.match(text, following):
            return None
        goes_on = text[following].islower() or text[following] in ",;:)\n"
        if goes_on or (following == i) or (text[stop - 1] == "." and _abbreviated(text[:stop])):
            return 0
        return end

    def _claims(self, raw: str, *, whole: bool) -> Iterator[Claim]:
        paragraph = self._paragraph or raw.lstrip(" \t").startswith("\n")
        text, numbers = taken(_LINE_START.sub("", raw.strip()), self._most)
        text = _plain(text)
        self._paragraph = raw.endswith("\n") if text else paragraph or raw.endswith("\n")
        if not text:
            return
        answer = _ANSWER.match(text)
        if answer and text[answer.end() :]:
            yield Claim(f"{answer[1].capitalize()}.", numbers, paragraph, whole)
            following = text[answer.end() :]
            yield Claim(following[0].upper() + following[1:], numbers, False, whole)
            return
        yield Claim(text, numbers, paragraph, whole)


def claims_in(text: str, statements: int) -> list[Claim]:
    """All claims of a whole text that cites that many statements."""
    splitter = Claims(statements)
    return [*splitter.feed(text), *splitter.finish()]


def _abbreviated(text: str) -> bool:
    """Whether the full stop at the end of a text belongs to an abbreviation or an initial."""
    if text[:-1].strip().isdigit():
        return True  # the number of an item in a list
    last = text[:-1].rsplit(None, 1)[-1:] or [""]
    word = last[0].lower().lstrip("(“\"'")
    return word in _ABBREVIATIONS or bool(re.fullmatch(r"[^\W\d_](\.[^\W\d_])*", word))


def _plain(text: str) -> str:
    """The text without Markdown's emphasis."""
    while (bare := _EMPHASIS.sub(r"\2", text)) != text:
        text = bare
    return text.strip()
