"""What counts as a question, and what can be said along with it."""

from __future__ import annotations

import datetime
import unicodedata
from collections.abc import Collection, Mapping, Sequence
from typing import TypedDict

from bot.conversation import History
from vectorstore.errors import InputError, QuestionError

# Longer than any question; what is pasted by mistake is refused before it costs anything.
LONGEST_QUESTION = 2000


class Only(TypedDict, total=False):
    """Whose words count.

    Attributes:
        transcripts: Only these transcript ids; None for all.
        speakers: Only these speakers' words, named as the transcripts have them; None for all.
        after: Only interviews of this day or later: 2016, 2016-05, 2016-05-03 or a date; those
            without a date don't count.
        before: Only interviews of this day or earlier, likewise.
    """

    transcripts: Sequence[str] | None
    speakers: Sequence[str] | None
    after: str | datetime.date | None
    before: str | datetime.date | None


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


def checked_history(history: History) -> History:
    """The history, if it is a list of messages.

    Raises:
        InputError: It is not; says which entry.
    """
    if isinstance(history, str | Mapping) or not isinstance(history, Sequence):
        raise InputError(f"the history is a {type(history).__name__}; give a list of messages")
    for number, message in enumerate(history):
        if not isinstance(message, Mapping) or "role" not in message or "content" not in message:
            raise InputError(
                f"history[{number}] is no message; one looks like "
                '{"role": "user", "content": "What worries him?"}'
            )
    return history


def checked_names(name: str, names: Sequence[str] | None) -> tuple[str, ...] | None:
    """A filter's names.

    Raises:
        InputError: They are not a list of strings.
    """
    if names is None:
        return None
    listed = isinstance(names, Collection) and not isinstance(names, str | Mapping)
    if not listed or not all(isinstance(one, str) for one in names):
        raise InputError(f"{name} is {names!r:.80}; give a list of strings")
    return tuple(names)
