import pytest

from vectorstore.errors import ParseError
from vectorstore.formats import parse

TALK = rb"""{\rtf1\ansi\ansicpg1252{\fonttbl{\f0 Times;}}\f0
{\b Ann:} Where was \'93it\'94?\par
{\b Bob:} Here, in the caf\u233?.\line And there.\par
{\b Ann:} When?\par
{\b Bob:} Then.\par}"""


def test_paragraphs_and_characters_are_understood():
    transcript = parse(TALK, "a.rtf")
    assert [
        (turn.speaker, " ".join(transcript.text[turn.start : turn.end].split()))
        for turn in transcript.turns
    ] == [
        ("Ann", "Where was “it”?"),
        ("Bob", "Here, in the café. And there."),
        ("Ann", "When?"),
        ("Bob", "Then."),
    ]


def test_rich_text_called_doc_is_read_all_the_same():
    assert len(parse(TALK, "a.doc").turns) == 4


def test_rich_text_without_words_is_a_clear_error():
    with pytest.raises(ParseError, match="no words"):
        parse(rb"{\rtf1\ansi }", "a.rtf")


@pytest.mark.parametrize(
    ("on", "off"), [(r"\b ", r"\b0 "), (r"{\i ", "}"), (r"{\b\i ", r"\plain }")]
)
def test_questions_in_other_type_are_the_interviewers(on, off):
    talk = "".join(f"{on}Why {n}?{off}\\par So \\{{{n}\\}}.\\par " for n in range(3))
    raw = r"{\rtf1\ansi{\stylesheet{\s1\b head;}}\b A Garage\b0\par " + talk + "}"
    transcript = parse(raw.encode(), "a.rtf")
    assert [(turn.role, transcript.text[turn.start : turn.end]) for turn in transcript.turns] == [
        turn
        for n in range(3)
        for turn in (("interviewer", f"Why {n}?"), ("interviewee", f"So {{{n}}}."))
    ]
