"""`roosbot mcp`: the interviews as tools for assistants."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated

import typer

from bot.cli.options import Home, opened

if TYPE_CHECKING:
    from bot import Client, InterviewBot

commands = typer.Typer()


@commands.command(
    epilog="Examples: `roosbot mcp` (an assistant starts it and talks to it over stdin and stdout) "
    "· `roosbot mcp --http --port 8000` (assistants connect to http://127.0.0.1:8000/mcp) · "
    "`roosbot mcp --server http://127.0.0.1:7860`"
)
def mcp(
    http: Annotated[
        bool, typer.Option("--http", help="Serve over streamable HTTP, in place of stdin/stdout.")
    ] = False,
    port: Annotated[int, typer.Option(min=1, max=65535, help="Port for --http.")] = 8000,
    server: Annotated[
        str | None,
        typer.Option("--server", help="Ask a running `roosbot serve` at this address instead."),
    ] = None,
    home: Home = None,
) -> None:
    """Offer the interviews to assistants (MCP): ask, search, get_transcript, verify_quote."""
    if server:
        from bot import Client

        with Client(server) as client:
            _serve(client, http, port)
    else:
        with opened(home) as bot:
            _serve(bot, http, port)


def _serve(door: InterviewBot | Client, http: bool, port: int) -> None:
    from bot.mcp import mcp_server

    server = mcp_server(door)
    if http:
        # This machine alone: the protocol's logins are the business of a proxy before it.
        server.run("streamable-http", host="127.0.0.1", port=port)
    else:
        server.run("stdio")
