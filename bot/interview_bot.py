"""The façade over the whole journey, in this process."""

from __future__ import annotations

import datetime
import threading
from collections.abc import AsyncGenerator, Callable, Generator, Iterator, Mapping, Sequence
from contextlib import aclosing
from pathlib import Path
from typing import TYPE_CHECKING, Any, Unpack

from bot.question import Context, Only, checked, checked_history, checked_names
from bot.reply import Event, Reply, whole
from bot.settings import Settings, read_settings
from bot.threads import Threads
from vectorstore.errors import InputError

if TYPE_CHECKING:
    from langchain_core.language_models import BaseChatModel
    from langchain_core.runnables import RunnableConfig

    from bot.answering import Answering, Asked, Together
    from bot.chat_model import ChatModel
    from bot.compare import Voice
    from bot.conversation import History
    from bot.ingest import IngestReport, Watch
    from bot.reader import Reader
    from bot.runnable import InterviewRunnable
    from vectorstore.passage import Passage
    from vectorstore.retriever import StatementRetriever
    from vectorstore.statement import Statement
    from vectorstore.store import Store
    from vectorstore.transcript import Transcript


class InterviewBot:
    """Asks interviews, and replies in the speakers' exact words."""

    def __init__(
        self,
        home: str | Path | None = None,
        *,
        progress: Callable[[int, int], None] | None = None,
        llm: str | BaseChatModel | None = None,
        **settings: Any,
    ) -> None:
        """Prepare a bot; files are opened and models loaded when they are first needed.

        Args:
            home: Directory of the kept interviews; made with the bundled one on first use.
            progress: Called with (statements embedded, statements to embed) during indexing.
            llm: Chat model that words the replies: a LangChain chat model, or a name for its
                `init_chat_model`, such as "ollama:llama3.2", or "local" for a small one that is
                started on this machine.
            **settings: Any other field of `Settings`; they beat the environment.

        Raises:
            SettingsError: A setting is unknown or cannot be used.
        """
        named = llm if isinstance(llm, str) else None
        self.settings: Settings = read_settings(home=home, llm=named, **settings)
        self._chat = _chat_model(llm or self.settings.llm, self.settings)
        self._progress = progress
        self._opening = threading.RLock()
        self._store: Store | None = None
        self._reader: Reader | None = None
        self._together: Together | None = None
        self.threads = Threads("roosbot")

    def ask(
        self,
        question: str,
        **options: Unpack[Context],
    ) -> Reply:
        """Answer one question with verbatim, cited quotations, or refuse honestly.

        Args:
            question: At most 2,000 characters.
            **options: `history`, `transcripts` and `speakers`; see `Context`.

        Raises:
            QuestionError: The question is empty, too long, or holds control characters.
            NotFoundError: A transcript id is unknown.
            StoreError: The index failed.
        """
        *_, last = self.answering.stream(self.asked(question, **options))
        return whole(last)

    def stream(
        self,
        question: str,
        **options: Unpack[Context],
    ) -> Generator[Event]:
        """The same as `ask`, step by step; the last event carries the reply."""
        yield from self.answering.stream(self.asked(question, **options))

    def batch(
        self,
        questions: Sequence[str],
        **options: Unpack[Only],
    ) -> list[Reply]:
        """`ask` for several independent questions, embedded and read together.

        Raises:
            InputError: `questions` is one string; otherwise as in `ask`.
        """
        return [reply for part in self._parts(questions, **options) for reply in part]

    async def aask(
        self,
        question: str,
        **options: Unpack[Context],
    ) -> Reply:
        """`ask` without blocking the event loop; cancelling it stops after the stage at work."""
        async with aclosing(self.astream(question, **options)) as events:
            return whole([event async for event in events][-1])

    async def astream(
        self,
        question: str,
        **options: Unpack[Context],
    ) -> AsyncGenerator[Event]:
        """`stream` without blocking the event loop; cancelling it stops after the stage at work."""
        events = self.stream(question, **options)
        async with aclosing(self.threads.steps(events)) as steps:
            async for event in steps:
                yield event

    async def abatch(
        self,
        questions: Sequence[str],
        **options: Unpack[Only],
    ) -> list[Reply]:
        """`batch` without blocking the event loop; cancelling it stops after the stage at work."""
        parts = self._parts(questions, **options)
        async with aclosing(self.threads.steps(parts)) as steps:
            return [reply async for part in steps for reply in part]

    def search(
        self,
        query: str,
        k: int = 5,
        **options: Unpack[Only],
    ) -> list[Passage]:
        """The `k` statements nearest to a query, best first, without judging them.

        Raises:
            InputError: `k` is below 1; otherwise as in `ask`.
        """
        from vectorstore.retriever import retrieve

        if not isinstance(k, int) or k < 1:
            raise InputError(f"k is {k!r}; it has to be a whole number of at least 1")
        asked = self.asked(query, **options)
        return retrieve(self.store, asked.question, k, asked.only)

    def compare(
        self, question: str, *, most: int = 6, **options: Unpack[Only]
    ) -> tuple[Voice, ...]:
        """Ask several speakers the same question, each alone: (speaker, reply) for each.

        Args:
            question: As in `ask`.
            most: How many speakers, if there are more: those with the most to say on it.
            **options: As in `ask`, to choose the speakers or interviews.

        Raises:
            InputError: `most` is below 1; otherwise as in `ask`.
        """
        from bot.compare import compare

        if most < 1:
            raise InputError(f"most is {most}; it has to be at least 1")
        return compare(self.answering, self.asked(question, **options), most)

    def as_retriever(self, k: int = 5) -> StatementRetriever:
        """The search as a LangChain retriever."""
        from vectorstore.retriever import StatementRetriever

        return StatementRetriever(store=self.store, k=k)

    def as_runnable(self) -> InterviewRunnable:
        """The bot as a LangChain Runnable, for chains: questions in, cited messages out."""
        from bot.runnable import InterviewRunnable

        return InterviewRunnable(self)

    def transcripts(self) -> list[Transcript]:
        """Every interview, by id."""
        return self.store.transcripts()

    def transcript(self, transcript_id: str) -> Transcript:
        """The interview with that id.

        Raises:
            NotFoundError: There is none.
        """
        return self.store.sources.get(transcript_id)

    def statements(self, transcript_id: str) -> list[Statement]:
        """An interview's statements in order.

        Raises:
            NotFoundError: There is no such interview.
        """
        return self.store.statements(transcript_id)

    def statement(self, statement_id: str) -> Statement:
        """The statement with that id.

        Raises:
            NotFoundError: There is none.
        """
        return self.store.lexical.one(statement_id)

    def ingest(
        self,
        paths: str | Path | Sequence[str | Path],
        *,
        interviewer: str | None = None,
        speakers: Mapping[str, str] | None = None,
        metadata: Mapping[str, str] | None = None,
        watch: Watch | None = None,
    ) -> IngestReport:
        """Bring in interviews; a file that cannot be read stops no other.

        Files that were brought in before are passed over, or replaced where they changed.

        Args:
            paths: Files, and folders to look through.
            interviewer: Who asks, where the files don't say so.
            speakers: Full names for the files' labels, such as {"MSM": "Michael Mahoney"}.
            metadata: What the files don't say or say wrongly: title, date, place, interviewee,
                source, rights.
            watch: Called with a `Step` as the work goes on.

        Raises:
            InputError: No path is given, or `metadata` has an unknown key.
            HomeError: The home cannot be written, or another process has been writing for long.
        """
        from bot.ingest import Told, ingest

        told = Told(interviewer, speakers or {}, metadata or {})
        given = [paths] if isinstance(paths, str | Path) else paths
        return ingest(self.store, given, told, watch)

    def remove(self, transcript_id: str) -> None:
        """Forget an interview altogether.

        Raises:
            NotFoundError: There is none.
        """
        self.store.remove(transcript_id)

    def close(self) -> None:
        """Let go of the files; the bot can't be used afterwards."""
        self.threads.close()
        if self._chat is not None:
            self._chat.close()
        with self._opening:
            if self._store is not None:
                self._store.close()

    def __enter__(self) -> InterviewBot:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    @property
    def store(self) -> Store:
        """The home's interviews, opened and indexed when first needed."""
        from vectorstore.embedding import Embedder
        from vectorstore.opening import open_store

        with self._opening:
            if self._store is None:
                settings = self.settings
                token = settings.chroma_token
                self._store = open_store(
                    settings.home.expanduser(),
                    Embedder(settings.embedding_model),
                    url=settings.chroma_url,
                    token=token.get_secret_value() if token else None,
                    certificates=settings.chroma_ca,
                    progress=self._progress,
                )
            return self._store

    @property
    def reader(self) -> Reader:
        """Judges what was found; loaded when first needed."""
        from bot.reader import load_reader

        with self._opening:
            if self._reader is None:
                settings = self.settings
                self._reader = load_reader(settings.threshold, settings.reader_model or None)
            return self._reader

    @property
    def answering(self) -> Answering:
        """The stages of a reply, over this bot's store and reader."""
        from bot.answering import Answering, Together

        with self._opening:
            if self._together is None:
                self._together = Together()
        return Answering(self.store, self.reader, self.settings, self._chat, self._together)

    def asked(
        self,
        question: str,
        history: History = (),
        transcripts: Sequence[str] | None = None,
        speakers: Sequence[str] | None = None,
        after: str | datetime.date | None = None,
        before: str | datetime.date | None = None,
        config: RunnableConfig | None = None,
    ) -> Asked:
        """A question as `answering` takes it.

        Raises:
            QuestionError: The question is empty, too long, or holds control characters.
            InputError: The history or a filter is not what it should be.
            NotFoundError: A transcript id is unknown.
        """
        from bot.answering import Asked
        from vectorstore.lexical import Filter

        clean = checked(question)
        only = Filter.of(
            checked_names("transcripts", transcripts),
            checked_names("speakers", speakers),
            after,
            before,
        )
        for transcript_id in only.transcripts or ():
            self.store.sources.digest(transcript_id)
        return Asked(clean, checked_history(history), only, config)

    def _parts(
        self,
        questions: Sequence[str],
        **options: Unpack[Only],
    ) -> Iterator[list[Reply]]:
        if isinstance(questions, str) or not isinstance(questions, Sequence):
            raise InputError("batch takes a list of questions; use ask for one")
        asked = [self.asked(question, **options) for question in questions]
        yield from self.answering.batch(asked)


def _chat_model(model: str | BaseChatModel, settings: Settings) -> ChatModel | None:
    """The chat model that words replies, if there is one; it is opened when first needed."""
    if not model:
        return None
    from bot.chat_model import ChatModel

    return ChatModel(model, settings.llm_base_url, settings.llm_timeout)
