"""Ratings stay in the home, survive damage, and the last word on a reply counts."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from bot.feedback import FILE, LONGEST_WORD, add, rating, ratings
from bot.reply import Reply
from vectorstore.errors import HomeError, InputError

REPLY = Reply("What worries him?", "…", (), False, 0.1, outcome="not_addressed")


def test_a_rating_is_kept_in_the_home_with_the_question_and_outcome(tmp_path: Path) -> None:
    add(tmp_path / "new", rating("k", REPLY, "down", " He does say. "))
    (found,) = ratings(tmp_path / "new")
    assert found["thumb"] == "down"
    assert found["word"] == "He does say."
    assert (found["question"], found["outcome"]) == ("What worries him?", "not_addressed")
    assert [path.name for path in (tmp_path / "new").iterdir()] == [FILE]


def test_a_later_rating_of_the_same_reply_takes_the_place_of_the_first(tmp_path: Path) -> None:
    for key, thumb in (("a", "up"), ("b", "up"), ("a", "down")):
        add(tmp_path, rating(key, REPLY, thumb))
    assert [(one["key"], one["thumb"]) for one in ratings(tmp_path)] == [("b", "up"), ("a", "down")]


def test_damaged_lines_are_left_out(tmp_path: Path) -> None:
    add(tmp_path, rating("a", REPLY, "up"))
    with (tmp_path / FILE).open("a") as file:
        file.write('{"thumb": "up\n[1]\n' + json.dumps({"thumb": "sideways"}) + "\n")
    assert len(ratings(tmp_path)) == 1


def test_no_file_means_no_ratings(tmp_path: Path) -> None:
    assert ratings(tmp_path / "none") == []


@pytest.mark.parametrize(("thumb", "word"), [("left", ""), ("up", "w" * (LONGEST_WORD + 1))])
def test_a_rating_that_means_nothing_is_refused(thumb: str, word: str) -> None:
    with pytest.raises(InputError):
        rating("k", REPLY, thumb, word)


def test_a_home_that_cannot_be_written_is_named(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    with pytest.raises(HomeError, match="file"):
        add(tmp_path / "file", rating("k", REPLY, "up"))
