"""The same verbs as `InterviewBot`, on a `roosbot serve` somewhere else."""

from __future__ import annotations

from collections.abc import AsyncGenerator, Generator, Mapping, Sequence
from contextlib import aclosing, closing
from datetime import date
from typing import Any, Self, TypeVar, Unpack

from bot.line import Line
from bot.question import Context, Only
from bot.reply import Event, Reply
from vectorstore.errors import ConnectionFailedError, InputError, RemoteError
from vectorstore.passage import Passage
from vectorstore.statement import Statement
from vectorstore.transcript import Transcript

T = TypeVar("T", Reply, Event, Passage, Statement, Transcript)

# Seconds a whole reply may take: a chat model on a slow machine needs its time.
TIMEOUT = 120.0

# Further attempts when nobody answers; with the pauses between them about two seconds.
RETRIES = 3


class Client:
    """Asks a server the way `InterviewBot` asks in this process: same verbs, replies and errors.

    Threads and coroutines may share a client. Every verb raises what `InterviewBot` raises, and

    * `ConnectionFailedError` if nobody answers, the server goes away, or time runs out,
    * `LoginError` if the server wants another login,
    * `VersionError` if the server speaks another version of the wire format,
    * `RemoteError` if it is no roosbot server, or failed in a way of its own.
    """

    def __init__(
        self,
        url: str,
        auth: tuple[str, str] | None = None,
        *,
        token: str | None = None,
        timeout: float = TIMEOUT,
        retries: int = RETRIES,
    ) -> None:
        """Remember where the server is; it is first contacted when something is asked.

        Args:
            url: Its address, such as `http://127.0.0.1:7860`.
            auth: User name and password, where the server wants a login.
            token: The server's token, in place of a login.
            timeout: Seconds that one call may take altogether.
            retries: Further attempts after a failed connection, with growing pauses.

        Raises:
            InputError: The address is none, or a number makes no sense.
        """
        if timeout <= 0 or retries < 0:
            raise InputError("the timeout has to be above 0 seconds, and retries at least 0")
        self.url = url
        self._line = Line(url, auth, token, timeout, retries)

    def ask(self, question: str, **options: Unpack[Context]) -> Reply:
        """Answer one question with verbatim, cited quotations, or refuse honestly.

        Args:
            question: At most 2,000 characters.
            **options: `history`, `transcripts` and `speakers`; see `Context`.
        """
        return self._made(Reply, self._line.call("ask", _asked(question, **options)))

    def stream(self, question: str, **options: Unpack[Context]) -> Generator[Event]:
        """The same as `ask`, step by step; the last event carries the reply.

        A server that goes away in mid-stream raises `ConnectionFailedError`; what was begun is
        not asked a second time.
        """
        with closing(self._line.stream("stream", _asked(question, **options))) as results:
            last = None
            for result in results:
                last = self._made(Event, result)
                yield last
        self._complete(last)

    def batch(self, questions: Sequence[str], **options: Unpack[Only]) -> list[Reply]:
        """`ask` for several independent questions, embedded and read together."""
        return self._list(Reply, self._line.call("batch", _batch(questions, **options)))

    async def aask(self, question: str, **options: Unpack[Context]) -> Reply:
        """`ask` without blocking the event loop; cancelling it also stops the server's work."""
        # Gradio ends a stream between two events when nobody listens any more; a plain call it
        # would work off to the end.
        result = await self._line.acall("stream", _asked(question, **options))
        return self._complete(self._made(Event, result))

    async def astream(self, question: str, **options: Unpack[Context]) -> AsyncGenerator[Event]:
        """`stream` without blocking the event loop; closing it also stops the server's work."""
        async with aclosing(self._line.astream("stream", _asked(question, **options))) as results:
            last = None
            async for result in results:
                last = self._made(Event, result)
                yield last
        self._complete(last)

    async def abatch(self, questions: Sequence[str], **options: Unpack[Only]) -> list[Reply]:
        """`batch` without blocking the event loop."""
        return self._list(Reply, await self._line.acall("batch", _batch(questions, **options)))

    def search(self, query: str, k: int = 5, **options: Unpack[Only]) -> list[Passage]:
        """The `k` statements nearest to a query, best first, without judging them."""
        data = [query, k, *_names(**options)]
        return self._list(Passage, self._line.call("search", data))

    def transcripts(self) -> list[Transcript]:
        """Every interview, by id."""
        return self._list(Transcript, self._line.call("transcripts", []))

    def transcript(self, transcript_id: str) -> Transcript:
        """The interview with that id."""
        return self._made(Transcript, self._line.call("transcript", [transcript_id]))

    def statements(self, transcript_id: str) -> list[Statement]:
        """An interview's statements in order."""
        return self._list(Statement, self._line.call("statements", [transcript_id]))

    def statement(self, statement_id: str) -> Statement:
        """The statement with that id."""
        return self._made(Statement, self._line.call("statement", [statement_id]))

    def version(self) -> str:
        """The server's version of roosbot."""
        return str(self._line.call("version", []))

    def close(self) -> None:
        """Let go of the connections; the client can't be used afterwards."""
        self._line.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def _list(self, kind: type[T], result: Any) -> list[T]:
        if not isinstance(result, list):
            raise RemoteError(f"{self.url} sent a {type(result).__name__} in place of a list")
        return [self._made(kind, data) for data in result]

    def _made(self, kind: type[T], data: Any) -> T:
        try:
            return kind.from_dict(data)
        except (AttributeError, KeyError, TypeError, ValueError) as error:
            raise RemoteError(
                f"{self.url} sent a {kind.__name__.lower()} that cannot be used: {error}"
            ) from error

    def _complete(self, last: Event | None) -> Reply:
        if last is None or last.reply is None:
            raise ConnectionFailedError(f"{self.url} ended the stream before the reply was whole")
        return last.reply


def _asked(
    question: str,
    *,
    history: Sequence[Mapping[str, Any]] = (),
    **only: Unpack[Only],
) -> list[Any]:
    return [question, _plain(history), *_names(**only)]


def _batch(questions: Sequence[str], **only: Unpack[Only]) -> list[Any]:
    return [_plain(questions), *_names(**only)]


def _names(
    *,
    transcripts: Sequence[str] | None = None,
    speakers: Sequence[str] | None = None,
    after: str | date | None = None,
    before: str | date | None = None,
) -> list[Any]:
    return [_plain(transcripts), _plain(speakers), _day(after), _day(before)]


def _day(given: str | date | None) -> str | None:
    return given.isoformat()[:10] if isinstance(given, date) else given


def _plain(values: Any) -> Any:
    """A list of any sequence; what is none is sent as it is, for the server to refuse."""
    return list(values) if isinstance(values, tuple) else values
