"""Every quotation against the source text."""

from __future__ import annotations

from collections.abc import Callable

from bot.reply import Citation, Reply
from vectorstore.errors import NotFoundError
from vectorstore.transcript import Transcript


def verify_reply(reply: Reply, find: Callable[[str], Transcript]) -> list[str]:
    """What does not hold in a reply; an empty list if everything does.

    Args:
        reply: Its citations, and the closest statements of a refusal, are checked.
        find: Gives the transcript for an id, or raises NotFoundError.
    """
    problems = []
    for citation in (*reply.citations, *reply.closest):
        try:
            problem = verify_citation(citation, find(citation.transcript_id))
        except NotFoundError as error:
            problem = str(error)
        if problem:
            problems.append(f"[{citation.number}] {problem}")
    return problems


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
