"""How the terminal shows what was brought in, and several speakers side by side."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Iterable, Sequence
from typing import TYPE_CHECKING, Any

import typer
from rich.console import Console
from rich.markup import escape
from rich.table import Table

from bot.cli.options import place_of
from bot.present import plain

if TYPE_CHECKING:
    from bot.compare import Voice
    from bot.ingest import FileReport, IngestReport, Status
    from vectorstore.transcript import Transcript

_COLOURS: dict[Status, str] = {
    "added": "green",
    "updated": "yellow",
    "unchanged": "dim",
    "failed": "red",
}

# Turns of which a preview shows the first words: as many as a person checks in ten seconds.
_SHOWN = 6


def show_report(report: IngestReport) -> None:
    """One line for each file that needs one, and the sum."""
    console = Console(soft_wrap=True, highlight=False)
    for file in report.files:
        if file.status != "unchanged" or file.note:
            console.print(_line(file))
    counted = Counter(file.status for file in report.files)
    words = ", ".join(f"{number} {status}" for status, number in sorted(counted.items()))
    console.print(words or "no file that could be an interview was found")


def show_preview(found: Iterable[tuple[str, Transcript | None, str]], *, as_json: bool) -> bool:
    """What would be understood of each file.

    Returns:
        Whether one of them could not be understood.
    """
    console = Console(soft_wrap=True, highlight=False)
    failed, listed = False, []
    for path, transcript, error in found:
        failed = failed or transcript is None
        if as_json:
            listed.append({"path": path, "error": error, **_facts(transcript)})
        elif transcript is None:
            console.print(f"[red]failed[/red] {escape(plain(path))}: {escape(plain(error))}\n")
        else:
            _show_one(console, path, transcript)
    if as_json:
        typer.echo(json.dumps(listed, ensure_ascii=False, indent=2))
    return failed


def show_transcripts(listed: Sequence[dict[str, Any]]) -> None:
    """The interviews as a table."""
    table = Table("id", "title", "date", "speakers", "statements", box=None, padding=(0, 2, 0, 0))
    for one in listed:
        answering = [name for name, role in one["speakers"].items() if role != "interviewer"]
        cells = [one["id"], one["title"], one["metadata"].get("date", ""), ", ".join(answering)]
        table.add_row(*(escape(plain(cell)) for cell in cells), str(one["statements"]))
    Console().print(table)


def show_voices(voices: Sequence[Voice]) -> None:
    """Each speaker's own words beside the others'."""
    table = Table(show_header=False, show_lines=True, expand=True)
    table.add_column(ratio=1)
    table.add_column(ratio=3)
    for speaker, reply in voices:
        quotes = [f"“{plain(c.quote)}”\n{plain(place_of(c))}" for c in reply.citations]
        words = escape("\n\n".join(quotes)) if reply.answered else "[dim]does not say[/dim]"
        table.add_row(f"[bold]{escape(plain(speaker))}[/bold]\n{reply.confidence:.0%}", words)
    Console().print(table)


def _line(file: FileReport) -> str:
    colour = _COLOURS[file.status]
    told = file.error or file.note
    name = f"{file.path} → {file.transcript_id}" if file.transcript_id else file.path
    return f"[{colour}]{file.status:<9}[/{colour}] {escape(plain(name))}" + (
        f"\n          {escape(plain(told))}" if told else ""
    )


def _facts(transcript: Transcript | None) -> dict[str, Any]:
    from vectorstore.statement import split

    if transcript is None:
        return {}
    counted = Counter((turn.speaker, turn.role) for turn in transcript.turns)
    return {
        "id": transcript.id,
        "title": transcript.title,
        "metadata": dict(transcript.metadata),
        "speakers": [
            {"name": name, "role": role, "turns": turns} for (name, role), turns in counted.items()
        ],
        "turns": len(transcript.turns),
        "statements": len(split(transcript)),
    }


def _show_one(console: Console, path: str, transcript: Transcript) -> None:
    facts = _facts(transcript)
    console.print(f"[bold]{escape(plain(path))}[/bold]")
    console.print(f"  {escape(plain(transcript.title))}")
    for key, value in facts["metadata"].items():
        console.print(f"  [dim]{key}:[/dim] {escape(plain(value))}")
    for one in facts["speakers"]:
        name, role = escape(plain(one["name"])), one["role"]
        console.print(f"  [cyan]{name}[/cyan] is {_ROLES[role]}, {one['turns']} turns")
    console.print(f"  {facts['turns']} turns, {facts['statements']} statements; it begins:")
    for turn in transcript.turns[:_SHOWN]:
        words = " ".join(transcript.text[turn.start : turn.end].split())
        shown = words if len(words) <= 90 else f"{words[:89]}…"
        console.print(f"    [cyan]{escape(plain(turn.speaker))}:[/cyan] {escape(plain(shown))}")
    console.print()


_ROLES = {
    "interviewer": "the interviewer",
    "interviewee": "interviewed",
    "unknown": "of unknown role",
}
