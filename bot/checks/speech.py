"""Who speaks: what a claim says of that, and whose words a statement passes on."""

from __future__ import annotations

import re
from dataclasses import dataclass

from bot.checks.names import HONORIFICS, same_name
from bot.checks.quotations import OURS, find, quotations, without
from bot.checks.words import content, covered, folded, listed, words

_SAYS = (
    r"(?:says?|said|saying|thinks?|thought|believes?|believed|argue[sd]?|claim(?:s|ed)?|states?"
    r"|stated|notes?|noted|adds?|added|explains?|explained|describe[sd]?|calls?|called|mentions?"
    r"|mentioned|emphasi[sz]e[sd]?|stress(?:es|ed)?|warns?|warned|admits?|admitted|recalls?"
    r"|recalled|points? out|pointed out|insists?|insisted|remarks?|remarked|observe[sd]?|replies"
    r"|replied|answers?|answered|feels?|felt|considers?|considered|suggests?|suggested|tells?|told"
    r"|acknowledge[sd]?|concede[sd]?|maintains?|report(?:s|ed)?|expresse[sd]|agree[sd]?"
    r"|disagree[sd]?|predicts?|predicted|hopes?|hoped|worries|worried|promise[sd]?|assure[sd]?)"
)
_NAME = r"(?:[A-ZÀ-Þ][\w.’'-]*)(?:\s+(?:de|van|von|der|al|bin|[A-ZÀ-Þ][\w.’'-]*)){0,5}"
_ROLE = r"(?i:the|an?|our|their)\s+(?:[\w’'-]+\s+){0,3}[\w’'-]+"
_ADVERBS = r"(?:\s+(?:also|then|later|further|clearly|explicitly|now|once|has|had|is|was))*"

_ATTRIBUTIONS = (
    re.compile(rf"^(?P<who>{_NAME})(?:\s*\([^)]*\))?(?:,\s+asked\s+“[^”]*”)?\s*:\s"),
    re.compile(rf"\b[Aa]ccording to (?P<who>{_NAME}|{_ROLE})"),
    re.compile(rf"\b[Ii]n (?P<who>{_NAME})[’']s? (?:words|view|opinion)\b"),
    re.compile(rf"^(?P<who>{_NAME}|{_ROLE})(?:,[^,:]{{1,60}},)?{_ADVERBS}\s+{_SAYS}\b"),
    re.compile(rf"(?P<who>{_NAME}|{_ROLE}){_ADVERBS}\s+{_SAYS}\b"),
    re.compile(rf"[,”\"]\s*(?:said|says|explains|added|adds)\s+(?P<who>{_NAME})"),
)
_FRAME = re.compile(
    rf"^(?:(?:{_NAME}|{_ROLE}|[Hh]e|[Ss]he|[Tt]hey)(?:,[^,:]{{1,60}},)?{_ADVERBS}\s+{_SAYS}\b"
    rf"(?:\s+that\b)?|{_NAME}:)\s*"
)
_ROLES = listed(
    """
    speaker interviewee guest respondent person man woman narrator subject witness
    """
)
_ASKER = listed(
    """
    interviewer host moderator journalist reporter questioner question
    """
)
_PRONOUNS = listed(
    """
    he she they it who that i we you one this
    """
)

_FIRST_PERSON = listed(
    """
    i i'm i've i'd i'll me my myself we we're we've we'd we'll us our ours ourselves
    """
)

_REPORTS = re.compile(
    r"(?P<cue>(?P<who>(?:\b(?:the|an?|my|our|his|her|their|one|some|many|most|other|several)\s+)?"
    r"(?:[\w’'.-]+\s+){0,2}?[\w’'.-]+)\s+(?:(?:has|had|have|once|also|then|always|often|is|was"
    r"|were|are|even)\s+)*"
    r"(?:(?:told|informed|assured|warned|reminded|promised)\s+(?:me|us|him|her|them|reporters"
    r"|everyone|everybody|people|the\s+\w+|my\s+\w+)|said|says|claims|claimed|argues|argued"
    r"|insists|insisted|insisting|announced|claiming|arguing|replied|answered)\b"
    r"(?:\s+to\s+(?:me|us|him|her|them))?,?\s*(?:that\b)?:?)\s*",
    re.IGNORECASE,
)
_SOURCE = re.compile(r"(?P<cue>\baccording to (?P<who>(?:the\s+)?[\w’'.-]+(?:\s+[A-Z][\w’'-]+)*))")
_NOT_REPORTED = listed(
    """
    i we you it that this who what as which not
    """
)


@dataclass(frozen=True, slots=True)
class Report:
    """A place in a statement where the speaker passes on somebody else's words.

    Attributes:
        cue: The exact words that say so, such as "The minister told me".
        who: Whose words they are.
        start: Where the passed-on words begin.
        end: Where they end.
    """

    cue: str
    who: str
    start: int
    end: int


