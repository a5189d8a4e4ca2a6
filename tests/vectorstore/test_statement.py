from hypothesis import given
from hypothesis import strategies as st

from vectorstore.formats import parse
from vectorstore.statement import LONGEST, Statement, sentences, split
from vectorstore.transcript import Transcript, Turn

# Letters of several scripts and planes, combining marks, every kind of line end, odd spaces.
CHARACTERS = st.sampled_from("ab Z.?!é\u0301ß日\U0001f600\u200d\u00a0\u2028\t\r\n\x0c:\"“”'<&")
WORDS = st.text(CHARACTERS, min_size=1, max_size=120)
SAID = st.lists(st.tuples(st.sampled_from(["Bo Reed", "Ada Stone", "<b>Eve</b>"]), WORDS))


def transcript(said):
    """Turns one after the other, the first speaker being the interviewer."""
    text, turns = "", []
    for speaker, words in said:
        start = len(text)
        text += words
        role = "interviewer" if speaker == "Bo Reed" else "interviewee"
        turns.append(Turn(speaker, role, start, len(text)))
        text += "\n\n"
    return Transcript.of("talk", "Talk", text, tuple(turns))


@given(SAID)
def test_every_statement_is_exactly_what_the_source_has_there(said):
    one = transcript(said)
    for statement in split(one):
        assert one.text[statement.start : statement.end] == statement.text
        assert statement.text == statement.text.strip() != ""


@given(SAID)
def test_all_words_of_those_who_answer_are_in_statements_once_and_the_others_in_none(said):
    one = transcript(said)
    covered = [i for s in split(one) for i in range(s.start, s.end)]
    assert len(covered) == len(set(covered))
    for turn in one.turns:
        for i in range(turn.start, turn.end):
            if not one.text[i].isspace():
                assert (i in set(covered)) == (turn.role != "interviewer")


@given(SAID)
def test_ids_are_unique_and_the_same_each_time(said):
    ids = [statement.id for statement in split(transcript(said))]
    assert len(ids) == len(set(ids))
    assert ids == [statement.id for statement in split(transcript(said))]


@given(SAID)
def test_a_statement_survives_the_way_through_a_dictionary(said):
    for statement in split(transcript(said)):
        assert Statement.from_dict(statement.to_dict()) == statement


@given(st.lists(st.sampled_from(["Yes.", "So it is.", "Bridges matter."]), min_size=1, max_size=6))
def test_line_ends_of_windows_change_nothing_but_the_offsets(answers):
    lines = "".join(f"Q: And?\n\nAda Stone: {answer}\n\n" for answer in answers * 2)
    unix, windows = (
        parse(text.encode(), "talk.txt") for text in (lines, lines.replace("\n", "\r\n"))
    )
    assert [s.text for s in split(unix)] == [s.text for s in split(windows)]
    for statement in split(windows):
        assert windows.text[statement.start : statement.end] == statement.text


def test_identical_answers_are_statements_of_their_own():
    one = transcript([("Bo Reed", "And?"), ("Ada Stone", "Yes."), ("Ada Stone", "Yes.")])
    first, second = split(one)
    assert first.text == second.text
    assert first.id != second.id
    assert first.start < second.start


def test_each_answer_keeps_the_question_it_answers():
    one = transcript(
        [("Bo Reed", "Why?"), ("Bo Reed", "And  how?"), ("Ada Stone", "So."), ("Bo Reed", "Who?"),
         ("Ada Stone", "Me.\n\nAnd you.")]
    )  # fmt: skip
    assert [(s.question, s.text) for s in split(one)] == [
        ("Why? And how?", "So."), ("Who?", "Me."), ("Who?", "And you."),
    ]  # fmt: skip


def test_long_paragraphs_are_split_between_sentences():
    said = " ".join(f"This is sentence number {n} of a long answer." for n in range(100))
    one = transcript([("Bo Reed", "Why?"), ("Ada Stone", said)])
    statements = split(one)
    assert len(statements) > 2
    assert all(len(s.text) <= LONGEST and s.text.endswith(".") for s in statements)
    assert " ".join(s.text for s in statements) == said


def test_a_short_no_stays_with_the_sentence_that_explains_it():
    text = "No. It was never built."
    assert [text[slice(*span)] for span in sentences(text)] == [text]


@given(WORDS)
def test_sentences_never_overlap_and_have_no_white_space_around_them(text):
    last = 0
    for start, end in sentences(text):
        assert last <= start < end <= len(text)
        assert text[start:end] == text[start:end].strip()
        last = end
