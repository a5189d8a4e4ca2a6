"""From what was read to a reply in a chat model's words, of which only what holds is shown."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import replace
from typing import TYPE_CHECKING

import prompts
from bot.claims import Claim, Claims
from bot.extract import cite, worded
from bot.orders import gives_orders
from bot.reply import Citation, Event, Removed, Reply
from bot.telemetry import traced
from bot.verify import Judge, verify_claim
from vectorstore.errors import GenerationError
from vectorstore.passage import Passage
from vectorstore.statement import Statement
from vectorstore.transcript import Transcript

if TYPE_CHECKING:
    from langchain_core.runnables import RunnableConfig

    from bot.chat_model import ChatModel
    from bot.reader import Reader, Reading

# How many statements the model is given: the best of those that were read. More would cost time
# and tempt it to answer from what lies beside the question.
STATEMENTS = 6

OWN_WORDS = "these are the speakers' own words"


def generate(
    extractive: Reply,
    question: str,
    reading: Reading,
    model: ChatModel,
    find: Callable[[str], Transcript],
    judge: Judge | None = None,
    config: RunnableConfig | None = None,
) -> Iterator[Event]:
    """The reply in a model's words: each claim once it holds, then the whole.

    Whether there is an answer is not the model's to decide: a refusal is given back as it is. If
    the model fails or nothing holds, the extractive reply follows what is there, with a notice.

    Args:
        extractive: The reply without a model.
        question: What is really meant, as the model is to see it.
        reading: What reading the passages found.
        model: Writes.
        find: Gives the transcript for an id.
        judge: The reader's probability that a statement supports a claim.
        config: LangChain's callbacks, tags and metadata, if any.
    """
    statements = shown(reading)
    if not extractive.answered or not statements:
        yield from _pieces(extractive.text)
        yield Event("reply", reply=extractive)
        return
    yield Event("generate", f"Wording a reply from {len(statements)} statements")
    page, claims, notice = _Page(statements, find, judge), Claims(len(statements)), ""
    try:
        for piece in model.stream(worded_prompt(question, statements), config):
            yield from page.add(claims.feed(piece))
        yield from page.add(claims.finish())
    except GenerationError as error:
        yield from page.add(claims.finish(whole=False))
        notice = str(error)
    if not notice and not page.citations:
        notice = "nothing that the chat model wrote holds"
    generated = bool(page.citations)
    if notice:
        yield from page.quote(extractive.citations, extractive.text)
    yield Event(
        "reply",
        reply=replace(
            extractive,
            text=page.text,
            citations=tuple(page.citations),
            removed=tuple(page.removed),
            generated=generated,
            notice=_notice(notice, generated) or extractive.notice,
            prompts={**extractive.prompts, "answer": prompts.version("answer")},
        ),
    )


def shown(reading: Reading) -> list[Statement]:
    """The statements that the model is given, best first: none that gives orders to a model."""
    found = (evidence.passage.statement for evidence in reading.evidence)
    return [s for s in found if not gives_orders(f"{s.question}\n{s.text}")][:STATEMENTS]


def worded_prompt(question: str, statements: Sequence[Statement]) -> str:
    """The prompt with the statements numbered, between two lines that occur nowhere in them."""
    lines = []
    for number, statement in enumerate(statements, start=1):
        asked = f"\nasked: {' '.join(statement.question.split())}" if statement.question else ""
        words = " ".join(statement.text.split())
        lines.append(f"[{number}] {statement.speaker}{asked}\nsays: {words}")
    data = "\n\n".join(lines)
    return prompts.load(
        "answer",
        fence=fence(data + question),
        statements=data,
        question=" ".join(question.split()),
        speaker=statements[0].speaker,
    )


def fence(data: str) -> str:
    """A line that can't stand in the data, because it depends on all of it."""
    return f"=== data {hashlib.sha256(data.encode('utf-8', 'surrogatepass')).hexdigest()[:16]} ==="


def judged_by(reader: Reader) -> Judge:
    """The reader as a judge: how likely a statement answers a claim that is put to it."""

    def judge(claim: str, statement: Statement) -> float:
        [reading] = reader.read_batch([(claim, [Passage(statement, 1.0, 0.0, 0.0)])])
        return reading.evidence[0].probability

    return judge


class _Page:
    """The reply as it grows: the one place where citations get their numbers."""

    def __init__(
        self,
        statements: Sequence[Statement],
        find: Callable[[str], Transcript],
        judge: Judge | None,
    ) -> None:
        self.text = ""
        self.citations: list[Citation] = []
        self.removed: list[Removed] = []
        self._statements = statements
        self._find = find
        self._judge = judge
        self._said: set[str] = set()

    def add(self, claims: Iterable[Claim]) -> Iterator[Event]:
        """Show the claims that hold, with the marks of what supports them; list the others."""
        for claim in claims:
            with traced("verify") as noted:
                verdict = verify_claim(claim, self._statements, self._find, self._judge)
                noted(holds=not verdict.reason)
            if verdict.reason:
                self.removed.append(Removed(claim.text, verdict.reason))
                continue
            if verdict.text in self._said:
                continue
            self._said.add(verdict.text)
            marks = [
                self._number(cite(0, self._find(s.transcript_id), s, start, end))
                for s, start, end in verdict.spans
            ]
            joint = "\n\n" if claim.paragraph else " "
            marked = verdict.text + " " + "".join(f"[{n}]" for n in dict.fromkeys(marks))
            yield self._show(joint, marked)

    def quote(self, citations: Sequence[Citation], text: str) -> Iterator[Event]:
        """Show the extractive reply: as it is, or after what is there those quotes it lacks."""
        if not self.text:
            self.text, self.citations = text, list(citations)
            yield from _pieces(text)
            return
        titled = len({c.transcript_id for c in (*citations, *self.citations)}) > 1
        for citation in citations:
            there = len(self.citations)
            number = self._number(citation)
            if number > there:
                yield self._show("\n\n", worded(self.citations[-1], titled=titled))

    def _show(self, joint: str, text: str) -> Event:
        piece = (joint if self.text else "") + text
        self.text += piece
        return Event("text", piece)

    def _number(self, citation: Citation) -> int:
        """The citation's number: that of the same words if they are cited, or the next one."""
        for known in self.citations:
            if replace(citation, number=known.number) == known:
                return known.number
        self.citations.append(replace(citation, number=len(self.citations) + 1))
        return len(self.citations)


def _pieces(text: str) -> Iterator[Event]:
    for line in text.splitlines(keepends=True):
        yield Event("text", line)


def _notice(cause: str, generated: bool) -> str:
    if not cause:
        return ""
    return f"{cause[0].upper()}{cause[1:]}; {'the rest is' if generated else ''} ".rstrip() + (
        " in the speakers' own words." if generated else f" {OWN_WORDS}."
    )
