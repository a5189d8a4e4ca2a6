"""The bot as a LangChain Runnable: questions in, messages with standard citations out."""

from __future__ import annotations

import re
from collections.abc import AsyncIterator, Iterator, Mapping, Sequence
from contextlib import aclosing
from typing import TYPE_CHECKING, Any

from langchain_core.callbacks import (
    AsyncCallbackManagerForChainRun,
    CallbackManagerForChainRun,
)
from langchain_core.messages import (
    AIMessage,
    AIMessageChunk,
    BaseMessage,
    convert_to_messages,
    convert_to_openai_messages,
)
from langchain_core.messages.content import create_citation
from langchain_core.prompt_values import PromptValue
from langchain_core.runnables import Runnable, RunnableConfig

from bot.reply import Event, Reply, whole
from vectorstore.errors import InputError, RoosbotError

if TYPE_CHECKING:
    from bot.answering import Asked
    from bot.interview_bot import InterviewBot

# A question; a mapping with "question" and, if wanted, "history", "transcripts" and so on; or a
# conversation as LangChain has it, whose last message is the question.
Asking = str | Mapping[str, Any] | PromptValue | Sequence[Any]

_MARK = re.compile(r"\[(\d+)\]")


class InterviewRunnable(Runnable[Asking, AIMessage]):
    """Composes with LCEL; callbacks, tags and metadata reach the retriever and the model.

    The message's text block carries LangChain's citation annotations: `start_index` and
    `end_index` count in the message's text, and `extras` has the place in the source: speaker,
    question, statement_id, transcript_id, start, end, sha256. `response_metadata["reply"]` is
    the whole `Reply.to_dict()`.
    """

    def __init__(self, bot: InterviewBot) -> None:
        self.bot = bot
        self.name = "InterviewBot"

    def invoke(
        self, input: Asking, config: RunnableConfig | None = None, **kwargs: Any
    ) -> AIMessage:
        """The message that answers; a refusal is one with `answered` false in its reply.

        Raises:
            RoosbotError: As in `InterviewBot.ask`.
        """
        return self._call_with_config(self._answer, input, config, **kwargs)

    async def ainvoke(
        self, input: Asking, config: RunnableConfig | None = None, **kwargs: Any
    ) -> AIMessage:
        """`invoke` without blocking the event loop."""
        return await self._acall_with_config(self._aanswer, input, config, **kwargs)

    def stream(
        self, input: Asking, config: RunnableConfig | None = None, **kwargs: Any
    ) -> Iterator[AIMessage]:
        """Pieces of the message as they come; the last one carries the citations."""
        yield from self._transform_stream_with_config(iter([input]), self._pieces, config, **kwargs)

    async def astream(
        self, input: Asking, config: RunnableConfig | None = None, **kwargs: Any
    ) -> AsyncIterator[AIMessage]:
        """`stream` without blocking the event loop."""

        async def one() -> AsyncIterator[Asking]:
            yield input

        async for piece in self._atransform_stream_with_config(
            one(), self._apieces, config, **kwargs
        ):
            yield piece

    def batch(
        self,
        inputs: list[Asking],
        config: RunnableConfig | list[RunnableConfig] | None = None,
        *,
        return_exceptions: bool = False,
        **kwargs: Any,
    ) -> list[AIMessage]:
        """`invoke` for several, embedded and read together."""
        return self._batch_with_config(
            self._answers, inputs, config, return_exceptions=return_exceptions, **kwargs
        )

    def _answer(
        self, input: Asking, run_manager: CallbackManagerForChainRun, config: RunnableConfig
    ) -> AIMessage:
        *_, last = self.bot.answering.stream(self._asked(input, config, run_manager))
        return message(whole(last))

    async def _aanswer(
        self, input: Asking, run_manager: AsyncCallbackManagerForChainRun, config: RunnableConfig
    ) -> AIMessage:
        async with aclosing(self._events(input, run_manager, config)) as events:
            return message(whole([event async for event in events][-1]))

    def _answers(
        self,
        inputs: list[Asking],
        run_manager: list[CallbackManagerForChainRun],
        config: list[RunnableConfig],
    ) -> list[AIMessage | Exception]:
        asked: list[Asked] = []
        failed: dict[int, Exception] = {}
        for number, one in enumerate(zip(inputs, config, run_manager, strict=True)):
            try:
                asked.append(self._asked(*one))
            except RoosbotError as error:
                failed[number] = error
        answers = iter([reply for part in self.bot.answering.batch(asked) for reply in part])
        return [failed.get(i) or message(next(answers)) for i in range(len(inputs))]

    def _pieces(
        self,
        inputs: Iterator[Asking],
        run_manager: CallbackManagerForChainRun,
        config: RunnableConfig,
    ) -> Iterator[AIMessage]:
        for one in inputs:
            for event in self.bot.answering.stream(self._asked(one, config, run_manager)):
                yield from _piece(event)

    async def _apieces(
        self,
        inputs: AsyncIterator[Asking],
        run_manager: AsyncCallbackManagerForChainRun,
        config: RunnableConfig,
    ) -> AsyncIterator[AIMessage]:
        async for one in inputs:
            async with aclosing(self._events(one, run_manager, config)) as events:
                async for event in events:
                    for piece in _piece(event):
                        yield piece

    def _events(
        self, input: Asking, run_manager: AsyncCallbackManagerForChainRun, config: RunnableConfig
    ) -> Any:
        threads = self.bot.threads

        def events() -> Iterator[Event]:
            asked = self._asked(input, config, run_manager.get_sync())
            yield from self.bot.answering.stream(asked)

        return threads.steps(events())

    def _asked(
        self, input: Asking, config: RunnableConfig, run_manager: CallbackManagerForChainRun
    ) -> Asked:
        child: RunnableConfig = {**config, "callbacks": run_manager.get_child()}
        return self.bot.asked(**options(input), config=child)


