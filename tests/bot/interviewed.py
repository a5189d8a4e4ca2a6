"""A short interview for the tests of what a chat model may say about it."""

from __future__ import annotations

from bot.extract import extract
from bot.reader import Evidence, Reading
from bot.reply import Reply
from vectorstore.formats import parse
from vectorstore.passage import Passage
from vectorstore.statement import Statement, sentences, split
from vectorstore.transcript import Transcript

TEXT = """A talk about the harbour

Interviewer: Owen Pryce

Owen Pryce: How did it begin?

Marta Lindqvist: I went to sea at 17. In 1998 I moved to Gothenburg — a “quiet” town. I never liked
Rotterdam. We had 34 pilots.

Owen Pryce: Do you support the new tunnel that Denmark wants?

Marta Lindqvist: No. The tunnel would close the fairway for two years.

Owen Pryce: What did the government say?

Marta Lindqvist: The minister told me that the fairway would be dredged in March. I do not believe it.

Erik Sandberg: Denmark offered to help with eleven dredgers. Our government refused the offer.
"""  # noqa: E501


def interview(text: str = TEXT) -> tuple[Transcript, list[Statement]]:
    """The interview and its statements."""
    transcript = parse(text.encode(), "harbour.txt")
    return transcript, split(transcript)


def reading(statements: list[Statement], confidence: float = 0.9) -> Reading:
    """A reading that finds the answer in these statements, best first."""
    evidence = tuple(
        Evidence(
            Passage(s, 1.0, 1.0, 1.0),
            confidence - i / 10,
            1.0 - i,
            tuple((start, end, 1.0) for start, end in sentences(s.text)),
        )
        for i, s in enumerate(statements)
    )
    return Reading(evidence, confidence, confidence >= 0.5, True)


def extractive(question: str, read: Reading, transcript: Transcript) -> Reply:
    """The reply without a model."""
    return extract(question, read, lambda _: transcript, 2)
