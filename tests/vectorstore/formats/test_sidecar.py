import pytest

from vectorstore.errors import ParseError
from vectorstore.formats import parse, read_sidecar


def sidecar(tmp_path, text):
    path = tmp_path / "talk.toml"
    path.write_text(text, encoding="utf-8")
    return path


def test_a_sidecar_says_what_the_file_does_not(tmp_path):
    path = sidecar(
        tmp_path, 'title = "Rain"\ndate = 2001-05-31\nhost = "Ann"\nurl = "https://e.org"\n'
    )
    said = read_sidecar(path)
    assert said == {
        "title": "Rain",
        "date": "2001-05-31",
        "interviewer": "Ann",
        "source": "https://e.org",
    }
    transcript = parse(
        b"Ann: It rains.\n\nBob: So?\n\nAnn: Yes.\n\nBob: Oh?\n", "t.txt", metadata=said
    )
    assert transcript.title == "Rain"
    assert transcript.speakers == {"Ann": "interviewer", "Bob": "interviewee"}


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("title = ", "not valid TOML"),
        ('colour = "red"', "colour.*can say title, date"),
    ],
)
def test_a_sidecar_that_cannot_be_understood_says_why(tmp_path, text, message):
    with pytest.raises(ParseError, match=message):
        read_sidecar(sidecar(tmp_path, text))
