"""Which labels are one person, what the person is called, and who of them asks."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from vectorstore.formats.document import Segment
from vectorstore.formats.labels import ANSWERS, ASKS
from vectorstore.formats.names import is_short_for
from vectorstore.transcript import UNKNOWN_SPEAKER, Role


@dataclass(frozen=True, slots=True)
class Known:
    """What is known of the people before anybody speaks."""

    hosts: tuple[str, ...] = ()
    guests: tuple[str, ...] = ()
    people: tuple[str, ...] = ()
    renamed: Mapping[str, str] | None = None


def identify(segments: Sequence[Segment], text: str, known: Known) -> dict[str, tuple[str, Role]]:
    """The speaker and role of every label."""
    labels = list(dict.fromkeys(segment.label for segment in segments))
    names = {label: _full_name(label, labels, known) for label in labels}
    roles: dict[str, Role] = {}
    for label in labels:
        roles[label] = _told_role(label, names[label], known)
    if "interviewer" in roles.values():
        answers = {names[label] for label in labels if roles[label] == "unknown"}
        if len(answers) == 1:
            roles = {
                label: "interviewee" if role == "unknown" else role for label, role in roles.items()
            }
    return {label: (names[label], roles[label]) for label in labels}


def _full_name(label: str, labels: list[str], known: Known) -> str:
    if known.renamed and label in known.renamed:
        return known.renamed[label]
    if label.lower() in ASKS:
        return known.hosts[0] if len(known.hosts) == 1 else UNKNOWN_SPEAKER
    if label.lower() in ANSWERS:
        return known.guests[0] if len(known.guests) == 1 else UNKNOWN_SPEAKER
    people = (*known.hosts, *known.guests, *known.people)
    for others in (people, labels):
        fuller = {o for o in others if o != label and is_short_for(label, o)}
        if len(fuller) == 1:
            return fuller.pop()
    return label or UNKNOWN_SPEAKER


def _told_role(label: str, name: str, known: Known) -> Role:
    if label.lower() in ASKS or any(is_short_for(name, host) for host in known.hosts):
        return "interviewer"
    if label.lower() in ANSWERS or any(is_short_for(name, guest) for guest in known.guests):
        return "interviewee"
    return "unknown"
