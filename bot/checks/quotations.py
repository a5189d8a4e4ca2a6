"""Quotations in a claim: each has to be an exact span of the source."""

from __future__ import annotations

import re
from dataclasses import dataclass

_QUOTED = re.compile(
    r"“(?P<curly>[^“”]*(?:“[^“”]*”[^“”]*)*)”|\"(?P<straight>[^\"]*)\"|«(?P<french>[^«»]*)»"
    r"|„(?P<german>[^„“”]*)[“”]|(?<!\w)‘(?P<single>[^‘]{3,}?)’(?!\w)"
    r"|(?<!\w)'(?P<typed>[^']{3,}?(?:'\w+[^']*?)*)'(?!\w)"
)
_LEFT_OPEN = re.compile(r"[“”«»„\"]")

# What a model may write otherwise than the source without changing a word.
_ALIKE = str.maketrans({
    **dict.fromkeys("‘’‚‛′`´", "'"),
    **dict.fromkeys("“”„‟″«»", '"'),
    **dict.fromkeys("‐‑‒–—―−", "-"),
})  # fmt: skip

OURS = "“{}”"


@dataclass(frozen=True, slots=True)
class Quotation:
    """A quotation within a claim.

    Attributes:
        text: What stands between the quotation marks.
        start: Offset of the opening mark.
        end: Offset one past the closing mark.
    """

    text: str
    start: int
    end: int


@dataclass(frozen=True, slots=True)
class Repaired:
    """A claim whose quotations are exact.

    Attributes:
        text: The claim with the source's own characters between the quotation marks.
        spans: The quotations' places in the source.
    """

    text: str
    spans: tuple[tuple[int, int], ...]


def quotations(claim: str) -> list[Quotation]:
    """The quotations in a claim, in order."""
    return [
        Quotation(m[m.lastgroup or 0], m.start(), m.end())
        for m in _QUOTED.finditer(claim)
        if m[m.lastgroup or 0].strip()
    ]


def unclosed(claim: str) -> bool:
    """Whether a quotation is opened and not closed, or the reverse."""
    return bool(_LEFT_OPEN.search(_QUOTED.sub("", claim)))


def without(claim: str) -> str:
    """The claim with a gap in place of each quotation."""
    return _QUOTED.sub(" … ", claim)


def repaired(claim: str, source: str) -> Repaired | str:
    """The claim with exact quotations, or the first one that the source doesn't have.

    A quotation may differ from the source in the form of its quotation marks, dashes and spaces and
    in the case of its first letter; a comma or full stop that belongs to the claim is put outside.
    """
    text, spans, done = "", [], 0
    for quotation in quotations(claim):
        found = find(quotation.text, source)
        tail = ""
        if found is None and quotation.text.rstrip()[-1] in ",.":
            stripped = quotation.text.rstrip()
            found, tail = find(stripped[:-1], source), stripped[-1]
        if found is None:
            return quotation.text
        spans.append(found)
        if claim[quotation.end : quotation.end + 1] in {",", "."}:
            tail = ""
        text += claim[done : quotation.start] + OURS.format(source[slice(*found)]) + tail
        done = quotation.end
    return Repaired(text + claim[done:], tuple(spans))


def find(quote: str, source: str) -> tuple[int, int] | None:
    """Where the source has these words, as whole words; None if it doesn't."""
    wanted, _ = _normal(quote.strip())
    plain, places = _normal(source)
    if not wanted:
        return None
    for first in dict.fromkeys((wanted[0], wanted[0].upper(), wanted[0].lower())):
        for match in re.finditer(re.escape(first + wanted[1:]), plain):
            start, end = match.span()
            if _whole(plain, start, end):
                return places[start], places[end - 1] + 1
    return None


def _whole(text: str, start: int, end: int) -> bool:
    """Whether no word is cut at either end; an apostrophe ends none: "can" is not in "can't"."""
    before = text[start - 1 : start]
    after = text[end : end + 2]
    if text[start].isalnum() and before.isalnum():
        return False
    if not text[end - 1].isalnum():
        return True
    joined = after[:1] == "'" and after[1:].isalnum() and after[1:] != "s"
    return not after[:1].isalnum() and not joined


def _normal(text: str) -> tuple[str, list[int]]:
    """The text with plain quotation marks, dashes and spaces, and the place of each character."""
    plain: list[str] = []
    places: list[int] = []
    for place, character in enumerate(text.translate(_ALIKE)):
        if character.isspace():
            if plain and plain[-1] == " ":
                continue
            character = " "
        plain.append(character)
        places.append(place)
    return "".join(plain), places
