"""The named endpoints of the page's server: the SDK's verbs with JSON in and out."""

from __future__ import annotations

from collections.abc import AsyncGenerator, Awaitable, Callable, Iterable
from contextlib import aclosing
from importlib.metadata import PackageNotFoundError, version
from typing import TYPE_CHECKING, Any

from bot.question import Only
from bot.wire import failed, wrapped
from vectorstore.errors import RoosbotError

if TYPE_CHECKING:
    from bot import InterviewBot

Json = dict[str, Any]
Messages = list[dict[str, Any]]
Names = list[str]

# How many calls of one verb are at work at once; further ones wait in Gradio's queue.
AT_ONCE = 32


def add_endpoints(bot: InterviewBot) -> None:
    """Add an endpoint for every verb to the Blocks that is being built."""
    from gradio.events import api

    endpoints = Endpoints(bot)
    for endpoint in endpoints.every():
        api(endpoint, api_name=endpoint.__name__, concurrency_limit=AT_ONCE)


class Endpoints:
    """One coroutine per verb. What they give is `bot.wire`'s: a result, or an error as data."""

    def __init__(self, bot: InterviewBot) -> None:
        self.bot = bot

    def every(self) -> Iterable[Callable[..., Any]]:
        """All endpoints, each under its verb's name."""
        return (
            self.ask,
            self.stream,
            self.batch,
            self.search,
            self.transcripts,
            self.transcript,
            self.statements,
            self.statement,
            self.version,
        )

    async def ask(
        self,
        question: str,
        history: Messages | None = None,
        transcripts: Names | None = None,
        speakers: Names | None = None,
        after: str | None = None,
        before: str | None = None,
    ) -> Json:
        """Answer one question: {"version", "result": Reply}."""

        async def work() -> Json:
            only = Only(transcripts=transcripts, speakers=speakers, after=after, before=before)
            reply = await self.bot.aask(question, history=history or (), **only)
            return reply.to_dict()

        return await _sent(work())

    async def stream(
        self,
        question: str,
        history: Messages | None = None,
        transcripts: Names | None = None,
        speakers: Names | None = None,
        after: str | None = None,
        before: str | None = None,
    ) -> AsyncGenerator[Json]:
        """Answer one question step by step: {"version", "result": Event}, the reply last."""
        only = Only(transcripts=transcripts, speakers=speakers, after=after, before=before)
        try:
            async with aclosing(
                self.bot.astream(question, history=history or (), **only)
            ) as events:
                async for event in events:
                    yield wrapped(event.to_dict())
        except RoosbotError as error:
            yield failed(error)

    async def batch(
        self,
        questions: Names,
        transcripts: Names | None = None,
        speakers: Names | None = None,
        after: str | None = None,
        before: str | None = None,
    ) -> Json:
        """Answer several questions: {"version", "result": [Reply, ...]}."""

        async def work() -> list[Json]:
            only = Only(transcripts=transcripts, speakers=speakers, after=after, before=before)
            replies = await self.bot.abatch(questions, **only)
            return [reply.to_dict() for reply in replies]

        return await _sent(work())

    async def search(
        self,
        query: str,
        k: int = 5,
        transcripts: Names | None = None,
        speakers: Names | None = None,
        after: str | None = None,
        before: str | None = None,
    ) -> Json:
        """Find the nearest statements: {"version", "result": [Passage, ...]}."""

        def work() -> list[Json]:
            only = Only(transcripts=transcripts, speakers=speakers, after=after, before=before)
            found = self.bot.search(query, k, **only)
            return [passage.to_dict() for passage in found]

        return await self._read(work)

    async def transcripts(self) -> Json:
        """Every interview with its text: {"version", "result": [Transcript, ...]}."""
        return await self._read(lambda: [one.to_dict() for one in self.bot.transcripts()])

    async def transcript(self, transcript_id: str) -> Json:
        """One interview with its text: {"version", "result": Transcript}."""
        return await self._read(lambda: self.bot.transcript(transcript_id).to_dict())

    async def statements(self, transcript_id: str) -> Json:
        """An interview's statements in order: {"version", "result": [Statement, ...]}."""
        return await self._read(
            lambda: [one.to_dict() for one in self.bot.statements(transcript_id)]
        )

    async def statement(self, statement_id: str) -> Json:
        """One statement: {"version", "result": Statement}."""
        return await self._read(lambda: self.bot.statement(statement_id).to_dict())

    async def version(self) -> Json:
        """The server's version of roosbot: {"version", "result": str}."""
        try:
            return wrapped(version("roosbot"))
        except PackageNotFoundError:
            return wrapped("0+unknown")

    async def _read(self, work: Callable[[], Any]) -> Json:
        return await _sent(self.bot.threads.run(work))


async def _sent(work: Awaitable[Any]) -> Json:
    try:
        return wrapped(await work)
    except RoosbotError as error:
        return failed(error)
