"""The history says what a follow-up means, and nothing else."""

from __future__ import annotations

import pytest

from bot import InterviewBot
from bot.conversation import leans, said, standalone

HISTORY = (
    {"role": "user", "content": "How long did the bridge take?"},
    {"role": "assistant", "content": "Bob: “The bridge took nine years.” [1]"},
)


@pytest.mark.parametrize("question", ["Why?", "And then?", "What did it cost?", "Who drew that?"])
def test_a_question_that_leans_on_the_last_one_is_asked_after_it(question: str) -> None:
    assert leans(question)
    assert standalone(question, HISTORY) == f"How long did the bridge take? {question}"


def test_a_question_that_stands_alone_drops_the_history() -> None:
    question = "What did the ambassador say about cyberattacks?"
    assert standalone(question, HISTORY) == question


def test_only_what_the_user_asked_is_put_before_a_follow_up() -> None:
    assert "nine years" not in standalone("Why?", HISTORY)


def test_without_a_history_the_question_is_as_it_was_asked() -> None:
    assert standalone("Why?", ()) == "Why?"


@pytest.mark.parametrize(
    "content",
    ["How long?", [{"type": "text", "text": "How long?"}], ["How long?"]],
)
def test_a_message_may_be_text_or_blocks(content: object) -> None:
    assert said({"role": "user", "content": content}) == "How long?"


def test_a_reply_says_how_a_follow_up_was_understood(bot: InterviewBot) -> None:
    history = [{"role": "user", "content": "What worries him?"}]
    assert bot.ask("Why?", history=history).standalone == "What worries him? Why?"
    assert bot.ask("What worries him?", history=history).standalone == ""


def test_support_is_decided_afresh_each_turn(bot: InterviewBot) -> None:
    history = [
        {"role": "user", "content": "What is required of the alliance?"},
        {"role": "assistant", "content": "“Cooperation in the cybersecurity field …” [1]"},
    ]
    reply = bot.ask("Which recipe for sourdough bread is best?", history=history)
    assert not reply.answered
    assert reply.citations == ()
