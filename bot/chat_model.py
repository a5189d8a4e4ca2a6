"""A LangChain chat model that either streams text in time or says in one line why not."""

from __future__ import annotations

import contextvars
import logging
import queue
import re
import threading
import time
from collections.abc import Generator, Iterator
from contextlib import closing
from types import TracebackType
from typing import TYPE_CHECKING, Any

from bot.failures import Failure, failure
from bot.redact import redacted
from vectorstore.errors import GenerationError

if TYPE_CHECKING:
    from langchain_core.language_models import BaseChatModel
    from langchain_core.messages import AIMessageChunk
    from langchain_core.runnables import RunnableConfig

    from bot.local_model import LocalServer

log = logging.getLogger(__name__)

# Seconds until a reply has to be complete.
TIMEOUT = 120.0

# How often a question is put to a model that is busy or fails for the moment.
ATTEMPTS = 3

# Seconds before the second attempt, where the provider asks for none; doubled each time.
PAUSE = 0.5

# Characters that no honest answer has: a model that writes more is going round in circles.
LONGEST = 20_000

# Providers whose chat models take an address, a time limit and a number of retries.
_ADDRESSED = frozenset(["openai", "anthropic", "ollama", "mistralai", "groq", "deepseek", "xai"])
_TIMED = frozenset(["openai", "anthropic", "azure_openai"])


class ChatModel:
    """Puts prompts to a chat model; opened when it is first needed."""

    def __init__(
        self,
        model: str | BaseChatModel,
        base_url: str | None = None,
        timeout: float = TIMEOUT,
    ) -> None:
        """Prepare a chat model.

        Args:
            model: A LangChain chat model, or its name for `init_chat_model`, such as
                "openai:gpt-5-mini" or "ollama:llama3.2"; "local" is the one of `local_model`.
            base_url: Address of an OpenAI-compatible server that knows the model.
            timeout: Seconds until a reply has to be complete.
        """
        self._given = model
        self._base_url = base_url
        self._timeout = timeout
        self._model: BaseChatModel | None = None if isinstance(model, str) else model
        self._opening = threading.Lock()
        self._server: LocalServer | None = None
        self._not_before = 0.0

    def __repr__(self) -> str:
        name = self._given if isinstance(self._given, str) else type(self._given).__name__
        return f"ChatModel({redacted(name)!r})"

    def stream(self, prompt: str, config: RunnableConfig | None = None) -> Iterator[str]:
        """The model's text as it is written.

        A model that is busy or fails for the moment is asked again, after the time that its
        Retry-After asks for if that is within the time limit, unless it has already written
        something.

        Raises:
            GenerationError: One line for people; the cause is in the log, without secrets.
        """
        deadline = time.monotonic() + self._timeout
        for attempt in range(1, ATTEMPTS + 1):
            if (wait := self._not_before - time.monotonic()) > 0:
                self._wait(wait, deadline)
            begun = False
            listening = _Listening(self, prompt, config)
            with closing(listening.pieces(deadline)) as pieces:
                for piece in pieces:
                    begun = True
                    yield piece
            if listening.error is None:
                return
            found = self._failed(listening.error)
            if begun or not found.passing or attempt == ATTEMPTS:
                raise GenerationError(found.notice)
            pause = PAUSE * 2 ** (attempt - 1) if found.retry_after is None else found.retry_after
            self._not_before = time.monotonic() + pause

    def write(self, prompt: str, config: RunnableConfig | None = None) -> str:
        """The model's whole text; otherwise as `stream`."""
        return "".join(self.stream(prompt, config))

    def opened(self) -> BaseChatModel:
        """The chat model itself, made from its name when first needed.

        The local one is started once more if its server has ended.
        """
        from bot.local_model import LOCAL, MODEL, LocalServer

        local = self._given == LOCAL and not self._base_url
        with self._opening:
            if self._server is not None and not self._server.running:
                log.warning("the local model's server has ended; it is started again")
                self._server.close()
                self._model = None
            if self._model is None and local:
                self._server = LocalServer()
                address, key = self._server.url, self._server.key
                self._model = open_model(f"openai:{MODEL}", address, self._timeout, key)
            if self._model is None:
                self._model = open_model(str(self._given), self._base_url, self._timeout)
            return self._model

    def close(self) -> None:
        """End the local model's server, if one was started; the next question starts another."""
        with self._opening:
            if self._server is not None:
                self._server.close()

    def secrets(self) -> list[str]:
        """The keys that the model holds."""
        from pydantic import SecretStr

        fields = vars(self._model).values() if self._model is not None else ()
        return [f.get_secret_value() for f in fields if isinstance(f, SecretStr)]

    def _wait(self, seconds: float, deadline: float) -> None:
        if time.monotonic() + seconds > deadline:
            raise GenerationError(
                f"the chat model takes no more questions for {max(1, round(seconds))} seconds"
            )
        time.sleep(seconds)

    def _failed(self, error: BaseException) -> Failure:
        found = failure(error)
        if found.retry_after is not None:
            self._not_before = time.monotonic() + found.retry_after
        cause = redacted(f"{type(error).__name__}: {error}", self.secrets())
        log.warning("%r failed: %s (%s)", self, found.notice, " ".join(cause.split())[:500])
        return found


