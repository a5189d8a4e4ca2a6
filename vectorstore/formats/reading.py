"""From a file's bytes to a transcript: read the container, find who speaks, name the rest."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import PurePath

from vectorstore.errors import ParseError
from vectorstore.formats import furniture, text
from vectorstore.formats.document import Document, Segment
from vectorstore.formats.labels import find_labels, segments, trim
from vectorstore.formats.speakers import Known, identify
from vectorstore.transcript import Transcript, Turn


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
        name: Its name; the suffix says the format.
        interviewer: Who asks, where the file does not say so.
        speakers: Full names for labels, such as {"MSM": "Michael Mahoney"}.
        metadata: Overrides what the file says: title, date, place, interviewer, interviewee,
            source, rights.

    Raises:
        ParseError: The file cannot be understood; says where and what would help.
    """
    path = PurePath(name)
    document = text.read(raw)
    if not document.text.strip():
        raise ParseError(f"{name} is empty: there is nothing to read in it")
    told = {key: value for key, value in (metadata or {}).items() if value}
    if interviewer:
        told["interviewer"] = interviewer
    return _transcript(path.stem, document, told, speakers or {})


def _transcript(
    stem: str, document: Document, told: dict[str, str], renamed: Mapping[str, str]
) -> Transcript:
    labels = find_labels(document.text, (*document.people, *renamed.values()))
    spoken = segments(document.text, labels)
    if not spoken:
        spoken = [Segment("", *trim(document.text, 0, len(document.text)))]
    lines = document.text[: labels[0].start] if labels else ""
    header = furniture.read_header(lines, tuple(label.name for label in labels))
    last = spoken[-1]
    end = furniture.without_tags(document.text, last.start, last.end)
    spoken[-1] = Segment(last.label, *trim(document.text, last.start, end))
    said = {
        "interviewer": header.interviewer,
        "interviewee": header.interviewee,
        "place": header.place,
        **document.metadata,
        **told,
    }
    title = said.pop("title", "") or document.title or header.title or stem
    known = Known(
        hosts=(said["interviewer"],) if said["interviewer"] else document.hosts,
        guests=(said["interviewee"],) if said["interviewee"] else document.guests,
        people=document.people,
        renamed=renamed,
    )
    who = identify(spoken, document.text, known)
    turns = tuple(
        Turn(*who[s.label], s.start, s.end, s.time_start, s.time_end)
        for s in spoken
        if s.end > s.start
    )
    return Transcript.of(
        stem, title, document.text, turns, {key: value for key, value in said.items() if value}
    )
