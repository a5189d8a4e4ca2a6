import json

import pytest

from vectorstore.errors import ParseError
from vectorstore.formats import parse


def heard(raw, name):
    transcript = parse(raw if isinstance(raw, bytes) else raw.encode(), name)
    return [(t.speaker, transcript.text[t.start : t.end], t.time_start, t.time_end)
            for t in transcript.turns]  # fmt: skip


def test_podcast_segments_of_single_words_run_together():
    segments = [
        {"speaker": "Ann", "startTime": 0.5, "endTime": 0.75, "body": "Where"},
        {"speaker": "Ann", "startTime": 1, "endTime": 1.25, "body": "was it?"},
        {"speaker": "Bob", "startTime": 2, "endTime": 3.0, "body": "Here."},
    ]
    raw = json.dumps({"version": "1.0.0", "segments": segments})
    assert heard(raw, "a.json") == [
        ("Ann", "Where was it?", 0.5, 1.25),
        ("Bob", "Here.", 2.0, 3.0),
    ]


def test_segments_of_other_tools_are_understood():
    whisper = [{"start": 0.5, "end": 2.0, "text": " Where was it?", "speaker": "SPEAKER_00"}]
    assert heard(json.dumps({"segments": whisper}), "a.json") == [
        ("SPEAKER_00", "Where was it?", 0.5, 2.0)
    ]
    assert heard(json.dumps([{"name": "Ann", "text": "Oh."}]), "a.json") == [
        ("Ann", "Oh.", None, None)
    ]


def test_segments_may_share_a_time_or_have_none():
    raw = json.dumps({"segments": [{"speaker": None, "body": "Oh."}, {"body": ""}, {"body": 3}]})
    assert heard(raw, "a.json") == [("unknown speaker", "Oh.", None, None)]


@pytest.mark.parametrize(
    ("raw", "message"),
    [
        ('{"segments": [\n  {,\n', "line 2: this is not valid JSON"),
        ('{"chapters": []}', "it has: chapters"),
        ('{"segments": []}', "no segment with words"),
        ("3", "it has: int"),
        ("[" * 100_000, "cannot be read"),
    ],
)
def test_json_that_is_no_transcript_says_why(raw, message):
    with pytest.raises(ParseError, match=message):
        parse(raw.encode(), "a.json")


@pytest.mark.parametrize("delimiter", [",", ";", "\t"])
def test_a_table_with_time_speaker_and_words_is_understood(delimiter):
    rows = [
        ("Timestamp", "Speaker", "Words"),
        ("00:00:01", "Ann", "Where?"),
        ("0:04", "Bob", "Here."),
    ]
    raw = "\r\n".join(delimiter.join(row) for row in rows)
    assert heard(raw, "a.csv") == [("Ann", "Where?", 1.0, None), ("Bob", "Here.", 4.0, None)]


def test_quoted_cells_may_hold_commas_and_line_breaks():
    raw = 'speaker,text\nAnn,"Where, and\nwhen?"\n'
    assert heard(raw, "a.csv") == [("Ann", "Where, and when?", None, None)]


@pytest.mark.parametrize(
    ("raw", "message"),
    [
        ("a,b\n1,2\n", "line 1: the columns are a, b; expected"),
        ("speaker,words\nAnn,\n", "no row with words"),
    ],
)
def test_a_table_that_is_no_transcript_says_why(raw, message):
    with pytest.raises(ParseError, match=message):
        parse(raw.encode(), "a.csv")


def test_a_table_without_a_header_is_understood_if_it_begins_with_times():
    assert heard("0:01,Ann,Where?\n0:04,Bob,Here.\n", "a.csv") == [
        ("Ann", "Where?", 1.0, None),
        ("Bob", "Here.", 4.0, None),
    ]


def test_monologues_of_elements_are_put_together():
    elements = [{"value": "Where"}, {"value": " was it"}, {"value": "?"}]
    raw = json.dumps({"monologues": [{"speaker": 0, "elements": elements}]})
    assert heard(raw, "a.json") == [("0", "Where was it?", None, None)]
