"""What stands before the page: only what it needs passes, and only from whom it may."""

from __future__ import annotations

import json
import logging
import re
import time
import uuid
from collections.abc import Awaitable, Callable, MutableMapping
from dataclasses import dataclass
from string import Template
from typing import TYPE_CHECKING, Any
from urllib.parse import parse_qs, urlsplit

from bot.app.access import COOKIE, SESSION, Access, loopback
from bot.app.assets import asset
from bot.app.health import OPEN
from bot.app.limits import Limit
from bot.logs import request_id

if TYPE_CHECKING:
    from bot.settings import Settings

log = logging.getLogger(__name__)

Scope = MutableMapping[str, Any]
Message = MutableMapping[str, Any]
Receive = Callable[[], Awaitable[Message]]
Send = Callable[[Message], Awaitable[None]]
App = Callable[[Scope, Receive, Send], Awaitable[None]]

# Gradio makes functions of the page's script at run time, hence 'unsafe-eval'; whatever runs can
# reach this server and nothing else.
CONTENT = (
    "default-src 'self'; script-src 'self' 'unsafe-inline' 'unsafe-eval'; "
    "style-src 'self' 'unsafe-inline'; img-src 'self' data: blob:; font-src 'self' data:; "
    "connect-src 'self'; worker-src 'self' blob:; object-src 'none'; base-uri 'self'; "
    "form-action 'self'; frame-ancestors 'none'"
)
HEADERS = {
    "content-security-policy": CONTENT,
    "x-content-type-options": "nosniff",
    "x-frame-options": "DENY",
    "referrer-policy": "no-referrer",
    "cross-origin-opener-policy": "same-origin",
    "cross-origin-resource-policy": "same-origin",
    "permissions-policy": "camera=(), geolocation=(), microphone=()",
}

# What the page and the clients use of Gradio. Files, uploads, proxies and monitoring are not in it:
# interviews that are added come in as data of a call.
_ALLOWED = re.compile(
    r"/(?:|health|ready|login|logout|config/?|theme\.css|favicon\.ico|robots\.txt|manifest\.json"
    r"|(?:assets|static)(?:/[\w-][\w.-]*)+"
    r"|gradio_api/(?:info/?|app_id/?|startup-events|theme\.css|queue/join|queue/data|cancel|reset/?"
    r"|user/?|login_check/?|component_server/?|heartbeat/[\w-]+|call/\w+(?:/[\w-]+)?|run/\w+/?))"
)
_WORK = "/gradio_api/"

# Bytes of a request that carries a question with its conversation.
ORDINARY = 4 * 1024 * 1024

# Wrong passwords from one address, and from all together, in five minutes.
_ATTEMPTS, _ALL_ATTEMPTS, _PERIOD = 5, 100, 300.0


class _TooLargeError(Exception):
    """More of a request came than may."""


@dataclass(slots=True)
class _Exchange:
    """One request, and what became of it."""

    scope: Scope
    receive: Receive
    send: Send
    headers: dict[str, str]
    status: int = 0
    user: str = ""
    too_large: bool = False

    @property
    def path(self) -> str:
        return str(self.scope["path"])

    @property
    def address(self) -> str:
        client = self.scope.get("client")
        return str(client[0]) if client else ""

    async def answer(self, status: int, body: str, kind: str, *more: tuple[str, str]) -> None:
        sent = [("content-type", kind), ("cache-control", "no-store"), *more]
        content = body.encode()
        headers = [(n.encode(), v.encode()) for n, v in sent]
        headers.append((b"content-length", str(len(content)).encode()))
        await self.send({"type": "http.response.start", "status": status, "headers": headers})
        await self.send({"type": "http.response.body", "body": content})

    async def refuse(self, status: int, reason: str, *more: tuple[str, str]) -> None:
        said = {"error": reason, "request_id": request_id.get()}
        await self.answer(status, json.dumps(said), "application/json", *more)


