"""`roosbot doctor`: what is installed, where the data is, and whether it fits together."""

from __future__ import annotations

import json
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from bot.cli.options import Home, Json

if TYPE_CHECKING:
    from bot.settings import Settings

commands = typer.Typer()

PACKAGES = (
    "roosbot", "torch", "sentence-transformers", "transformers", "chromadb", "langchain",
    "langchain-chroma", "gradio",
)  # fmt: skip


@commands.command(
    epilog="Examples: `roosbot doctor` · `roosbot doctor --repair` rebuilds the index from the "
    "kept sources"
)
def doctor(
    repair: Annotated[
        bool, typer.Option("--repair", help="Rebuild the index from the kept sources.")
    ] = False,
    as_json: Json = False,
    home: Home = None,
) -> None:
    """Say what is installed, where the data is, what does not fit, and how to mend it."""
    from bot.cli import FAILURE
    from bot.settings import read_settings

    settings = read_settings(home=home)
    report: dict[str, Any] = {
        "packages": {name: _version(name) for name in PACKAGES},
        "home": str(settings.home),
        "embedding_model": settings.embedding_model,
    }
    problems = _models(settings)
    if not problems:
        problems += _home(settings, repair, report)
    report["problems"] = problems
    if as_json:
        typer.echo(json.dumps(report, ensure_ascii=False, indent=2))
    else:
        _show(report)
    if problems:
        raise typer.Exit(FAILURE)


def _version(name: str) -> str:
    try:
        return version(name)
    except PackageNotFoundError:
        return "not installed"


def _models(settings: Settings) -> list[str]:
    from bot.local_model import LOCAL, model_file
    from bot.reader import load_reader
    from vectorstore.embedding import BUNDLED, check_bundled_model
    from vectorstore.errors import RoosbotError

    try:
        if settings.embedding_model == BUNDLED:
            check_bundled_model()
        load_reader(None, settings.reader_model or None)
        if settings.llm == LOCAL and not settings.llm_base_url:
            model_file()
    except RoosbotError as error:
        return [str(error)]
    return []


def _home(settings: Settings, repair: bool, report: dict[str, Any]) -> list[str]:
    from vectorstore.embedding import Embedder
    from vectorstore.errors import RoosbotError
    from vectorstore.opening import open_store

    home, token = settings.home.expanduser(), settings.chroma_token
    if settings.chroma_url:
        report["chroma_url"] = settings.chroma_url
    elif not repair and (damage := _damage(home, settings.embedding_model)):
        return damage
    try:
        store = open_store(
            home,
            Embedder(settings.embedding_model),
            url=settings.chroma_url,
            token=token.get_secret_value() if token else None,
            certificates=settings.chroma_ca,
            anew=repair,
        )
        try:
            report["transcripts"] = len(store.lexical.stamps())
            report["statements"] = store.lexical.count()
            report["vectors"] = store.vectors.count()
            return store.check()
        finally:
            store.close()
    except RoosbotError as error:
        return [str(error)]


def _damage(home: Path, model: str) -> list[str]:
    """What is wrong with a home before it is opened, which mends what can be mended."""
    from vectorstore.checking import findings

    return findings(home, model) if (home / "home.json").is_file() else []


def _show(report: dict[str, Any]) -> None:
    from rich.console import Console
    from rich.markup import escape
    from rich.table import Table

    console = Console()
    table = Table(show_header=False, box=None, padding=(0, 2, 0, 0))
    for name, value in report.items():
        if name == "packages":
            for package, number in value.items():
                table.add_row(package, number)
        elif name != "problems":
            table.add_row(name.replace("_", " "), escape(str(value)))
    console.print(table)
    if report["problems"]:
        for problem in report["problems"]:
            console.print(f"[red]✗[/red] {escape(problem)}", highlight=False)
    else:
        console.print("[green]✓[/green] everything fits together")
