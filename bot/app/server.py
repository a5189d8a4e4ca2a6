"""The page on an address: FastAPI around Gradio, so that headers and health have a place."""

from __future__ import annotations

import socket
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING

from bot.app.access import access_of, require
from bot.app.guard import Guard
from bot.app.health import add_health
from bot.app.theme import theme
from vectorstore.errors import InputError

if TYPE_CHECKING:
    from fastapi import FastAPI

    from bot import InterviewBot

HOST, PORT = "127.0.0.1", 7860


def mounted(bot: InterviewBot) -> FastAPI:
    """The whole web application: what goes around the page is added to it here."""
    from bot.app import build

    access = access_of(bot.settings)
    blocks = build(bot)
    import gradio as gr
    from fastapi import FastAPI

    app = FastAPI(title="roosbot", docs_url=None, redoc_url=None, openapi_url=None)
    add_health(app, bot)
    app.add_middleware(Guard, access=access, settings=bot.settings)
    gr.mount_gradio_app(
        app,
        blocks,
        path="/",
        theme=theme(),
        footer_links=[],
        run_history=False,
        show_error=False,
        ssr_mode=False,
        enable_monitoring=False,
        pwa=False,
        mcp_server=False,
    )
    return app


def serve(
    bot: InterviewBot,
    host: str = HOST,
    port: int = PORT,
    *,
    ready: Callable[[str], None] | None = None,
    certificate: Path | None = None,
    key: Path | None = None,
) -> None:
    """Serve the page until the process is interrupted.

    Args:
        bot: Answers.
        host: Address to listen on; the default is reachable from this machine alone.
        port: 0 takes a free one.
        ready: Called with the page's address once it can be opened.
        certificate: PEM file, to serve over TLS.
        key: The certificate's key, if it is in a file of its own.

    Raises:
        InputError: The address is taken or not this machine's.
        SettingsError: Others than this machine's users could come in without a login.
    """
    import uvicorn

    require(access_of(bot.settings), host)
    try:
        listener = socket.create_server((host, port), family=_family(host))
    except OSError as error:
        raise InputError(
            f"cannot listen on {host} port {port}: {error.strerror or error}; choose another --port"
        ) from error
    taken = listener.getsockname()[1]
    shown = f"[{host}]" if ":" in host else host

    class Server(uvicorn.Server):
        async def startup(self, sockets: list[socket.socket] | None = None) -> None:
            await super().startup(sockets)
            if ready and self.started:
                ready(f"http{'s' if certificate else ''}://{shown}:{taken}/")

    config = uvicorn.Config(
        mounted(bot), log_config=None, access_log=False, server_header=False, ws="none",
        timeout_graceful_shutdown=2, ssl_certfile=certificate, ssl_keyfile=key,
    )  # fmt: skip
    with listener:
        Server(config).run(sockets=[listener])


def _family(host: str) -> socket.AddressFamily:
    return socket.AF_INET6 if ":" in host else socket.AF_INET
