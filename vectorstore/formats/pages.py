"""What typed pages add to the words: numbered lines, page numbers, running heads."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator, Sequence
from itertools import pairwise

from vectorstore.formats.document import Span, trim

_LED = re.compile(r"[ \t\f]{0,12}(\d{1,5})(?:[ \t]+(.*)|\Z)")
_MOST_NUMBERED = 0.7
_IN_ORDER = 0.95
_FEWEST_LINES = 10
_LONGEST_HEAD = 70
_ROMAN = re.compile(r"(?<![\w.])[ivxl]{1,6}(?![\w.])", re.IGNORECASE)
_ROMAN_DIGITS = {"i": 1, "v": 5, "x": 10, "l": 50}
_EXAMINER = re.compile(
    r"^[ \t]*(?:(?:CROSS|DIRECT|RE-?DIRECT)[- ]EXAMINATION )?"
    r"BY ((?:MR|MS|MRS|DR)\.? [A-Z][A-Z'’-]+(?: [A-Z][A-Z'’-]+)?)[:.][ \t]*$",
    re.MULTILINE,
)


def without_line_numbers(text: str) -> str:
    """The text without numbers before its lines, if they are in order; else the text itself.

    Lines between the last number of a page and the first of the next are heads and feet, and go.
    """
    lines = text.split("\n")
    led = [(index, int(found[1]), found[2] or "")
           for index, line in enumerate(lines) if (found := _LED.match(line))]  # fmt: skip
    if len(led) < 4:
        return text
    filled = sum(bool(line.strip()) for line in lines)
    if len(led) >= max(_FEWEST_LINES, _MOST_NUMBERED * filled) and _in_order(led, 1):
        kept: list[str] = []
        for (index, number, words), after in zip(led, [*led[1:], None], strict=True):
            kept.append(words)
            if after and after[1] == number + 1:
                kept += lines[index + 1 : after[0]]
        return "\n".join(kept)
    step = led[1][1] - led[0][1]
    if step in (2, 3, 4, 5, 10) and _in_order(led, step) and 2 * step * len(led) > filled:
        for index, _, words in led:
            lines[index] = words
        return "\n".join(lines)
    return text


def _in_order(led: Sequence[tuple[int, int, str]], step: int) -> bool:
    """Whether numbers go up by a step from line to line, but for a new start on each page."""
    steps = list(pairwise(led))
    right = sum(
        (after[1] == before[1] + step and (step == 1 or after[0] >= before[0] + step))
        or (after[1] <= step < before[1])
        for before, after in steps
    )
    return right >= _IN_ORDER * len(steps)


def page_lines(text: str) -> list[Span]:
    """Page numbers and running heads: lines apart that are alike but for a number going up."""
    alone = list(_lines_apart(text))
    by_shape: dict[str, list[tuple[int, int]]] = {}
    for index, (start, end) in enumerate(alone):
        line = re.sub(r"(?<=\d) ?(?:of|/) ?\d{1,4}\b", "", " ".join(text[start:end].split()))
        for pattern in (re.compile(r"\d{1,4}"), _ROMAN):
            if len(numbers := pattern.findall(line)) == 1:
                shape = pattern.sub("#", line)
                by_shape.setdefault(shape, []).append((index, _number(numbers[0])))
    pages: set[int] = set()
    for found in by_shape.values():
        if len(found) > 1 and all(b == a + 1 for (_, a), (_, b) in pairwise(found)):
            pages.update(index for index, _ in found)
    beside = {near for index in pages for near in (index - 1, index + 1)
              if 0 <= near < len(alone) and near not in pages}  # fmt: skip
    counted = Counter(text[slice(*alone[index])] for index in beside)
    heads = {index for index in beside if counted[text[slice(*alone[index])]] > 0.5 * len(pages)}
    heads = heads if len(pages) > 1 else set()
    return [alone[index] for index in sorted(pages | heads)]


def _lines_apart(text: str) -> Iterator[Span]:
    """Short lines with a blank line or a new page before or after them."""
    position, before = 0, ""
    lines = text.split("\n")
    for index, line in enumerate(lines):
        after = lines[index + 1] if index + 1 < len(lines) else ""
        apart = not before.strip() or not after.strip() or "\f" in line or "\f" in after
        if line.strip() and len(line.strip()) <= _LONGEST_HEAD and apart:
            yield trim(text, position, position + len(line))
        position += len(line) + 1
        before = line


def _number(written: str) -> int:
    if written.isdigit():
        return int(written)
    values = [_ROMAN_DIGITS[letter] for letter in written.lower()]
    return sum(-v if v < after else v for v, after in zip(values, [*values[1:], 0], strict=True))


def examiners(text: str) -> dict[Span, str]:
    """Lines that say who asks from there on, as court reporters write them: "BY MS. LEE:"."""
    return {trim(text, *found.span()): found[1] for found in _EXAMINER.finditer(text)}
