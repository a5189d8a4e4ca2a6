"""Every quotation against the source text, and every claim against the statements it cites."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from bot.reply import Citation, Reply
from vectorstore.errors import NotFoundError
from vectorstore.transcript import Transcript

if TYPE_CHECKING:
    from bot.claims import Claim
    from vectorstore.statement import Statement

Judge = Callable[[str, "Statement"], float]

# Share of a claim's content words that its statement and question hold above which the checks
# decide alone; below it the reader is asked as well.
PLAIN = 0.75

# The reader's probability from which such a claim is taken to be supported.
LIKELY = 0.5

# The most statements that one claim is shown with.
MOST = 3

_ANSWER = re.compile(r"(yes|no|nope|yeah|absolutely|of course)\b[.!,]?", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Verdict:
    """What became of a claim.

    Attributes:
        text: The claim as it can be shown: quotations exact, reported speech marked.
        spans: The statements that support it, with the offsets of the supporting sentences.
        reason: Why it can't be shown, or "".
    """

    text: str
    spans: tuple[tuple[Statement, int, int], ...] = ()
    reason: str = ""


def verify_reply(
    reply: Reply,
    transcripts: Callable[[str], Transcript] | Mapping[str, Transcript] | Iterable[Transcript],
) -> list[str]:
    """What does not hold in a reply; an empty list if everything does.

    Args:
        reply: Its citations, and the closest statements of a refusal, are checked.
        transcripts: The sources: any number of transcripts, a mapping from their ids, or a
            function that gives the transcript for an id or raises NotFoundError, such as
            `bot.transcript`.
    """
    find = transcripts if callable(transcripts) else _finding(transcripts)
    problems = []
    for citation in (*reply.citations, *reply.closest):
        try:
            problem = verify_citation(citation, find(citation.transcript_id))
        except NotFoundError as error:
            problem = str(error)
        if problem:
            problems.append(f"[{citation.number}] {problem}")
    return problems


def _finding(
    transcripts: Mapping[str, Transcript] | Iterable[Transcript],
) -> Callable[[str], Transcript]:
    among = transcripts.values() if isinstance(transcripts, Mapping) else transcripts
    known = {transcript.id: transcript for transcript in among}

    def find(transcript_id: str) -> Transcript:
        if transcript_id not in known:
            raise NotFoundError(f"no transcript with the id {transcript_id!r} was given")
        return known[transcript_id]

    return find


def verify_citation(citation: Citation, transcript: Transcript) -> str:
    """Why a citation does not hold against its transcript, or ""."""
    if citation.sha256 != transcript.sha256:
        return (
            f"the source has SHA-256 {transcript.sha256[:12]}…, the citation says "
            f"{citation.sha256[:12]}…"
        )
    if not 0 <= citation.start < citation.end <= len(transcript.text):
        return f"offsets {citation.start}–{citation.end} are outside the source"
    found = transcript.text[citation.start : citation.end]
    if found != citation.quote:
        return f"the source has {found[:80]!r} there, the citation says {citation.quote[:80]!r}"
    turns = [t for t in transcript.turns if t.start <= citation.start and citation.end <= t.end]
    if not turns:
        return f"offsets {citation.start}–{citation.end} are not within one speaker's words"
    if turns[0].speaker != citation.speaker:
        return f"the speaker there is {turns[0].speaker}, the citation says {citation.speaker}"
    return ""


def verify_claim(
    claim: Claim,
    statements: Sequence[Statement],
    find: Callable[[str], Transcript],
    judge: Judge | None = None,
) -> Verdict:
    """Whether the statements that a claim cites support it, and how it can be shown.

    A claim without a usable mark is held against every statement.

    Args:
        claim: Taken from a chat model's text.
        statements: As they were numbered for the model.
        find: Gives the transcript for an id.
        judge: The reader's probability that a statement supports a claim; without one only claims
            in words close to the statement's own hold.
    """
    from bot.checks.quotations import unclosed
    from bot.marks import LOOKS_LIKE_A_MARK

    if not claim.whole:
        return Verdict(claim.text, reason="the text broke off here")
    if unclosed(claim.text):
        return Verdict(claim.text, reason="a quotation in it is not closed")
    if LOOKS_LIKE_A_MARK.search(claim.text):
        return Verdict(claim.text, reason="it holds brackets that read as a mark")
    numbers = [n for n in claim.marks if 1 <= n <= len(statements)]
    cited = [statements[n - 1] for n in numbers] or list(statements)
    verdicts = [_against(claim.text, one, find(one.transcript_id), judge) for one in cited]
    held = [(v, s) for v, s in zip(verdicts, cited, strict=True) if not v.reason]
    if not held and len(numbers) > 1:
        return _together(claim.text, cited, find, judge) or verdicts[0]
    if not held:
        return verdicts[0] if numbers else Verdict(claim.text, reason=_nowhere(verdicts))
    kept = held[: MOST if numbers else 1]
    return Verdict(kept[0][0].text, tuple(span for v, _ in kept for span in v.spans))


def _against(
    given: str, statement: Statement, transcript: Transcript, judge: Judge | None
) -> Verdict:
    from bot.checks.quotations import repaired
    from bot.checks.speech import in_own_voice, marked, reported
    from bot.checks.support import support

    text = in_own_voice(given, statement.text, statement.speaker)
    if not text:
        return Verdict(given, reason="it says “I” or “we”, not in the speaker's exact words")
    if answer := _short_answer(text, statement.speaker):
        return _answer(answer, text, statement)
    exact = repaired(text, statement.text)
    if isinstance(exact, str):
        theirs = (
            "the interviewer" if not isinstance(repaired(text, statement.question), str) else ""
        )
        reason = "these are the interviewer's words" if theirs else f"nobody says “{exact}” there"
        return Verdict(text, reason=reason)
    found = support(exact.text, statement, transcript.title, exact.spans)
    if found.reason:
        return Verdict(text, reason=found.reason)
    if found.share < PLAIN and (judge is None or judge(exact.text, statement) < LIKELY):
        return Verdict(text, reason="the statement does not say it")
    shown = exact.text
    report = reported(shown, statement.text, found.start, found.end)
    if report is not None and not marked(shown, report):
        shown = f"{shown} (reported by {statement.speaker}: “{report.cue}”)"
    return Verdict(shown, ((statement, found.start, found.end),))


def _together(
    text: str,
    cited: Sequence[Statement],
    find: Callable[[str], Transcript],
    judge: Judge | None,
) -> Verdict | None:
    """The verdict on a claim that takes each part of it from another statement of one speaker.

    The parts are what stands between commas, semicolons and "and"; each has to hold by itself.
    """
    from bot.checks.quotations import quotations

    if len({s.speaker for s in cited}) > 1 or quotations(text):
        return None
    lead = re.match(r"^(.{3,60}?\b(?:says?|said|that)\s+(?:that\s+)?)", text)
    head = lead[1] if lead else ""
    parts = [p for p in re.split(r"[,;]\s+(?:and\s+)?|\s+and\s+", text[len(head) :]) if p.strip()]
    spans: list[tuple[Statement, int, int]] = []
    for part in parts:
        tried = [_against(head + part, s, find(s.transcript_id), judge) for s in cited]
        held = [v for v in tried if not v.reason and v.text == head + part]
        if not held:
            return None
        spans.extend(span for span in held[0].spans if span not in spans)
    return Verdict(text, tuple(spans)) if len(parts) > 1 else None


def _short_answer(text: str, speaker: str) -> str:
    """The answer that a claim consists of, such as "No.", or ""."""
    from bot.checks.quotations import quotations, without
    from bot.checks.support import wanted

    quoted = quotations(text)
    words = quoted[0].text if len(quoted) == 1 and not wanted(without(text), speaker) else text
    return words.strip() if _ANSWER.fullmatch(words.strip()) else ""


def _answer(answer: str, text: str, statement: Statement) -> Verdict:
    """A "Yes." or "No." with the question that the speaker gave it to."""
    from bot.checks.speech import misattributed

    given = _ANSWER.match(statement.text)
    if given is None or given[1].lower() != answer.rstrip(".!,").lower():
        return Verdict(text, reason=f"the statement does not answer with “{answer}”")
    if not statement.question:
        return Verdict(text, reason="nobody knows what it answers")
    if who := misattributed(text, statement.speaker, ""):
        return Verdict(text, reason=f"“{who}” is not who says it")
    shown = f"{statement.speaker}, asked “{statement.question}”: “{given[0]}”"
    return Verdict(shown, ((statement, 0, given.end()),))


def _nowhere(verdicts: Sequence[Verdict]) -> str:
    """Why no statement at all supports a claim: the commonest reason if there is one statement."""
    return verdicts[0].reason if len(verdicts) == 1 else "no statement says it"
