"""The façade over the whole journey, in this process."""

from __future__ import annotations

import asyncio
import time
import unicodedata
from collections.abc import AsyncIterator, Callable, Iterator, Sequence
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, Any

from bot.conversation import History, standalone
from bot.reply import Event, Reply
from bot.settings import Settings, read_settings
from vectorstore.errors import InputError, QuestionError

if TYPE_CHECKING:
    from bot.reader import Reader
    from vectorstore.lexical import Filter
    from vectorstore.retriever import Passage, StatementRetriever
    from vectorstore.statement import Statement
    from vectorstore.store import Store
    from vectorstore.transcript import Transcript

# Longer than any question; what is pasted by mistake is refused before it costs anything.
LONGEST_QUESTION = 2000


class InterviewBot:
    """Asks interviews, and replies in the speakers' exact words."""

    def __init__(
        self,
        home: str | Path | None = None,
        *,
        progress: Callable[[int, int], None] | None = None,
        **settings: Any,
    ) -> None:
        """Prepare a bot; files are opened and models loaded when they are first needed.

        Args:
            home: Directory of the kept interviews; made with the bundled one on first use.
            progress: Called with (statements embedded, statements to embed) during indexing.
            **settings: Any other field of `Settings`; they beat the environment.

        Raises:
            SettingsError: A setting is unknown or cannot be used.
        """
        self.settings: Settings = read_settings(home=home, **settings)
        self._progress = progress

    def ask(
        self,
        question: str,
        *,
        history: History = (),
        transcripts: Sequence[str] | None = None,
        speakers: Sequence[str] | None = None,
    ) -> Reply:
        """Answer one question with verbatim, cited quotations, or refuse honestly.

        Args:
            question: At most `LONGEST_QUESTION` characters.
            history: Earlier messages, oldest first: `{"role": ..., "content": ...}`.
            transcripts: Only these transcript ids.
            speakers: Only these speakers' words.

        Raises:
            QuestionError: The question is empty, too long, or holds control characters.
            NotFoundError: A transcript id is unknown.
            StoreError: The index failed.
        """
        *_, last = self.stream(
            question, history=history, transcripts=transcripts, speakers=speakers
        )
        if last.reply is None:
            raise AssertionError("the last event of a stream carries the reply")
        return last.reply

    def stream(
        self,
        question: str,
        *,
        history: History = (),
        transcripts: Sequence[str] | None = None,
        speakers: Sequence[str] | None = None,
    ) -> Iterator[Event]:
        """The same as `ask`, step by step; the last event carries the reply."""
        from bot.extract import extract
        from vectorstore.retriever import retrieve

        clean = checked(question)
        meant = standalone(clean, history)
        only = self._filter(transcripts, speakers)
        clock = time.perf_counter
        begin = clock()
        yield Event("retrieve", "Searching the statements")
        passages = retrieve(self.store, meant, self.settings.candidates, only)
        found = clock()
        yield Event("read", f"Reading {len(passages)} statements")
        reading = self.reader.read(meant, passages)
        read = clock()
        reply = extract(clean, reading, self.store.sources.get, self.settings.quotes)
        timings = {"retrieve": found - begin, "read": read - found, "answer": clock() - read}
        reply = _with(reply, meant, clean, timings)
        for line in reply.text.splitlines(keepends=True):
            yield Event("text", line)
        yield Event("reply", reply=reply)

    def batch(self, questions: Sequence[str], **filters: Any) -> list[Reply]:
        """`ask` for several independent questions, embedded and read together.

        Args:
            questions: Each as in `ask`.
            **filters: `transcripts` and `speakers`, as in `ask`.
        """
        from bot.extract import extract
        from vectorstore.retriever import retrieve_batch

        clean = [checked(question) for question in questions]
        only = self._filter(filters.pop("transcripts", None), filters.pop("speakers", None))
        if filters:
            raise InputError(f"batch takes transcripts and speakers, not {', '.join(filters)}")
        found = retrieve_batch(self.store, clean, self.settings.candidates, only)
        readings = self.reader.read_batch(list(zip(clean, found, strict=True)))
        return [
            extract(question, reading, self.store.sources.get, self.settings.quotes)
            for question, reading in zip(clean, readings, strict=True)
        ]

    async def aask(self, question: str, **options: Any) -> Reply:
        """`ask` without blocking the event loop."""
        return await asyncio.to_thread(self.ask, question, **options)

    async def abatch(self, questions: Sequence[str], **filters: Any) -> list[Reply]:
        """`batch` without blocking the event loop."""
        return await asyncio.to_thread(self.batch, questions, **filters)

    async def astream(self, question: str, **options: Any) -> AsyncIterator[Event]:
        """`stream` without blocking the event loop."""
        events = self.stream(question, **options)
        while (event := await asyncio.to_thread(next, events, None)) is not None:
            yield event

    def search(
        self,
        query: str,
        k: int = 5,
        *,
        transcripts: Sequence[str] | None = None,
        speakers: Sequence[str] | None = None,
    ) -> list[Passage]:
        """The `k` statements nearest to a query, best first, without judging them."""
        from vectorstore.retriever import retrieve

        if k < 1:
            raise InputError(f"k is {k}; it has to be at least 1")
        return retrieve(self.store, checked(query), k, self._filter(transcripts, speakers))

    def as_retriever(self, k: int = 5) -> StatementRetriever:
        """The search as a LangChain retriever."""
        from vectorstore.retriever import StatementRetriever

        return StatementRetriever(store=self.store, k=k)

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

    def remove(self, transcript_id: str) -> None:
        """Forget an interview altogether.

        Raises:
            NotFoundError: There is none.
        """
        self.store.remove(transcript_id)

    def close(self) -> None:
        """Let go of the files; the bot can't be used afterwards."""
        if "store" in self.__dict__:
            self.store.close()

    def __enter__(self) -> InterviewBot:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    @cached_property
    def store(self) -> Store:
        """The home's interviews, opened and indexed."""
        from vectorstore.embedding import Embedder
        from vectorstore.store import Store

        return Store(
            self.settings.home.expanduser(),
            Embedder(self.settings.embedding_model),
            progress=self._progress,
        )

    @cached_property
    def reader(self) -> Reader:
        """Judges what was found."""
        from bot.reader import load_reader

        return load_reader(self.settings.threshold, self.settings.reader_model or None)

    def _filter(self, transcripts: Sequence[str] | None, speakers: Sequence[str] | None) -> Filter:
        from vectorstore.lexical import Filter

        for transcript_id in transcripts or ():
            self.store.sources.digest(transcript_id)
        return Filter(
            None if transcripts is None else tuple(transcripts),
            None if speakers is None else tuple(speakers),
        )


def checked(question: str) -> str:
    """The question without white space around it.

    Raises:
        QuestionError: It is empty, too long, or holds control characters.
    """
    if not isinstance(question, str):
        raise QuestionError(f"the question is a {type(question).__name__}; give it as text")
    clean = question.strip()
    if not clean:
        raise QuestionError("the question is empty; ask something, such as: What worries him?")
    if len(clean) > LONGEST_QUESTION:
        raise QuestionError(
            f"the question has {len(clean):,} characters; the most is {LONGEST_QUESTION:,}"
        )
    for character in clean:
        if unicodedata.category(character) in {"Cc", "Cs"} and character not in "\n\r\t":
            raise QuestionError(
                f"the question holds the control character U+{ord(character):04X}; remove it"
            )
    return clean


def _with(reply: Reply, meant: str, question: str, timings: dict[str, float]) -> Reply:
    from dataclasses import replace

    return replace(reply, standalone="" if meant == question else meant, timings=timings)
