import pytest

from vectorstore.errors import ParseError
from vectorstore.formats import parse
from vectorstore.statement import split

VTT = """WEBVTT

NOTE made by hand

1
00:00:00.000 --> 00:00:02.000
<v Ann Lee>Where was <i>it</i>, and

00:00:02.000 --> 00:00:03.000 align:start
<v Ann Lee>when? R&amp;D?

00:03.500 --> 00:05.000
<v.loud Bob Ray>Here.</v> <v Ann Lee>Here?</v>
"""


def srt(*cues):
    return "\n".join(
        f"{i}\n00:00:{i:02d},000 --> 00:00:{i:02d},900\n{words}\n"
        for i, words in enumerate(cues, 1)
    ).encode()


def heard(transcript):
    return [(t.speaker, transcript.text[t.start : t.end], t.time_start, t.time_end)
            for t in transcript.turns]  # fmt: skip


def test_voices_become_speakers_and_cues_run_together():
    assert heard(parse(VTT.encode(), "a.vtt")) == [
        ("Ann Lee", "Where was it, and when? R&D?", 0.0, 3.0),
        ("Bob Ray", "Here.", 3.5, 5.0),
        ("Ann Lee", "Here?", 3.5, 5.0),
    ]


def test_the_text_reads_as_a_dialogue():
    text = parse(VTT.encode(), "a.vtt").text
    assert text == "Ann Lee: Where was it, and when? R&D?\n\nBob Ray: Here.\n\nAnn Lee: Here?"


def test_labels_inside_subtitles_name_the_speaker_until_the_next():
    raw = srt("Ann: Where was\nit?", "And when?", "Bob: Here. As I", "said: here.", "Ann: Oh?")
    assert heard(parse(raw, "a.srt")) == [
        ("Ann", "Where was it? And when?", 1.0, 2.9),
        ("Bob", "Here. As I said: here.", 3.0, 4.9),
        ("Ann", "Oh?", 5.0, 5.9),
    ]


def test_long_words_of_one_speaker_are_several_timed_paragraphs():
    sentence = "This is one sentence of eight words, see."
    raw = srt("Ann: Well?", "Bob: So.", *[sentence] * 30, "Ann: Oh? Why?", "Bob: So it is.")
    transcript = parse(raw, "a.srt")
    counts = [len(s.text.split()) for s in split(transcript)]
    assert all(60 <= count <= 100 for count in counts[1:3])
    times = [s.time_start for s in split(transcript)]
    assert times == sorted(times)
    assert len(set(times)) == len(times)


def test_subtitles_without_names_are_by_an_unknown_speaker():
    assert heard(parse(srt("Where was it?", "Here."), "a.srt")) == [
        ("unknown speaker", "Where was it? Here.", 1.0, 2.9)
    ]


@pytest.mark.parametrize("mark", ["- ", "-", "– ", ">> "])
def test_dashes_and_chevrons_begin_somebody_elses_words(mark):
    raw = srt(
        f"{mark}Where was it?\n{mark}Here.", "All of it.", f"{mark}When?\n{mark}In May,\nI think."
    )
    assert heard(parse(raw, "a.srt")) == [
        ("unknown speaker", "Where was it?", 1.0, 1.9),
        ("unknown speaker", "Here. All of it.", 1.0, 2.9),
        ("unknown speaker", "When?", 3.0, 3.9),
        ("unknown speaker", "In May, I think.", 3.0, 3.9),
    ]


def test_a_chevron_after_a_name_is_not_that_persons():
    raw = srt(">> ANN: It rains.", ">> Does it?", ">> BOB: It does.")
    assert [turn[0] for turn in heard(parse(raw, "a.srt"))] == ["ANN", "unknown speaker", "BOB"]


def test_rolling_captions_are_said_once():
    raw = srt(
        "so it was",
        "so it was\nin the garage",
        "in the garage\non the hill",
        "on the hill\nand rained",
    )
    assert heard(parse(raw, "a.srt"))[0][1] == "so it was in the garage on the hill and rained"


def test_a_broken_time_names_the_line():
    with pytest.raises(ParseError, match="pair of times") as caught:
        parse(b"WEBVTT\n\n00:01 -> x --> 00:02\nHello\n", "a.vtt")
    assert caught.value.line == 3


def test_a_file_without_cues_is_a_clear_error():
    with pytest.raises(ParseError, match="no cue"):
        parse(b"WEBVTT\n\nHello\n", "a.vtt")


def test_captions_called_txt_are_known_by_their_content():
    assert len(parse(VTT.encode(), "a.txt").turns) == 3
    assert parse(srt("Where was it?"), "a.txt").turns[0].time_start == 1.0


@pytest.mark.parametrize("shape", ["{}\n{}\n", "{} {}\n\n", "[{}] {}\n"])
def test_words_between_times_alone_are_captions(shape):
    said = ["so it was", "in the garage", "on the hill", "and it rained."]
    text = "".join(shape.format(f"0:0{2 * n}", words) for n, words in enumerate(said))
    assert heard(parse(text.encode(), "a.txt")) == [("unknown speaker", " ".join(said), 0.0, None)]
