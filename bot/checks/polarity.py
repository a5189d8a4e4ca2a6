"""Negation: does a claim deny what its source affirms, or affirm what it denies?

A cue (not, never, without …) has a scope, the content words after it within its clause, as in
NegEx (Chapman et al., 2001). Every cue on one side has to meet a cue on the other side whose scope
shares a word with its own.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

from bot.checks.words import Word, akin, listed, words

_CUES = listed(
    """
    not no never none nobody nothing neither nor nowhere without cannot can't hardly barely
    scarcely unable fail fails failed refuse refuses refused deny denies denied denying reject
    rejects rejected lack lacks lacked disagree disagrees disagreed oppose opposes opposed
    stop stopped avoid avoided prevent prevented unlikely impossible doubt doubts doubted
    isn't
    """
)

# Cues that deny by being what they are: their own word stands for what is denied.
_VERBAL = {"disagree": "agree", "unlikely": "likely", "impossible": "possible", "unable": "able"}

_PREFIXED = re.compile(r"(un|in|im|il|ir|dis|non)(?=[a-z]{4,})")

_CLAUSE_END = re.compile(r"[.!?;:,()—–]|\b(?:but|although|though|however|because|while|whereas)\b")

# How many content words after a cue it is taken to deny.
REACH = 4

# Keys of words that say the contrary of each other.
_PAIRS = """
increas/grow/rise/ris/rais|decreas/declin/fall/shrink/drop/reduc more|less/fewer
strengthen/strong|weaken/weak better/improv|worse/worsen succe/success|fail/failur support|oppos
expand/broaden|shrink/narrow/contract accept|reject agre|disagre always|never/rarely/seldom
high/higher/highest|low/lower/lowest before|after begin/start|end/stop/finish
win/victor|los/lose/defeat allow|forbid/ban/prohibit many/most|few good/great|bad/poor/terribl
easy/easi|hard/difficult lik/like|dislik/hat everyon/everybod|nobod maximum|minimum major|minor
import|unimport first|last crucial|trivial/irrelev succes|failur/unsuccess peac|war
"""
_CONTRARY = tuple(
    tuple(frozenset(side.split("/")) for side in pair.split("|")) for pair in _PAIRS.split()
)

# Words that claim more than a source that lacks them.
_ABSOLUTE = listed(
    """
    all always every everyone everybody entirely completely only must
    """
)
_ABSOLUTE_ALIKE = _ABSOLUTE | listed(
    """
    whole entire each throughout need needs needed required require requires has have both
    """
)


# Words that compare, foretell or count, and the words of a source that allow for them.
_MODAL = listed(
    "will would shall should can could may might must going want wants hope hopes plan plans need "
    "needs until next soon perhaps wish wishes"
)
_BEYOND = {
    "most": listed("most mostly majority mainly"),
    "than": listed("than rather prefer prefers"),
    "will": _MODAL,
}

_HYPOTHETICAL = re.compile(r"\b(?:would|could|may|might|should)\b(?: not| never| also| be| have)*")


@dataclass(frozen=True, slots=True)
class Denial:
    """A cue and the keys of the words it denies."""

    cue: str
    scope: tuple[str, ...]


def denials(text: str) -> list[Denial]:
    """The cues in a text with what they deny."""
    parts = words(text)
    found = []
    for i, word in enumerate(parts):
        lower = word.lower
        if lower in _CUES or lower.endswith("n't"):
            if lower == "no" and _answers(text, word):
                continue
            if lower == "not" and i + 1 < len(parts) and parts[i + 1].lower == "only":
                continue
            base = [b for c, b in _VERBAL.items() if lower.startswith(c)]
            found.append(Denial(lower, (*base, *_scope(text, parts, i))))
        elif word.content and (prefix := _PREFIXED.match(lower)):
            found.append(Denial("", (word.key[prefix.end() :],)))
    return found


def contradiction(claim: str, source: str) -> str:
    """The word by which the claim denies what the source affirms or the reverse, or ""."""
    said, meant = denials(claim), denials(source)
    plain, theirs = [w.key for w in words(claim)], [w.key for w in words(source)]
    for key in {k for denial in said if denial.cue for k in denial.scope}:
        ours = sum(key in d.scope for d in said if d.cue)
        if ours > 1 and ours > sum(key in d.scope for d in meant if d.cue):
            return "not"
    for denial in said:
        if denial.cue and not _met(denial, meant, theirs):
            return denial.cue
        if not denial.cue and not _prefix_met(denial, meant, theirs, source):
            return denial.scope[0]
    for denial in meant:
        shared = [k for k in denial.scope if k in plain]
        if denial.cue and shared and not _met(denial, said, plain):
            return f"{denial.cue} {shared[0]}"
        bare = not denial.cue and bool(shared) and shared[0] not in theirs
        if bare and not any(shared[0] in other.scope for other in said):
            return shared[0]
    return ""


def asserted(claim: str, source: str) -> str:
    """A word that the source has only with "would" or "may" and the claim without, or "".

    "The fairway would be dredged" does not say that it has been.
    """
    said = {w.lower for w in words(claim)}
    if said & (_MODAL | {"if", "offers", "offered", "promised", "possible", "promises"}):
        return ""
    theirs = [w.key for w in words(source)]
    for match in _HYPOTHETICAL.finditer(source):
        following = words(source[match.end() : match.end() + 40])[:1]
        for word in following:
            if (
                word.content
                and theirs.count(word.key) == 1
                and word.key in {w.key for w in words(claim)}
            ):
                return word.text
    return ""


def contrary(claim: str, source: str) -> str:
    """A word in the claim that says the contrary of one in the source, or ""."""
    ours, theirs = _plain_keys(claim), _plain_keys(source)
    for one, other in _CONTRARY:
        for side, against in ((one, other), (other, one)):
            if (found := ours & side) and not theirs & side and theirs & against:
                return min(found)
    return ""


def overstated(claim: str, source: str) -> str:
    """A word such as "all", "than" or "will" that nothing in the source justifies, or ""."""
    said, there = {w.lower for w in words(claim)}, {w.lower for w in words(source)}
    for word, alike in _BEYOND.items():
        if word in said and not there & alike and "'ll" not in source.replace("’", "'"):
            return word
    ours = [w.lower for w in words(claim) if w.lower in _ABSOLUTE]
    theirs = {w.lower for w in words(source)}
    return next((word for word in ours if not theirs & _ABSOLUTE_ALIKE), "")


def _plain_keys(text: str) -> set[str]:
    return {w.key for w in words(text)} | {w.lower for w in words(text)}


def _met(denial: Denial, others: Sequence[Denial], words_there: Sequence[str]) -> bool:
    """Whether some cue on the other side denies the same thing."""
    known = [k for k in denial.scope if any(akin(k, w) for w in words_there)]
    if not known:
        return bool(others)
    return any(akin(k, o) for k in known for other in others for o in other.scope)


def _prefix_met(
    denial: Denial, others: Sequence[Denial], words_there: Sequence[str], source: str
) -> bool:
    """Whether the other side has the prefixed word, or denies the word without its prefix."""
    base = denial.scope[0]
    if any(base == o for other in others for o in other.scope):
        return True
    return base not in words_there


def _scope(text: str, parts: Sequence[Word], i: int) -> tuple[str, ...]:
    end = _CLAUSE_END.search(text, parts[i].end)
    limit = end.start() if end else len(text)
    inside = [w.key for w in parts[i + 1 :] if w.start < limit and w.content]
    return tuple(inside[:REACH])


def _answers(text: str, word: Word) -> bool:
    """Whether a "no" is an answer by itself: it denies the question, not what follows."""
    return text[word.end : word.end + 1] in {".", ",", "!", ";", ":"}
