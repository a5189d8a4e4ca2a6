"""Interviews without labels whose questions are set in bold."""

from __future__ import annotations

from vectorstore.formats.document import Document, Segment, Span, trim

# As labels: who asks is known from the type, who they are is not.
ASKED, ANSWERED = "Question", "Answer"
_LEAST = 2


def emphasised(document: Document) -> list[Segment]:
    """Questions and answers, if whole paragraphs are bold and most of those end in "?"."""
    text = document.text
    bold = [span for span in _whole_paragraphs(document) if span[0] < span[1]]
    asking = sum(text[slice(*span)].rstrip('”" ').endswith(("?", "？")) for span in bold)
    if len(bold) < _LEAST or asking < 0.6 * len(bold):
        return []
    result: list[Segment] = []
    for span, after in zip(bold, [*bold[1:], (len(text), len(text))], strict=True):
        result.append(Segment(ASKED, *span))
        answer = trim(text, span[1], after[0])
        if answer[0] < answer[1]:
            result.append(Segment(ANSWERED, *answer))
    return result


def _whole_paragraphs(document: Document) -> list[Span]:
    """Bold runs with nothing else on their lines."""
    text = document.text
    found: list[Span] = []
    for start, end in document.bold:
        start, end = trim(text, start, end)
        before = text[text.rfind("\n", 0, start) + 1 : start]
        following = text.find("\n", end)
        after = text[end : len(text) if following < 0 else following]
        if not before.strip() and not after.strip():
            found.append((start, end))
    return found
