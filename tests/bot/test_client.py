"""What only a client has to cope with: addresses, logins, versions, and lines that break."""

from __future__ import annotations

import asyncio
import http.server
import subprocess
import sys
import threading
import time
from collections.abc import AsyncGenerator, Iterator
from contextlib import aclosing, closing
from typing import Any

import pytest

from bot import Client
from bot.reply import WIRE_VERSION
from bot.wire import VERBS
from tests.conftest import QUESTION
from tests.loopback import Cable, blocks_app, serving, until
from vectorstore.errors import (
    ConnectionFailedError,
    InputError,
    LoginError,
    RemoteError,
    VersionError,
)

REPLY = {
    "version": WIRE_VERSION, "question": "Why?", "text": "", "citations": [], "answered": False,
    "confidence": 0.1,
}  # fmt: skip

# What a strange server answers, by the question that it is asked.
ANSWERS: dict[str, Any] = {
    "another version": {"version": 99, "result": {}},
    "no version": {"result": {}},
    "a list": [1, 2],
    "nothing": None,
    "an error of later": {"version": WIRE_VERSION, "error": "LaterError", "message": "so it is"},
    "no quotes": {"version": WIRE_VERSION, "result": {"question": "Why?", "text": ""}},
    "a word": {"version": WIRE_VERSION, "result": "Because."},
    "a reply of later": {"version": WIRE_VERSION, "result": {**REPLY, "mood": "good"}},
    "another reply": {"version": WIRE_VERSION, "result": {**REPLY, "version": 2}},
}


# The questions whose streams have ended on the server, for whatever reason.
ended: list[str] = []


def add_strange_endpoints() -> None:
    import gradio as gr

    async def ask(question: str, rest: Any = None) -> Any:
        if question == "slow":
            await asyncio.sleep(60)
        if question == "a defect":
            raise ZeroDivisionError(question)
        return ANSWERS[question]

    async def stream(question: str, rest: Any = None) -> AsyncGenerator[Any]:
        try:
            for _ in range(1000 if question.startswith("long") else 1):
                yield {"version": WIRE_VERSION, "result": {"stage": "read", "text": "Reading"}}
                await asyncio.sleep(60 if question == "slow" else 0.05)
        finally:
            ended.append(question)

    async def other() -> Any:
        return {"version": WIRE_VERSION, "result": "0.1.0"}

    # Calls that the tests leave asleep must not keep the next ones waiting.
    gr.api(ask, api_name="ask", concurrency_limit=40)
    gr.api(stream, api_name="stream", concurrency_limit=40)
    for verb in VERBS:
        if verb not in {"ask", "stream"}:
            gr.api(other, api_name=verb)


@pytest.fixture(scope="module")
def strange() -> Iterator[str]:
    """A server with our endpoints' names and another mind; it wants a login."""
    app = lambda: blocks_app(add_strange_endpoints, auth=("ada", "secret"))  # noqa: E731
    with serving(app) as url:
        yield url


@pytest.fixture
def known(strange: str) -> Iterator[Client]:
    with Client(strange, auth=("ada", "secret"), timeout=20, retries=0) as client:
        yield client


@pytest.fixture
def cable(server: str) -> Iterator[Cable]:
    cable = Cable(server)
    yield cable
    cable.close()


def test_a_client_needs_neither_torch_nor_chromadb_nor_gradio(server: str) -> None:
    program = f"""
import sys
from bot import Client
with Client({server!r}) as client:
    reply = client.ask({QUESTION!r})
heavy = {{"torch", "chromadb", "gradio", "transformers", "langchain_core", "numpy", "pandas"}}
sys.exit(f"loaded {{heavy & set(sys.modules)}}" if heavy & set(sys.modules) else not reply.text)
"""
    done = subprocess.run(
        [sys.executable, "-c", program], capture_output=True, text=True, check=False, timeout=100
    )
    assert (done.returncode, done.stdout, done.stderr) == (0, "", "")


@pytest.mark.parametrize("url", ["", "somewhere", "ada/space", "ftp://127.0.0.1", "http://", None])
def test_what_is_no_address_is_refused_at_once(url: Any) -> None:
    with pytest.raises(InputError, match="is no address; it looks like http://"):
        Client(url)


