"""Captions: short timed pieces, put together again as paragraphs that keep their times."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace

from vectorstore.formats.composer import Composer
from vectorstore.formats.document import Document, Segment
from vectorstore.formats.grammar import candidates
from vectorstore.formats.labels import choose, nameless

# A paragraph ends at the first sentence end after this many words, or at the most after these:
# long enough to be understood alone, short enough that its time is of use.
_ENOUGH_WORDS = 60
_MOST_WORDS = 120
_SENTENCE_END = (".", "?", "!", "…", "。", "？", '."', '?"', '!"', ".”", "?”", "!”", ".)")


@dataclass(frozen=True, slots=True)
class Cue:
    """Words said between two times, in seconds; speaker "" where the file does not say.

    `changes` is set where somebody begins to speak, though perhaps nobody knows who.
    """

    speaker: str
    start: float | None
    end: float | None
    words: str
    changes: bool = False


def document(
    cues: Sequence[Cue],
    title: str = "",
    metadata: Mapping[str, str] | None = None,
    people: tuple[str, ...] = (),
) -> Document:
    """One text of all cues: a paragraph for each stretch of one speaker's words."""
    composer = Composer()
    segments: list[Segment] = []
    speaker: str | None = None
    position = 0
    for paragraph in _paragraphs(_with_labels(cues)):
        first, last = paragraph[0], paragraph[-1]
        composer.paragraph()
        if first.speaker != speaker and first.speaker:
            composer.add(f"{first.speaker}: ")
        speaker = first.speaker
        words = " ".join(cue.words for cue in paragraph)
        text_start = composer.length
        composer.add(words)
        segments.append(Segment(first.speaker, text_start, composer.length, first.start, last.end))
        position = composer.length
    made = composer.document(title, metadata, people)
    return replace(made, segments=tuple(segments)) if position else made


def _paragraphs(cues: Sequence[Cue]) -> Iterator[list[Cue]]:
    paragraph: list[Cue] = []
    count = 0
    for cue in cues:
        if paragraph and (
            cue.speaker != paragraph[-1].speaker
            or cue.changes
            or (count >= _ENOUGH_WORDS and paragraph[-1].words.endswith(_SENTENCE_END))
            or count >= _MOST_WORDS
        ):
            yield paragraph
            paragraph, count = [], 0
        for piece in _at_sentence_end(cue, count):
            if (
                paragraph
                and piece is not cue
                and count >= _ENOUGH_WORDS
                and paragraph[-1].words.endswith(_SENTENCE_END)
            ):
                yield paragraph
                paragraph, count = [], 0
            paragraph.append(piece)
            count += len(piece.words.split())
    if paragraph:
        yield paragraph


def _at_sentence_end(cue: Cue, count: int) -> list[Cue]:
    """The cue, divided after the sentence that completes a paragraph, if that ends inside it."""
    words = cue.words.split(" ")
    for index in range(max(_ENOUGH_WORDS - count - 1, 0), len(words) - 1):
        if words[index].endswith(_SENTENCE_END) and len(words[index]) > 3:
            rest = replace(cue, words=" ".join(words[index + 1 :]), changes=False)
            return [replace(cue, words=" ".join(words[: index + 1])), *_at_sentence_end(rest, 0)]
    return [cue]


def _with_labels(cues: Sequence[Cue]) -> list[Cue]:
    """The cues with labels inside their words ("Travis: When you …", ">> ROOS:") understood.

    Whoever was named last goes on speaking until somebody else is named.
    """
    if any(cue.speaker for cue in cues):
        return [replace(cue, words=_run(cue.words)) for cue in cues if cue.words.strip()]
    text = "\n\n".join(cue.words for cue in cues)
    found = list(candidates(text, ()))
    labels = choose(text, found)
    dashed = nameless(text, [label for label in found if label.style == "dashed"])
    labels = sorted({*labels, *dashed}, key=lambda label: label.start)
    result: list[Cue] = []
    speaker, position, changes = "", 0, False
    remaining = iter([*labels, None])
    label = next(remaining)
    for cue in cues:
        start, end = position, position + len(cue.words)
        position = end + 2
        begin = start
        while label is not None and label.start < end:
            before = _run(text[begin : label.start])
            result.append(Cue(speaker, cue.start, cue.end, before, changes))
            speaker, begin, changes = label.name, min(label.words, end), True
            label = next(remaining)
        last = _run(text[begin:end])
        result.append(Cue(speaker, cue.start, cue.end, last, changes))
        changes = changes and not last
    return [cue for cue in result if cue.words]


def _run(words: str) -> str:
    return " ".join(words.split())
