"""`roosbot serve`: the page in a browser."""

from __future__ import annotations

from typing import Annotated

import typer

from bot.cli.options import Home, opened

commands = typer.Typer()


@commands.command(epilog="Examples: `roosbot serve` · `roosbot serve --port 8080 --no-open`")
def serve(
    host: Annotated[
        str, typer.Option(help="Address to listen on; the default is this machine alone.")
    ] = "127.0.0.1",
    port: Annotated[int, typer.Option(min=0, max=65535, help="0 takes a free one.")] = 7860,
    open_browser: Annotated[
        bool, typer.Option("--open/--no-open", help="Open the page in a browser.")
    ] = True,
    home: Home = None,
) -> None:
    """Serve the page: ask, read the transcript beside the quotes, take them along."""
    from rich.console import Console

    from bot.app import serve as run

    console = Console(stderr=True)

    def ready(address: str) -> None:
        console.print(f"roosbot is at [link={address}]{address}[/link] — Ctrl+C stops it.")
        if open_browser:
            import webbrowser

            webbrowser.open(address)

    with opened(home) as bot:
        bot.transcripts()
        run(bot, host, port, ready=ready)
