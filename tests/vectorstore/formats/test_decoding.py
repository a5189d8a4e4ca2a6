import pytest

from vectorstore.formats import parse
from vectorstore.formats.decoding import decode

TEXT = (
    "Åsa: Var finns traktorn nu, och vem tog hand om den?\n\n"
    "Börje: Här på ön, i garaget. “Ingen annan ville ha den”, sa han.\n"
)


@pytest.mark.parametrize(
    "encoding", ["utf-8", "utf-8-sig", "utf-16", "utf-16-le", "windows-1252", "mac_roman"]
)
def test_swedish_is_read_whatever_it_was_saved_as(encoding):
    text = TEXT.replace("“", '"').replace("”", '"') if encoding == "utf-16-le" else TEXT
    assert decode(text.encode(encoding)) == text


def test_a_dos_file_is_read():
    text = TEXT.replace("“", '"').replace("”", '"').replace("\n", "\r\n")
    assert decode(text.encode("cp850")) == text


@pytest.mark.parametrize("text", ["naïve—naïve “no”", "It’s 5°. «Où?» ¿Qué? £5 §3", "©Lee • O’Hé"])
def test_windows_signs_are_no_old_systems_letters(text):
    text = f"It rained all day and then it snowed. {text}"
    assert decode(text.encode("windows-1252")) == text


@pytest.mark.parametrize("end", ["", "\n"])
def test_an_old_macintoshs_line_ends_are_line_ends(end):
    text = "Q: Where?\r\rA: Here.\r\rQ: When?\r\rA: Now.\r" + end
    transcript = parse(text.encode(), "a.txt")
    assert len(transcript.turns) == 4
    assert len(transcript.text) == len(text)
