"""`roosbot serve`: the page in a browser."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from bot.cli.options import Home, Llm, opened

commands = typer.Typer()


@commands.command(
    epilog="Examples: `roosbot serve` · `roosbot serve --port 8080 --no-open` · "
    "`roosbot serve --llm local` · "
    "`ROOSBOT_AUTH=user:password roosbot serve --host 0.0.0.0`"
)
def serve(
    host: Annotated[
        str, typer.Option(help="Address to listen on; the default is this machine alone.")
    ] = "127.0.0.1",
    port: Annotated[int, typer.Option(min=0, max=65535, help="0 takes a free one.")] = 7860,
    open_browser: Annotated[
        bool, typer.Option("--open/--no-open", help="Open the page in a browser.")
    ] = True,
    auth: Annotated[
        str | None,
        typer.Option(
            help="Login as user:password; ROOSBOT_AUTH keeps it out of the list of processes."
        ),
    ] = None,
    auth_file: Annotated[
        Path | None, typer.Option(help="File with a user:password in each line.")
    ] = None,
    certificate: Annotated[
        Path | None, typer.Option(help="PEM file, to serve over TLS.", exists=True)
    ] = None,
    key: Annotated[Path | None, typer.Option(help="The certificate's key.", exists=True)] = None,
    llm: Llm = None,
    home: Home = None,
) -> None:
    """Serve the page: ask, read the transcript beside the quotes, take them along."""
    from rich.console import Console

    from bot.app import serve as run
    from bot.app.access import access_of, require
    from bot.settings import read_settings

    console = Console(stderr=True)

    def ready(address: str) -> None:
        console.print(f"roosbot is at [link={address}]{address}[/link] — Ctrl+C stops it.")
        if open_browser:
            import webbrowser

            webbrowser.open(address)

    require(access_of(read_settings(auth=auth, auth_file=auth_file)), host)
    with opened(home, llm=llm, auth=auth, auth_file=auth_file) as bot:
        bot.transcripts()
        run(bot, host, port, ready=ready, certificate=certificate, key=key)
