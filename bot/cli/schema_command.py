"""`roosbot schema`: what programs can rely on in a reply."""

from __future__ import annotations

import json

import typer

commands = typer.Typer()


@commands.command(epilog="Example: `roosbot schema > reply.schema.json`")
def schema() -> None:
    """Print the JSON Schema of a reply, as `roosbot ask --json` and the SDK give it."""
    from bot.schema import reply_schema

    typer.echo(json.dumps(reply_schema(), ensure_ascii=False, indent=2))
