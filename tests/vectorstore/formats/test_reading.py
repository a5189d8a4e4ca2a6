from importlib.resources import files

import pytest

from vectorstore.errors import ParseError
from vectorstore.formats import parse
from vectorstore.statement import split

BUNDLED = "john-roos-us-japan-alliance.txt"


def bundled():
    return parse((files("vectorstore") / "corpus" / BUNDLED).read_bytes(), BUNDLED)


def test_the_bundled_interview_has_its_title_and_only_what_the_text_says():
    transcript = bundled()
    assert transcript.title == (
        "Ex-Ambassador Roos: Japan-U.S. cooperation in cybersecurity to become crucial"
    )
    assert transcript.metadata == {
        "interviewer": "Kazuyuki Okudaira",
        "interviewee": "John Roos",
        "place": "Silicon Valley",
    }


def test_the_bundled_interview_has_six_questions_and_ten_statements():
    transcript = bundled()
    questions = [turn for turn in transcript.turns if turn.role == "interviewer"]
    assert [turn.speaker for turn in questions] == ["Kazuyuki Okudaira"] * 6
    statements = split(transcript)
    assert [s.speaker for s in statements] == ["John Roos"] * 10
    assert statements[0].text.startswith("The alliance has played a crucial role")
    assert statements[-1].text.endswith("Forging long-term relationships is crucial.")


def test_page_furniture_is_in_no_turn():
    transcript = bundled()
    spoken = "".join(transcript.text[turn.start : turn.end] for turn in transcript.turns)
    for furniture in ("PRINT", "SECURITY >", "The following", "Interviewed by", "COVID-19"):
        assert furniture in transcript.text
        assert furniture not in spoken


def test_an_empty_file_is_a_clear_error():
    with pytest.raises(ParseError, match="empty"):
        parse(b" \n", "nothing.txt")