def options(asking: Asking) -> dict[str, Any]:
    """What `InterviewBot.asked` takes, from any of the forms of a question.

    Raises:
        InputError: It is none of them.
    """
    if isinstance(asking, str):
        return {"question": asking}
    if isinstance(asking, Mapping):
        if "question" not in asking:
            raise InputError(f"the question is missing; given are {', '.join(map(str, asking))}")
        history = asking.get("history") or ()
        return {**asking, "history": _history(history) if history else ()}
    messages = asking.to_messages() if isinstance(asking, PromptValue) else list(asking)
    plain = _history(messages)
    if not plain or plain[-1]["role"] != "user":
        raise InputError("the last message is none of the user's, so there is no question")
    *history, last = plain
    return {"question": convert_to_messages([last])[0].text, "history": history}


def message(reply: Reply) -> AIMessage:
    """A reply as a message with LangChain's standard citations."""
    block = {"type": "text", "text": reply.text, "annotations": list(citations(reply))}
    return AIMessage(content=[block], response_metadata=_metadata(reply))


def citations(reply: Reply) -> Iterator[Any]:
    """One citation for each mark in the reply's text, over the words that it stands for."""
    cited = {citation.number: citation for citation in reply.citations}
    begin = end = 0
    for mark in _MARK.finditer(reply.text):
        citation = cited.get(int(mark[1]))
        if citation is None:
            continue
        between = reply.text[end : mark.start()]
        if between.strip():
            # The words on the mark's line, without those that belong to a mark before it.
            words = between.rstrip().rpartition("\n")[2]
            begin = end + between.rindex(words) + len(words) - len(words.lstrip())
        end = mark.end()
        extras = citation.to_dict()
        title, quote = extras.pop("title"), extras.pop("quote")
        yield create_citation(
            title=title,
            cited_text=quote,
            start_index=begin,
            end_index=end,
            id=f"{citation.statement_id}@{begin}",
            **extras,
        )


def _piece(event: Event) -> Iterator[AIMessage]:
    if event.stage == "text":
        yield AIMessageChunk(content=[{"type": "text", "text": event.text, "index": 0}])
    elif event.reply is not None:
        block = {
            "type": "text",
            "text": "",
            "index": 0,
            "annotations": list(citations(event.reply)),
        }
        yield AIMessageChunk(
            content=[block], response_metadata=_metadata(event.reply), chunk_position="last"
        )


def _metadata(reply: Reply) -> dict[str, Any]:
    return {"reply": reply.to_dict(), "output_version": "v1"}


def _history(messages: Sequence[Any]) -> list[dict[str, Any]]:
    try:
        found: list[BaseMessage] = convert_to_messages(messages)
    except (NotImplementedError, TypeError, ValueError) as error:
        raise InputError(f"the conversation cannot be read: {error}") from error
    plain = convert_to_openai_messages(found)
    return plain if isinstance(plain, list) else [plain]
