"""The local chat model: a real one, served by a child process that ends whatever happens."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
from collections.abc import Iterator
from importlib.metadata import PackageNotFoundError
from pathlib import Path

import httpx
import pytest

from bot import Client, InterviewBot, Reply
from bot.chat_model import ChatModel
from bot.local_model import INSTALL, LocalServer, check, model_file
from tests.conftest import QUESTION
from tests.loopback import until
from vectorstore.errors import GenerationError

ROOT = Path(__file__).parents[2]


def installed() -> bool:
    try:
        model_file()
    except (GenerationError, PackageNotFoundError):
        return False
    return True


with_model = pytest.mark.skipif(not installed(), reason=f"needs the local model: {INSTALL}")
# OpenAI's client leaves its connections to the garbage collector.
leaves_sockets = pytest.mark.filterwarnings("ignore::ResourceWarning")


@pytest.fixture(scope="module")
def server() -> Iterator[LocalServer]:
    server = LocalServer()
    yield server
    server.close()


def worded(reply: Reply) -> bool:
    """Whether the model was heard: something of it is shown, or was removed."""
    return "pip" not in reply.notice and bool(reply.generated or reply.removed)


def listens(url: str) -> bool:
    try:
        return httpx.get(url.replace("/v1", "/health"), timeout=5).status_code > 0
    except httpx.TransportError:
        return False


def test_missing_packages_are_named_with_the_pip_command(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "xllamacpp", None)
    with pytest.raises(GenerationError) as caught:
        model_file()
    assert "xllamacpp" in str(caught.value)
    assert str(caught.value).endswith(INSTALL)


def test_without_the_packages_the_speakers_words_arrive_with_a_notice_in_one_line(
    home: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(sys.modules, "xllamacpp", None)
    monkeypatch.setenv("ROOSBOT_LLM", "local")
    with InterviewBot(home) as bot:
        reply = bot.ask(QUESTION)
    assert reply.answered
    assert not reply.generated
    assert "cybersecurity" in reply.citations[0].quote
    assert INSTALL in reply.notice
    assert "\n" not in reply.notice


def test_another_file_is_not_taken_for_the_model(tmp_path: Path) -> None:
    file = tmp_path / "model.gguf"
    with pytest.raises(GenerationError, match=r"cannot be read .* pip install"):
        check(file)
    file.write_bytes(b"GGUF and more")
    with pytest.raises(GenerationError, match=r"damaged .* pip install"):
        check(file)


def test_with_an_address_local_is_the_name_of_a_model_there(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    from tests.bot.openai_server import serving

    monkeypatch.setenv("OPENAI_API_KEY", "none")
    with serving() as elsewhere:
        model = ChatModel("local", elsewhere.url).opened()
    assert getattr(model, "model_name", "") == "local"


@with_model
@pytest.mark.timeout(300)
def test_the_server_listens_on_this_machine_alone_and_wants_its_key(server: LocalServer) -> None:
    assert server.url.startswith("http://127.0.0.1:")
    assert len(server.key) > 20
    address = f"{server.url}/chat/completions"
    body = {"messages": [{"role": "user", "content": "Hello"}], "max_tokens": 4}
    assert httpx.post(address, json=body, timeout=60).status_code == 401
    sent = {"Authorization": f"Bearer {server.key}"}
    answer = httpx.post(address, json=body, headers=sent, timeout=200)
    assert answer.json()["choices"][0]["message"]["content"]


@with_model
@leaves_sockets
@pytest.mark.timeout(600)
def test_a_server_that_was_killed_is_started_again_and_ends_with_its_model() -> None:
    chat = ChatModel("local", timeout=250)
    assert chat._server is None
    assert chat.write("Say hello.")
    first = chat._server
    assert first is not None
    os.kill(first.pid, signal.SIGKILL)
    until(lambda: not first.running)
    assert chat.write("Say hello.")
    second = chat._server
    assert second is not None
    assert second.pid != first.pid
    assert chat.secrets() == [second.key]
    chat.close()
    assert not second.running
    assert not listens(second.url)


@with_model
@pytest.mark.timeout(300)
def test_the_server_ends_with_a_process_that_is_killed() -> None:
    program = (
        "import os, signal\nfrom bot.local_model import LocalServer\n"
        "server = LocalServer()\nprint(server.url, flush=True)\nsignal.pause()"
    )
    with subprocess.Popen(
        [sys.executable, "-c", program], cwd=ROOT, stdout=subprocess.PIPE, text=True
    ) as parent:
        assert parent.stdout is not None
        url = parent.stdout.readline().strip()
        assert listens(url)
        parent.kill()
    until(lambda: not listens(url))


@with_model
@pytest.mark.timeout(300)
def test_a_server_that_does_not_start_says_so(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    file = tmp_path / "model.gguf"
    file.write_bytes(b"GGUF and more")
    monkeypatch.setattr("bot.local_model.model_file", lambda: file)
    with pytest.raises(GenerationError, match=r"did not start; pip install"):
        ChatModel("local").write("Say hello.")


@with_model
@leaves_sockets
@pytest.mark.timeout(600)
def test_replies_are_worded_by_it_from_the_sdk_and_the_settings(
    home: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("ROOSBOT_LLM_TIMEOUT", "250")
    with InterviewBot(home, llm="local") as bot:
        assert worded(bot.ask("What worries him?"))
    monkeypatch.setenv("ROOSBOT_LLM", "local")
    with InterviewBot(home) as bot:
        assert worded(bot.ask("What worries him?"))


@with_model
@leaves_sockets
@pytest.mark.timeout(600)
def test_replies_are_worded_by_it_at_every_command(home: Path) -> None:
    roosbot = [sys.executable, "-m", "bot"]
    environment = {**os.environ, "ROOSBOT_HOME": str(home), "ROOSBOT_LLM_TIMEOUT": "250"}
    words = [*roosbot, "ask", "--json", "--llm", "local", "What worries him?"]
    done = subprocess.run(words, cwd=ROOT, env=environment, capture_output=True, text=True)
    assert done.returncode == 0, done.stderr
    assert worded(Reply.from_dict(json.loads(done.stdout)))
    words = [*roosbot, "chat", "--llm", "local"]
    done = subprocess.run(
        words, cwd=ROOT, env=environment, capture_output=True, text=True,
        input="What worries him?\n\n",
    )  # fmt: skip
    assert done.returncode == 0, done.stderr
    assert "pip" not in done.stdout
    words = [*roosbot, "serve", "--llm", "local", "--no-open", "--port", "0"]
    with subprocess.Popen(
        words, cwd=ROOT, env={**environment, "COLUMNS": "200"}, stderr=subprocess.PIPE, text=True
    ) as serving:
        assert serving.stderr is not None
        line = next(line for line in serving.stderr if "http://" in line)
        with Client(line.split("roosbot is at ")[1].split()[0]) as client:
            assert worded(client.ask("What worries him?"))
        serving.terminate()
