import pytest

from vectorstore.formats import parse
from vectorstore.formats.metadata import iso_date

BOTH = {"interviewee": "Bob Ray", "interviewer": "Ann Low"}
TALK = "\n\nLOW: Where?\n\nRAY: Here.\n\nLOW: When?\n\nRAY: Then.\n"


def read(header, after=""):
    return parse((header + TALK + after).encode(), "talk.txt")


@pytest.mark.parametrize(
    ("header", "metadata"),
    [
        ("Interviewed by Ann Low", {"interviewer": "Ann Low"}),
        ("Interview by Ann Low in New York", {"interviewer": "Ann Low", "place": "New York"}),
        ("Interview with Bob Ray", {"interviewee": "Bob Ray"}),
        ("A conversation with Dr. Bob Ray, farmer", {"interviewee": "Bob Ray"}),
        ("An interview with Bob Ray by Ann Low", BOTH),
        ("Interviewer: Ann Low\nInterviewee: Bob Ray", BOTH),
        ("Date: May 31, 2001\nLocation: Bath", {"date": "2001-05-31", "place": "Bath"}),
        ("Bob Ray grew up on a farm.", {}),
        ("An interview with the oldest farmer of Maine", {}),
    ],
)  # fmt: skip
def test_the_header_gives_what_it_says_and_no_more(header, metadata):
    assert dict(read("A Farm in Maine\n" + header).metadata) == metadata
    assert read("A Farm in Maine\n" + header).title == "A Farm in Maine"


@pytest.mark.parametrize(
    "after",
    [
        "\n  • Farms\n  • Maine\n  • Trending Rain",
        "\n[End of interview]\n",
        "\nEND 3:45 P.M. EST\n",
        "\n(THE END OF TAPE)\n",
        "\n© 2001 The Daily Farm. All rights reserved.\n",
        "\nThis interview has been edited and condensed.\n",
        "\n***\n",
        "\nNotes\n\n[1] He meant the other one.\n\n[2] Papers say May.\n",
        "\n**Footnotes**\n\n* He meant the other one.\n",
    ],
)
def test_what_follows_the_last_words_is_in_no_turn(after):
    transcript = read("A Farm", after)
    assert transcript.text[transcript.turns[-1].start : transcript.turns[-1].end] == "Then."


def test_a_list_inside_an_answer_stays():
    transcript = parse(b"Q: What?\n\nA: These:\n\n- rain\n- snow\n\nQ: And?\n\nA: No.\n", "t.txt")
    assert "snow" in transcript.text[transcript.turns[1].start : transcript.turns[1].end]


@pytest.mark.parametrize(
    ("written", "day"),
    [
        ("2001-05-31", "2001-05-31"),
        ("2022-01-07 21:42:48-05:00", "2022-01-07"),
        ("May 31st, 2001", "2001-05-31"),
        ("Thursday, 31 May 2001", "2001-05-31"),
        ("9-6-89", "9-6-89"),
        ("05/06/2001", "05/06/2001"),
        ("spring 2001", "spring 2001"),
    ],
)
def test_a_date_is_rewritten_only_if_it_means_one_day(written, day):
    assert iso_date(written) == day