def in_own_voice(claim: str, statement: str, speaker: str) -> str:
    """A claim that says "I" or "we" as a quotation, "" if it is none; any other as it is.

    Outside quotation marks those words would be read as the reply's own.
    """
    if not any(w.lower in _FIRST_PERSON and w.text != "US" for w in words(without(claim))):
        return claim
    said = unframed(claim)
    for words_said in (said, said.rstrip(".!")):
        if not quotations(claim) and (span := find(words_said, statement)):
            return f"{speaker}: {OURS.format(statement[slice(*span)])}"
    return ""


def unframed(claim: str) -> str:
    """A claim without the words that name its speaker: "Roos says that …", "Roos: …"."""
    return _FRAME.sub("", claim, count=1)


def misattributed(claim: str, speaker: str, statement: str, context: str = "") -> str:
    """Whom the claim wrongly names as speaking, or "".

    Somebody whose words the statement reports may be named too, and so may anybody in the
    statement's own words.

    Args:
        claim: What is checked.
        speaker: The statement's speaker.
        statement: The speaker's words.
        context: The interview's title and the question, which may give the speaker's role.
    """
    own = " ".join(statement.lower().split())
    reporters = {folded(w.text) for r in reports(statement) for w in words(r.who)}
    for pattern in _ATTRIBUTIONS:
        for match in pattern.finditer(claim):
            who = match["who"]
            if " ".join(match[0].lower().split()) in own:
                continue
            if not _names(who, speaker, context) and not _within(who, reporters):
                return who
    return ""


def reports(statement: str) -> list[Report]:
    """The places where a statement passes on the words of somebody other than its speaker."""
    found = []
    for pattern in (_REPORTS, _SOURCE):
        for match in pattern.finditer(statement):
            who = match["who"].split()
            if not who or {who[-1].lower(), who[0].lower()} & _NOT_REPORTED:
                continue
            start = match.end()
            if statement[start : start + 1] in {"“", '"', "«"}:
                end = _closing(statement, start)
            else:
                stop = re.compile(r"[.!?](?=\s|$)").search(statement, start)
                end = stop.end() if stop else len(statement)
            cue = match["cue"].strip().rstrip(",:")
            found.append(Report(cue, match["who"], start, end))
    return found


def reported(claim: str, statement: str, start: int, end: int) -> Report | None:
    """The report that a claim takes its content from, if the statement gives it as one.

    Args:
        claim: What is checked.
        statement: The speaker's words.
        start: Where the claim's support begins in them.
        end: Where it ends.
    """
    keys = [w.key for w in content(claim)]
    if not keys:
        return None
    for report in reports(statement):
        if report.end <= start or report.start >= end:
            continue
        inside = [w.key for w in content(statement[report.start : report.end])]
        outside = [
            w.key for w in content(statement[start : max(start, report.start)] + " "
                                   + statement[min(end, report.end) : end])
        ]  # fmt: skip
        within, beyond = covered(keys, inside), covered(keys, outside)
        only = sum(a and not b for a, b in zip(within, beyond, strict=True))
        if sum(within) >= 0.5 * len(keys) and only >= 1:
            return report
    return None


def marked(claim: str, report: Report) -> bool:
    """Whether the claim says by itself that it passes on what somebody else said."""
    last = words(report.who)[-1] if words(report.who) else None
    said = re.search(rf"\b{_SAYS}\b|\b[Aa]ccording to\b|\breported", claim)
    return bool(said and last and any(w.key == last.key for w in words(claim)))


def _names(who: str, speaker: str, context: str) -> bool:
    """Whether a phrase can stand for the speaker: part of the name, a pronoun, a known role."""
    parts = words(who)
    own = words(speaker)
    lowers = [folded(p.text) for p in parts]
    if lowers and lowers[0] in _PRONOUNS and len(lowers) == 1:
        return True
    if not parts[:1]:
        return True
    if any(lower in _ASKER for lower in lowers):
        return False
    if lowers[0] in {"the", "a", "an", "our", "their"}:
        known = {w.key for w in words(f"{context} {speaker}")}
        rest = [p for p in parts[1:] if folded(p.text) not in _ROLES]
        return all(
            p.key in known or any(same_name(p, o) for o in own) or folded(p.text) == "former"
            for p in rest
        )
    rest = [p for p, lower in zip(parts, lowers, strict=True) if lower not in HONORIFICS]
    return all(any(same_name(p, o) for o in own) for p in rest)


def _within(who: str, reporters: set[str]) -> bool:
    parts = [folded(w.text) for w in words(who)]
    kept = [p for p in parts if p not in {"the", "a", "an", "our", "their"}]
    return bool(kept) and all(p in reporters for p in kept)


def _closing(text: str, start: int) -> int:
    closing = {"“": "”", '"': '"', "«": "»"}[text[start]]
    end = text.find(closing, start + 1)
    return len(text) if end < 0 else end + 1
