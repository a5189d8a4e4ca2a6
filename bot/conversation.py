"""From a conversation to the question that is really meant."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from typing import Any

History = Sequence[Mapping[str, Any]]

_LEANING = re.compile(
    r"^(and|but|so|also|then|what about|how about|why|how so|how come|really|go on|more|else)\b"
    r"|\b(it|its|that|this|those|these|they|them|their|there|one|ones|else|more|other|others)\b",
    re.IGNORECASE,
)


def standalone(question: str, history: History) -> str:
    """The question with what it leaves unsaid put before it.

    The history only says what is meant: a question that stands alone is given back as it is.
    """
    earlier = [said(message) for message in history if message.get("role") == "user"]
    if not earlier or not leans(question):
        return question
    return f"{earlier[-1].strip()} {question}"


def leans(question: str) -> bool:
    """Whether a question needs an earlier one to be understood."""
    return len(question.split()) <= 2 or bool(_LEANING.search(question.strip()))


def said(message: Mapping[str, Any]) -> str:
    """The text of a chat message, whether its content is a string or a list of blocks."""
    content = message.get("content", "")
    if isinstance(content, str):
        return content
    return " ".join(
        block if isinstance(block, str) else str(block.get("text", "")) for block in content
    )
