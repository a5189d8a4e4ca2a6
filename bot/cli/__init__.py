"""`roosbot` in a terminal: exit code 0 answered or done, 1 failure, 2 misuse, 3 not answered."""

from __future__ import annotations

import logging
import sys
from importlib import import_module
from typing import Annotated

import typer

from bot.logs import configure
from bot.settings import read_settings
from vectorstore.errors import InputError, RoosbotError, SettingsError

FAILURE, MISUSE, NOT_ANSWERED, INTERRUPTED = 1, 2, 3, 130

app = typer.Typer(
    name="roosbot",
    no_args_is_help=True,
    rich_markup_mode="markdown",
    pretty_exceptions_enable=False,
    context_settings={"help_option_names": ["-h", "--help"]},
    epilog="Start with: `roosbot ask 'What worries him?'` · in a browser: `roosbot serve`",
)

for _name in (
    "asking",
    "keeping",
    "serving",
    "checking",
    "doctor",
    "mcp_command",
    "schema_command",
):
    app.add_typer(import_module(f"bot.cli.{_name}").commands)


@app.callback()
def options(
    log_level: Annotated[
        str | None,
        typer.Option(help="DEBUG, INFO, WARNING or ERROR; default: ROOSBOT_LOG_LEVEL, or WARNING."),
    ] = None,
) -> None:
    """Ask interviews, and get the speakers' exact words or an honest refusal."""
    settings = read_settings()
    level = (log_level or settings.log_level).upper()
    if level not in logging.getLevelNamesMapping():
        raise InputError(f"the log level {level!r} is none of DEBUG, INFO, WARNING, ERROR")
    configure(level, settings.log_format)


def main() -> None:
    """Run the command line; every error of ours becomes one line and an exit code."""
    try:
        app()
    except (InputError, SettingsError) as error:
        _say(error)
        sys.exit(MISUSE)
    except RoosbotError as error:
        _say(error)
        sys.exit(FAILURE)
    except KeyboardInterrupt:
        sys.stderr.write("\nStopped.\n")
        sys.exit(INTERRUPTED)
    except BrokenPipeError:
        sys.stderr.close()
        sys.exit(FAILURE)


def _say(error: RoosbotError) -> None:
    sys.stderr.write(f"roosbot: {error}\n")
