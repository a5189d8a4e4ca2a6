import pytest

from bot import InterviewBot
from tests.vectorstore.cheap import interview
from vectorstore.errors import InputError


@pytest.fixture(scope="module")
def talks(tmp_path_factory):
    folder = tmp_path_factory.mktemp("talks")
    for name, words in {
        "ada": "I learned to build bridges from my mother, who was an engineer.",
        "bo": "I learned to build bridges in the army, and it was cold.",
    }.items():
        title = {"ada": "Ada Stone", "bo": "Bo Reed"}[name]
        (folder / f"{name}.txt").write_text(
            f"A talk with {title}\n\nQ: Where did you learn to build bridges?\n\n"
            f"{title}: {words}\n\nQ: And then?\n\n{title}: Then I went home.\n"
        )
    for number in (1, 2):
        (folder / f"sarah-{number}.txt").write_text(interview(f"river {number}", 2, "Sarah"))
    with InterviewBot(folder / "home") as bot:
        assert bot.ingest(folder).count("added") == 4
        yield bot


def test_each_speaker_answers_in_own_words_only(talks):
    voices = talks.compare(
        "Where did you learn to build bridges?", speakers=["Ada Stone", "Bo Reed"]
    )
    assert {voice.speaker for voice in voices} == {"Ada Stone", "Bo Reed"}
    for speaker, reply in voices:
        assert {c.speaker for c in (*reply.citations, *reply.closest)} == {speaker}
        assert reply.text.count("mother") <= (speaker == "Ada Stone")
    answered = [voice.reply.answered for voice in voices]
    assert answered == sorted(answered, reverse=True)


def test_namesakes_of_two_interviews_are_not_blended(talks):
    voices = talks.compare("What about the river?", speakers=["Sarah"])
    assert len(voices) == 2
    assert len({voice.speaker for voice in voices}) == 2
    for _, reply in voices:
        assert len({c.transcript_id for c in (*reply.citations, *reply.closest)}) == 1


def test_of_many_speakers_those_nearest_to_the_question_are_asked(talks):
    [voice] = talks.compare("What worries you about young Japanese not going abroad?", most=1)
    assert voice.speaker == "John Roos"


def test_fewer_than_one_speaker_is_refused(talks):
    with pytest.raises(InputError, match="at least 1"):
        talks.compare("Why?", most=0)


def test_dates_narrow_who_is_asked(talks):
    assert talks.compare("Where did you learn to build bridges?", after="2016") == ()
