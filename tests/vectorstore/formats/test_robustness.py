"""Whatever the bytes are: a transcript with exact offsets, or a ParseError, and soon."""

import contextlib
import io
import time
import zipfile
from functools import cache

import docx
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from vectorstore.errors import ParseError
from vectorstore.formats import SUFFIXES, parse
from vectorstore.statement import split

PIECES = st.sampled_from(
    """Q: |A: |Ann Lee: |**Bob Ray:** |Bob|\t|\n|\n\n|\r\n| |\xa0|[00:01:02] |(PERSON1) |<v Ann>|
    <p>|</td>|<b>|&amp;|&#0;|1\n00:00:01,000 --> 00:00:02,000\n|WEBVTT\n\n|-->|---\n|title: x\n|
    {\\rtf1 |\\par |\\u-10179?|\\'e9|{"segments": [|
    {"body": "x", "startTime": 1e400}|]}|speaker,words\n|"|,|
    %PDF-1.4\n|1 0 obj\n<< /Type /Page >>|endobj\n|• tag\n|Why?|So it was.|é|\U0001f600|\x00|
    \ud7ff|# """
    .replace("\n    ", "").split("|")
)  # fmt: skip
TEXTS = st.lists(PIECES, max_size=40).map("".join)
QUICK = settings(max_examples=30, deadline=None, suppress_health_check=[HealthCheck.too_slow])


def holds(raw, name):
    try:
        transcript = parse(raw, name)
    except ParseError:
        return
    end = 0
    for turn in transcript.turns:
        assert end <= turn.start < turn.end <= len(transcript.text)
        words = transcript.text[turn.start : turn.end]
        assert words == words.strip()
        end = turn.end
    for statement in split(transcript):
        assert transcript.text[statement.start : statement.end] == statement.text
    transcript.text.encode()


@pytest.mark.parametrize("suffix", SUFFIXES)
@QUICK
@given(raw=st.binary(max_size=400))
def test_any_bytes_are_a_transcript_or_a_parse_error(suffix, raw):
    holds(raw, "a" + suffix)


@pytest.mark.parametrize("suffix", SUFFIXES)
@QUICK
@given(text=TEXTS, encoding=st.sampled_from(["utf-8", "utf-16", "latin-1"]))
def test_pieces_of_every_format_are_a_transcript_or_a_parse_error(suffix, text, encoding):
    holds(text.encode(encoding, "replace"), "a" + suffix)


@QUICK
@given(place=st.integers(0, 10_000), byte=st.integers(0, 255), length=st.integers(100, 40_000))
def test_a_spoilt_word_file_is_a_transcript_or_a_parse_error(place, byte, length):
    raw = bytearray(word_file())
    raw[place % len(raw)] = byte
    holds(bytes(raw[:length]), "a.docx")


@cache
def word_file():
    stream = io.BytesIO()
    document = docx.Document()
    document.add_paragraph("Q: Why?")
    document.save(stream)
    return stream.getvalue()


@QUICK
@given(xml=TEXTS)
def test_any_content_in_a_word_file_is_a_transcript_or_a_parse_error(xml):
    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w") as archive:
        archive.writestr("word/document.xml", xml)
    holds(stream.getvalue(), "a.docx")


@QUICK
@given(text=st.text(max_size=300))
def test_plain_text_is_kept_exactly(text):
    raw = text.encode()
    if "\r" in text or text.startswith("\ufeff"):
        return
    with contextlib.suppress(ParseError):
        assert parse(raw, "a.txt").text == text


def test_line_endings_of_plain_text_are_kept():
    text = "Q: Why?\r\n\r\nA: So.\r\n"
    assert parse(text.encode("utf-8-sig"), "a.txt").text == text


UGLY = [
    *["\n", " ", "\t", "A: ", "A\n", "Q:\n", "1:00 ", "a-\n", "• a\n", "A B (AB) "],
    *["[", "(", "[a](", "<", "<a ", "**", "_", "`", "{", "&", "-", "> ", "\\", "{\\"],
    *['"', '"\n', "-->\n"],
]


@pytest.mark.parametrize("suffix", [".txt", ".md", ".html", ".srt", ".csv", ".rtf", ".json"])
def test_long_repetitions_take_no_more_than_linear_time(suffix):
    for ugly in UGLY:
        for before in ("", "Ann: So?\n\nBob: x "):
            started = time.process_time()
            holds((before + ugly * (6_000 // len(ugly))).encode(), "a" + suffix)
            assert time.process_time() - started < 2, repr(ugly)
