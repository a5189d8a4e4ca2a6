"""Replies survive the wire, whatever version of the project is at its other end."""

from __future__ import annotations

import json
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from bot import Citation, Event, InterviewBot, Removed, Reply, verify_reply
from bot.reply import WIRE_VERSION
from tests.conftest import QUESTION, UNANSWERABLE

few = settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.too_slow])
words = st.text(max_size=20)
citations = st.builds(
    Citation,
    number=st.integers(1, 9),
    quote=words,
    speaker=words,
    question=words,
    statement_id=words,
    transcript_id=words,
    title=words,
    start=st.integers(0, 99),
    end=st.integers(0, 99),
    sha256=words,
    context_before=words,
    context_after=words,
    time_start=st.none() | st.floats(0, 9),
    metadata=st.dictionaries(words, words, max_size=2),
)
replies = st.builds(
    Reply,
    question=words,
    text=words,
    citations=st.lists(citations, max_size=2).map(tuple),
    answered=st.booleans(),
    confidence=st.floats(0, 1),
    closest=st.lists(citations, max_size=2).map(tuple),
    removed=st.lists(st.builds(Removed, words, words), max_size=2).map(tuple),
    generated=st.booleans(),
    outcome=st.sampled_from(["answered", "not_addressed", "outside"]),
    standalone=words,
    notice=words,
    timings=st.dictionaries(words, st.floats(0, 9), max_size=2),
    prompts=st.dictionaries(words, words, max_size=2),
)


@few
@given(replies)
def test_a_reply_comes_back_from_json_as_it_was(reply: Reply) -> None:
    assert Reply.from_dict(json.loads(json.dumps(reply.to_dict()))) == reply


@few
@given(citations)
def test_a_citation_comes_back_from_json_as_it_was(citation: Citation) -> None:
    assert Citation.from_dict(json.loads(json.dumps(citation.to_dict()))) == citation


@few
@given(st.none() | replies, words)
def test_an_event_comes_back_from_json_as_it_was(reply: Reply | None, text: str) -> None:
    event = Event("text", text, reply)
    assert Event.from_dict(json.loads(json.dumps(event.to_dict()))) == event


@few
@given(replies)
def test_fields_of_later_versions_are_passed_over(reply: Reply) -> None:
    data = {**reply.to_dict(), "mood": "good"}
    data["citations"] = [{**citation, "colour": 3} for citation in data["citations"]]
    assert Reply.from_dict(data) == reply


def test_missing_fields_are_all_named() -> None:
    with pytest.raises(ValueError, match="Reply lacks text, citations, answered, confidence"):
        Reply.from_dict({"question": "Why?"})
    data: dict[str, Any] = Reply("Why?", "", (), False, 0.1).to_dict()
    with pytest.raises(ValueError, match=r"Citation lacks quote, speaker, .*, sha256"):
        Reply.from_dict({**data, "citations": [{"number": 1}]})


def test_fields_with_a_default_may_be_missing() -> None:
    data = {"question": "Why?", "text": "", "citations": [], "answered": False, "confidence": 0.1}
    assert Reply.from_dict(data) == Reply("Why?", "", (), False, 0.1)


def test_a_later_version_of_the_format_is_refused() -> None:
    data = Reply("Why?", "", (), False, 0.1).to_dict()
    with pytest.raises(ValueError, match=f"version {WIRE_VERSION + 1}, and this is version"):
        Reply.from_dict({**data, "version": WIRE_VERSION + 1})


@pytest.mark.parametrize("question", [QUESTION, UNANSWERABLE])
def test_a_reply_is_verified_against_transcripts_in_any_form(
    bot: InterviewBot, question: str
) -> None:
    reply = bot.ask(question)
    every = bot.transcripts()
    by_id = {transcript.id: transcript for transcript in every}
    for transcripts in (bot.transcript, every, iter(every), by_id):
        assert verify_reply(reply, transcripts) == []


def test_a_transcript_that_was_not_given_is_a_problem_that_names_it(bot: InterviewBot) -> None:
    reply = bot.ask(QUESTION)
    problems = verify_reply(reply, [])
    assert len(problems) == len(reply.citations + reply.closest) > 0
    assert "no transcript with the id 'john-roos-us-japan-alliance' was given" in problems[0]
