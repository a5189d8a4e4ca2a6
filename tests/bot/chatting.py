"""Chat models for the tests, real subclasses of LangChain's: they write what a script says."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator, Sequence
from typing import Any

from langchain_core.callbacks import CallbackManagerForLLMRun
from langchain_core.language_models import BaseChatModel
from langchain_core.messages import AIMessage, AIMessageChunk, BaseMessage
from langchain_core.outputs import ChatGeneration, ChatGenerationChunk, ChatResult
from pydantic import Field


class Scripted(BaseChatModel):
    """Writes the text that `script` gives for the prompt, in pieces, and keeps the prompts."""

    script: Callable[[str], str]
    size: int = 7
    finish: str = "stop"
    pause: float = 0.0
    fails_after: int | None = None
    error: Exception | None = None
    prompts: list[str] = Field(default_factory=list)

    @property
    def _llm_type(self) -> str:
        return "scripted"

    def _generate(
        self,
        messages: list[BaseMessage],
        stop: list[str] | None = None,
        run_manager: CallbackManagerForLLMRun | None = None,
        **kwargs: Any,
    ) -> ChatResult:
        text = "".join(str(c.message.text) for c in self._stream(messages))
        return ChatResult(generations=[ChatGeneration(message=AIMessage(text))])

    def _stream(
        self,
        messages: list[BaseMessage],
        stop: list[str] | None = None,
        run_manager: CallbackManagerForLLMRun | None = None,
        **kwargs: Any,
    ) -> Iterator[ChatGenerationChunk]:
        prompt = str(messages[-1].text)
        self.prompts.append(prompt)
        text = self.script(prompt)
        for number, piece in enumerate(pieces(text, self.size)):
            if self.error is not None and number == self.fails_after:
                raise self.error
            time.sleep(self.pause)
            yield ChatGenerationChunk(message=AIMessageChunk(content=piece))
        if self.error is not None and self.fails_after is None:
            raise self.error
        end = {"finish_reason": self.finish}
        yield ChatGenerationChunk(message=AIMessageChunk(content="", response_metadata=end))


def scripted(text: str, **options: Any) -> Scripted:
    """A model that writes this text, whatever it is asked."""
    return Scripted(script=lambda _: text, prompts=[], **options)


def pieces(text: str, size: int) -> Sequence[str]:
    """The text cut into pieces of so many characters."""
    return [text[i : i + size] for i in range(0, len(text), size)]
