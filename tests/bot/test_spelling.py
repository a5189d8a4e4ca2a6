import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.spelling import respelled

TEXTS = [
    "Mutual respect and admiration are the foundation of the alliance.",
    "Cyberattacks have become a reality.",
]


@pytest.mark.parametrize(
    ("typed", "meant"),
    [
        ("mutal respect and admeration", "mutual respect and admiration"),
        ("what about cyberatacks", "what about cyberattacks"),
        ("what about the wepons of the sovet unoin", "what about the weapons of the soviet union"),
        ("the aliance, and the aliance", "the alliance, and the alliance"),
    ],
)
def test_slips_are_put_right_by_the_statements_first_and_then_by_a_dictionary(typed, meant):
    assert respelled(typed, TEXTS) == meant


@pytest.mark.parametrize(
    "question",
    [
        "What is the foundation of the alliance?",
        "Summarise his view of the organisation.",
        "What did he say about Scholz and Kishida?",
        "Did the premiers condemn meddling by hackers?",
        "Was sagt er über die Sicherheit der Allianz?",
        "monorepo and microservices",
        "how abt it",
        "",
    ],
)
def test_words_names_and_other_languages_are_left_alone(question):
    assert respelled(question, TEXTS) == question


def test_a_word_that_is_spoken_is_no_slip():
    assert respelled("what is a sefirot", ["The sefirot are ten."]) == "what is a sefirot"


@given(st.text(max_size=60))
def test_nothing_but_words_changes(question):
    import re

    letters = re.compile(r"[^\W\d_]+")
    assert letters.sub("", respelled(question, TEXTS)) == letters.sub("", question)


def test_a_mistyped_question_is_answered_as_it_was_meant(bot):
    reply = bot.ask("mutal respect and admeration")
    assert reply.standalone == "mutual respect and admiration"
    assert bot.batch(["mutal respect and admeration"])[0].citations == reply.citations
    assert "Mutual respect" in reply.citations[0].quote
