import pytest

from vectorstore.errors import ParseError
from vectorstore.formats import parse
from vectorstore.formats.markdown import read

FRONT = """---
title: "A garage: how it began"
date: 2019-05-31
hosts: [Ann Lee]
guests:
  - Bob Ray
location: Maine
source_url: https://example.org/a
license: CC BY 4.0
tags: [rain]
---
"""
TALK = "**Ann Lee:** Where?\n\n**Bob Ray:** Here.\n\n**Ann Lee:** When?\n\n**Bob Ray:** Then.\n"


def test_front_matter_becomes_metadata():
    transcript = parse((FRONT + TALK).encode(), "a.md")
    assert transcript.title == "A garage: how it began"
    assert transcript.metadata == {
        "date": "2019-05-31",
        "place": "Maine",
        "interviewer": "Ann Lee",
        "interviewee": "Bob Ray",
        "source": "https://example.org/a",
        "rights": "CC BY 4.0",
    }


def test_what_the_user_says_goes_before_the_front_matter():
    told = {"title": "Garage", "date": "2020-01-01"}
    transcript = parse((FRONT + TALK).encode(), "a.md", metadata=told)
    assert transcript.title == "Garage"
    assert transcript.metadata["date"] == "2020-01-01"
    assert transcript.metadata["place"] == "Maine"


def test_broken_front_matter_names_the_line():
    with pytest.raises(ParseError, match="quotation marks") as caught:
        parse(b"---\ntitle: x\ndate: a: b\n---\nQ: Why?\n\nA: So.\n", "a.md")
    assert caught.value.line == 3


@pytest.mark.parametrize(
    ("written", "read_as"),
    [
        ("a [link](https://example.org/x_(y)) here", "a link here"),
        ('an <a href="https://example.org">address</a>', "an address"),
        (r"\[Laughter\] 5 \* 3", "[Laughter] 5 * 3"),
        ("**bold**, *weak*, _weak_, `code`, ~~gone~~", "bold, weak, weak, code, gone"),
        ("snake_case and 5*3*2", "snake_case and 5*3*2"),
        ("a ![picture](x.png)here[^1]", "a here"),
        ("caf&eacute; &amp; bar", "café & bar"),
        ("> quoted", "quoted"),
        ("a < b and c > d", "a < b and c > d"),
        ("two\xa0\xa0spaces", "two  spaces"),
    ],
)
def test_marks_are_read_as_words(written, read_as):
    assert read(written.encode()).text.strip() == read_as


def test_headings_are_nobodys_words():
    text = TALK.replace("**Ann Lee:** When", "## Later\n\n**Ann Lee:** When")
    transcript = parse(text.replace("Here.", "Here.\n\n### Aside\nAnd there.").encode(), "a.md")
    words = [transcript.text[turn.start : turn.end] for turn in transcript.turns]
    assert words == ["Where?", "Here.", "And there.", "When?", "Then."]


def test_the_first_heading_is_the_title_where_front_matter_has_none():
    assert parse(("# On *garages*\n\n" + TALK).encode(), "a.md").title == "On garages"


def test_bold_questions_without_labels_are_the_interviewers():
    text = "Intro.\n\n**Where was it?**\n\nHere.\n\nAnd there.\n\n**When?**\n\nThen.\n"
    transcript = parse(text.encode(), "a.md", metadata={"interviewee": "Bob Ray"})
    assert [(turn.speaker, turn.role) for turn in transcript.turns] == [
        ("unknown speaker", "interviewer"),
        ("Bob Ray", "interviewee"),
    ] * 2


def test_rows_of_a_table_are_turns():
    rows = "".join(
        f"| {who} | {words} |\n"
        for who, words in (("Ann", "Where?"), ("Bob", "Here."), ("Ann", "When?"), ("Bob", "Now."))
    )
    transcript = parse(f"# Rain\n\n| Speaker | Text |\n|:---|---|\n{rows}".encode(), "a.md")
    assert [turn.speaker for turn in transcript.turns] == ["Ann", "Bob"] * 2
    assert transcript.text[slice(transcript.turns[1].start, transcript.turns[1].end)] == "Here."


def test_footnotes_are_nobodys_words():
    text = TALK.replace("Here.", "Here.[^1]") + "\n[^1]: On the hill.\n"
    transcript = parse(text.encode(), "a.md")
    assert [transcript.text[turn.start : turn.end] for turn in transcript.turns] == [
        "Where?",
        "Here.",
        "When?",
        "Then.",
    ]
