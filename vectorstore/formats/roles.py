"""Who asks and who answers."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from vectorstore.formats.document import Segment
from vectorstore.formats.names import is_short_for
from vectorstore.formats.speakers import Known, is_answer_mark, is_question_mark
from vectorstore.transcript import Role

# Fitted on sixteen published transcripts read by eye: an interviewer asks in at least this share
# of the turns, at this many times the rate per word of whoever talks most, and talks less.
_ASKING_TURNS = 0.25
_ASKING_RATE = 2.0
_TALKS_LESS = 0.75
# Or asks in this share of the turns, and this many times as often as the other: then length
# says nothing, since a long question may get a short answer.
_MOSTLY_ASKING = 0.5
_MORE_OFTEN = 3.0
_TESTIFIES = re.compile(r"(?:the )?(?:witness|deponent)\Z", re.IGNORECASE)
_INTERPRETS = re.compile(r"(?:the )?(?:interpreter|translator)\b", re.IGNORECASE)


@dataclass(slots=True)
class _Talk:
    """How somebody talks: turns, those with a question, questions, words, whether first."""

    turns: int = 0
    asking: int = 0
    questions: int = 0
    words: int = 0
    first: bool = False

    @property
    def share(self) -> float:
        return self.asking / max(self.turns, 1)

    @property
    def rate(self) -> float:
        return self.questions / max(self.words, 1)


def assign_roles(
    segments: Sequence[Segment], text: str, names: Mapping[str, str], known: Known
) -> dict[str, Role]:
    """The role of every label: as told, else by who asks, else unknown."""
    labels = [label for label in names if label]
    talks = _talks([segment for segment in segments if segment.label], text, names)
    roles: dict[str, Role] = {}
    for label in labels:
        name = names[label]
        if is_question_mark(label, labels) or _is_one_of(name, known.hosts):
            roles[label] = "interviewer"
        elif (
            is_answer_mark(label, labels)
            or _is_one_of(name, known.guests)
            or _TESTIFIES.match(label)
        ):
            roles[label] = "interviewee"
    if any(is_question_mark(label, labels) for label in labels):
        # Questions are marked as such, so whoever has a name answers, unless answers are marked.
        answers = any(is_answer_mark(label, labels) for label in labels)
        other: Role = "unknown" if answers else "interviewee"
        return {label: roles.get(label, other if label else "unknown") for label in names}
    decided = _by_asking({names[label]: role for label, role in roles.items()}, talks)
    return {label: decided.get(name, "unknown") for label, name in names.items()}


def _by_asking(told: Mapping[str, Role], talks: Mapping[str, _Talk]) -> dict[str, Role]:
    """Roles by name: those told, and those that the questions give away."""
    roles = dict(told)
    others = [name for name in talks if name not in told]
    if not others or len(talks) < 2:
        return roles
    guests = [name for name, role in told.items() if role == "interviewee"]
    if len(talks) == 2 and not told:
        top = min(talks, key=lambda name: talks[name].share)
    else:
        top = max(guests or others, key=lambda name: talks[name].words)
    askers = [name for name in others if name != top and _asks(talks[name], talks[top])]
    if guests and not askers and "interviewer" not in told.values() and len(others) == 1:
        askers = [name for name in others if talks[name].questions]
    roles.update(dict.fromkeys(askers, "interviewer"))
    if "interviewer" in roles.values():
        for name in others:
            # An interpreter says what others have said.
            roles.setdefault(name, "unknown" if _INTERPRETS.match(name) else "interviewee")
    return roles


def _asks(talk: _Talk, top: _Talk) -> bool:
    if talk.turns < 2 and not talk.first:
        return False
    if talk.share >= _MOSTLY_ASKING and talk.share >= _MORE_OFTEN * top.share:
        return True
    return (
        talk.share >= _ASKING_TURNS
        and talk.rate >= _ASKING_RATE * top.rate
        and talk.words < _TALKS_LESS * top.words
    )


def _talks(segments: Sequence[Segment], text: str, names: Mapping[str, str]) -> dict[str, _Talk]:
    talks = {names[segment.label]: _Talk() for segment in segments}
    for segment in segments:
        talk = talks[names[segment.label]]
        words = text[segment.start : segment.end]
        questions = words.count("?") + words.count("？")
        talk.first = talk.first or segment is segments[0]
        talk.turns += 1
        talk.asking += questions > 0
        talk.questions += questions
        talk.words += len(words.split())
    return talks


def _is_one_of(name: str, people: Sequence[str]) -> bool:
    return any(is_short_for(name, person) or is_short_for(person, name) for person in people)
