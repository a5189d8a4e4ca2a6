"""Mistyped words of a question, put right by the statements it may be about, or by a dictionary."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Sequence
from difflib import get_close_matches
from functools import cache
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from spellchecker import SpellChecker

    from vectorstore.passage import Passage

# Shorter words are near too many others.
_SHORTEST = 5

# How alike a word of the statements has to be, in difflib's measure: one slip in six letters.
_ALIKE = 0.85

# With more unknown words than this share the question is no mistyped English.
_MOST = 0.5

_WORD = re.compile(r"[^\W\d_]+")

# British spellings, which the dictionary lacks: no slips.
_BRITISH = re.compile(r"is(?=e|a|i)|our|yse")
_AMERICAN = {"is": "iz", "our": "or", "yse": "yze"}


def understood(
    questions: Sequence[str],
    retrieve: Callable[[Sequence[int], Sequence[str]], Sequence[list[Passage]]],
) -> list[tuple[str, list[Passage]]]:
    """Each question with mistyped words put right, and the passages found for it.

    Args:
        questions: As they were typed.
        retrieve: Gives the passages for questions, told by their indices and their words; it is
            asked again for those that change.
    """
    found = list(zip(questions, retrieve(range(len(questions)), questions), strict=True))
    right = [respelled(typed, map(_worded, passages)) for typed, passages in found]
    changed = [i for i, (typed, _) in enumerate(found) if right[i] != typed]
    if changed:
        again = retrieve(changed, [right[i] for i in changed])
        for i, passages in zip(changed, again, strict=True):
            found[i] = (right[i], passages)
    return found


def respelled(question: str, texts: Iterable[str]) -> str:
    """The question with mistyped words put right; as it is if nothing is near enough.

    A word is left alone if it is English, if a text has it, or if it is written like a name.

    Args:
        question: As it was typed.
        texts: Of the statements that were found for it; their words are tried before others.
    """
    found = list(_WORD.finditer(question))
    strange = [
        match
        for match in found
        if len(match.group()) >= _SHORTEST
        and match.group().lower() not in _common()
        and not _named(match, question)
    ]
    if not strange:
        return question
    spoken = list(dict.fromkeys(word.lower() for text in texts for word in _WORD.findall(text)))
    strange = [m for m in strange if m.group().lower() not in spoken]
    if len(strange) > _MOST * len(found):
        return question
    for match in reversed(strange):
        better = _nearest(match.group().lower(), spoken)
        question = question[: match.start()] + (better or match.group()) + question[match.end() :]
    return question


def _worded(passage: Passage) -> str:
    return f"{passage.statement.question} {passage.statement.text}"


def _named(match: re.Match[str], question: str) -> bool:
    """Whether a word has a capital in a question whose other words are small."""
    return match.start() > 0 and match.group()[0].isupper() and not question.isupper()


def _nearest(word: str, spoken: list[str]) -> str | None:
    """What was meant, or None if the word is one or nothing is near."""
    dictionary = _dictionary()
    if word in dictionary:
        return None
    if near := get_close_matches(word, spoken, n=1, cutoff=_ALIKE):
        return near[0]
    better = dictionary.correction(word)
    american = _BRITISH.sub(lambda match: _AMERICAN[match.group()], word)
    return None if better in (None, word, american) else str(better)


@cache
def _common() -> frozenset[str]:
    """Words that the bundled models know as a whole: most questions have no others."""
    from bot.reader.model import load_tokenizer

    return frozenset(word for word in load_tokenizer().get_vocab() if word.isalpha())


@cache
def _dictionary() -> SpellChecker:
    """English words by frequency, for one slip: Norvig's way, from the package pyspellchecker."""
    from spellchecker import SpellChecker

    return SpellChecker(distance=1)
