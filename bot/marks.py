"""Citation marks in every form that chat models write them."""

from __future__ import annotations

import re

_SUPERSCRIPTS = str.maketrans("⁰¹²³⁴⁵⁶⁷⁸⁹", "0123456789")

_NUMBERS = r"\^?\d{1,3}(?:\s*(?:[,;&–-]|and)\s*\^?\d{1,3})*"
_WORDS = r"(?:(?:statements?|sources?|s|ref\.?|citations?|quotes?|nos?\.?|#)[\s:.#]*)?"

# Round brackets hold a mark only where a sentence or clause ends: "five (5) ministers" has none.
_MARK = re.compile(
    rf"<sup>\s*\[?(?P<html>{_NUMBERS})\]?\s*</sup>"
    rf"|\[\[?\s*{_WORDS}(?P<square>{_NUMBERS})\s*\]?\](?:\([^()\s]*\))?"
    rf"|【\s*{_WORDS}(?P<wide>{_NUMBERS})(?:[†:][^】]{{0,40}})?\s*】"
    rf"|(?<=\S)\s?\(\s*{_WORDS}(?P<round>\d{{1,2}}(?:\s*[,;&–-]\s*\d{{1,2}})*)\s*\)"
    r"(?=\s*(?:$|[.,;:!?”\"\[【(]|(?-i:[A-Z“])))"
    r"|(?<![\d⁰¹²³⁴⁵⁶⁷⁸⁹])(?P<superscript>[⁰¹²³⁴⁵⁶⁷⁸⁹]+(?:[⁻,˒][⁰¹²³⁴⁵⁶⁷⁸⁹]+)*)",
    re.IGNORECASE,
)

# The beginning of what may become a mark when more text arrives.
BEGUN = re.compile(
    r"(?:\[[\[\w\s,;&:.#^–-]{0,30}\]?|【[^】]{0,60}|\([\w\s,;&:.#–-]{0,20}|<[^>]{0,5}>?[^<]{0,20}<?[^>]{0,4}"
    r"|[⁰¹²³⁴⁵⁶⁷⁸⁹⁻,˒]+)$"
)

# What stays in brackets and would read as a mark of ours.
LOOKS_LIKE_A_MARK = re.compile(r"\[\d+\]")


def taken(text: str, most: int) -> tuple[str, tuple[int, ...]]:
    """A text without its marks, and the numbers that they hold, in order of appearance.

    Args:
        text: As the model wrote it.
        most: The highest number that there is; numbers above it are kept, for the caller to judge.
    """
    numbers: list[int] = []

    def take(match: re.Match[str]) -> str:
        numbers.extend(n for n in _read(match, most) if n not in numbers)
        return " " if match.end() < len(text) and text[match.end()].isalnum() else ""

    bare = _MARK.sub(take, text)
    bare = re.sub(r"[^\S\n]+([.,;:!?])", r"\1", bare) if numbers else bare
    bare = re.sub(r"([.,;:])\1(?!\.)", r"\1", bare) if numbers else bare
    return " ".join(bare.split()), tuple(numbers)


def after(text: str, position: int) -> int:
    """Where the marks end that follow a position, with white space between; or the position."""
    end = position
    while True:
        start = end
        while start < len(text) and text[start] in " \t\u00a0":
            start += 1
        match = _MARK.match(text, start) or _MARK.match(text, max(end, start - 1))
        if match is None:
            return end
        end = match.end()


def _read(match: re.Match[str], most: int) -> list[int]:
    kind = match.lastgroup or ""
    numbers = match[kind].translate(_SUPERSCRIPTS).replace("⁻", "-").replace("˒", ",")
    if kind == "superscript" and numbers.isdigit() and int(numbers) > most:
        return [int(digit) for digit in numbers]
    found: list[int] = []
    for part in re.split(r"\s*(?:[,;&]|and)\s*", numbers):
        low, _, high = part.replace("^", "").replace("–", "-").partition("-")
        first, last = int(low), int(high or low)
        found.extend(range(first, last + 1) if first <= last <= first + 20 else (first, last))
    return found
