"""What is indexed and cited: one paragraph of an answer, with its exact place."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from vectorstore.transcript import Transcript, Turn, sha256_of

# The bundled embedding model reads 256 word pieces, about 1,200 characters of English;
# what lies beyond would be indexed unseen, so longer paragraphs are split between sentences.
LONGEST = 1200

_PARAGRAPH_BREAK = re.compile(r"\n[^\S\n]*\n\s*|\r\n[^\S\n]*\r\n\s*")


@dataclass(frozen=True, slots=True)
class Statement:
    """One paragraph of an answer. Always `transcript.text[start:end] == text`.

    Attributes:
        id: Unique; changes when the words, their place, speaker or question change.
        transcript_id: The transcript it belongs to.
        speaker: Who says it.
        question: What the interviewer asked before it, or "".
        text: The exact words.
        start: Code-point offset into the transcript's text.
        end: Offset one past the last character.
        time_start: Seconds into the recording, where known.
        time_end: Likewise, for the end.
    """

    id: str
    transcript_id: str
    speaker: str
    question: str
    text: str
    start: int
    end: int
    time_start: float | None = None
    time_end: float | None = None

    def to_dict(self) -> dict[str, Any]:
        """The statement as plain JSON values."""
        return {name: getattr(self, name) for name in self.__slots__}

    @classmethod
    def from_dict(cls, data: Mapping[str, Any]) -> Statement:
        """The inverse of `to_dict`; fields that later versions add are passed over."""
        return cls(**{name: data[name] for name in cls.__slots__ if name in data})


def split(transcript: Transcript) -> list[Statement]:
    """The transcript's statements in order: everybody's words but the interviewer's."""
    statements: list[Statement] = []
    asked: list[Turn] = []
    answered = True
    for turn in transcript.turns:
        if turn.role == "interviewer":
            if answered:
                asked = []
            asked.append(turn)
            answered = False
            continue
        answered = True
        question = " ".join(" ".join(transcript.text[t.start : t.end].split()) for t in asked)
        for start, end in _pieces(transcript.text, turn.start, turn.end):
            statements.append(_statement(transcript, turn, question, start, end, len(statements)))
    return statements


def sentences(text: str) -> list[tuple[int, int]]:
    """Spans of the sentences in a text, as (start, end) offsets without outer white space.

    A short "No." or "Yes." stays with the sentence after it, so it is never quoted alone.
    """
    from sentencex import get_sentence_boundaries  # type: ignore[attr-defined]

    spans: list[tuple[int, int]] = []
    for boundary in get_sentence_boundaries("en", text):
        trimmed = _trim(text, boundary["start_index"], boundary["end_index"])
        if trimmed[0] == trimmed[1]:
            continue
        if spans and len(text[slice(*spans[-1])]) < 6 and spans[-1][0] == 0:
            trimmed = (spans.pop()[0], trimmed[1])
        spans.append(trimmed)
    return spans


def _pieces(text: str, start: int, end: int) -> Iterator[tuple[int, int]]:
    position = start
    for gap in _PARAGRAPH_BREAK.finditer(text, start, end):
        yield from _shortened(text, *_trim(text, position, gap.start()))
        position = gap.end()
    yield from _shortened(text, *_trim(text, position, end))


def _shortened(text: str, start: int, end: int) -> Iterator[tuple[int, int]]:
    """The paragraph itself, or runs of its sentences of at most about `LONGEST` characters."""
    if start == end:
        return
    if end - start <= LONGEST:
        yield start, end
        return
    begin = last = start
    for low, high in sentences(text[start:end]):
        if start + high - begin > LONGEST and last > begin:
            yield begin, last
            begin = start + low
        last = start + high
    yield begin, last


def _trim(text: str, start: int, end: int) -> tuple[int, int]:
    while start < end and text[start].isspace():
        start += 1
    while end > start and text[end - 1].isspace():
        end -= 1
    return start, end


def _statement(
    transcript: Transcript, turn: Turn, question: str, start: int, end: int, index: int
) -> Statement:
    mark = f"{transcript.sha256}\0{start}\0{end}\0{turn.speaker}\0{question}"
    return Statement(
        id=f"{transcript.id}:{index:04d}:{sha256_of(mark)[:12]}",
        transcript_id=transcript.id,
        speaker=turn.speaker,
        question=question,
        text=transcript.text[start:end],
        start=start,
        end=end,
        time_start=turn.time_start,
        time_end=turn.time_end,
    )
