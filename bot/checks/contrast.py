"""What is preferred to what, and what is only wanted: two ways to lie in the speaker's words."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

from bot.checks.words import akin, listed, words

# What stands before such a word is chosen, what stands after it is not; or, for a comparison, has
# more of something and has less.
_CHOICE = re.compile(
    r"\b(?:rather than|instead of|as opposed to|in place of)\b|,\s*not\b|\band not\b"
    r"|\b(?:prefer\w*|rather|sooner)\b(?P<one>[^.!?;]{3,80}?)\b(?P<cue>to|over|than)\b"
    r"|\b(?P<more>more|less|(?!other|another|rather|either)\w{3,}er)\b"
    r"(?P<what>(?:(?!\b(?:more|less)\b)[^.!?;,]){0,40}?)\bthan\b",
    re.IGNORECASE,
)
_CLAUSE = re.compile(r"[.!?;:]|\bbut\b|\bbecause\b|\bwhile\b")

# How many content words on either side of it are compared.
NEAR = 5

# Somebody who wants a thing has not got it: the verbs, and what may stand before the thing itself.
_WISH = re.compile(
    r"\b(?:wants?|wanted|hopes?|hoped|plans?|planned|intends?|intended|wish(?:es|ed)?|aims?|aimed"
    r"|tries|tried|trying|promise[sd]?|offer(?:s|ed)?|refuse[sd]?|dreams?|dreamed|dreamt"
    r"|(?:would|’d|'d) (?:like|love))\s+(?:to|of)\s+"
    r"(?:(?:be|being|become|becoming|work|working|get|have)\s+)?(?:(?:as|an?|the|his|her|their|my"
    r"|our)\s+)*",
    re.IGNORECASE,
)
_ALLOWS = listed(
    """
    want wants wanted wanting hope hopes hoped hoping plan plans planned planning intend intends
    intended wish wishes wished aim aims aimed try tries tried trying promise promises promised
    offer offers offered refuse refuses refused dream dreams dreamed dreamt like love would will
    could might may should if ambition goal idea prepared ready eager attempt attempts attempted
    going ask asks asked declined rejected reject unwilling willing someday
    """
)


@dataclass(frozen=True, slots=True)
class _Choice:
    """What a text prefers to what, or says has more than what.

    Attributes:
        cue: The words that say so.
        more: What it is that one has more of: "more", "bigger"; "" for a preference.
        chosen: The keys of what is preferred.
        left: The keys of what it is preferred to.
    """

    cue: str
    more: str
    chosen: list[str]
    left: list[str]


def swapped(claim: str, source: str) -> str:
    """The words by which a claim prefers what the source rejects, or ""."""
    theirs = list(_choices(source))
    for ours in _choices(claim):
        for other in theirs:
            crossed = _only(ours.chosen, other.left, other.chosen)
            crossed += _only(ours.left, other.chosen, other.left)
            straight = _only(ours.chosen, other.chosen, other.left)
            straight += _only(ours.left, other.left, other.chosen)
            if ours.more == other.more and crossed > straight:
                return ours.cue
    return ""


def wished(claim: str, source: str) -> str:
    """A thing that the source has only as wanted, tried or refused and the claim as real, or "".

    "She wants to become a nurse" does not say that she works as one.
    """
    said = words(claim)
    if {w.lower for w in said} & _ALLOWS:
        return ""
    ours = [w.key for w in said if w.content]
    theirs = [w.key for w in words(source)]
    for match in _WISH.finditer(source):
        following = [w for w in words(source[match.end() : match.end() + 60]) if w.content][:1]
        for word in following:
            if theirs.count(word.key) == 1 and any(akin(word.key, key) for key in ours):
                return word.text
    return ""


def _choices(text: str) -> Iterator[_Choice]:
    for match in _CHOICE.finditer(text):
        begin = match.start("one") if match["one"] else _clause_start(text, match.start())
        stop = _CLAUSE.search(text, match.end())
        after = text[match.end() : stop.start() if stop else len(text)]
        before = match["one"] or text[begin : match.start()] + (match["what"] or "")
        if not _keys(before):  # "Rather than this, they want that."
            after, _, before = after.partition(",")
        more = (match["more"] or "").lower()
        cue = f"{more} than" if more else (match["cue"] or match[0]).strip(" ,")
        yield _Choice(cue, more, _keys(before)[-NEAR:], _keys(after)[:NEAR])


def _clause_start(text: str, place: int) -> int:
    return max((m.end() for m in _CLAUSE.finditer(text, 0, place)), default=0)


def _keys(text: str) -> list[str]:
    return [w.key for w in words(text) if w.content]


def _only(keys: list[str], there: list[str], elsewhere: list[str]) -> int:
    """How many of the keys are there and not elsewhere."""
    return sum(
        any(akin(k, t) for t in there) and not any(akin(k, e) for e in elsewhere) for k in set(keys)
    )
