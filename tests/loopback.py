"""Real servers on loopback, and a line between client and server that can be cut."""

from __future__ import annotations

import asyncio
import os
import socket
import threading
import time
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager, suppress
from typing import Any

os.environ["GRADIO_ANALYTICS_ENABLED"] = "False"


@contextmanager
def serving(make: Callable[[], Any]) -> Iterator[str]:
    """The address of the ASGI application that `make` makes, served until the block ends."""
    import uvicorn

    listener = socket.create_server(("127.0.0.1", 0))
    servers: list[uvicorn.Server] = []

    async def serve() -> None:
        # Gradio makes event loops of its own, and loses them, where none is running.
        config = uvicorn.Config(make(), log_level="error", timeout_graceful_shutdown=1, ws="none")
        servers.append(uvicorn.Server(config))
        await servers[0].serve(sockets=[listener])

    with ThreadPoolExecutor(1) as pool:
        running = pool.submit(asyncio.run, serve())
        try:
            until(lambda: running.done() or bool(servers and servers[0].started), seconds=300)
            if running.done():
                running.result()
            yield f"http://127.0.0.1:{listener.getsockname()[1]}"
        finally:
            until(lambda: running.done() or bool(servers), seconds=300)
            for server in servers:
                server.should_exit = True


def blocks_app(add: Callable[[], None], **options: Any) -> Any:
    """An application whose Blocks hold what `add` puts into them, and no page."""
    import gradio as gr
    from fastapi import FastAPI

    with gr.Blocks(analytics_enabled=False) as blocks:
        add()
    return gr.mount_gradio_app(
        FastAPI(), blocks, path="/", ssr_mode=False, enable_monitoring=False, **options
    )


def until(happened: Callable[[], bool], seconds: float = 30) -> None:
    """Wait for something to happen."""
    deadline = time.monotonic() + seconds
    while not happened():
        assert time.monotonic() < deadline, "it did not happen in time"
        time.sleep(0.01)


class Cable:
    """A port that passes everything on to a server until it is cut."""

    def __init__(self, url: str) -> None:
        host, _, port = url.removeprefix("http://").partition(":")
        self._server = (host, int(port))
        self._listener = socket.create_server(("127.0.0.1", 0))
        self.url = f"http://127.0.0.1:{self._listener.getsockname()[1]}"
        self.accepted = 0
        self.refuse = 0
        self._open: list[socket.socket] = []
        threading.Thread(target=self._accept, daemon=True).start()

    def cut(self) -> None:
        """End every connection at once, as a server that dies does; new ones still pass."""
        while self._open:
            _end(self._open.pop())

    def close(self) -> None:
        """Take no more connections, and end those there are."""
        _end(self._listener)
        self.cut()

    def _accept(self) -> None:
        with suppress(OSError):
            while True:
                near, _ = self._listener.accept()
                self.accepted += 1
                if self.refuse:
                    self.refuse -= 1
                    near.close()
                    continue
                far = socket.create_connection(self._server)
                self._open += [near, far]
                for here, there in ((near, far), (far, near)):
                    threading.Thread(target=_pass_on, args=(here, there), daemon=True).start()


def _pass_on(here: socket.socket, there: socket.socket) -> None:
    with suppress(OSError):
        while data := here.recv(65536):
            there.sendall(data)
    _end(there)
    _end(here)


def _end(connection: socket.socket) -> None:
    with suppress(OSError):
        connection.shutdown(socket.SHUT_RDWR)
    connection.close()