class _Listening:
    """Takes a model's text in a thread, so that one which hangs holds nobody up.

    Whatever a provider's package raises is kept as a value: those packages share no base class
    below Exception, and the person is to have an answer whichever it is. The thread is a daemon: a
    model that never returns does not keep the process alive.
    """

    def __init__(self, chat: ChatModel, prompt: str, config: RunnableConfig | None) -> None:
        self.error: BaseException | None = None
        self._chat = chat
        self._prompt = prompt
        self._config = config
        self._stopped = False
        self._queue: queue.SimpleQueue[str | None] = queue.SimpleQueue()

    def pieces(self, deadline: float) -> Generator[str]:
        """The pieces of the text until it ends, fails or is late; then `error` is set or None."""
        run = contextvars.copy_context().run
        threading.Thread(target=run, args=(self._listen,), daemon=True, name="chat").start()
        written = 0
        try:
            while True:
                try:
                    piece = self._queue.get(timeout=max(0.0, deadline - time.monotonic()))
                except queue.Empty:
                    self.error = TimeoutError("the reply took too long")
                    return
                if piece is None:
                    break
                written += len(piece)
                if written > LONGEST:
                    self.error = ValueError(f"the reply has more than {LONGEST} characters")
                    return
                yield piece
            if not written and self.error is None:
                self.error = ValueError("the reply is empty")
        finally:
            self._stopped = True

    def __enter__(self) -> None:
        """Listen; whatever is raised from here on is kept."""

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> bool:
        self.error = self.error or error
        self._queue.put(None)
        return isinstance(error, Exception)

    def _listen(self) -> None:
        with self:
            reason = ""
            for chunk in self._chat.opened().stream(self._prompt, config=self._config):
                if self._stopped:
                    return
                reason = _finish_reason(chunk) or reason
                if piece := str(chunk.text):
                    self._queue.put(piece)
            if reason in {"length", "max_tokens", "MAX_TOKENS"}:
                raise EOFError("the reply was cut off at the model's limit")
            if reason.lower() in {"content_filter", "refusal", "safety", "blocklist"}:
                raise PermissionError(f"the provider refused: {reason}")


def open_model(
    name: str, base_url: str | None, timeout: float, key: str | None = None
) -> BaseChatModel:
    """The chat model of that name.

    Args:
        name: As `init_chat_model` takes it.
        base_url: Address of an OpenAI-compatible server that knows the model.
        timeout: Seconds until a reply has to be complete.
        key: That server's key; without one the environment's is used.

    Raises:
        GenerationError: Its package is missing (the message names the pip command), or no provider
            is known for it.
    """
    from langchain.chat_models import init_chat_model

    provider, colon, model = name.partition(":")
    options: dict[str, Any] = {}
    if base_url:
        if not colon or provider not in _ADDRESSED:
            provider, model = "openai", name
        options["base_url"] = base_url
        if provider == "openai":
            options["api_key"] = key or _key_or_none
    elif not colon:
        provider, model = "", name
    if provider in _TIMED:
        options |= {"timeout": timeout, "max_retries": 0}
    try:
        return init_chat_model(model, model_provider=provider or None, **options)  # type: ignore[no-any-return]
    except ImportError as error:
        command = re.search(r"pip install (?:-U )?[\w.-]+", str(error))
        raise GenerationError(
            f"the chat model {redacted(name)} needs a package: "
            f"{command[0] if command else 'install its LangChain package'}"
        ) from None


def _key_or_none() -> str:
    """The OpenAI key of the environment; a server of one's own mostly takes any."""
    import os

    return os.environ.get("OPENAI_API_KEY") or "none"


def _finish_reason(chunk: AIMessageChunk) -> str:
    """Why the model stopped, as far as its provider says, or ""."""
    told = chunk.response_metadata
    reason = told.get("finish_reason") or told.get("stop_reason") or told.get("done_reason")
    if chunk.additional_kwargs.get("refusal"):
        return "refusal"
    return str(reason or "")
