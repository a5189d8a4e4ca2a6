"""The line to a server: connecting with gradio_client, calling, and trying again.

gradio_client finds the server, logs in and reads its configuration. The calls themselves read
Gradio's event stream directly: gradio_client's jobs look for news only every 50 ms, and
cancelling one of them cancels every other call of the same name (`/cancel` goes by session and
function), whereas closing an event stream ends exactly the work behind it.
"""

from __future__ import annotations

import json
import os
import threading
import time
from collections.abc import AsyncGenerator, Generator, Iterator
from contextlib import aclosing, closing, contextmanager
from dataclasses import dataclass
from typing import Any
from urllib.parse import quote, urlsplit

import httpx
from tenacity import (
    AsyncRetrying,
    RetryCallState,
    Retrying,
    retry_if_exception_type,
    stop_after_attempt,
    stop_after_delay,
    wait_random_exponential,
)

from bot.feed import Feed
from bot.threads import Threads
from bot.wire import VERBS
from vectorstore.errors import ConnectionFailedError, InputError, LoginError, RemoteError

# Seconds to wait for a connection alone: a machine that is there takes it at once.
_CONNECT = 10.0

# What a proxy, or a server that is starting, stopping or full, answers with.
_PASSING = {502, 503, 504}

# Seconds between attempts: at random below a bound that doubles.
_PAUSE = wait_random_exponential(multiplier=0.25, max=5)


class _BusyError(ConnectionFailedError):
    """The server asks for some patience.

    Attributes:
        seconds: How much of it.
    """

    def __init__(self, message: str, seconds: float) -> None:
        super().__init__(message)
        self.seconds = seconds


@dataclass(frozen=True, slots=True)
class _Session:
    """What connecting found out.

    Attributes:
        calls: Address of the calls, ending in "/".
        headers: Sent with every request; the login's cookie is one.
    """

    calls: str
    headers: dict[str, str]


