"""Names in a claim: people, places, bodies, months and whatever else has a capital letter."""

from __future__ import annotations

import re
from collections.abc import Sequence

from bot.checks.words import FUNCTION_WORDS, Word, akin, folded, key, listed, words

# Endings of ordinary words. A capital at a claim's start is no sign of a name, and these show that
# a word there that the source lacks is none.
_ORDINARY = re.compile(
    r"(tion|sion|ment|ness|ity|ship|ism|ance|ence|ing|ings|ly|ed|ous|ful|less|able|ible|ive|ties"
    r"|tions|ments|ships|hood|ure|ures|acy)$"
)

# Endings by which the name of a country becomes that of its people: Japan, Japanese.
_DEMONYMS = ("ese", "ish", "ians", "ian", "ans", "an", "is", "ns", "n", "i", "s")

# Names that are ordinary words too: their capital letter has to be in the source.
_TWOFOLD = listed(
    """
    will may bush rice mark bill grant rose hope grace white brown green black young cook
    march august turkey chase frank art jack pat sue ray rich dean
    """
)

HONORIFICS = listed(
    """
    mr mrs ms miss dr prof professor president minister ambassador senator secretary governor
    former ex sir lord lady prime chancellor chairman chairwoman chair director general
    colonel captain judge justice mayor king queen prince princess pope father sister
    congressman congresswoman representative deputy vice chief
    """
)
_COURTESIES = frozenset(["mr", "mrs", "ms", "miss", "sir"])


def names(text: str) -> list[Word]:
    """The words of a text that are names or parts of one."""
    found = []
    for i, word in enumerate(parts := words(text)):
        if not word.text[:1].isupper() or word.lower in {"i", "i'm", "i've", "i'd", "i'll"}:
            continue
        if opens(text, word.start) and (
            word.lower in FUNCTION_WORDS
            or (_ORDINARY.search(word.lower) and not _capital(parts, i + 1))
        ):
            continue
        found.append(word)
    return found


def unaccounted(claim: str, source: str, speaker: str, title: str = "") -> list[str]:
    """The claim's names that neither the source nor the speaker's name accounts for.

    Args:
        claim: What is checked.
        source: The statement and its question.
        speaker: The statement's speaker.
        title: The interview's title; it attests a title before the speaker's name.
    """
    known, speakers = words(source), words(speaker)
    titles = {folded(w.text) for w in words(title)} | _COURTESIES
    parts = words(claim)
    missing = []
    for word in names(claim):
        if any(same_name(word, other) for other in speakers):
            continue
        if _attested(word, known, opens(claim, word.start)):
            continue
        if folded(word.text) in HONORIFICS & titles and _before(parts, word, speakers):
            continue
        missing.append(word.text)
    return missing


def same_name(one: Word, other: Word) -> bool:
    """Whether two words are the same name, or a country and its people."""
    a, b = folded(one.text), folded(other.text)
    if a == b or one.key == other.key == key(a) or (one.key == other.key and "-" in one.key):
        return True
    short, long = sorted((a, b), key=len)
    if len(short) < 4 or short[:4] != long[:4]:
        return False
    stems = {short, short.rstrip("aeiouy")}
    return any(long == stem + ending for stem in stems if len(stem) >= 4 for ending in _DEMONYMS)


def opens(text: str, start: int) -> bool:
    """Whether a place in a text is one where any word would have a capital letter."""
    before = text[:start].rstrip(" \t\n\r\u00a0“\"'‘(«*_-—–>")
    return not before or before[-1] in ".!?:;…"


def _attested(word: Word, known: Sequence[Word], initial: bool) -> bool:
    for other in known:
        capital = other.text[:1].isupper()
        if same_name(word, other) and (capital or initial or folded(word.text) not in _TWOFOLD):
            return True
        if initial and not capital and akin(word.key, other.key):
            return True
    return False


def _before(parts: Sequence[Word], word: Word, speakers: Sequence[Word]) -> bool:
    """Whether a title stands right before the speaker's name, other titles between them."""
    i = parts.index(word) + 1
    while i < len(parts) and folded(parts[i].text) in HONORIFICS:
        i += 1
    return i < len(parts) and any(same_name(parts[i], other) for other in speakers)


def _capital(parts: Sequence[Word], i: int) -> bool:
    return i < len(parts) and parts[i].text[:1].isupper()
