"""A chat model streams in time, or says in one line why not; keys are nowhere to be seen."""

from __future__ import annotations

import logging
import time
from collections.abc import Iterator
from email.utils import formatdate

import pytest

from bot.chat_model import ChatModel, open_model
from bot.failures import failure
from bot.redact import redacted
from tests.bot.chatting import scripted
from tests.bot.openai_server import GOOD_KEY, Server, serving
from vectorstore.errors import GenerationError

WRONG_KEY = "sk-wrong-key-0123456789abcdef"


@pytest.fixture
def server(monkeypatch: pytest.MonkeyPatch) -> Iterator[Server]:
    pytest.importorskip("langchain_openai")
    monkeypatch.setenv("OPENAI_API_KEY", GOOD_KEY)
    monkeypatch.setattr("bot.chat_model.PAUSE", 0.05)
    with serving() as server:
        yield server


def notice(chat: ChatModel) -> str:
    with pytest.raises(GenerationError) as caught:
        chat.write("?")
    assert caught.value.__cause__ is None
    assert caught.value.__context__ is None
    return str(caught.value)


def test_a_model_object_is_used_as_it_is() -> None:
    assert list(ChatModel(scripted("One two", size=4)).stream("?")) == ["One ", "two"]


@pytest.mark.filterwarnings("ignore::ResourceWarning")
def test_a_server_that_speaks_openai_is_used(server: Server) -> None:
    chat = ChatModel("openai:some-model", server.url)
    assert chat.write("Hello") == server.text
    assert server.asked[0]["model"] == "some-model"
    assert server.asked[0]["messages"][-1]["content"] == "Hello"


@pytest.mark.filterwarnings("ignore::ResourceWarning")
def test_with_an_address_any_name_is_a_models_name(server: Server) -> None:
    ChatModel("llama3.2:3b", server.url).write("Hello")
    assert server.asked[0]["model"] == "llama3.2:3b"


@pytest.mark.filterwarnings("ignore::ResourceWarning")
def test_a_wrong_key_is_named_and_not_shown(
    server: Server, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    monkeypatch.setenv("OPENAI_API_KEY", WRONG_KEY)
    chat = ChatModel("openai:m", server.url)
    with caplog.at_level(logging.DEBUG, "bot"):
        assert notice(chat) == "the chat model's provider does not accept the key"
    assert "AuthenticationError" in caplog.text
    assert WRONG_KEY not in caplog.text
    assert "sk-wrong" not in caplog.text + repr(chat)


@pytest.mark.filterwarnings("ignore::ResourceWarning")
def test_an_unknown_model_is_named(server: Server) -> None:
    assert "not known" in notice(ChatModel("openai:unknown", server.url))


@pytest.mark.filterwarnings("ignore::ResourceWarning")
@pytest.mark.parametrize("status", [500, 503])
def test_a_failure_that_passes_is_tried_again(server: Server, status: int) -> None:
    server.failures = [(status, {})]
    assert ChatModel("openai:m", server.url).write("?") == server.text
    assert len(server.asked) == 2


@pytest.mark.filterwarnings("ignore::ResourceWarning")
def test_a_failure_that_stays_is_given_up(server: Server) -> None:
    server.failures = [(500, {})] * 5
    assert "HTTP 500" in notice(ChatModel("openai:m", server.url))
    assert len(server.asked) == 3


@pytest.mark.filterwarnings("ignore::ResourceWarning")
def test_retry_after_is_honoured(server: Server) -> None:
    server.failures = [(429, {"Retry-After": "1"})]
    begin = time.monotonic()
    assert ChatModel("openai:m", server.url).write("?") == server.text
    assert time.monotonic() - begin >= 1


@pytest.mark.filterwarnings("ignore::ResourceWarning")
def test_a_rest_longer_than_the_time_limit_is_not_waited_for_and_kept(server: Server) -> None:
    server.failures = [(429, {"Retry-After": "300"})]
    chat = ChatModel("openai:m", server.url, timeout=5)
    begin = time.monotonic()
    assert "for 300 seconds" in notice(chat)
    assert "no more questions" in notice(chat)
    assert time.monotonic() - begin < 4
    assert len(server.asked) == 1


@pytest.mark.filterwarnings("ignore::ResourceWarning")
def test_a_stream_that_breaks_off_says_so_after_what_came(server: Server) -> None:
    server.drop_after = 2
    stream = ChatModel("openai:m", server.url).stream("?")
    assert next(stream) + next(stream) == server.text[:18]
    with pytest.raises(GenerationError, match="broke off"):
        next(stream)
    assert len(server.asked) == 1


@pytest.mark.filterwarnings("ignore::ResourceWarning")
def test_a_server_that_is_gone_is_named(server: Server) -> None:
    url = server.url.replace(str(server.server_address[1]), "9")
    assert "could not be reached" in notice(ChatModel("openai:m", url))


def test_a_missing_package_is_named_with_the_pip_command(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(__import__("sys").modules, "langchain_anthropic", None)
    with pytest.raises(GenerationError, match=r"pip install langchain-anthropic"):
        open_model("anthropic:claude-sonnet", None, 1)


def test_a_name_without_a_known_provider_says_how_to_name_it() -> None:
    assert "openai:NAME" in notice(ChatModel("no-such-model"))


@pytest.mark.parametrize("text", ["", "x" * 30_000])
def test_no_text_and_endless_text_are_failures(text: str) -> None:
    assert "no usable text" in notice(ChatModel(scripted(text, size=1000)))


def test_a_model_that_hangs_is_left_alone() -> None:
    begin = time.monotonic()
    assert "took too long" in notice(ChatModel(scripted("x", pause=9.0), timeout=0.2))
    assert time.monotonic() - begin < 3


def test_retry_after_may_be_a_date() -> None:
    class Response:
        status_code = 429
        headers = {"retry-after": formatdate(time.time() + 60, usegmt=True)}  # noqa: RUF012

    error = RuntimeError("busy")
    error.response = Response()  # type: ignore[attr-defined]
    assert 55 < (failure(error).retry_after or 0) <= 60


@pytest.mark.parametrize(
    "text",
    [
        "Incorrect API key provided: sk-proj-abcdefghijkl1234567890",
        "Incorrect API key provided: sk-ab***********************wxyz",
        "Authorization: Bearer eyJhbGciOiJIUzI1NiJ9.abc.def",
        "api_key='AIzaSyA-1234567890abcdefghijklmnopq'",
        '{"x-api-key": "abcdef1234567890abcdef"}',
        "https://host/v1?key=abcdef1234567890",
        "http://user:secretpass@127.0.0.1:8080/v1",
        "token=hf_abcdefghijklmnopqrstuvwxyz",
    ],
)
def test_whatever_looks_like_a_key_is_hidden(text: str) -> None:
    shown = redacted(text)
    assert "[hidden]" in shown
    for secret in ("abcdef", "ab***", "eyJh", "AIza", "secretpass", "hf_a", "wxyz"):
        assert secret not in shown


def test_the_environments_keys_are_hidden_whatever_they_look_like(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setenv("MISTRAL_API_KEY", "plain words")
    assert redacted("it was plain words") == "it was [hidden]"
    assert redacted("it was open sesame", ["open sesame"]) == "it was [hidden]"
