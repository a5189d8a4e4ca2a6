"""Nobody gets in: a real server with and without a login, asked for what it must not give."""

from __future__ import annotations

import http.client
import json
import logging
import sqlite3
from collections.abc import Iterator
from pathlib import Path
from urllib.parse import urlsplit

import httpx
import pytest
from fastapi import FastAPI
from starlette.routing import Route

from bot import Client, InterviewBot
from bot.app import mounted
from bot.app.guard import ORDINARY
from tests.conftest import QUESTION
from tests.loopback import serving
from vectorstore.errors import LoginError

TOKEN = "0123456789abcdef"
LOGIN = ("ann", "correct horse")


@pytest.fixture(scope="module")
def open_server(bot: InterviewBot) -> Iterator[str]:
    with serving(lambda: mounted(bot)) as url:
        yield url


@pytest.fixture(scope="module")
def locked_bot(bot: InterviewBot) -> Iterator[InterviewBot]:
    with InterviewBot(bot.settings.home, auth=":".join(LOGIN), token=TOKEN) as locked:
        yield locked


@pytest.fixture
def locked_server(locked_bot: InterviewBot) -> Iterator[str]:
    """One of its own for each test, so that the logins of one don't count in another."""
    with serving(lambda: mounted(locked_bot)) as url:
        yield url


def raw(url: str, method: str, path: str, headers: dict[str, str] | None = None) -> tuple[int, str]:
    """A request whose path is sent exactly as it is given."""
    parts = urlsplit(url)
    connection = http.client.HTTPConnection(str(parts.hostname), parts.port, timeout=10)
    try:
        connection.putrequest(method, path, skip_host=bool(headers and "Host" in headers))
        for name, value in (headers or {}).items():
            connection.putheader(name, value)
        connection.endheaders()
        answer = connection.getresponse()
        return answer.status, answer.read().decode("utf-8", "replace")
    finally:
        connection.close()


def forbidden(home: Path) -> list[str]:
    database = str(home / "index" / "statements.sqlite")
    files = [database, str(home / "home.json"), "/etc/passwd", "/proc/self/environ"]
    up = "../" * 12 + "etc/passwd"
    paths = []
    for file in files:
        paths += [
            f"/gradio_api/file={file}", f"/file={file}", f"/gradio_api/file/{file}",
            f"/gradio_api/proxy=file://{file}", f"/gradio_api/file=file://{file}", file,
            f"//{file}", f"/static{file}", f"/gradio_api/file=%2F{file[1:].replace('/', '%2F')}",
        ]  # fmt: skip
    paths += [
        f"{root}/{form}"
        for root in ("/static", "/assets", "/gradio_api", "/gradio_api/file=", "")
        for form in (
            up, up.replace("/", "%2f"), up.replace(".", "%2e"), up.replace("../", "..%5c"),
            up.replace("../", "....//"), up.replace("../", "%252e%252e%252f"),
            "..%c0%af..%c0%afetc/passwd", "..%00/etc/passwd", "%2e%2e/%2e%2e/etc/passwd",
        )
    ]  # fmt: skip
    return [
        *paths,
        "/gradio_api/upload", "/gradio_api/upload_progress", "/gradio_api/deep_link", "/monitoring",
        "/gradio_api/runs", "/gradio_api/token", "/gradio_api/vibe-code", "/docs", "/openapi.json",
        "/gradio_api/custom_component/1/client/js/x.js", "/gradio_api/openapi.json", "/svelte/x",
        "/gradio_api/proxy=https://example.org/", "/gradio_api/dev/reload", "/pwa_icon",
    ]  # fmt: skip


def test_no_file_is_given_out_under_any_address(open_server: str, bot: InterviewBot) -> None:
    for path in forbidden(bot.settings.home):
        status, body = raw(open_server, "GET", path)
        assert status in {307, 400, 404}, (path, status)
        assert "root:" not in body
        assert "SQLite format" not in body
        assert "Traceback" not in body


def test_what_the_page_needs_is_given(open_server: str) -> None:
    with httpx.Client(base_url=open_server) as http:
        page = http.get("/")
        assert page.status_code == 200
        for path in ("/config", "/theme.css", "/gradio_api/info", "/health", "/ready"):
            assert http.get(path).status_code == 200, path