def test_numbers_that_make_no_sense_are_refused_at_once() -> None:
    with pytest.raises(InputError):
        Client("http://127.0.0.1:7860", timeout=0)
    with pytest.raises(InputError):
        Client("http://127.0.0.1:7860", retries=-1)


def test_an_address_where_nobody_is_says_how_to_start_a_server() -> None:
    with (
        Client("http://127.0.0.1:1", retries=1) as client,
        pytest.raises(ConnectionFailedError, match="start a server with `roosbot serve`"),
    ):
        client.ask(QUESTION)


async def test_the_async_form_says_so_too() -> None:
    with Client("http://127.0.0.1:1", retries=1) as client:
        with pytest.raises(ConnectionFailedError, match="nobody answers"):
            await client.aask(QUESTION)
        with pytest.raises(ConnectionFailedError, match="nobody answers"):
            [event async for event in client.astream(QUESTION)]


def test_a_server_of_another_kind_is_named_as_such() -> None:
    class Plain(http.server.BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            self.send_response(200)
            self.end_headers()
            self.wfile.write(b"<html>It works!</html>")

        def log_message(self, *_: Any) -> None:
            pass

    with http.server.HTTPServer(("127.0.0.1", 0), Plain) as plain:
        threading.Thread(target=plain.serve_forever, daemon=True).start()
        url = f"http://127.0.0.1:{plain.server_port}"
        with Client(url) as client, pytest.raises(RemoteError, match="no roosbot server at"):
            client.ask(QUESTION)
        plain.shutdown()


def test_a_gradio_app_of_another_kind_is_named_as_such() -> None:
    import gradio as gr

    def greet(name: str) -> str:
        return f"Hello {name}"

    with (
        serving(lambda: blocks_app(lambda: gr.api(greet, api_name="ask"))) as url,
        Client(url) as client,
        pytest.raises(RemoteError, match="it lacks stream, batch"),
    ):
        client.ask(QUESTION)


def test_a_login_is_needed_where_the_server_wants_one(strange: str) -> None:
    with Client(strange) as client, pytest.raises(LoginError, match="without a login"):
        client.ask("a reply of later")


def test_a_wrong_login_names_the_user_and_never_the_password(strange: str) -> None:
    with Client(strange, auth=("ada", "guess")) as client:
        with pytest.raises(LoginError, match="refuses the user 'ada'") as refused:
            client.ask("a reply of later")
        assert "guess" not in str(refused.value)
        assert "guess" not in repr(client)


def test_a_reply_with_later_fields_is_read(known: Client) -> None:
    assert known.ask("a reply of later").question == "Why?"


def test_another_version_of_the_wire_is_refused_with_both_versions(known: Client) -> None:
    with pytest.raises(VersionError, match=f"version 99 .* version {WIRE_VERSION};"):
        known.ask("another version")


@pytest.mark.parametrize(
    ("question", "message"),
    [
        ("no version", "no reply of a roosbot server"),
        ("a list", "no reply of a roosbot server"),
        ("nothing", "no reply of a roosbot server"),
        ("an error of later", "LaterError: so it is"),
        ("no quotes", "Reply lacks citations, answered, confidence"),
        ("a word", "cannot be used"),
        ("another reply", "version 2"),
        ("a defect", "failed"),
    ],
)
def test_what_cannot_be_understood_is_an_error_that_says_why(
    known: Client, question: str, message: str
) -> None:
    with pytest.raises(RemoteError, match=message):
        known.ask(question)


def test_what_json_cannot_hold_is_refused_before_it_is_sent(far: Client) -> None:
    with pytest.raises(InputError, match="JSON cannot hold"):
        far.ask("Why?", history=[{"role": "user", "content": object()}])


def test_a_server_that_takes_too_long_is_given_up(strange: str) -> None:
    with Client(strange, auth=("ada", "secret"), timeout=3) as client:
        client.version()
        begin = time.monotonic()
        with pytest.raises(ConnectionFailedError, match="did not answer within 3 s"):
            client.ask("slow")
        with pytest.raises(ConnectionFailedError, match="did not answer within 3 s"):
            list(client.stream("slow"))
        assert time.monotonic() - begin < 20


async def test_the_async_form_gives_up_too(strange: str) -> None:
    with Client(strange, auth=("ada", "secret"), timeout=3) as client:
        client.version()
        with pytest.raises(ConnectionFailedError, match="did not answer within 3 s"):
            await client.aask("slow")


def test_a_stream_without_its_reply_is_an_error(known: Client) -> None:
    with pytest.raises(ConnectionFailedError, match="ended the stream before"):
        list(known.stream("short"))


def test_a_connection_that_fails_is_tried_again(cable: Cable) -> None:
    cable.refuse = 2
    with Client(cable.url, retries=3) as client:
        assert client.ask(QUESTION).question == QUESTION
    assert cable.accepted > 3


def test_a_connection_that_keeps_failing_is_given_up(cable: Cable) -> None:
    cable.refuse = 1000
    with Client(cable.url, retries=2) as client, pytest.raises(ConnectionFailedError):
        client.ask(QUESTION)
    assert cable.accepted == 3


async def test_the_async_form_tries_again_too(cable: Cable) -> None:
    with Client(cable.url, retries=3) as client:
        await client.aask(QUESTION)
        cable.refuse = 2
        assert (await client.aask(QUESTION)).question == QUESTION


def test_a_kept_connection_that_went_stale_does_not_matter(cable: Cable) -> None:
    with Client(cable.url) as client:
        client.ask(QUESTION)
        cable.cut()
        assert client.ask(QUESTION).question == QUESTION


def test_a_server_that_goes_away_in_mid_stream_is_an_error_and_not_asked_again(
    strange: str,
) -> None:
    cable = Cable(strange)
    with Client(cable.url, auth=("ada", "secret")) as client:
        events = client.stream("slow")
        assert next(events).stage == "read"
        before = cable.accepted
        cable.cut()
        with pytest.raises(ConnectionFailedError, match="went away before the reply was whole"):
            next(events)
        assert cable.accepted == before
    cable.close()


async def test_the_async_stream_notices_it_too(strange: str) -> None:
    cable = Cable(strange)
    with Client(cable.url, auth=("ada", "secret")) as client:
        events = client.astream("slow")
        assert (await anext(events)).stage == "read"
        cable.cut()
        with pytest.raises(ConnectionFailedError, match="went away before the reply was whole"):
            await anext(events)
    cable.close()


def test_a_server_that_is_stopped_in_mid_stream_is_an_error() -> None:
    failures: list[Exception] = []

    def listen(client: Client) -> None:
        try:
            list(client.stream("slow"))
        except ConnectionFailedError as error:
            failures.append(error)

    with serving(lambda: blocks_app(add_strange_endpoints)) as url, Client(url) as client:
        client.version()
        thread = threading.Thread(target=listen, args=(client,))
        events = client.stream("slow")
        next(events)
        thread.start()
        until(lambda: thread.is_alive())
        time.sleep(0.5)
    thread.join(timeout=30)
    assert len(failures) == 1


def test_a_client_outlives_a_restart_that_ended_its_login(strange: str) -> None:
    with Client(strange, auth=("ada", "secret")) as client:
        client.version()
        session = client._line._session
        assert session is not None
        session.headers["cookie"] = "access-token=of-an-earlier-server"
        assert client.version() == "0.1.0"


def test_closing_a_stream_stops_the_work_behind_it(known: Client) -> None:
    with closing(known.stream("long, closed")) as events:
        assert next(events).stage == "read"
    until(lambda: "long, closed" in ended)


@pytest.mark.parametrize("form", ["aask", "astream"])
async def test_cancelling_a_task_stops_the_work_behind_it(known: Client, form: str) -> None:
    question = f"long, cancelled {form}"

    async def listen() -> None:
        if form == "aask":
            await known.aask(question)
        async with aclosing(known.astream(question)) as events:
            assert [event async for event in events]

    task = asyncio.create_task(listen())
    await asyncio.sleep(1)
    task.cancel()
    with pytest.raises(asyncio.CancelledError):
        await task
    await asyncio.to_thread(until, lambda: question in ended)


def test_the_server_says_its_version(far: Client) -> None:
    assert far.version()
