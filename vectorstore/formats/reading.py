"""From a file's bytes to a transcript: read the container, find who speaks, name the rest."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import PurePath

from vectorstore.errors import ParseError
from vectorstore.formats import furniture
from vectorstore.formats.document import Document, Segment
from vectorstore.formats.grammar import candidates
from vectorstore.formats.labels import choose, introductions
from vectorstore.formats.metadata import KEYS, key_of, names_in
from vectorstore.formats.names import is_name
from vectorstore.formats.pages import examiners, page_lines
from vectorstore.formats.questions import set_apart, with_answers
from vectorstore.formats.roles import assign_roles
from vectorstore.formats.sniffing import reader_for
from vectorstore.formats.speakers import Known, name_speakers
from vectorstore.formats.turns import segments
from vectorstore.transcript import UNKNOWN_SPEAKER, Transcript, Turn


def parse(
    raw: bytes,
    name: str,
    *,
    interviewer: str | None = None,
    speakers: Mapping[str, str] | None = None,
    metadata: Mapping[str, str] | None = None,
) -> Transcript:
    """Understand a file as an interview.

    Args:
        raw: The file's bytes.
        name: Its name; the suffix says the format, unless the content is plainly another.
        interviewer: Who asks, where the file does not say so.
        speakers: Full names for labels, such as {"MSM": "Michael Mahoney"}.
        metadata: Overrides what the file says: title, date, place, interviewer, interviewee,
            source, rights.

    Raises:
        ParseError: The file cannot be understood; says where and what would help.
    """
    if not raw.strip():
        raise ParseError(f"{name} is empty: there is nothing to read in it")
    document = reader_for(raw, name)(raw)
    if not any(char.isalnum() for char in document.text):
        raise ParseError(f"{name} holds no words")
    told = {key: value for key, value in (metadata or {}).items() if key in KEYS and value}
    if interviewer:
        told["interviewer"] = interviewer
    return _transcript(PurePath(name).stem, document, told, speakers or {})


def _transcript(
    stem: str, document: Document, told: dict[str, str], renamed: Mapping[str, str]
) -> Transcript:
    spoken, header = _talk(document, (*document.people, *renamed.values(), *_told_people(told)))
    if not spoken:
        raise ParseError("no speech was found: everything in it is headings, times and notes")
    said = {**header.metadata, **document.metadata, **told}
    title = told.get("title") or _title(document.title, header.title) or stem
    known = Known(
        hosts=_people(said, "interviewer"),
        guests=_people(said, "interviewee"),
        people=(*document.people, *header.people),
        renamed={**header.legend, **renamed},
        told="interviewer" in told,
        heading=f"{title}\n{header.text}",
    )
    labels = list(dict.fromkeys(segment.label for segment in spoken))
    names = name_speakers(labels, document.text, known)
    roles = assign_roles(spoken, document.text, names, known)
    turns = tuple(
        Turn(names[s.label], roles[s.label], s.start, s.end, s.time_start, s.time_end)
        for s in spoken
    )
    for key in ("interviewer", "interviewee"):  # as the turns spell it
        same = [n for n in names.values() if n.casefold() == said.get(key, "").casefold()]
        said[key] = same[0] if same else said.get(key, "")
    kept = {key: said[key] for key in KEYS if said.get(key) and key != "title"}
    return Transcript.of(stem, title, document.text, turns, kept)


def _talk(document: Document, people: Sequence[str]) -> tuple[Sequence[Segment], furniture.Header]:
    """Who speaks where, and what stands before."""
    text = document.text
    if document.segments is not None:
        return document.segments, furniture.Header()
    examined = examiners(text)
    headings = sorted({*document.headings, *page_lines(text), *examined})
    found = list(candidates(text, document.bold))
    notes = introductions(text, found)
    labels = choose(text, [label for label in found if label.start not in notes], tuple(people))
    if not any(label.name for label in labels):
        begin = furniture.end_of_header(text)
        asked = set_apart(document, begin)
        labels = asked or labels
        begin = labels[0].start if labels else begin
        header = furniture.read_header(text[:begin], ())
        headings = [span for span in headings if span[0] not in {label.words for label in asked}]
        return segments(text, labels, headings, begin), header
    labels = with_answers(text, labels)
    header = furniture.read_header(
        text[: labels[0].start], tuple(dict.fromkeys(label.name for label in labels))
    )
    for mark, name in notes.values():
        key = key_of(mark)
        if key in ("interviewer", "interviewee"):
            header.metadata.setdefault(key, name)
        elif key != "people":
            header.legend.setdefault(mark, name)
    for label in labels:
        if label.note.casefold() in ("host", "byline", "anchor", "moderator", "interviewer"):
            header.metadata.setdefault("interviewer", label.name)
        elif label.note.casefold() in ("guest", "interviewee"):
            header.metadata.setdefault("interviewee", label.name)
    if len(set(examined.values())) == 1:
        header.metadata.setdefault("interviewer", next(iter(examined.values())))
    return segments(text, labels, headings), header


def _title(container: str, headline: str) -> str:
    """The container's title, unless the headline says the same and more."""
    words = set(container.casefold().replace(",", " ").split())
    if headline and words <= set(headline.casefold().replace(",", " ").split()):
        return headline
    return container or headline


def _people(said: Mapping[str, str], key: str) -> tuple[str, ...]:
    return tuple(name for name in names_in(said.get(key, "")) if name != UNKNOWN_SPEAKER)


def _told_people(told: Mapping[str, str]) -> tuple[str, ...]:
    names = (*_people(told, "interviewer"), *_people(told, "interviewee"))
    return tuple(name for name in names if is_name(name))
