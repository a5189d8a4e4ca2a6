"""From what was read to a reply in the speaker's own words."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING

from bot.reply import Citation, Outcome, Reply
from vectorstore.statement import Statement
from vectorstore.transcript import Transcript

if TYPE_CHECKING:
    from bot.reader import Evidence, Reading

Find = Callable[[str], Transcript]

# How many statements a refusal shows.
CLOSEST = 3

# A sentence is quoted if it carries the answer at least half as strongly as the best one.
SHARE = 0.5

# A further statement is quoted if it answers about as surely as the first one.
NEARLY = 0.8

# A quotation of fewer words than this, such as "No.", comes with the question it answers.
SHORT = 4

# Openings that lean on the sentence before: quoted alone they would not be understood.
_LEANING = (
    "this ", "that ", "these ", "those ", "it ", "such ", "they ", "he ", "she ", "but ", "so ",
    "and ", "also", "despite this", "therefore", "however",
)  # fmt: skip


def extract(question: str, reading: Reading, find: Find, quotes: int) -> Reply:
    """The reply that quotes what answers, or a refusal with the closest statements.

    Args:
        question: As it was asked.
        reading: What reading the passages found.
        find: Gives the transcript for an id.
        quotes: The most statements to quote.
    """
    if not reading.answered:
        return refusal(question, reading, find)
    best = reading.evidence[0]
    chosen = [best] + [
        e
        for e in reading.evidence[1:]
        if e.probability >= NEARLY * best.probability and e.probability >= 0.5
    ]
    citations = tuple(
        cite(number, find(e.passage.statement.transcript_id), e.passage.statement, *span(e))
        for number, e in enumerate(chosen[:quotes], start=1)
    )
    several = len({c.transcript_id for c in citations}) > 1
    return Reply(
        question=question,
        text="\n\n".join(worded(c, titled=several) for c in citations),
        citations=citations,
        answered=True,
        confidence=reading.confidence,
    )


def refusal(question: str, reading: Reading, find: Find) -> Reply:
    """The reply that says that nobody said it, with the statements that come closest."""
    closest = tuple(
        cite(number, find(e.passage.statement.transcript_id), e.passage.statement, *span(e))
        for number, e in enumerate(reading.evidence[:CLOSEST], start=1)
    )
    outcome: Outcome = "not_addressed" if reading.on_topic else "outside"
    titles = {citation.title for citation in closest}
    interview = "interview" if len(titles) < 2 else "interviews"
    verb = "does" if len(titles) < 2 else "do"
    text = (
        f"The {interview} {verb} not say."
        if reading.on_topic
        else f"The {interview} {verb} not say: the question is about something else."
    )
    return Reply(
        question=question,
        text=text,
        citations=(),
        answered=False,
        confidence=reading.confidence,
        closest=closest,
        outcome=outcome,
    )


def worded(citation: Citation, *, titled: bool = False) -> str:
    """A quotation with its speaker and mark; one that says little alone comes with its question.

    Args:
        citation: The quotation.
        titled: Whether to name the interview too, as a reply from several ones has to.
    """
    who = f"{citation.speaker} ({citation.title})" if titled else citation.speaker
    if citation.question and len(citation.quote.split()) < SHORT:
        who = f"{who}, asked “{citation.question}”"
    return f"{who}: “{citation.quote}” [{citation.number}]"


def span(evidence: Evidence) -> tuple[int, int]:
    """The fewest sentences that carry the answer and can be understood, as one span.

    Returns:
        Offsets into the statement's text.
    """
    text, parts = evidence.passage.statement.text, evidence.sentences
    strongest = max(score for *_, score in parts)
    carrying = [i for i, (*_, score) in enumerate(parts) if score >= SHARE * strongest]
    first, last = carrying[0], carrying[-1]
    if first and text[parts[first][0] :].lower().startswith(_LEANING):
        first -= 1
    return parts[first][0], parts[last][1]


def cite(
    number: int, transcript: Transcript, statement: Statement, start: int, end: int
) -> Citation:
    """A citation of a statement's words from `start` to `end`, offsets into its text."""
    from vectorstore.statement import sentences

    spans = sentences(statement.text)
    before: Sequence[tuple[int, int]] = [s for s in spans if s[1] <= start]
    after: Sequence[tuple[int, int]] = [s for s in spans if s[0] >= end]
    return Citation(
        number=number,
        quote=statement.text[start:end],
        speaker=statement.speaker,
        question=statement.question,
        statement_id=statement.id,
        transcript_id=transcript.id,
        title=transcript.title,
        start=statement.start + start,
        end=statement.start + end,
        sha256=transcript.sha256,
        context_before=statement.text[slice(*before[-1])] if before else "",
        context_after=statement.text[slice(*after[0])] if after else "",
        time_start=statement.time_start,
        metadata={k: v for k, v in transcript.metadata.items() if k != "format"},
    )
