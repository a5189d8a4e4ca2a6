"""Who asks and who answers."""

from __future__ import annotations

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
    labels = list(names)
    talks = _talks(segments, text, names)
    roles: dict[str, Role] = {}
    for label, name in names.items():
        if is_question_mark(label, labels) or _is_one_of(name, known.hosts):
            roles[label] = "interviewer"
        elif is_answer_mark(label, labels) or _is_one_of(name, known.guests):
            roles[label] = "interviewee"
    marked = any(is_question_mark(label, labels) for label in labels)
    _by_asking(roles, names, talks, marked)
    return {label: roles.get(label, "unknown") for label in names}


def _by_asking(
    roles: dict[str, Role], names: Mapping[str, str], talks: Mapping[str, _Talk], marked: bool
) -> None:
    """Decide the labels that nothing tells: where questions are marked, the others answer."""
    open_labels = [label for label in names if label not in roles]
    others = {names[label] for label in open_labels}
    if not others or len(names) < 2:
        return
    told = {names[label]: role for label, role in roles.items()}
    guests = [name for name, role in told.items() if role == "interviewee"]
    pool = guests or list(others)
    top = talks[max(pool, key=lambda name: talks[name].words)]
    decided: dict[str, Role] = {}
    for name in others:
        if not marked and talks[name] is not top and _asks(talks[name], top):
            decided[name] = "interviewer"
    if guests and "interviewer" not in told.values() and len(others) == 1:
        alone = next(iter(others))
        if talks[alone].questions:
            decided[alone] = "interviewer"
    if "interviewer" in (*decided.values(), *told.values()):
        for name in others - decided.keys():
            decided[name] = "interviewee"
    for label in open_labels:
        if names[label] in decided:
            roles[label] = decided[names[label]]


def _asks(talk: _Talk, top: _Talk) -> bool:
    return (
        (talk.turns > 1 or talk.first)
        and talk.share >= _ASKING_TURNS
        and talk.rate >= _ASKING_RATE * top.rate
        and talk.words < _TALKS_LESS * top.words
    )


def _talks(segments: Sequence[Segment], text: str, names: Mapping[str, str]) -> dict[str, _Talk]:
    talks = {name: _Talk() for name in names.values()}
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
