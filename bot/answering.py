"""From a question to its reply: retrieve, read, answer. One way for ask, stream and batch."""

from __future__ import annotations

import logging
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from functools import cache
from typing import TYPE_CHECKING

from bot.conversation import History, standalone
from bot.extract import extract
from bot.gathering import Gathering
from bot.language import noticed
from bot.reply import Event, Reply, whole
from bot.settings import Settings
from bot.spelling import understood
from bot.telemetry import traced
from vectorstore.lexical import Filter
from vectorstore.retriever import ALL, document, retrieve_batch

if TYPE_CHECKING:
    from langchain_core.runnables import RunnableConfig

    from bot.chat_model import ChatModel
    from bot.reader import Reader, Reading
    from vectorstore.passage import Passage
    from vectorstore.store import Store

log = logging.getLogger(__name__)

# Questions embedded and read together: enough to fill the models' batches, few enough that
# cancelling a long batch stops soon.
TOGETHER = 128


@dataclass(frozen=True, slots=True)
class Asked:
    """A question on its way, checked already.

    Attributes:
        question: As it was asked, without white space around it.
        history: Earlier messages, oldest first.
        only: Which statements count.
        config: LangChain's callbacks, tags and metadata for the retrieval and the model, if any.
    """

    question: str
    history: History = ()
    only: Filter = ALL
    config: RunnableConfig | None = None


Meant = tuple[Asked, str]
Found = tuple[str, list["Passage"]]


@dataclass(frozen=True, slots=True)
class Together:
    """Where questions that come at the same time are embedded, searched and read together."""

    retrieving: Gathering[Meant, Found] = field(default_factory=Gathering)
    reading: Gathering[tuple[str, Sequence[Passage]], Reading] = field(default_factory=Gathering)


