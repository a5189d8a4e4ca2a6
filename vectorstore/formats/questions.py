"""Questions without a label, or answers without one: told apart by type, number, or asking."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from itertools import pairwise

from vectorstore.formats.document import Document, Span, trim
from vectorstore.formats.grammar import Label
from vectorstore.formats.labels import asks

# As labels: who asks is known from the type, who they are is not.
ASKED, ANSWERED = "Question", "Answer"
_BREAK = re.compile(r"\n[^\S\n]*\n\s*")
_ASKING = ("?", "？")
_QUOTES = "”\"'’)*_ \t\r\n"
_INLINE_ANSWER = re.compile(
    r"[?.!？]['\"”)]?\s+(?:A|Answer|ANSWER)[.:)](?:[—–-]{1,2}\s*|\s+)(?=\S)"
)
_NUMBER = re.compile(r"\s*(\d{1,5})[.)]\s+(?=\S)")
_ENCLOSED = re.compile(r"([*_/]{1,3})[^\s*_/].{0,600}?[^\s*_/]\1\Z", re.DOTALL)
_DASH = re.compile(r"\s*[-–—―]{1,2}\s?(?=\S)")
_QUOTED = re.compile(r"\s*>\s?(?=\S)")
_AT_ONCE = re.compile(r"[?？]\s?[—–]{1,2}\s?(?=\S)")
_YOU = re.compile(
    r"\b(?:you|your|yours|yourself|du|dich|dir|dein\w*|Sie|Ihnen|Ihr\w*|ihr|euch|vous|votre|vos|tu|"
    r"te|toi|ton|usted\w*|ustedes|tú|ti|su|lei|voi|você|vocês|je|jij|jullie|dig|din|ditt|dina|ni)\b"
)
_LONGEST_QUESTION = 120


def set_apart(document: Document, begin: int) -> list[Label]:
    """Questions and answers of an interview without labels, if something tells them apart.

    That is, in this order: the container's word for it, paragraphs in bold or italics, headings,
    capitals, numbers, dashes; or, where the evidence is strong, that paragraphs ask.

    Args:
        document: A text without labels.
        begin: Where its words begin.
    """
    text = document.text
    whole = list(_paragraphs(text, begin))
    ways: tuple[tuple[list[Span], int, float], ...] = (
        ([trim(text, *span) for span in document.asked], 2, 0.5),
        (_opening(text, document.bold), 2, 0.6),
        (_opening(text, document.italic), 2, 0.6),
        (_opening(text, document.headings), 3, 0.8),
        ([span for span in whole if text[slice(*span)].isupper()], 2, 0.6),
        ([span for span in whole if _ENCLOSED.match(text[slice(*span)])], 2, 0.6),
        (_numbered(text, whole), 3, 0.6),
        (_led_by(_DASH, text, whole), 3, 0.9),
        (_led_by(_QUOTED, text, whole), 2, 0.6),
    )
    for spans, least, share in ways:
        spans = [span for span in spans if span[0] < span[1]]
        # A title is set like a question, but asks and says nothing.
        first = next((i for i, span in enumerate(spans) if _asks(text, span)), 0)
        while first and share <= 0.6 and text[slice(*spans[first - 1])].endswith((".", "!", "…")):
            first -= 1
        spans = spans[first:]
        asking = sum(_asks(text, span) for span in spans)
        if len(spans) >= least and asking >= share * len(spans) and len(whole) > len(spans):
            return _labels(text, spans)
    return _labels(text, _at_once(text, whole)) or _labels(text, _plain(text, whole))


def with_answers(text: str, labels: Sequence[Label]) -> list[Label]:
    """The labels, and one for the answer after each question where only questions have one.

    An answer begins at an "A." inside the paragraph, else with the paragraph after the question.
    """
    labels = list(labels)
    if not all(asks(label.name) for label in labels):
        return labels
    ends = [label.start for label in labels[1:]] + [len(text)]
    result: list[Label] = []
    answered = 0
    for label, end in zip(labels, ends, strict=True):
        result.append(label)
        inline = _INLINE_ANSWER.search(text, label.words, end)
        gap = inline or _BREAK.search(text, label.words, end)
        if not inline and "\n\n" not in text:
            gap = re.compile(r"[?？][^\S\n]*\n").search(text, label.words, end)
        start = gap.end() if gap else end
        if gap and start < end:
            answered += 1
            result.append(_label(ANSWERED, gap.start() + 1, start))
    return result if 2 * answered > len(labels) else labels


def _labels(text: str, spans: Sequence[Span]) -> list[Label]:
    """Each span a question, and what follows it an answer."""
    result: list[Label] = []
    ends = [*(span[0] for span in spans), len(text)][1:] if spans else []
    for (start, end), following in zip(spans, ends, strict=True):
        result.append(_label(ASKED, text.rfind("\n", 0, start) + 1, start))
        begin, last = trim(text, end, following)
        dash = re.match(r"[—–-]{1,2}\s?", text[begin:last]) if text[end : end + 1] != "\n" else None
        if begin < last:
            result.append(_label(ANSWERED, end, begin + (dash.end() if dash else 0)))
    return result


def _label(name: str, start: int, words: int) -> Label:
    return Label(name, "asked", start, words, None, True, False)


def _paragraphs(text: str, begin: int) -> Iterator[Span]:
    """Runs of lines; each line where no blank line parts them."""
    gap = _BREAK if _BREAK.search(text, begin) else re.compile(r"\n\s*")
    position = begin
    for found in gap.finditer(text, begin):
        yield trim(text, position, found.start())
        position = found.end()
    yield trim(text, position, len(text))


def _asks(text: str, span: Span) -> bool:
    return text[slice(*span)].rstrip(_QUOTES).endswith(_ASKING)


def _opening(text: str, runs: Sequence[Span]) -> list[Span]:
    """Emphasised runs that begin a line and end it, or are sentences before the answer."""
    found: list[Span] = []
    for run in runs:
        start, end = trim(text, *run)
        before = text[text.rfind("\n", 0, start) + 1 : start]
        following = text.find("\n", end)
        after = text[end : len(text) if following < 0 else following]
        ended = text[start:end].rstrip(_QUOTES).endswith((*_ASKING, ".", "!", "…"))
        if not before.strip() and (ended or not after.strip()):
            found.append((start, end))
    return found


def _led_by(mark: re.Pattern[str], text: str, spans: Sequence[Span]) -> list[Span]:
    found = ((mark.match(text, *span), span) for span in spans)
    return [(match.end(), span[1]) for match, span in found if match]


def _numbered(text: str, spans: Sequence[Span]) -> list[Span]:
    """Paragraphs numbered in sequence, without their numbers."""
    led = [(match, span) for span in spans if (match := _NUMBER.match(text, *span))]
    numbers = [int(match[1]) for match, _ in led]
    if any(after != before + 1 for before, after in pairwise(numbers)):
        return []
    return [(match.end(), span[1]) for match, span in led]


def _at_once(text: str, spans: Sequence[Span]) -> list[Span]:
    """Numbered paragraphs of a question, a dash and its answer, as old minutes of evidence have."""
    numbered = _numbered(text, spans)
    found = [(span[0], match.start() + 1) for span in numbered
             if (match := _AT_ONCE.search(text, *span))]  # fmt: skip
    return found if len(found) >= max(3, 0.8 * len(numbered)) else []


def _plain(text: str, spans: Sequence[Span]) -> list[Span]:
    """Paragraphs that ask, if they return from first to last, never two at a time, and say you.

    An essay's questions are few, or meet nobody's eye.
    """
    spans = [span for span in spans if span[0] < span[1]]
    asking = [index for index, span in enumerate(spans) if _asks(text, span)]
    if len(asking) < 4 or asking[0] > 2 or asking[-1] == len(spans) - 1:
        return []
    gaps = [after - before for before, after in pairwise(asking)]
    words = [text[slice(*spans[index])].split() for index in asking]
    addressed = sum(bool(_YOU.search(text, *spans[index])) for index in asking)
    if (
        min(gaps) < 2
        or len(asking) < 0.2 * (len(spans) - asking[0])
        or max(map(len, words)) > _LONGEST_QUESTION
        or 2 * addressed < len(asking)
    ):
        return []
    return [spans[index] for index in asking]
