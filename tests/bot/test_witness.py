"""The second opinion on replies sees what was invented, and nothing else."""

from __future__ import annotations

import pytest

from bot.extract import cite
from bot.reply import Reply
from tests.bot.interviewed import interview
from tests.evaluation.witness import unsupported

TRANSCRIPT, STATEMENTS = interview()


def said(text: str, number: int = 1) -> list[str]:
    statement = STATEMENTS[number - 1]
    quote = cite(1, TRANSCRIPT, statement, 0, len(statement.text))
    reply = Reply("?", text, (quote,), answered=True, confidence=1.0, generated=True)
    return unsupported(reply, lambda _: TRANSCRIPT)


@pytest.mark.parametrize(
    "text",
    [
        "Lindqvist says that she went to sea at 17. [1]",
        "Lindqvist says that she went to sea at seventeen. [1]",
        "Lindqvist: “I went to sea at 17.” [1]",
        "Pilots, 34 of them, were there. In 1998 she moved to Gothenburg. [1]",
    ],
)
def test_what_is_there_is_not_objected_to(text: str) -> None:
    assert said(text) == []


def test_a_country_may_be_written_in_two_ways() -> None:
    text = "A talk\n\nAnn Smith: Who helped?\n\nBob Roe: It was the U.S. that sent ships.\n"
    transcript, statements = interview(text)
    quote = cite(1, transcript, statements[0], 0, len(statements[0].text))
    reply = Reply("?", "The United States sent ships. [1]", (quote,), True, 1.0, generated=True)
    assert unsupported(reply, lambda _: transcript) == []


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("Lindqvist says that she went to sea at 18. [1]", "number 18"),
        ("Lindqvist says that she went to sea at eighteen. [1]", "number 18"),
        ("Lindqvist says that she liked Hamburg. [1]", "name Hamburg"),
        ("Hamburg was liked. [1]", "name Hamburg"),
        ("Lindqvist: “I went to the sea at 17.” [1]", "quotation “I went to the sea at 17.”"),
        ('Lindqvist says "we had pilots". [1]', "quotation “we had pilots”"),
        ("Lindqvist moved. [2]", "no citation for: Lindqvist moved."),
        ("She moved in 1998. [1] More follows.", "without a mark: More follows."),
    ],
)
def test_what_was_invented_is_named(text: str, found: str) -> None:
    assert found in said(text)
