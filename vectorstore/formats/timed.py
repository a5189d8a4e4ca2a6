"""Plain text with nothing but times between the words, as players and video sites give it."""

from __future__ import annotations

import re

from vectorstore.formats import cues
from vectorstore.formats.cues import Cue
from vectorstore.formats.document import Document
from vectorstore.formats.grammar import candidates
from vectorstore.formats.labels import choose
from vectorstore.formats.stamps import CLOCK, seconds

_MARK = re.compile(rf"^[ \t]*[\[(]?({CLOCK})[\])]?(?:[ \t]*$|[ \t]+(?=[^\s\d]))", re.MULTILINE)
_FEWEST = 4
_LEAST_SHARE = 0.3


def read_timed(text: str) -> Document | None:
    """The words as captions, if times that go up stand before them and nobody is named."""
    marks = list(_MARK.finditer(text))
    times = [seconds(mark[1]) or 0.0 for mark in marks]
    lines = sum(bool(line.strip()) for line in text.splitlines())
    if len(marks) < max(_FEWEST, _LEAST_SHARE * lines) or times != sorted(set(times)):
        return None
    if any(label.name for label in choose(text, list(candidates(text, ())))):
        return None
    ends = [*(mark.start() for mark in marks), len(text)][1:]
    said = [
        Cue("", time, after, " ".join(text[mark.end() : end].split()))
        for mark, end, time, after in zip(marks, ends, times, [*times[1:], None], strict=True)
    ]
    title = text[: marks[0].start()].strip().split("\n")[0]
    return cues.document([cue for cue in said if cue.words], title if len(title) < 200 else "")
