"""Which labels are one person, and what that person is called."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from vectorstore.formats.labels import answers, asks
from vectorstore.formats.names import (
    TITLES,
    could_be_initials,
    is_name,
    is_role,
    is_short_for,
    words_of,
)
from vectorstore.transcript import UNKNOWN_SPEAKER

_LONE_LETTERS = {
    "I": "R P IE IP",
    "INT": "R P IE RES",
    "IV": "IE IP",
    "IR": "IE",
    "P": "R",
    "D": "R",
    "Q": "R",
}
_COUNTED = re.compile(
    r"(?:q|question|frage|pregunta|domanda|vraag|fråga|a|answer|antwort|réponse|respuesta|"
    r"risposta|antwoord|svar)\W?\d+\Z",
    re.IGNORECASE,
)


@dataclass(frozen=True, slots=True)
class Known:
    """What is known of the people before anybody speaks.

    Attributes:
        hosts: Those who ask.
        guests: Those who answer.
        people: Those who take part.
        renamed: Full names for labels, as told by the user or a legend.
        told: Whether it was the user who named the host.
        heading: Title and header, where full names stand before short labels.
    """

    hosts: tuple[str, ...] = ()
    guests: tuple[str, ...] = ()
    people: tuple[str, ...] = ()
    renamed: Mapping[str, str] = field(default_factory=dict)
    told: bool = False
    heading: str = ""


def name_speakers(labels: Sequence[str], text: str, known: Known) -> dict[str, str]:
    """The name of the person behind every label; `UNKNOWN_SPEAKER` where nothing says it."""
    names = {label: _name(label, labels, known) for label in labels}
    everybody = tuple(dict.fromkeys((*known.hosts, *known.guests, *known.people)))
    left = [person for person in everybody if person not in names.values()]
    lost = [label for label in labels if names[label] == label and not is_role(label)]
    # Two handles, two people, and the one left over begins like the other one left over.
    if len(left) == 1 and len(lost) == 1 and lost[0].islower():
        given = words_of(left[0])[0]
        if lost[0].startswith(given):
            names[lost[0]] = left[0]
    return {label: _cased(name, text) for label, name in names.items()}


def is_question_mark(label: str, labels: Sequence[str]) -> bool:
    """Whether a label says that its words are a question's: Q, Interviewer, I beside R."""
    beside = set(_LONE_LETTERS.get(re.sub(r"\d{1,2}\Z", "", label), "").split())
    return asks(label) or any(re.sub(r"\d{1,2}\Z", "", other) in beside for other in labels)


def is_answer_mark(label: str, labels: Sequence[str]) -> bool:
    """Whether a label says that its words are an answer's: A, Guest, R beside I."""
    if label == "A":  # beside B it is only the first of two people
        return any(asks(other) for other in labels)
    return answers(label) or any(
        label in others.split() and letter in labels for letter, others in _LONE_LETTERS.items()
    )


def _name(label: str, labels: Sequence[str], known: Known) -> str:
    for written, name in known.renamed.items():
        if written.casefold() == label.casefold():
            return name
    if not label:
        return UNKNOWN_SPEAKER
    if is_question_mark(label, labels):
        return known.hosts[0] if len(known.hosts) == 1 else _numbered(label)
    if is_answer_mark(label, labels):
        return known.guests[0] if len(known.guests) == 1 else _numbered(label)
    people = (*known.hosts, *known.guests, *known.people, *known.renamed.values())
    full = _fullest(label, people) or _fullest(label, labels)
    if words_of(full) == words_of(label):
        full = _headed(full, known.heading) or full
    if (
        full in ("", label)
        and known.told
        and len(known.hosts) == 1
        and could_be_initials(label, known.hosts[0])
    ):
        full = known.hosts[0]
    name = full or label
    for written, renamed in known.renamed.items():
        if written.casefold() == name.casefold():
            return renamed
    return name


def _numbered(label: str) -> str:
    """Keep "Interviewer 2", which tells people apart; "Q", "Question 2" or "Guest" name nobody."""
    tells = any(char.isdigit() for char in label) and not _COUNTED.match(label)
    return label if tells and len(label) > 3 else UNKNOWN_SPEAKER


def _fullest(label: str, others: Sequence[str]) -> str:
    """The one person among `others` whom the label is short for; "" if none or several."""
    fuller = [other for other in dict.fromkeys(others) if is_short_for(label, other)]
    if not fuller:
        return ""
    longest = max(fuller, key=lambda other: len(words_of(other)))  # the first of equally long
    return longest if all(is_short_for(other, longest) for other in fuller) else ""


def _headed(label: str, heading: str) -> str:
    """The full name that title or header give for a surname: "by Press Secretary Jane Doe".

    It counts only where its beginning is plain: after a job's title, a small word, or a comma.
    """
    surname = " ".join(words_of(label))
    if not surname or is_role(label) or not heading:
        return ""
    found: set[str] = set()
    pattern = rf"(?<!\w){re.escape(surname)}(?!\w)"
    for match in re.finditer(pattern, heading.casefold().replace("’", "'")):
        before = heading[max(0, match.start() - 80) : match.start()]
        words: list[str] = []
        for word in reversed(before.split()):
            if (word[-1:] in ",;:.)" and len(word) > 2) or not is_name(word):
                plain = word[-1:] in ",;:" or word.lower() in (
                    "with",
                    "by",
                    "and",
                    "interviews",
                    "&",
                )
                words = words if plain else []
                break
            if word.lower().strip(".") in TITLES:
                break
            words.insert(0, word)
        if 1 <= len(words) <= 2:
            found.add(" ".join([*words, heading[match.start() : match.end()]]))
    return found.pop() if len(found) == 1 else ""


def _cased(name: str, text: str) -> str:
    """A name in capitals as the text writes it elsewhere: MCCONAUGHEY → McConaughey."""
    if not name.isupper() or len(name) < 4 or is_role(name):
        return name
    words = []
    for word in name.split():
        pattern = re.compile(rf"(?<![\w-]){re.escape(word)}(?![\w-])", re.IGNORECASE)
        seen = next((m[0] for m in pattern.finditer(text) if m[0][1:] != m[0][1:].upper()), "")
        if word.lower().strip(".") in TITLES:
            seen = seen or word.capitalize()
        if not seen or seen[0].islower():
            return name
        words.append(seen)
    return " ".join(words)
