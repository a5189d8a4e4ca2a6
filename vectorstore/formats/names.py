"""What a person's name looks like, and when two spellings are one person."""

from __future__ import annotations

import re

_TITLES = """
    mr mrs ms miss mx dr prof professor sir dame lord lady rev reverend president ambassador
    minister secretary senator representative congressman congresswoman governor mayor judge
    justice general colonel captain admiral chairman chairwoman sen rep gov gen
"""
_PARTICLES = """
    van von de der den del della di da dos du la le el al bin ibn ter ten y e of the and
"""
TITLES = frozenset(_TITLES.split())
PARTICLES = frozenset(_PARTICLES.split())
_WORD = re.compile(r"[^\W\d_][\w.’'\-‐‑]*\Z")
_INITIALS = re.compile(r"(?:[A-Z]\.?){2,4}\Z")


def is_name(label: str) -> bool:
    """Whether a label has the shape of a person's name: capitalised words, at most six."""
    words = label.replace(",", " ").split()
    if not 1 <= len(words) <= 6 or len(label) > 60:
        return False
    if words[0].lower() in PARTICLES - {"van", "von", "de", "el", "al", "la", "le", "da", "di"}:
        return False
    named = False
    for word in words:
        if not _WORD.match(word):
            return False
        if word[0].isupper() or not (word[0].islower() or word[0].isupper()):
            named = True
        elif word.lower() not in PARTICLES:
            return False
    return named


def words_of(name: str) -> tuple[str, ...]:
    """The words of a name without titles, folded for comparison."""
    cleaned = re.sub(r"[.,()]", " ", name.replace("’", "'").casefold())
    words = cleaned.split()
    while len(words) > 1 and words[0] in TITLES:
        words.pop(0)
    return tuple(words)


def initials_of(name: str) -> str:
    """First letters of the name's words, in upper case."""
    return "".join(word[0] for word in re.split(r"[\s\-]+", name) if word).upper()


def is_short_for(short: str, full: str) -> bool:
    """Whether `short` is a shorter way to write `full`: its words, in order, or its initials."""
    fewer, more = words_of(short), words_of(full)
    if not fewer or not more:
        return False
    if fewer == more:
        return True
    if _INITIALS.match(short) and short.replace(".", "") == initials_of(full):
        return True
    rest = iter(more)
    return len(fewer) < len(more) and all(word in rest for word in fewer)
