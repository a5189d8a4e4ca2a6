"""The words files use for what we keep of them, and the dates they write."""

from __future__ import annotations

import datetime
import re
from collections.abc import Mapping, Sequence
from typing import Any

KEYS = ("title", "date", "place", "interviewer", "interviewee", "source", "rights")

_SYNONYMS = {
    "title": "title headline name_of_interview",
    "date": "date interview_date date_of_interview interviewed_on recorded recorded_on "
    "published published_on published_time pubdate datum",
    "place": "place location interview_location place_of_interview city venue",
    "interviewer": "interviewer interviewers interviewed_by interview_by host hosts hosted_by "
    "moderator moderators asked_by",
    "interviewee": "interviewee interviewees guest guests narrator narrators respondent",
    "source": "source source_url url link permalink canonical media original_url",
    "rights": "rights license licence copyright usage",
    "people": "speakers speaker people participants present attendees",
}
_OURS = {word: key for key, words in _SYNONYMS.items() for word in words.split()}
_MONTHS = "january february march april may june july august september october november december"
_WEEKDAY = r"(?:[A-Za-z]{3,9},? +)?"
_DATES = (
    re.compile(r"(?P<y>\d{4})[-/.](?P<m>\d{1,2})[-/.](?P<d>\d{1,2})(?:[T ].*)?\Z"),
    re.compile(
        rf"{_WEEKDAY}(?P<n>[A-Za-z]{{3,9}})\.? +(?P<d>\d{{1,2}})(?:st|nd|rd|th)?,? +"
        r"(?P<y>\d{4})\Z"
    ),
    re.compile(
        rf"{_WEEKDAY}(?P<d>\d{{1,2}})(?:st|nd|rd|th)?\.? +(?:of +)?(?P<n>[A-Za-z]{{3,9}})\.?,? +"
        r"(?P<y>\d{4})\Z"
    ),
)


def key_of(word: str) -> str:
    """Our name for a field called `word` ("Interviewed by" → "interviewer"), or ""."""
    return _OURS.get(re.sub(r"[\W_]+", "_", word.strip().lower()).strip("_"), "")


def understood(fields: Mapping[str, Any]) -> tuple[dict[str, str], tuple[str, ...]]:
    """What we keep of a file's fields, by our names, and the people it says speak."""
    kept: dict[str, str] = {}
    people: tuple[str, ...] = ()
    for word, value in fields.items():
        key = key_of(str(word))
        text = _text_of(value)
        if not key or not text:
            continue
        if key == "people":
            people = names_in(text)
        else:
            kept.setdefault(key, iso_date(text) if key == "date" else text)
    return kept, people


def names_in(text: str) -> tuple[str, ...]:
    """The names in "A, B and C" or "A; B"."""
    parts = re.split(r"[;,\n]|\s+(?:and|&)\s+", text)
    return tuple(part.strip() for part in parts if part.strip())


def iso_date(text: str) -> str:
    """A date as 2001-05-31 where it can only mean one day, else as it is written."""
    text = text.strip().rstrip(".")
    for pattern in _DATES:
        found = pattern.match(text)
        if not found:
            continue
        parts = found.groupdict()
        try:
            month = int(parts["m"]) if "m" in parts else _month(parts["n"])
            return datetime.date(int(parts["y"]), month, int(parts["d"])).isoformat()
        except ValueError:
            return text
    return text


def _month(name: str) -> int:
    for number, month in enumerate(_MONTHS.split(), 1):
        if len(name) >= 3 and month.startswith(name.lower()):
            return number
    raise ValueError(name)


def _text_of(value: Any) -> str:
    if isinstance(value, datetime.datetime):
        return value.date().isoformat()
    if isinstance(value, (str, int, float, datetime.date)) and not isinstance(value, bool):
        return " ".join(str(value).split())
    if isinstance(value, Sequence):
        return ", ".join(
            text
            for item in value[:50]
            if isinstance(item, (str, Mapping)) and (text := _named(item))
        )
    return ""


def _named(item: str | Mapping[str, Any]) -> str:
    return _text_of(item) if isinstance(item, str) else _text_of(str(item.get("name", "")))