def test_no_other_origin_is_let_in_and_no_content_guessed(open_server: str) -> None:
    origin = {"Origin": "https://evil.example"}
    with httpx.Client(base_url=open_server) as http:
        for path in ("/", "/config", "/health", "/nowhere", "/gradio_api/info"):
            headers = http.get(path, headers=origin).headers
            policy = headers["content-security-policy"]
            assert "default-src 'self'" in policy
            assert "frame-ancestors 'none'" in policy
            assert "http:" not in policy
            assert "*" not in policy
            assert headers["x-content-type-options"] == "nosniff"
            assert headers["referrer-policy"] == "no-referrer"
            assert not [name for name in headers if name.startswith("access-control-")]
        asked = {**origin, "Access-Control-Request-Method": "POST"}
        preflight = http.options("/gradio_api/queue/join", headers=asked)
        assert preflight.status_code == 405
        assert "access-control-allow-origin" not in preflight.headers


def test_pages_of_other_sites_cannot_make_a_browser_ask(open_server: str) -> None:
    call = {"data": [QUESTION]}
    with httpx.Client(base_url=open_server) as http:
        for headers in ({"Origin": "https://evil.example"}, {"Sec-Fetch-Site": "cross-site"},
                        {"Origin": "null"}):  # fmt: skip
            assert http.post("/gradio_api/call/ask", json=call, headers=headers).status_code == 403
        own = http.post("/gradio_api/call/ask", json=call, headers={"Origin": open_server})
        assert own.status_code == 200


def test_a_name_that_somebody_points_at_this_machine_is_not_answered(open_server: str) -> None:
    for host in ("evil.example", "evil.example:7860", "127.0.0.1.evil.example", "[", ""):
        assert raw(open_server, "GET", "/config", {"Host": host})[0] == 403, host
    assert raw(open_server, "GET", "/health", {"Host": "localhost"})[0] == 200


