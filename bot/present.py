"""A Reply as text, Markdown or HTML for people; pure functions, everything escaped."""

from __future__ import annotations

import unicodedata

# Characters that reorder the text around them: they could make a quote read as something else.
_BIDI = frozenset("\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069")


def plain(text: str) -> str:
    """Text that is safe in a terminal: control characters and reorderings are shown, not obeyed."""
    return "".join(
        f"<U+{ord(c):04X}>"
        if c in _BIDI or (unicodedata.category(c) == "Cc" and c not in "\n\t\r")
        else c
        for c in text
    )


def confidence_words(confidence: float) -> str:
    """How sure a reply is that the transcripts answer, in words."""
    for least, words in (
        (0.9, "almost certainly answered"),
        (0.7, "probably answered"),
        (0.4, "perhaps answered"),
        (0.1, "probably not answered"),
    ):
        if confidence >= least:
            return words
    return "almost certainly not answered"
