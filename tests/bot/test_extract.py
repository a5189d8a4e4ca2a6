"""The extractive reply: the fewest exact words that carry the answer, or a refusal."""

from __future__ import annotations

from collections.abc import Sequence

import pytest

from bot import verify_reply
from bot.extract import extract
from bot.reader import Evidence, Reading
from vectorstore.retriever import Passage
from vectorstore.statement import Statement, sentences, split
from vectorstore.transcript import Transcript, Turn

ASKED = "Was it hard?"
WORDS = (
    "The bridge took nine years. It cost more than planned. But the town was glad of it.",
    "No.",
    "My sister drew the plans. Nobody knew her name then.",
)


def interview(name: str = "bridge") -> Transcript:
    text, turns = "", []
    for speaker, words in [("Ann", ASKED), ("Bob", WORDS[0]), ("Ann", ASKED), ("Bob", WORDS[1]),
                           ("Ann", "Who drew it?"), ("Bob", WORDS[2])]:  # fmt: skip
        role = "interviewer" if speaker == "Ann" else "interviewee"
        turns.append(Turn(speaker, role, len(text), len(text) + len(words)))
        text += words + "\n\n"
    return Transcript.of(name, f"The {name}", text, tuple(turns))


BRIDGE = interview()
STATEMENTS = split(BRIDGE)


def evidence(statement: Statement, probability: float, scores: Sequence[float]) -> Evidence:
    spans = sentences(statement.text)
    return Evidence(
        Passage(statement, 1.0, 1.0, 1.0),
        probability,
        probability,
        tuple((a, b, score) for (a, b), score in zip(spans, scores, strict=True)),
    )


def reading(*found: Evidence, answered: bool = True, on_topic: bool = True) -> Reading:
    return Reading(found, found[0].probability if found else 0.0, answered, on_topic)


def test_only_the_sentence_that_answers_is_quoted() -> None:
    found = reading(evidence(STATEMENTS[0], 0.9, [0.9, 0.1, 0.1]))
    reply = extract("How long?", found, lambda _: BRIDGE, 3)
    assert reply.text == "Bob: “The bridge took nine years.” [1]"
    assert reply.citations[0].context_after == "It cost more than planned."
    assert reply.citations[0].context_before == ""


def test_a_sentence_that_leans_on_the_one_before_brings_it_along() -> None:
    found = reading(evidence(STATEMENTS[0], 0.9, [0.1, 0.9, 0.1]))
    reply = extract("What did it cost?", found, lambda _: BRIDGE, 3)
    assert reply.citations[0].quote == "The bridge took nine years. It cost more than planned."


def test_a_short_answer_comes_with_its_question() -> None:
    found = reading(evidence(STATEMENTS[1], 0.9, [0.9]))
    reply = extract("Hard?", found, lambda _: BRIDGE, 3)
    assert reply.text == "Bob, asked “Was it hard?”: “No.” [1]"


def test_a_second_statement_is_quoted_if_it_answers_as_surely() -> None:
    found = reading(
        evidence(STATEMENTS[0], 0.9, [0.9, 0.1, 0.1]), evidence(STATEMENTS[2], 0.85, [0.9, 0.1])
    )
    reply = extract("Tell me.", found, lambda _: BRIDGE, 3)
    assert [c.number for c in reply.citations] == [1, 2]
    assert [c.quote for c in reply.citations] == [
        "The bridge took nine years.",
        "My sister drew the plans.",
    ]


def test_a_second_statement_that_is_less_sure_is_left_out() -> None:
    found = reading(
        evidence(STATEMENTS[0], 0.9, [0.9, 0.1, 0.1]), evidence(STATEMENTS[2], 0.2, [0.9, 0.1])
    )
    assert len(extract("Tell me.", found, lambda _: BRIDGE, 3).citations) == 1


def test_no_more_statements_are_quoted_than_asked_for() -> None:
    found = reading(*(evidence(s, 0.9, [0.9] * len(sentences(s.text))) for s in STATEMENTS))
    assert len(extract("All?", found, lambda _: BRIDGE, 2).citations) == 2


def test_quotations_from_several_interviews_name_the_interview() -> None:
    tower = interview("tower")
    both = {t.id: t for t in (BRIDGE, tower)}
    found = reading(
        evidence(STATEMENTS[0], 0.9, [0.9, 0.1, 0.1]), evidence(split(tower)[2], 0.9, [0.9, 0.1])
    )
    reply = extract("Tell me.", found, both.__getitem__, 3)
    assert reply.text.startswith("Bob (The bridge): “")
    assert "Bob (The tower): “" in reply.text


@pytest.mark.parametrize(("on_topic", "outcome"), [(True, "not_addressed"), (False, "outside")])
def test_a_refusal_is_a_field_and_shows_the_closest(on_topic: bool, outcome: str) -> None:
    found = reading(evidence(STATEMENTS[2], 0.2, [0.9, 0.1]), answered=False, on_topic=on_topic)
    reply = extract("Why?", found, lambda _: BRIDGE, 3)
    assert not reply.answered
    assert reply.outcome == outcome
    assert reply.citations == ()
    assert [c.statement_id for c in reply.closest] == [STATEMENTS[2].id]
    assert reply.confidence == 0.2


def test_nothing_found_is_a_refusal_without_closest_statements() -> None:
    reply = extract("Why?", Reading((), 0.0, False, False), lambda _: BRIDGE, 3)
    assert not reply.answered
    assert reply.closest == ()


def test_every_quotation_equals_its_source() -> None:
    found = reading(*(evidence(s, 0.9, [0.9] * len(sentences(s.text))) for s in STATEMENTS))
    reply = extract("All?", found, lambda _: BRIDGE, 3)
    assert verify_reply(reply, lambda _: BRIDGE) == []
    assert all(BRIDGE.text[c.start : c.end] == c.quote for c in reply.citations)
