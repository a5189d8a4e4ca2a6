"""What surrounds an interview on its page: headline, byline, notes before it, tags after it."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field

from vectorstore.formats.metadata import iso_date, key_of, names_in
from vectorstore.formats.names import TITLES, could_be_initials, is_initials, is_name

_BYLINE = re.compile(
    r"(?:(?:interview(?:ed|er)?(?: conducted)?|conducted) by|hosted by|questions by) +(.+)",
    re.IGNORECASE,
)
_FIELD = re.compile(r"\W{0,4}([A-Za-z][A-Za-z ]{2,24}?)\W{0,3}[:：]\W{0,3} *(\S.*)")
_WITH = re.compile(
    r"\b(?:interview|conversation|q ?& ?a|q and a|discussion|talk) (?:with|of) "
    r"([^\n\]:;–—|]{2,160})",
    re.IGNORECASE,
)
_DULL = re.compile(
    r"(?:print|share|save|menu|home|e-?mail|subscribe|advertisement|listen|transcript|skip to|"
    r"log ?in|sign in|search|by |page \d)\b.{0,24}\Z",
    re.IGNORECASE,
)
_FULL_NAME = r"(?:[^\W\d_][\w.'’-]{0,30} ){1,4}[^\W\d_][\w'’-]{0,30}"
_LEGEND = re.compile(
    rf"(?P<name>{_FULL_NAME}) [\[(](?P<mark>[A-Z][A-Z.]{{1,5}})[\])]"
    rf"|\b(?P<short>[A-Z][A-Z.]{{1,5}})(?:\s?[:=–—-]\s?|\t)(?P<full>{_FULL_NAME})"
)
_BULLET = re.compile(r"\s*[•·‣◦▪*\-–]\s+(\S.*)\Z")
_END = re.compile(
    r"\W*(?:the )?end(?:\W+(?:of\b.{0,40}|\d.{0,24}|tape.{0,10}|transcript.{0,10}))?\W*\Z"
    r"|\W*-30-\W*\Z",
    re.IGNORECASE,
)
_AFTERWARDS = re.compile(
    r"\W{0,3}(?:©|copyright\b|\(c\) ?\d{4}|all rights reserved|"
    r"related (?:articles|stories|posts|links)|"
    r"read (?:more|next|also)\b|more from\b|filed under|tags ?:|topics ?:|share this|"
    r"(?:this|the) interview (?:was|has been) (?:edited|condensed|conducted|recorded|lightly)|"
    r"transcri(?:bed|pt) by\b|follow us\b|subscribe to\b)",
    re.IGNORECASE,
)
_NOTES = re.compile(
    r"^[\W_]{0,4}(?:foot|end)?notes?(?: and references)?:?[\W_]{0,4}$", re.IGNORECASE | re.MULTILINE
)
_NOTE = re.compile(r"\s*(?:[\[(]?\d{1,3}[\]).:]*\s|[*†‡§]{1,3}\s?)\S")
_TAG_WORDS = 5
_LONG_LINE = 300


@dataclass(frozen=True, slots=True)
class Header:
    """What the lines before the first label say.

    Attributes:
        text: Those lines.
        title: The headline, or "".
        metadata: interviewer, interviewee, place, date and so on, where a line says so.
        people: Names of those it says take part.
        legend: Names for initials.
    """

    text: str = ""
    title: str = ""
    metadata: dict[str, str] = field(default_factory=dict)
    people: tuple[str, ...] = ()
    legend: dict[str, str] = field(default_factory=dict)


def read_header(text: str, known: Sequence[str]) -> Header:
    """Read title, byline, fields, legend and "interview with NAME" off the lines before the talk.

    Args:
        text: Those lines.
        known: Labels that speak later; a name inside a longer phrase counts only if it is one.
    """
    title, said, people, legend = "", dict[str, str](), tuple[str, ...](), dict[str, str]()
    for line in (line.strip(" \t\r\xa0*_") for line in text.split("\n")):
        if not line or len(line) > 1000:
            continue
        legend.update(_legend(line))
        byline, form = _BYLINE.match(line), _FIELD.match(line)
        key = key_of(form[1]) if form else ""
        if byline:
            _keep(said, _byline(byline[1]))
        elif form and key == "people":
            people += tuple(name for name in map(_bare, names_in(form[2])) if is_name(name))
        elif form and key:
            _keep(said, _field(key, form[2].strip()))
        elif not title and _is_headline(line):
            title = line
        if not byline and "interviewee" not in said:
            _keep(said, _interview_with(line, known))
    return Header(text, title, said, people, legend)


def end_of_header(text: str) -> int:
    """Where the words of a text without labels begin: after short lines that end no sentence."""
    end = 0
    for block in re.finditer(r"[^\n]+(?:\n|\Z)", text[:4000]):
        line = block[0].strip()
        whole = text[block.end() : block.end() + 1] in ("\n", "\r")
        if line and (
            len(line.split()) > 20 or line.rstrip("*_/")[-1:] in '.!?:;,”"？。！：' or not whole
        ):
            break
        end = block.end()
    return end if text[end:].strip() else 0


def end_of_words(text: str, start: int, end: int) -> int:
    """Where the words of text[start:end] end, once what follows an interview is cut off.

    That is a list of short bulleted tags, an end mark, a copyright line and the like.
    """
    end = _without_notes(text, start, end)
    for cut, line in _lines_from_end(text, start, end):
        if len(line) < _LONG_LINE and (_AFTERWARDS.match(line) or _END.match(line)):
            end = cut
    return _without_tags(text, start, end)


def _lines_from_end(text: str, start: int, end: int) -> Iterator[tuple[int, str]]:
    """The last dozen lines of the words except the first line, from the end."""
    for _ in range(12):
        cut = text.rfind("\n", start, end) + 1
        if not cut:
            return
        line = text[cut:end].strip()
        if line:
            yield cut, line
        end = cut - 1


def _without_notes(text: str, start: int, end: int) -> int:
    """Where a last part called "Notes", of numbered paragraphs only, begins; else the end."""
    heads = list(_NOTES.finditer(text, start, end))
    if not heads:
        return end
    notes = [note for note in text[heads[-1].end() : end].split("\n\n") if note.strip()]
    led = all(_NOTE.match(note) for note in notes)
    return heads[-1].start() if notes and led else end


def _without_tags(text: str, start: int, end: int) -> int:
    cut, tags, position = end, 0, end
    while position > start:
        begin = max(text.rfind("\n", start, position - 1) + 1, start)
        if text[begin:position].strip():
            if not _is_tag(text[begin : min(position, begin + _LONG_LINE)]):
                break
            tags += 1
            cut = begin
        position = begin
    return cut if tags >= 2 else end


def _is_tag(line: str) -> bool:
    bullet = _BULLET.match(line.rstrip())
    return (
        bullet is not None
        and len(bullet[1].split()) <= _TAG_WORDS
        and bullet[1][-1] not in '.!?…,;:”"'
    )


def _is_headline(line: str) -> bool:
    if line[0] in "[(<•*" or " > " in line or _DULL.match(line) or "://" in line or len(line) > 200:
        return False
    return any(char.isalpha() for char in line) and iso_date(line) == line


def _keep(said: dict[str, str], found: dict[str, str]) -> None:
    for key, value in found.items():
        if value:
            said.setdefault(key, value)


def _field(key: str, value: str) -> dict[str, str]:
    if key in ("interviewer", "interviewee"):
        names = [name for name in map(_bare, names_in(value)) if is_name(name)]
        return {key: ", ".join(names[:1] if "," in value and " and " not in value else names)}
    return {key: iso_date(value) if key == "date" else value}


def _byline(rest: str) -> dict[str, str]:
    rest = rest.strip().rstrip(".")
    who, _, place = rest.partition(" in ")
    names = [name for name in names_in(who) if is_name(name)][:3]
    if not names:
        return {}
    place = place.partition(",")[0] if not is_name(place.replace(",", "")) else place
    return {
        "interviewer": ", ".join(names),
        "place": place if is_name(place.replace(",", "")) else "",
    }


def _bare(name: str) -> str:
    return re.sub(r"\([^()]*\)", "", name).strip()


def _legend(line: str) -> dict[str, str]:
    found: dict[str, str] = {}
    for entry in _LEGEND.finditer(line[:600]):
        mark = entry["mark"] or entry["short"]
        name = (entry["name"] or entry["full"]).strip()
        words = name.split()
        # "and Michael Mahoney (MSM)": the name is the shortest run of words the initials fit.
        for first in range(len(words) - 1, -1, -1) if entry["name"] else range(1):
            shorter = " ".join(words[first:])
            if is_initials(mark) and is_name(shorter) and could_be_initials(mark, shorter):
                found[mark] = shorter
                break
    return found


def _interview_with(line: str, known: Sequence[str]) -> dict[str, str]:
    """Who is named in "Interview with JANE DOE by JOHN SMITH"."""
    found = _WITH.search(line[:600])
    if not found:
        return {}
    phrase = re.sub(r"\([^()]{0,80}\)", "", found[1])
    phrase, _, rest = phrase.partition(" by ")
    asker = re.split(r",| in | on | at |\.\Z", rest)[0].strip()
    asker = asker if is_name(asker) and " " in asker else ""
    for name in sorted(known, key=len, reverse=True):
        if " " in name and re.search(rf"(?<!\w){re.escape(name)}(?!\w)", phrase, re.IGNORECASE):
            return {"interviewee": name, "interviewer": asker}
    words = re.split(r",| on | in | at | about ", phrase)[0].strip(" .]\"”'").split()
    while words and words[0].lower().strip(".") in TITLES:
        words.pop(0)
    name = " ".join(words)
    found_name = name if is_name(name) and 2 <= len(words) <= 4 else ""
    return {"interviewee": found_name, "interviewer": asker}
