"""What counts as a question, and what can be said along with it."""

from __future__ import annotations

import unicodedata
from collections.abc import Sequence
from typing import TypedDict

from bot.conversation import History
from vectorstore.errors import QuestionError

# Longer than any question; what is pasted by mistake is refused before it costs anything.
LONGEST_QUESTION = 2000


class Only(TypedDict, total=False):
    """Whose words count.

    Attributes:
        transcripts: Only these transcript ids; None for all.
        speakers: Only these speakers' words, named as the transcripts have them; None for all.
    """

    transcripts: Sequence[str] | None
    speakers: Sequence[str] | None


class Context(Only, total=False):
    """What can be said along with a question.

    Attributes:
        history: Earlier messages, oldest first: `{"role": ..., "content": ...}`.
    """

    history: History


def checked(question: str) -> str:
    """The question without white space around it.

    Raises:
        QuestionError: It is empty, too long, or holds control characters.
    """
    if not isinstance(question, str):
        raise QuestionError(f"the question is a {type(question).__name__}; give it as text")
    clean = question.strip()
    if not clean:
        raise QuestionError("the question is empty; ask something, such as: What worries him?")
    if len(clean) > LONGEST_QUESTION:
        raise QuestionError(
            f"the question has {len(clean):,} characters; the most is {LONGEST_QUESTION:,}"
        )
    for character in clean:
        if unicodedata.category(character) in {"Cc", "Cs"} and character not in "\n\r\t":
            raise QuestionError(
                f"the question holds the control character U+{ord(character):04X}; remove it"
            )
    return clean
