"""What surrounds an interview on its page: headline, byline, notes before it, tags after it."""

from __future__ import annotations

import re
from dataclasses import dataclass

from vectorstore.formats.names import is_name

_BYLINE = re.compile(r"(?:interview(?:ed)? by|interviewer:|hosted by|host:) +(.+)", re.IGNORECASE)
_WITH = re.compile(
    r"\b(?:interview|conversation|q ?& ?a|q and a|talk) with ([^\n\]:;–—|]{2,160})", re.IGNORECASE
)
_PLAIN = re.compile(r"(?:interviewee|guest): +(.+)", re.IGNORECASE)
_DULL = re.compile(
    r"(?:print|share|save|menu|home|e-?mail|subscribe|advertisement|listen|transcript)\b.{0,20}\Z",
    re.IGNORECASE,
)
_BULLET = re.compile(r"\s*[•·‣◦▪*\-–]\s+(\S.*)\Z")


@dataclass(frozen=True, slots=True)
class Header:
    """What the lines before the first label say."""

    title: str = ""
    interviewer: str = ""
    interviewee: str = ""
    place: str = ""


def read_header(text: str, known: tuple[str, ...]) -> Header:
    """Read title, byline and "interview with NAME" off the lines before the first label.

    Args:
        text: Those lines.
        known: Labels that speak later; a name inside a longer phrase counts only if it is one.
    """
    title = interviewer = interviewee = place = ""
    for line in (line.strip() for line in text.splitlines()):
        if not line:
            continue
        byline = _BYLINE.match(line)
        guest = _PLAIN.match(line)
        if byline:
            interviewer, place = _split_byline(byline[1])
        elif guest and is_name(guest[1].strip()):
            interviewee = guest[1].strip()
        elif not title and _is_headline(line):
            title = line
        interviewee = interviewee or _interviewee(line, known)
    return Header(title, interviewer, interviewee, place)


def without_tags(text: str, start: int, end: int) -> int:
    """The end of the words in text[start:end] once a closing list of short tags is cut off.

    A tag is a bulleted line of at most five words that ends no sentence; two or more make a list.
    """
    lines = text[start:end].splitlines(keepends=True)
    cut, tags, position = end, 0, end
    for line in reversed(lines):
        position -= len(line)
        bullet = _BULLET.match(line.rstrip())
        if bullet and len(bullet[1].split()) <= 5 and bullet[1][-1] not in '.!?…,;:”"':
            tags += 1
            cut = position
        elif line.strip():
            break
    return cut if tags >= 2 else end


def _is_headline(line: str) -> bool:
    if line[0] in "[(<•*" or " > " in line or _DULL.match(line) or "://" in line:
        return False
    return any(char.isalpha() for char in line) and len(line) <= 200


def _split_byline(rest: str) -> tuple[str, str]:
    name, _, place = rest.strip().rstrip(".").partition(" in ")
    name, _, _ = name.partition(",")
    if not is_name(name):
        return "", ""
    return name, place if is_name(place) else ""


def _interviewee(line: str, known: tuple[str, ...]) -> str:
    found = _WITH.search(line)
    if not found:
        return ""
    phrase = found[1].strip().rstrip(".]")
    for name in sorted(known, key=len, reverse=True):
        if " " in name and phrase.casefold().endswith(name.casefold()):
            return name
    whole = phrase.partition(",")[0].strip()
    return whole if is_name(whole) and " " in whole else ""