class Answering:
    """The stages of a reply over one store and one reader."""

    def __init__(
        self,
        store: Store,
        reader: Reader,
        settings: Settings,
        chat: ChatModel | None = None,
        together: Together | None = None,
    ) -> None:
        self.together = together or Together()
        self.store = store
        self.reader = reader
        self.settings = settings
        self.chat = chat

    def stream(self, asked: Asked) -> Iterator[Event]:
        """One reply step by step, doing a stage's work each time the next event is taken.

        Raises:
            StoreError: The index failed.
        """
        clock, begin = time.perf_counter, time.perf_counter()
        yield Event("retrieve", "Searching the statements")
        meant = self._meant(asked)
        with traced("retrieve") as noted:
            meant, passages = self.together.retrieving.do((asked, meant), self._find)
            noted(passages=len(passages))
        found = clock()
        yield Event("read", f"Reading {len(passages)} statements")
        with traced("read", passages=len(passages)) as noted:
            reading = self.together.reading.do((meant, passages), self.reader.read_batch)
            noted(answered=reading.answered, confidence=reading.confidence)
        timings = {"retrieve": found - begin, "read": clock() - found}
        yield from self._answer(asked, meant, reading, timings)

    def batch(self, asked: Sequence[Asked]) -> Iterator[list[Reply]]:
        """The replies to several questions, as each stage's work leaves them: in order.

        A stage that finishes none yields an empty list. A stage's time is shared out evenly.
        """
        clock = time.perf_counter
        for first in range(0, len(asked), TOGETHER):
            part = asked[first : first + TOGETHER]
            begin = clock()
            meant = [self._meant(one) for one in part]
            with traced("retrieve", questions=len(part)):
                read = self._find(list(zip(part, meant, strict=True)))
            found = clock()
            yield []
            with traced("read", questions=len(part)):
                readings = self.reader.read_batch(read)
            shares = {
                "retrieve": (found - begin) / len(part),
                "read": (clock() - found) / len(part),
            }
            yield []
            for one, (what, _), reading in zip(part, read, readings, strict=True):
                *_, last = self._answer(one, what, reading, shares)
                yield [whole(last)]

    def _meant(self, asked: Asked) -> str:
        if self.settings.log_questions:
            log.info("asked: %s", asked.question)
        if self.chat is None:
            return standalone(asked.question, asked.history)
        from bot.followup import rewritten

        return rewritten(asked.question, asked.history, self.chat, asked.config)

    def _find(self, every: Sequence[Meant]) -> list[Found]:
        """What is meant, with mistyped words put right, and the passages found for it."""
        from vectorstore.embedding import BUNDLED

        meant = [what for _, what in every]
        if self.settings.embedding_model != BUNDLED:
            # The dictionary is English, and so is the bundled model.
            return list(zip(meant, self._retrieve(every), strict=True))
        return understood(
            meant,
            lambda rows, texts: self._retrieve(
                [(every[row][0], text) for row, text in zip(rows, texts, strict=True)]
            ),
        )

    def _retrieve(self, every: Sequence[Meant]) -> list[list[Passage]]:
        """Passages for each question; those with the same filter are searched together."""
        asked, meant = [one for one, _ in every], [what for _, what in every]
        found: dict[int, list[Passage]] = {}
        for only in dict.fromkeys(one.only for one in asked):
            which = [i for i, one in enumerate(asked) if one.only == only]
            with _traced([(asked[i], meant[i]) for i in which]) as ended:
                passages = retrieve_batch(
                    self.store, [meant[i] for i in which], self.settings.candidates, only
                )
                ended.extend(passages)
            found.update(zip(which, passages, strict=True))
        return [found[i] for i in range(len(asked))]

    def _answer(
        self, asked: Asked, meant: str, reading: Reading, timings: dict[str, float]
    ) -> Iterator[Event]:
        """From the reading to the reply: its text piece by piece, then the whole."""
        begin = time.perf_counter()
        # Several quotations are mostly of one interview, whose text is read and checked once.
        find = cache(self.store.sources.get)
        reply = extract(asked.question, reading, find, self.settings.quotes)
        reply = replace(
            reply,
            standalone="" if meant == asked.question else meant,
            timings={**timings, "answer": time.perf_counter() - begin},
        )
        if not reply.answered:
            notice = noticed(asked.question, self.settings.embedding_model)
            reply = replace(reply, notice=notice)
        if self.chat is not None and reply.answered:
            yield from self._worded(self.chat, asked, meant, reading, reply)
            return
        for line in reply.text.splitlines(keepends=True):
            yield Event("text", line)
        yield Event("reply", reply=reply)

    def _worded(
        self, chat: ChatModel, asked: Asked, meant: str, reading: Reading, reply: Reply
    ) -> Iterator[Event]:
        """The reply in the chat model's words, as far as they hold."""
        from bot.generate import generate, judged_by

        begin = time.perf_counter()
        find, judge = self.store.sources.get, judged_by(self.reader)
        with traced("generate") as noted:
            for event in generate(reply, meant, reading, chat, find, judge, asked.config):
                if event.reply is not None:
                    timings = {**reply.timings, "generate": time.perf_counter() - begin}
                    last = replace(event.reply, timings=timings)
                    noted(generated=last.generated, removed=len(last.removed))
                    event = replace(event, reply=last)
                yield event


@contextmanager
def _traced(asked: Sequence[tuple[Asked, str]]) -> Iterator[list[list[Passage]]]:
    """Report a retrieval to LangChain's callbacks, as a retriever does; fill in what was found."""
    found: list[list[Passage]] = []
    watched = [(i, one.config, meant) for i, (one, meant) in enumerate(asked) if one.config]
    if not watched:
        yield found
        return
    from langchain_core.callbacks import CallbackManager

    runs = []
    for i, config, meant in watched:
        manager = CallbackManager.configure(
            config.get("callbacks"),
            inheritable_tags=config.get("tags"),
            inheritable_metadata=config.get("metadata"),
        )
        runs.append((i, manager.on_retriever_start({}, meant, name="StatementRetriever")))
    try:
        yield found
    except Exception as error:
        for _, run in runs:
            run.on_retriever_error(error)
        raise
    for i, run in runs:
        run.on_retriever_end([document(passage) for passage in found[i]])
