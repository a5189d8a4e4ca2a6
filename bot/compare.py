"""The same question to several speakers: each one's own words, never blended into one view."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, NamedTuple

from bot.answering import Answering, Asked
from bot.reply import Reply
from vectorstore.filters import Filter
from vectorstore.retriever import retrieve

if TYPE_CHECKING:
    from vectorstore.store import Store

# Statements that are looked through for those who have something to say.
_DEPTH = 200


class Voice(NamedTuple):
    """What one speaker says.

    Attributes:
        speaker: The speaker; with the interview's title where the name alone may mean several.
        reply: The reply from this speaker's statements alone.
    """

    speaker: str
    reply: Reply


@dataclass(frozen=True, slots=True)
class _Person:
    """A speaker, and the transcripts in which the name means this person."""

    name: str
    transcripts: tuple[str, ...]


def compare(answering: Answering, asked: Asked, most: int) -> tuple[Voice, ...]:
    """Ask each speaker alone.

    Args:
        answering: Answers one question.
        asked: The question, and whose words count.
        most: If there are more speakers, those whose statements are nearest to the question.

    Returns:
        Those who answer first, the surest first; then those who don't.
    """
    people = _people(answering.store, asked.only)
    if len(people) > most:
        people = _nearest(answering.store, asked, people)[:most]
    each = [
        replace(asked, only=Filter(transcripts=one.transcripts, speakers=(one.name,)))
        for one in people
    ]
    replies = [reply for part in answering.batch(each) for reply in part]
    voices = [
        Voice(_label(answering.store, one), reply)
        for one, reply in zip(people, replies, strict=True)
    ]
    return tuple(sorted(voices, key=lambda v: (not v.reply.answered, -v.reply.confidence)))


def _people(store: Store, only: Filter) -> list[_Person]:
    """Everybody who has statements, by name."""
    found: dict[tuple[str, str], list[str]] = {}
    for speaker, transcript_id in store.lexical.voices(only):
        found.setdefault((speaker, _whose(speaker, transcript_id)), []).append(transcript_id)
    return [_Person(name, tuple(ids)) for (name, _), ids in found.items()]


def _whose(speaker: str, transcript_id: str) -> str:
    """What tells namesakes apart: a full name is one person, "Sarah" is one in each interview."""
    full = speaker[:1].isupper() and len(speaker.split()) > 1
    return "" if full else transcript_id


def _nearest(store: Store, asked: Asked, people: Sequence[_Person]) -> list[_Person]:
    """The people in the order in which a search comes upon them."""
    order: dict[tuple[str, str], int] = {}
    for rank, passage in enumerate(retrieve(store, asked.question, _DEPTH, asked.only)):
        statement = passage.statement
        order.setdefault((statement.speaker, statement.transcript_id), rank)
    ranks = {one: min(order.get((one.name, i), _DEPTH) for i in one.transcripts) for one in people}
    return sorted((one for one in people if ranks[one] < _DEPTH), key=ranks.__getitem__)


def _label(store: Store, person: _Person) -> str:
    if not _whose(person.name, "x"):
        return person.name
    return f"{person.name} ({store.sources.get(person.transcripts[0]).title})"
