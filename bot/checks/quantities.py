"""Numbers in a text, written in digits or in words, with what they count."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass
from fractions import Fraction

_SMALL_WORDS = """
zero one two three four five six seven eight nine ten eleven twelve thirteen fourteen fifteen
sixteen seventeen eighteen nineteen
"""
_SMALL = _SMALL_WORDS.split()
_TENS = ["twenty", "thirty", "forty", "fifty", "sixty", "seventy", "eighty", "ninety"]
_ORDINALS_WORDS = """
zeroth first second third fourth fifth sixth seventh eighth ninth tenth eleventh twelfth
thirteenth fourteenth fifteenth sixteenth seventeenth eighteenth nineteenth
"""
_ORDINALS = _ORDINALS_WORDS.split()
_VALUES: dict[str, int | Fraction] = {
    **{word: value for value, word in enumerate(_SMALL)},
    **{word: value for value, word in enumerate(_ORDINALS)},
    **{word: 10 * value for value, word in enumerate(_TENS, start=2)},
    **{word[:-1] + "ieth": 10 * value for value, word in enumerate(_TENS, start=2)},
    "dozen": 12, "half": Fraction(1, 2), "twice": 2, "thrice": 3, "quarter": Fraction(1, 4),
    "thirds": 3, "quarters": Fraction(1, 4), "dozens": 12, "halves": Fraction(1, 2),
    "double": 2, "doubled": 2, "triple": 3, "tripled": 3, "quadrupled": 4,
    "twenties": 20, "thirties": 30, "forties": 40, "fifties": 50, "sixties": 60,
    "seventies": 70, "eighties": 80, "nineties": 90,
}  # fmt: skip
_SCALES = {
    "hundred": 100, "hundredth": 100, "hundreds": 100, "thousand": 1000, "thousandth": 1000,
    "thousands": 1000, "million": 10**6, "millions": 10**6, "billion": 10**9, "billions": 10**9,
    "trillion": 10**12, "trillions": 10**12, "bn": 10**9, "mn": 10**6, "k": 1000, "m": 10**6,
}  # fmt: skip

# What is counted, where mistaking it would be a lie; years stand for decades and centuries.
_UNITS = {
    "%": "percent", "percent": "percent", "percentage": "percent", "cent": "percent",
    "$": "dollar", "dollar": "dollar", "dollars": "dollar", "€": "euro", "euro": "euro",
    "euros": "euro", "£": "pound", "pound": "pound", "pounds": "pound", "¥": "yen", "yen": "yen",
    "second": "second", "seconds": "second", "minute": "minute", "minutes": "minute",
    "hour": "hour", "hours": "hour", "day": "day", "days": "day", "week": "week", "weeks": "week",
    "month": "month", "months": "month", "year": "year", "years": "year", "decade": "decade",
    "decades": "decade", "century": "century", "centuries": "century", "mile": "mile",
    "miles": "mile", "kilometer": "kilometre", "kilometers": "kilometre", "kilometre": "kilometre",
    "kilometres": "kilometre", "metre": "metre", "metres": "metre", "meter": "metre",
    "meters": "metre", "ton": "ton", "tons": "ton", "tonnes": "ton", "degrees": "degree",
    "people": "person", "person": "person", "countries": "country", "country": "country",
}  # fmt: skip
_YEARS = {"decade": 10, "century": 100}

_TOKEN = re.compile(
    r"(?P<sign>[$€£¥])?\s?(?P<digits>\d{1,3}(?:,\d{3})+(?:\.\d+)?|\d+(?:\.\d+)?)"
    r"(?P<tail>(?:st|nd|rd|th|s|k|m|bn|mn)\b)?|(?P<word>[^\W\d_]+)|(?P<other>\S)"
)

# "one" as a pronoun: no number is meant.
_PRONOUN_BEFORE = {"no", "the", "this", "that", "another", "any", "every", "each", "which", "some"}
_PRONOUN_AFTER = {"of", "another", "s", "can", "could", "should", "would", "must", "has", "is"}


@dataclass(frozen=True, slots=True)
class Quantity:
    """A number and what it counts.

    Attributes:
        value: Exact; "two million" is 2,000,000.
        unit: What is counted, or "" if it is none of those that are told apart.
        start: Offset of its first character.
        end: Offset one past its last.
    """

    value: Fraction
    unit: str
    start: int
    end: int


def quantities(text: str) -> list[Quantity]:
    """The numbers in a text, in order."""
    tokens = list(_TOKEN.finditer(text))
    found: list[Quantity] = []
    i = 0
    while i < len(tokens):
        value, following = _number(tokens, i)
        if value is None or (following == i + 1 and _pronoun(tokens, i)):
            i = max(following, i + 1)
            continue
        unit, after = _unit(tokens, i, following)
        if unit in _YEARS and value < 100:
            value, unit = value * _YEARS[unit], "year"
        found.append(Quantity(value, unit, tokens[i].start(), tokens[following - 1].end()))
        i = max(after, i + 1)
    return found


def unaccounted(claim: str, source: str) -> list[str]:
    """The claim's numbers that the source doesn't have, as the claim writes them."""
    known = quantities(source)
    return [claim[q.start : q.end].strip() for q in quantities(claim) if not _among(q, known)]


def _among(wanted: Quantity, known: Iterable[Quantity]) -> bool:
    same = [q for q in known if q.value == wanted.value]
    return any(q.unit == wanted.unit or not q.unit or not wanted.unit for q in same)


def _number(tokens: list[re.Match[str]], i: int) -> tuple[Fraction | None, int]:
    """The number that begins with token i, and the index of the token after it."""
    total, current, seen, j = Fraction(0), Fraction(0), False, i
    tens = False
    while j < len(tokens):
        token = tokens[j]
        word = (token["word"] or "").lower()
        if token["digits"]:
            if seen:
                break
            current = Fraction(token["digits"].replace(",", ""))
            scale = _SCALES.get(token["tail"] or "", 1)
            current, seen, tens = current * scale, True, False
        elif word in _VALUES:
            value = Fraction(_VALUES[word])
            if seen and word == "dozen":
                current *= value
            elif seen and not (tens and 0 < value < 10) and (current == 0 or current % 100):
                break
            else:
                current += value
            seen, tens = True, 20 <= value < 100
        elif word in _SCALES and len(word) > 2:
            scale = _SCALES[word]
            current = (current if seen else Fraction(1)) * scale
            if scale > 100:
                total, current = total + current, Fraction(0)
            seen, tens = True, False
        elif seen and (token["other"] == "-" or word == "and") and _goes_on(tokens, j, word):
            pass
        else:
            break
        j += 1
    return (total + current if seen else None), j


def _goes_on(tokens: list[re.Match[str]], j: int, joint: str) -> bool:
    """Whether a hyphen or an "and" joins two parts of one number: twenty-five, 100 and five."""
    if j + 1 >= len(tokens):
        return False
    before = (tokens[j - 1]["word"] or "").lower()
    after = (tokens[j + 1]["word"] or "").lower()
    if joint == "and":
        return before in _SCALES and after in _VALUES
    joined = tokens[j - 1].end() == tokens[j].start() and tokens[j].end() == tokens[j + 1].start()
    return joined and (
        (before in _TENS and after in _VALUES) or (after in _SCALES and len(after) > 2)
    )


def _unit(tokens: list[re.Match[str]], first: int, following: int) -> tuple[str, int]:
    """The unit of the number from token `first` to `following`, and the index to go on from."""
    if tokens[first]["sign"]:
        return _UNITS[tokens[first]["sign"]], following
    for j in range(following, min(following + 3, len(tokens))):
        word = (tokens[j]["word"] or tokens[j]["other"] or "").lower()
        if word in _UNITS and (word != "second" or j == following):
            return _UNITS[word], j + 1
        if word not in {"-", "per", "us"} and j == following and not tokens[j]["word"]:
            break
        if word in _VALUES or tokens[j]["digits"]:
            break
    return "", following


def _pronoun(tokens: list[re.Match[str]], i: int) -> bool:
    if (tokens[i]["word"] or "").lower() != "one":
        return False
    before = (tokens[i - 1]["word"] or "").lower() if i else ""
    after = ""
    for token in tokens[i + 1 : i + 3]:
        if token["word"]:
            after = token["word"].lower()
            break
    return before in _PRONOUN_BEFORE or after in _PRONOUN_AFTER
