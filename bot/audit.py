"""Every quotation of an export against the sources, and the words people read against the data."""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from difflib import SequenceMatcher

from bot.export import KINDS, Line, data_of, quoted, read
from bot.extract import worded
from bot.reply import Citation, Reply
from bot.verify import verify_citation
from vectorstore.errors import NotFoundError
from vectorstore.statement import Statement, split
from vectorstore.transcript import Transcript

Find = Callable[[str], Transcript]

# What makes an added line look like somebody's words.
_QUOTING = re.compile(r"[“”„«»\"<>]|\[\^?\d+\\?\]|^\s*>")


@dataclass(frozen=True, slots=True)
class Problem:
    """Something in an export that does not hold.

    Attributes:
        reply: The number of the reply, from 1, or 0 if it is not about one.
        number: The number of the citation, or 0.
        quote: The quotation as the export has it, or "".
        reason: Why it does not hold.
    """

    reply: int
    number: int
    quote: str
    reason: str

    def __str__(self) -> str:
        place = f"reply {self.reply}" if self.reply else "the file"
        mark = f" [{self.number}]" if self.number else ""
        quote = self.quote if len(self.quote) <= 80 else f"{self.quote[:79]}…"
        return f"{place}{mark}{f' “{quote}”' if quote else ''}: {self.reason}"


@dataclass(frozen=True, slots=True)
class Audit:
    """What checking an export found.

    Attributes:
        replies: How many replies it holds.
        quotes: How many quotations were checked.
        problems: Everything that does not hold, in order.
    """

    replies: int
    quotes: int
    problems: tuple[Problem, ...]


def audit(text: str, find: Find) -> Audit:
    """Check an export, or a reply as `roosbot ask --json` prints it.

    Args:
        text: The file's text.
        find: Gives the transcript for an id, or raises NotFoundError.

    Raises:
        InputError: It is no export, or its data is damaged.
    """
    text = text.removeprefix("\ufeff")
    kind, replies = read(text)
    known: dict[str, tuple[Transcript, list[Statement]]] = {}

    def source(transcript_id: str) -> tuple[Transcript, list[Statement]]:
        if transcript_id not in known:
            transcript = find(transcript_id)
            known[transcript_id] = transcript, split(transcript)
        return known[transcript_id]

    problems: list[Problem] = []
    for position, reply in enumerate(replies, start=1):
        for citation in quoted(reply):
            try:
                reason = unsupported(citation, *source(citation.transcript_id))
            except NotFoundError as error:
                reason = str(error)
            if reason:
                problems.append(Problem(position, citation.number, citation.quote, reason))
        problems.extend(Problem(position, 0, "", reason) for reason in inconsistent(reply))
    if kind == "json":
        if json.loads(text) != json.loads(json.dumps(data_of(replies))):
            problems.extend(_certificates(text, replies))
    elif kind in KINDS:
        problems.extend(_differences(text, KINDS[kind].lines(replies), kind == "document"))
    return Audit(len(replies), sum(len(quoted(reply)) for reply in replies), tuple(problems))


def unsupported(citation: Citation, transcript: Transcript, statements: Sequence[Statement]) -> str:
    """Why a citation does not hold in everything it says, or ""."""
    problem = verify_citation(citation, transcript)
    if problem:
        return problem
    if citation.title != transcript.title:
        return f"the source is called {transcript.title!r}, the citation says {citation.title!r}"
    within = [s for s in statements if s.start <= citation.start and citation.end <= s.end]
    if not within:
        return "the words are not within one paragraph of an answer"
    if within[0].question != citation.question:
        return (
            f"the question there is {within[0].question[:80]!r}, the citation says "
            f"{citation.question[:80]!r}"
        )
    said = within[0]
    if citation.context_before not in said.text[: citation.start - said.start]:
        return f"the words before it are not {citation.context_before[:80]!r}"
    if citation.context_after not in said.text[citation.end - said.start :]:
        return f"the words after it are not {citation.context_after[:80]!r}"
    return ""


def inconsistent(reply: Reply) -> Iterator[str]:
    """What a reply's own parts say against each other."""
    for citations in (reply.citations, reply.closest):
        if [c.number for c in citations] != list(range(1, len(citations) + 1)):
            yield "its citations are not numbered 1, 2, 3 …"
    if reply.answered != bool(reply.citations):
        yield (
            "it has no quotes, but says that it answers"
            if reply.answered
            else ("it has quotes, but says that it does not answer")
        )
    extracted = reply.answered and not reply.generated
    if extracted and reply.text != "\n\n".join(map(worded, reply.citations)):
        yield "its text is not made of its quotes"
    for said in re.findall(r"“([^”]+)”", reply.text):
        if reply.generated and not any(said in c.quote for c in reply.citations):
            yield f"its text quotes “{said[:80]}”, and no cited quote has these words"


def _certificates(text: str, replies: Sequence[Reply]) -> Iterator[Problem]:
    """Which certificates of a JSON export say something else than its replies."""
    found = json.loads(text)
    if not isinstance(found, dict) or "certificates" not in found:
        return
    wanted = data_of(replies)["certificates"]
    given = found["certificates"]
    if not isinstance(given, list) or len(given) != len(wanted):
        yield Problem(0, 0, "", "its certificates are not those of its quotes")
        return
    for right, there in zip(wanted, given, strict=True):
        if not isinstance(there, dict):
            yield Problem(right["reply"], right["number"], right["quote"], "has no certificate")
            continue
        for name in right:
            if there.get(name) != right[name]:
                reason = f"the certificate's {name} is not the reply's"
                yield Problem(right["reply"], right["number"], right["quote"], reason)


def _differences(text: str, wanted: Sequence[Line], strict: bool) -> Iterator[Problem]:
    """Where the words that people read are not those that the data gives.

    Notes of one's own may be added between the lines, unless they look like a quotation.

    Args:
        text: The file's text.
        wanted: The export as its data gives it.
        strict: Nothing at all may be added.
    """
    lines = [line for line in wanted if line.text.strip()]
    numbered = [(n, t.strip()) for n, t in enumerate(text.splitlines(), start=1) if t.strip()]
    matcher = SequenceMatcher(
        None, [line.text.strip() for line in lines], [t for _, t in numbered], autojunk=False
    )
    for tag, low, high, first, last in matcher.get_opcodes():
        if tag == "equal":
            continue
        for line in lines[low:high]:
            there = f"; line {numbered[first][0]} stands there" if first < last else ""
            reason = f"the line {line.text.strip()[:100]!r} was changed or removed{there}"
            yield Problem(line.reply, line.number, "", reason)
        if low == high:
            for number, added in numbered[first:last]:
                if strict or _QUOTING.search(added):
                    yield Problem(
                        0,
                        0,
                        "",
                        f"line {number} was added, and nothing vouches for it: {added[:80]!r}",
                    )