class Line:
    """Calls a server's endpoints by name; what they send comes back unwrapped."""

    def __init__(
        self,
        url: str,
        auth: tuple[str, str] | None,
        token: str | None,
        timeout: float,
        retries: int,
    ) -> None:
        parts = urlsplit(url) if isinstance(url, str) else urlsplit("")
        if parts.scheme not in {"http", "https"} or not parts.hostname:
            raise InputError(f"{url!r} is no address; it looks like http://127.0.0.1:7860")
        self.url = url.rstrip("/")
        self._auth = auth
        self._bearer = {"authorization": f"Bearer {token}"} if token else {}
        self._timeout = timeout
        self._verify = httpx.create_ssl_context() if parts.scheme == "https" else False
        self._http = httpx.Client(verify=self._verify)
        self._connecting = threading.Lock()
        self._session: _Session | None = None
        self._threads = Threads("roosbot-client", 1)
        self._retrying: dict[str, Any] = {
            "retry": retry_if_exception_type(ConnectionFailedError),
            "stop": stop_after_attempt(retries + 1) | stop_after_delay(timeout),
            "wait": _pause,
            "reraise": True,
        }

    def call(self, verb: str, data: list[Any]) -> Any:
        """The one result of a verb; asked again if the connection fails."""

        def attempt() -> Any:
            *_, last = self._results(verb, data)
            return last

        return Retrying(**self._retrying)(attempt)

    def stream(self, verb: str, data: list[Any]) -> Generator[Any]:
        """A verb's results as they come; asked again only while none has come."""

        def begun() -> tuple[Generator[Any], Any]:
            results = self._results(verb, data)
            return results, next(results)

        opened: tuple[Generator[Any], Any] = Retrying(**self._retrying)(begun)
        results, first = opened
        with closing(results):
            yield first
            yield from results

    async def acall(self, verb: str, data: list[Any]) -> Any:
        """`call` without blocking the event loop."""

        async def attempt() -> Any:
            return [result async for result in self._aresults(verb, data)][-1]

        return await AsyncRetrying(**self._retrying)(attempt)

    async def astream(self, verb: str, data: list[Any]) -> AsyncGenerator[Any]:
        """`stream` without blocking the event loop."""

        async def begun() -> tuple[AsyncGenerator[Any], Any]:
            results = self._aresults(verb, data)
            return results, await anext(results)

        opened: tuple[AsyncGenerator[Any], Any] = await AsyncRetrying(**self._retrying)(begun)
        results, first = opened
        async with aclosing(results):
            yield first
            async for result in results:
                yield result

    def close(self) -> None:
        """Let go of the connections."""
        self._http.close()
        self._threads.close()

    def _results(self, verb: str, data: list[Any]) -> Generator[Any]:
        session, feed = self._connected(), self._feed()
        with self._translated(feed):
            response = self._http.post(**self._request(session, verb, data, feed))
            address = session.calls + verb + "/" + self._event(response, verb)
            with self._http.stream("GET", **self._options(session, address, feed)) as response:
                self._check(response)
                for line in response.iter_lines():
                    yield from feed.take(line)
                    if feed.whole:
                        return
        raise feed.cut()

    async def _aresults(self, verb: str, data: list[Any]) -> AsyncGenerator[Any]:
        session, feed = self._session, self._feed()
        if session is None:
            session = await self._threads.run(self._connected)
        with self._translated(feed):
            # A client for each call: connections belong to the event loop they were made in.
            async with httpx.AsyncClient(verify=self._verify) as http:
                response = await http.post(**self._request(session, verb, data, feed))
                address = session.calls + verb + "/" + self._event(response, verb)
                async with http.stream("GET", **self._options(session, address, feed)) as response:
                    self._check(response)
                    async for line in response.aiter_lines():
                        for result in feed.take(line):
                            yield result
                        if feed.whole:
                            return
        raise feed.cut()

    def _connected(self) -> _Session:
        """The session with the server; made once, and again after it was refused.

        Raises:
            ConnectionFailedError: Nobody answers.
            LoginError: The login is missing or wrong.
            RemoteError: Somebody else answers.
        """
        with self._connecting:
            if self._session is None:
                self._session = self._connect()
            return self._session

    def _connect(self) -> _Session:
        # gradio_client reports its use to a hub unless this says otherwise.
        os.environ.setdefault("GRADIO_ANALYTICS_ENABLED", "False")
        from gradio_client import Client as Gradio
        from gradio_client.exceptions import AuthenticationError

        timeout = {"timeout": min(_CONNECT, self._timeout)}
        # A Hugging Face token that the user has on this machine is not for this server.
        no_token: Any = False
        with self._translated(self._feed()):
            try:
                gradio = Gradio(
                    self.url,
                    token=no_token,
                    auth=self._auth,
                    headers=self._bearer,
                    verbose=False,
                    download_files=False,
                    httpx_kwargs=timeout,
                    analytics_enabled=False,
                )
            except (ValueError, KeyError, AttributeError, TypeError) as error:
                # Gradio answers a wrong password with 400, which is no AuthenticationError.
                if isinstance(error, AuthenticationError) or "Could not login" in str(error):
                    raise self._refused() from error
                raise RemoteError(
                    f"no roosbot server at {self.url} ({error}); start one with `roosbot serve`, "
                    "or check the address"
                ) from error
        found = {endpoint.api_name for endpoint in gradio.endpoints.values()}
        missing = [verb for verb in VERBS if f"/{verb}" not in found]
        if missing:
            raise RemoteError(
                f"{self.url} is no roosbot server, or one of another version: it lacks "
                f"{', '.join(missing)}"
            )
        cookie = "; ".join(f"{name}={value}" for name, value in gradio.cookies.items())
        headers = {**gradio.headers, **({"cookie": cookie} if cookie else {})}
        return _Session(f"{gradio.src_prefixed}call/", headers)

    def _refused(self) -> LoginError:
        if self._auth:
            who = f"the user {self._auth[0]!r}"
        else:
            who = "the token" if self._bearer else "a client without a login"
        return LoginError(f"{self.url} refuses {who}; give auth=(name, password), or token=")

    def _feed(self) -> Feed:
        return Feed(self.url, time.monotonic() + self._timeout, self._timeout)

    def _request(self, session: _Session, verb: str, data: list[Any], feed: Feed) -> dict[str, Any]:
        try:
            content = json.dumps({"data": data}, allow_nan=False)
        except (TypeError, ValueError) as error:
            raise InputError(f"{verb} was given what JSON cannot hold: {error}") from error
        options = self._options(session, session.calls + verb, feed)
        options["headers"] = {**session.headers, "content-type": "application/json"}
        return {**options, "content": content}

    def _options(self, session: _Session, address: str, feed: Feed) -> dict[str, Any]:
        left = feed.left()
        return {
            "url": address,
            "headers": session.headers,
            "timeout": httpx.Timeout(left, connect=min(left, _CONNECT)),
        }

    def _event(self, response: httpx.Response, verb: str) -> str:
        """The id that Gradio gave the call."""
        self._check(response)
        try:
            return quote(str(response.json()["event_id"]), safe="")
        except (KeyError, TypeError, ValueError) as error:
            raise RemoteError(f"{self.url} did not take the call {verb!r}: {error}") from error

    def _check(self, response: httpx.Response) -> None:
        if response.is_success:
            return
        status = response.status_code
        if status == httpx.codes.UNAUTHORIZED:
            # The login ended, as after a restart of the server: the next attempt logs in again.
            with self._connecting:
                self._session = None
            raise ConnectionFailedError(f"{self.url} has ended the login; try again")
        if status == httpx.codes.TOO_MANY_REQUESTS:
            after = response.headers.get("retry-after", "")
            raise _BusyError(
                f"{self.url} was asked too often; try again in {after or 'a few'} s",
                float(after) if after.isdecimal() else 1.0,
            )
        if status in _PASSING:
            raise ConnectionFailedError(f"{self.url} is not ready (HTTP {status}); try again")
        raise RemoteError(f"{self.url} refused the call (HTTP {status}{_reason(response)})")

    @contextmanager
    def _translated(self, feed: Feed) -> Iterator[None]:
        """Raise what the network raises as an error of ours."""
        try:
            yield
        except httpx.TimeoutException as error:
            raise feed.late() from error
        except (httpx.TransportError, ConnectionError) as error:
            if feed.begun:
                raise feed.cut() from error
            raise ConnectionFailedError(
                f"nobody answers at {self.url} ({error}); start a server with `roosbot serve`, "
                "or check the address"
            ) from error


def _pause(state: RetryCallState) -> float:
    error = state.outcome.exception() if state.outcome else None
    return error.seconds if isinstance(error, _BusyError) else _PAUSE(state)


def _reason(response: httpx.Response) -> str:
    """What the server says of a refusal, if it says so as we do."""
    try:
        said = response.json()
    except (httpx.ResponseNotRead, ValueError):
        return ""
    reason = said.get("error") if isinstance(said, dict) else None
    return f": {reason}" if isinstance(reason, str) else ""