def test_large_requests_are_refused_whether_they_say_so_or_not(open_server: str) -> None:
    def pieces() -> Iterator[bytes]:
        for _ in range(ORDINARY // 65536 + 16):
            yield b"x" * 65536

    with httpx.Client(base_url=open_server) as http:
        for content in (b"x" * (ORDINARY + 1), pieces()):
            try:
                status = http.post("/gradio_api/call/ask", content=content).status_code
            except httpx.WriteError:
                continue  # The server had hung up before everything was sent.
            assert status == 413


def test_too_many_requests_are_put_off(bot: InterviewBot) -> None:
    with (
        InterviewBot(bot.settings.home, requests_per_minute=5) as slow,
        serving(lambda: mounted(slow)) as url,
        httpx.Client(base_url=url) as http,
    ):
        statuses = [http.post("/gradio_api/call/version", json={"data": []}) for _ in range(7)]
        assert [answer.status_code for answer in statuses] == [200] * 5 + [429] * 2
        assert int(statuses[-1].headers["retry-after"]) <= 13
        assert http.get("/health").status_code == 200


def test_nothing_is_told_without_a_login(locked_server: str) -> None:
    with httpx.Client(base_url=locked_server) as http:
        for path in ("/", "/config", "/gradio_api/info", "/gradio_api/queue/data", "/theme.css"):
            assert http.get(path).status_code == 401, path
        for path in ("call/ask", "queue/join", "component_server", "run/ask", "cancel", "reset"):
            assert http.post(f"/gradio_api/{path}", json={"data": [QUESTION]}).status_code == 401
        page = http.get("/", headers={"Accept": "text/html"})
        assert page.status_code == 401
        assert "password" in page.text
        assert "Roos" not in page.text
        assert http.get("/health").json() == {"health": "ok"}


def test_a_login_a_session_and_a_token_let_in(locked_server: str) -> None:
    with httpx.Client(base_url=locked_server) as http:
        wrong = http.post("/login", data={"username": "ann", "password": "wrong", "page": "yes"})
        assert wrong.status_code == 401
        form = {"username": LOGIN[0], "password": LOGIN[1], "page": "yes"}
        right = http.post("/login", data=form)
        assert right.status_code == 303
        cookie = right.headers["set-cookie"]
        assert "HttpOnly" in cookie
        assert "SameSite=Strict" in cookie
        assert http.get("/config").status_code == 200
        assert http.get("/logout").status_code == 303
        assert http.get("/config").status_code == 401
        bearer = {"Authorization": f"Bearer {TOKEN}"}
        assert http.get("/config", headers=bearer).status_code == 200


def test_a_client_with_the_login_asks_and_one_without_is_told(locked_server: str) -> None:
    with Client(locked_server, LOGIN) as client:
        assert client.ask(QUESTION).answered
    for login in (None, ("ann", "wrong"), ("bob", LOGIN[1])):
        with Client(locked_server, login) as client, pytest.raises(LoginError):
            client.ask(QUESTION)


def test_guessing_is_cut_off_and_the_right_password_then_waits_too(locked_server: str) -> None:
    with httpx.Client(base_url=locked_server) as http:
        statuses = [
            http.post("/login", data={"username": "ann", "password": f"guess {n}"}).status_code
            for n in range(8)
        ]
        assert statuses == [401] * 5 + [429] * 3
        late = http.post("/login", data={"username": LOGIN[0], "password": LOGIN[1]})
        assert late.status_code == 429
        assert int(late.headers["retry-after"]) > 10


def test_guessing_tokens_is_cut_off(locked_server: str) -> None:
    with httpx.Client(base_url=locked_server) as http:
        for number in range(6):
            wrong = {"Authorization": f"Bearer guess-{number}"}
            assert http.get("/config", headers=wrong).status_code == 401
        right = {"Authorization": f"Bearer {TOKEN}"}
        assert http.get("/config", headers=right).status_code == 401


def test_nobody_uploads_without_a_login(locked_server: str, locked_bot: InterviewBot) -> None:
    before = len(locked_bot.transcripts())
    with httpx.Client(base_url=locked_server) as http:
        file = {"files": ("x.txt", b"A: hello", "text/plain")}
        assert http.post("/gradio_api/upload", files=file).status_code in {401, 404}
        call = {"data": {"files": []}, "fn_name": "add_interviews", "component_id": 1,
                "session_hash": "x"}  # fmt: skip
        assert http.post("/gradio_api/component_server", json=call).status_code == 401
    assert len(locked_bot.transcripts()) == before


def test_a_failure_tells_its_number_and_no_more(
    bot: InterviewBot, caplog: pytest.LogCaptureFixture
) -> None:
    async def broken(*_: object) -> None:
        raise sqlite3.OperationalError("/secret/place is malformed")

    def make() -> FastAPI:
        app = mounted(bot)
        app.router.routes.insert(0, Route("/gradio_api/info", broken))
        app.router.routes[0].app = broken  # type: ignore[attr-defined]
        return app

    with serving(make) as url, caplog.at_level(logging.ERROR):
        answer = httpx.get(f"{url}/gradio_api/info", headers={"X-Request-Id": "mine-1"})
    assert answer.status_code == 500
    assert answer.json() == {"error": "the server failed; its log says why", "request_id": "mine-1"}
    assert answer.headers["x-request-id"] == "mine-1"
    assert answer.headers["x-content-type-options"] == "nosniff"
    assert "secret" in caplog.text


def test_the_log_has_every_request_and_no_question_password_or_token(
    locked_server: str, caplog: pytest.LogCaptureFixture
) -> None:
    with caplog.at_level(logging.INFO):
        with Client(locked_server, LOGIN) as client:
            client.ask(QUESTION)
        httpx.post(f"{locked_server}/login", data={"username": "ann", "password": "wrong words"})
        httpx.get(f"{locked_server}/config", headers={"Authorization": f"Bearer {TOKEN}"})
    said = caplog.text + json.dumps([vars(record) for record in caplog.records], default=str)
    assert "/gradio_api/call/ask" in said
    for secret in (QUESTION, LOGIN[1], "wrong words", TOKEN):
        assert secret not in said


def test_questions_are_logged_where_that_is_asked_for(
    home: Path, caplog: pytest.LogCaptureFixture
) -> None:
    with InterviewBot(home, log_questions=True) as bot, caplog.at_level(logging.INFO):
        bot.ask(QUESTION)
    assert QUESTION in caplog.text


def test_readiness_is_denied_while_the_index_cannot_be_opened(home: Path) -> None:
    other = InterviewBot(home, embedding_model="another-model")
    with other as bot, serving(lambda: mounted(bot)) as url:
        assert httpx.get(f"{url}/health").status_code == 200
        answer = httpx.get(f"{url}/ready")
    assert answer.status_code == 503
    assert answer.json() == {"ready": False, "reason": "ModelMismatchError"}