class Guard:
    """An ASGI application before another one."""

    def __init__(self, app: App, access: Access, settings: Settings) -> None:
        self._app = app
        self._access = access
        self._largest = settings.largest_request * 1024 * 1024
        self._rate = Limit(settings.requests_per_minute, 60)
        self._attempts = Limit(_ATTEMPTS, _PERIOD)
        self._all_attempts = Limit(_ALL_ATTEMPTS, _PERIOD)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Take a request; sockets are refused, since the page uses none."""
        if scope["type"] == "lifespan":
            await self._app(scope, receive, send)
            return
        if scope["type"] != "http":
            await send({"type": "websocket.close", "code": 1008})
            return
        headers = {k.decode("latin-1").lower(): v.decode("latin-1") for k, v in scope["headers"]}
        given = headers.get("x-request-id", "")
        mark = given if re.fullmatch(r"[\w-]{1,64}", given) else uuid.uuid4().hex[:16]
        marked, begin = request_id.set(mark), time.perf_counter()
        exchange = _Exchange(scope, receive, send, headers)
        exchange.send = self._dressed(exchange, send, mark)
        try:
            await self._guarded(exchange)
        finally:
            log.info(
                "%s %s %s", scope["method"], exchange.path, exchange.status,
                extra={"ms": round((time.perf_counter() - begin) * 1000, 1),
                       "address": exchange.address},
            )  # fmt: skip
            request_id.reset(marked)

    def _dressed(self, exchange: _Exchange, send: Send, mark: str) -> Send:
        """Send with our headers, and without any that would let other origins in."""

        async def dressed(message: Message) -> None:
            if message["type"] == "http.response.start":
                if exchange.too_large and message["status"] >= 400:
                    # Whoever read the body took its end for a broken request.
                    message["status"] = 413
                exchange.status = message["status"]
                ours = {**HEADERS, "x-request-id": mark}
                if exchange.scope.get("scheme") == "https":
                    ours["strict-transport-security"] = "max-age=31536000"
                theirs = [
                    (name, value)
                    for name, value in message.get("headers", ())
                    if not name.lower().startswith((b"access-control-", b"server"))
                    and name.lower().decode() not in ours
                ]
                message["headers"] = [*theirs, *((n.encode(), v.encode()) for n, v in ours.items())]
            await send(message)

        return dressed

    async def _guarded(self, exchange: _Exchange) -> None:
        if reason := self._misdirected(exchange):
            await exchange.refuse(403, reason)
        elif not _ALLOWED.fullmatch(exchange.path):
            await exchange.refuse(404, "there is nothing at this address")
        elif exchange.scope["method"] not in {"GET", "HEAD", "POST"}:
            await exchange.refuse(405, "only GET and POST are answered", ("allow", "GET, POST"))
        elif exchange.path in OPEN:
            await self._passed_on(exchange, ORDINARY)
        elif exchange.path in {"/login", "/logout"}:
            await self._login(exchange)
        elif not self._known(exchange):
            await self._ask_who(exchange)
        elif wait := self._too_often(exchange):
            await exchange.refuse(429, "too many requests", ("retry-after", str(int(wait) + 1)))
        else:
            upload = exchange.path.startswith("/gradio_api/component_server")
            await self._passed_on(exchange, self._largest if upload else ORDINARY)

    def _misdirected(self, exchange: _Exchange) -> str:
        """Why a request was not meant for this page, or "".

        Without a login, a name that somebody else's domain resolves to this machine would let
        that domain's pages ask (DNS rebinding): only names of this machine are answered then.
        """
        host = exchange.headers.get("host", "")
        if not self._access.required and not loopback(_hostname(host)):
            return "without a login, only requests to 127.0.0.1 or localhost are answered"
        origin = exchange.headers.get("origin")
        elsewhere = exchange.headers.get("sec-fetch-site") == "cross-site"
        if exchange.scope["method"] == "POST" and (
            elsewhere or (origin is not None and urlsplit(origin).netloc != host)
        ):
            return "requests of other sites are not answered"
        return ""

    def _known(self, exchange: _Exchange) -> bool:
        if not self._access.required:
            return True
        shown = exchange.headers.get("authorization", "")
        user = self._access.caller(shown, exchange.headers.get("cookie", ""))
        exchange.user = user or ""
        if user is None and shown:
            # A wrong token is as much an attempt as a wrong password.
            self._attempts.take(exchange.address)
        return user is not None and not (shown and self._attempts.wait(exchange.address))

    def _too_often(self, exchange: _Exchange) -> float:
        if exchange.scope["method"] != "POST" or not exchange.path.startswith(_WORK):
            return 0.0
        return self._rate.take(exchange.user or exchange.address)

    async def _ask_who(self, exchange: _Exchange) -> None:
        if exchange.path == "/" and "text/html" in exchange.headers.get("accept", ""):
            await exchange.answer(401, _page(""), "text/html; charset=utf-8")
        else:
            await exchange.refuse(401, "log in, or send the token as a bearer")

    async def _login(self, exchange: _Exchange) -> None:
        secure = "; Secure" if exchange.scope.get("scheme") == "https" else ""
        cookie = f"HttpOnly; SameSite=Strict; Path=/{secure}"
        if exchange.path == "/logout":
            gone = ("set-cookie", f"{COOKIE}=; Max-Age=0; {cookie}")
            await exchange.answer(303, "", "text/plain", ("location", "./"), gone)
            return
        if exchange.scope["method"] != "POST":
            await exchange.answer(200, _page(""), "text/html; charset=utf-8")
            return
        wait = max(self._attempts.wait(exchange.address), self._all_attempts.wait(""))
        if wait:
            seconds = str(int(wait) + 1)
            await exchange.refuse(429, "too many logins", ("retry-after", seconds))
            return
        try:
            form = parse_qs((await _body(exchange, 10_000)).decode("utf-8", "replace"))
        except _TooLargeError:
            await exchange.refuse(413, "the request is too large")
            return
        user, password = (form.get(name, [""])[0] for name in ("username", "password"))
        page = "page" in form
        if not self._access.check(user, password):
            self._attempts.take(exchange.address)
            self._all_attempts.take("")
            log.warning("a login was refused", extra={"address": exchange.address})
            if page:
                wrong = _page("The user or the password is wrong.")
                await exchange.answer(401, wrong, "text/html; charset=utf-8")
            else:
                await exchange.refuse(401, "the user or the password is wrong")
            return
        session = f"{COOKIE}={self._access.session(user)}; Max-Age={SESSION}; {cookie}"
        where = [("location", "./")] if page else []
        await exchange.answer(
            303 if page else 200, '{"success": true}', "application/json",
            ("set-cookie", session), *where,
        )  # fmt: skip

    async def _passed_on(self, exchange: _Exchange, most: int) -> None:
        declared = exchange.headers.get("content-length", "0")
        if not declared.isdecimal() or int(declared) > most:
            await exchange.refuse(413, f"a request may have {most // 1024 // 1024} MB")
            return
        taken = 0

        async def receive() -> Message:
            nonlocal taken
            message = await exchange.receive()
            taken += len(message.get("body", b""))
            if taken > most:
                exchange.too_large = True
                raise _TooLargeError
            return message

        try:
            await self._app(exchange.scope, receive, exchange.send)
        except _TooLargeError:
            if not exchange.status:
                await exchange.refuse(413, f"a request may have {most // 1024 // 1024} MB")
        except Exception:
            # The edge of the process: whoever asked learns the request's id, and the log the rest.
            log.exception("the request failed")
            if not exchange.status:
                await exchange.refuse(500, "the server failed; its log says why")


async def _body(exchange: _Exchange, most: int) -> bytes:
    body, more = b"", True
    while more:
        message = await exchange.receive()
        body += message.get("body", b"")
        more = message.get("more_body", False)
        if len(body) > most:
            raise _TooLargeError
    return body


def _hostname(host: str) -> str:
    try:
        return urlsplit(f"//{host}").hostname or ""
    except ValueError:
        return ""


def _page(message: str) -> str:
    return Template(asset("login.html")).substitute(message=message)
