import json

from hypothesis import given
from hypothesis import strategies as st

from vectorstore.transcript import UNKNOWN_SPEAKER, Transcript, Turn, sha256_of, slug

NAMES = st.text(max_size=200)


def transcript(text="Why? Because.", metadata=None):
    turns = (Turn("Bo Reed", "interviewer", 0, 4), Turn("Ada Stone", "interviewee", 5, len(text)))
    return Transcript.of("A Talk", "A talk", text, turns, metadata)


@given(NAMES)
def test_a_slug_is_safe_as_a_folder_and_stays_what_it_is(name):
    short = slug(name)
    assert 1 <= len(short) <= 64
    assert set(short) <= set("abcdefghijklmnopqrstuvwxyz0123456789-")
    assert slug(short) == short


def test_names_without_latin_letters_get_slugs_of_their_own():
    assert slug("日本語") != slug("한국어")
    assert slug("Élan vital!") == "elan-vital"


@given(st.text(st.characters(exclude_categories=())))
def test_any_text_survives_the_way_through_json(text):
    one = transcript(text or "x", {"place": text})
    assert Transcript.from_dict(json.loads(json.dumps(one.to_dict()))) == one
    assert one.sha256 == sha256_of(text or "x")


def test_the_speakers_come_in_order_of_appearance_with_their_roles():
    assert transcript().speakers == {"Bo Reed": "interviewer", "Ada Stone": "interviewee"}


def test_a_transcript_of_an_earlier_version_lacks_times_and_is_read():
    data = transcript().to_dict()
    for turn in data["turns"]:
        del turn["time_start"], turn["time_end"]
    assert Transcript.from_dict(data) == transcript()


def test_nobody_is_given_a_name_that_is_not_known():
    assert UNKNOWN_SPEAKER == "unknown speaker"
