"""Typed pages: numbered lines, page numbers and running heads are nobody's words."""

import pytest

from vectorstore.formats import parse
from vectorstore.statement import split

DEPOSITION = """\
                                       Page 1
 1   DEPOSITION OF BOB RAY
 2   EXAMINATION
 3   BY MS. LEE:
 4       Q.  Where did you keep
 5   the tractor?
 6       A.  In a garage on the
          KENT REPORTERS 555-0100
\f
                                       Page 2
 1   hill.
 2       MR. LOW:  Objection.
 3       THE WITNESS:  May I answer?
 4       MR. LOW:  You may.
 5       Q.  And then?
 6       A.  It burnt.
"""


def heard(text, name="a.txt"):
    transcript = parse(text.encode(), name)
    return [
        (turn.speaker, turn.role, " ".join(transcript.text[turn.start : turn.end].split()))
        for turn in transcript.turns
    ]


def test_a_deposition_is_read_without_its_line_numbers():
    assert heard(DEPOSITION) == [
        ("MS. LEE", "interviewer", "Where did you keep the tractor?"),
        ("unknown speaker", "interviewee", "In a garage on the hill."),
        ("MR. LOW", "unknown", "Objection."),
        ("THE WITNESS", "interviewee", "May I answer?"),
        ("MR. LOW", "unknown", "You may."),
        ("MS. LEE", "interviewer", "And then?"),
        ("unknown speaker", "interviewee", "It burnt."),
    ]


def test_who_asks_stays_open_where_several_examine():
    text = DEPOSITION.replace("5       Q.", "5   BY MR. LOW:\n 6       Q.")
    assert heard(text.replace(" 6       A.  It", " 7       A.  It"))[0][0] == "unknown speaker"


def test_numbers_before_every_fifth_line_are_left_out():
    lines = [f"{'Q:' if n % 2 else 'A:'} line {n} of it" for n in range(1, 31)]
    text = "\n".join(
        f"{n:>3} {line}" if n % 5 == 0 else f"    {line}" for n, line in enumerate(lines, 1)
    )
    assert [words for _, _, words in heard(text)] == [line[3:] for line in lines]


@pytest.mark.parametrize(
    "text",
    [
        "1 Q: One?\n2 A: Two.\n",
        "Q: When?\n\nA: In\n1951 it was, or\n1952 perhaps, or\n1953 or\n1954 or\n1955.\n",
        "Q: What?\n\n" + "\n".join(f"{n * n} things" for n in range(20)),
    ],
)
def test_other_numbers_before_lines_stay(text):
    assert parse(text.encode(), "a.txt").text == text


@pytest.mark.parametrize(
    "head", ["Ray -- {}", "{}", "- {} -", "Page {} of 9", "BOB RAY\n\n{}", "roman"]
)
def test_page_numbers_and_running_heads_are_in_no_turn(head):
    romans = ("ii", "iii", "iv")
    heads = [romans[n - 2] if head == "roman" else head.format(n) for n in (2, 3, 4)]
    text = (
        f"Q: Where?\n\nA: Here it was.\n\n{heads[0]}\n\nAnd there.\n\n\f{heads[1]}\n\nQ: When?\n\n"
        f"A: In May. The rain\n\n{heads[2]}\n\nfell.\n"
    )
    transcript = parse(text.encode(), "a.txt")
    assert transcript.text == text
    assert [statement.text for statement in split(transcript)] == [
        "Here it was.",
        "And there.",
        "In May. The rain",
        "fell.",
    ]


def test_a_lone_number_may_be_an_answer():
    assert heard("Q: How many?\n\nA:\n\n42\n\nQ: And then?\n\nA:\n\n43\n")[1][2] == "42"
