"""`roosbot verify` and `roosbot feedback`."""

from __future__ import annotations

import json
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from bot.cli.options import Home, Json, opened
from vectorstore.errors import InputError

if TYPE_CHECKING:
    from bot.audit import Audit

commands = typer.Typer()

# Larger than any conversation; a recording given by mistake is refused before it is read.
LARGEST = 100_000_000


@commands.command(
    epilog="Examples: `roosbot verify interview-quotes.md` · "
    "`roosbot ask --json 'What worries him?' | roosbot verify -`"
)
def verify(
    file: Annotated[
        str, typer.Argument(help="An export of the page, or a reply as JSON; `-` reads it.")
    ],
    as_json: Json = False,
    home: Home = None,
) -> None:
    """Check every quote of an export. Exit code 0: all hold; 1: something does not."""
    from bot.audit import audit
    from bot.cli import FAILURE

    text = _text(file)
    with opened(home) as bot:
        found = audit(text, bot.transcript)
    if as_json:
        typer.echo(json.dumps(_plain(found), ensure_ascii=False, indent=2))
    else:
        _show(found)
    if found.problems:
        raise typer.Exit(FAILURE)


@commands.command(epilog="Example: `roosbot feedback --json > ratings.json`")
def feedback(as_json: Json = False, home: Home = None) -> None:
    """List what people thought of replies; it is kept in the home and sent nowhere."""
    from rich.console import Console
    from rich.table import Table
    from rich.text import Text

    from bot.feedback import ratings
    from bot.present import plain
    from bot.settings import read_settings

    found = ratings(read_settings(home=home).home.expanduser())
    if as_json:
        typer.echo(json.dumps(found, ensure_ascii=False, indent=2))
        return
    if not found:
        typer.echo("Nobody has rated a reply yet.")
        return
    table = Table(box=None, header_style="bold", pad_edge=False)
    for name in ("When", "Thumb", "Reply", "Question", "Word"):
        table.add_column(name, overflow="fold")
    for one in found:
        when = str(one.get("time", ""))[:16].replace("T", " ")
        cells = (when, one["thumb"], one.get("outcome"), one.get("question"), one.get("word"))
        table.add_row(*(Text(plain(str(cell or ""))) for cell in cells))
    Console().print(table)


def _text(file: str) -> str:
    """The file's text, or that of standard input.

    Raises:
        InputError: It cannot be read.
    """
    try:
        if file == "-":
            return sys.stdin.read()
        path = Path(file)
        if path.stat().st_size > LARGEST:
            raise InputError(f"{file} is larger than {LARGEST // 1_000_000} MB: no export is")
        return path.read_text("utf-8")
    except UnicodeDecodeError as error:
        raise InputError(f"{file} is no text in UTF-8: {error}") from error
    except OSError as error:
        raise InputError(f"{file} cannot be read: {error.strerror or error}") from error


def _show(found: Audit) -> None:
    from bot.present import plain

    replies = "1 reply" if found.replies == 1 else f"{found.replies} replies"
    quotes = "1 quote" if found.quotes == 1 else f"{found.quotes} quotes"
    if not found.problems:
        typer.echo(f"Everything holds: {quotes} in {replies}, word for word.")
        return
    for problem in found.problems:
        typer.echo(plain(f"Does not hold: {problem}"))
    typer.echo(f"{len(found.problems)} of what {quotes} in {replies} say does not hold.")


def _plain(found: Audit) -> dict[str, Any]:
    from dataclasses import asdict

    return {"holds": not found.problems, **asdict(found)}
