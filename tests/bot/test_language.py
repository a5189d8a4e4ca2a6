"""A question in another language is noticed; English keywords are not taken for one."""

from __future__ import annotations

import pytest

from bot.language import foreign, notice
from tests.evaluation.questions import load


@pytest.mark.parametrize(
    ("question", "language"),
    [
        ("Was sagt er über die Allianz?", "German"),
        ("Qu'est-ce qui l'inquiète ?", "French"),
        ("¿Qué piensa el embajador de la alianza?", "Spanish"),
        ("何が心配ですか", "Japanese"),
        ("동맹에 대해 무엇이라고 말했습니까?", "Korean"),
    ],
)
def test_another_language_is_named_with_the_setting_that_helps(
    question: str, language: str
) -> None:
    assert foreign(question) == language
    assert "ROOSBOT_EMBEDDING_MODEL" in notice(language)


def test_no_english_question_is_taken_for_another_language() -> None:
    asked = [q.text for split in ("calibrate", "test") for q in load(split)]
    assert [text for text in asked if foreign(text)] == []
