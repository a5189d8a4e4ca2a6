"""Interviews whose questions, or answers, have no label."""

import io

import docx
import pytest

from vectorstore.formats import parse

ASKED = [
    "Where did you keep it?",
    "What did you do then?",
    "Tell me about the winter.",
    "Was it cold?",
    "Would you do it again?",
]
PARAGRAPHS = [
    "In a garage on the hill.\n\nIt was my uncle's.",
    "We moved to Maine.",
    "It was cold: very cold.",
    "It was, and why not? We had no stove.",
    "I would not.",
]
TALK = [
    turn
    for question, answer in zip(ASKED, PARAGRAPHS, strict=True)
    for turn in (("interviewer", question), ("interviewee", answer))
]
ASKING = [(role, words.replace("Tell me", "Could you tell me").replace("winter.", "winter?"))
          for role, words in TALK]  # fmt: skip


def heard(raw, name):
    transcript = parse(raw if isinstance(raw, bytes) else raw.encode(), name)
    assert {turn.speaker for turn in transcript.turns} == {"unknown speaker"}
    return [(turn.role, transcript.text[turn.start : turn.end]) for turn in transcript.turns]


def written(asks, answers="{}", between="\n\n", talk=TALK):
    shape = {"interviewer": asks, "interviewee": answers}
    return between.join(
        shape[role].format(words, number=index // 2 + 1) for index, (role, words) in enumerate(talk)
    )


def page(asks):
    answers = "<p>{}</p>"
    talk = [(role, words.replace("\n\n", "</p><p>")) for role, words in TALK]
    return f"<h1>A garage</h1><p>Bob Ray has one.</p>{written(asks, answers, '', talk)}"


@pytest.mark.parametrize("asks", ["**{}**", "*{}*", "_{}_", "### {}", "<b>{}</b>", "<i>{}</i>"])
def test_questions_in_other_type_are_the_interviewers_in_markdown(asks):
    assert heard("# A garage\n\nBob Ray has one.\n\n" + written(asks), "a.md") == TALK


@pytest.mark.parametrize(
    "asks",
    [
        "<p><b>{}</b></p>",
        "<p><em>{}</em></p>",
        "<h3>{}</h3>",
        '<p style="font-style: italic">{}</p>',
        '<p><span style="font-weight:700">{}</span></p>',
        '<p class="question">{}</p>',
        '<div class="q"><p>{}</p></div>',
        '<p class="interviewer">{}</p>',
        "<dl><dt>{}</dt></dl>",
    ],
)
def test_questions_in_other_type_are_the_interviewers_in_html(asks):
    assert heard(page(asks), "a.html") == TALK


@pytest.mark.parametrize("kind", ["bold", "italic", "style"])
def test_questions_in_other_type_are_the_interviewers_in_word(kind):
    document = docx.Document()
    document.styles.add_style("Asked", 1).font.italic = True
    for role, words in TALK:
        for paragraph in words.split("\n\n"):
            added = document.add_paragraph()
            run = added.add_run(paragraph)
            if role == "interviewer" and kind == "style":
                added.style = "Asked"
            elif role == "interviewer":
                setattr(run, kind, True)
    stream = io.BytesIO()
    document.save(stream)
    assert heard(stream.getvalue(), "a.docx") == TALK


def test_a_bold_question_may_share_its_paragraph_with_the_answer():
    talk = "\n\n".join(f"**{q}** {a}" for q, a in zip(ASKED, PARAGRAPHS, strict=True))
    assert heard(talk, "a.md") == TALK


@pytest.mark.parametrize("asks", ["{number}. {}", "*{}*", "_{}_", "> {}"])
def test_numbered_and_starred_questions_are_the_interviewers_in_plain_text(asks):
    found = heard("A Garage\n\n" + written(asks), "a.txt")
    assert [(role, words.strip("*_")) for role, words in found] == TALK


def test_questions_in_capitals_are_the_interviewers():
    talk = [(r, words.upper() if r == "interviewer" else words) for r, words in TALK]
    assert heard("A GARAGE\n\n" + written("{}", talk=talk), "a.txt") == talk


@pytest.mark.parametrize("asks", ["{}", "- {}", "— {}"])
def test_paragraphs_that_ask_the_other_are_the_interviewers_if_all_else_fits(asks):
    assert heard("A Garage\n\n" + written(asks, talk=ASKING), "a.txt") == ASKING


@pytest.mark.parametrize(
    "spoilt",
    [
        [(r, w.replace("your", "the").replace("you ", "we ")) for r, w in ASKING],  # nobody is met
        [*ASKING[:3], ("interviewee", "Who knows?"), *ASKING[3:]],  # two at a time
        ASKING[:5],  # too few
        [*ASKING, ("interviewer", "And you?")],  # the last is not answered
    ],
)
def test_paragraphs_that_ask_are_nobodys_questions_if_something_does_not_fit(spoilt):
    assert {role for role, _ in heard(written("{}", talk=spoilt), "a.txt")} == {"unknown"}


@pytest.mark.parametrize("asks", ["Q: {}", "Q. {}", "Interviewer: {}"])
def test_what_follows_a_labelled_question_is_the_answer_if_no_answer_has_a_label(asks):
    assert heard(written(asks), "a.txt") == TALK


def test_an_answers_mark_may_stand_inside_the_paragraph():
    assert heard(written("Q. {}", "A. {}", " ").replace(" Q.", "\n\nQ."), "a.txt") == TALK


def test_minutes_of_evidence_have_the_answer_after_a_dash():
    lines = "\n\n".join(f"{4321 + n}. Where were you?—In a garage, number {n}." for n in range(4))
    assert heard(lines, "a.txt") == [
        turn
        for n in range(4)
        for turn in (
            ("interviewer", "Where were you?"),
            ("interviewee", f"In a garage, number {n}."),
        )
    ]
