"""What several commands share: their options, and how they show a reply."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

if TYPE_CHECKING:
    from rich.console import Console

    from bot import InterviewBot, Reply
    from bot.reply import Citation

Home = Annotated[
    Path | None,
    typer.Option("--home", help="Directory of the kept interviews; default: ROOSBOT_HOME."),
]
Json = Annotated[bool, typer.Option("--json", help="Print JSON, for programs.")]
Llm = Annotated[
    str | None,
    typer.Option(
        "--llm",
        help="Chat model that words the reply, such as ollama:llama3.2; `local` starts a small one "
        "on this machine.",
    ),
]
Transcripts = Annotated[
    list[str] | None,
    typer.Option("--transcript", "-t", help="Only this transcript id; can be repeated."),
]
Speakers = Annotated[
    list[str] | None,
    typer.Option("--speaker", "-s", help="Only this speaker's words; can be repeated."),
]

After = Annotated[
    str | None, typer.Option(help="Only interviews of this day or later: 2016, 2016-05-03.")
]
Before = Annotated[
    str | None, typer.Option(help="Only interviews of this day or earlier, likewise.")
]


@contextmanager
def opened(home: Path | None, **settings: Any) -> Iterator[InterviewBot]:
    """A bot whose indexing shows a progress bar on a terminal."""
    from rich.console import Console
    from rich.progress import BarColumn, MofNCompleteColumn, Progress, TimeRemainingColumn

    from bot import InterviewBot

    console = Console(stderr=True)
    bar = Progress(
        "Indexing", BarColumn(), MofNCompleteColumn(), "statements", TimeRemainingColumn(),
        console=console, transient=True, disable=not console.is_terminal,
    )  # fmt: skip
    task = bar.add_task("index", total=None)

    def show(done: int, total: int) -> None:
        bar.start()
        bar.update(task, completed=done, total=total)
        if done >= total:
            bar.stop()

    with InterviewBot(home, progress=show, **settings) as bot:
        try:
            yield bot
        finally:
            bar.stop()


def show_reply(console: Console, reply: Reply) -> None:
    """A reply as a person reads it: the quotes, who said them when asked what, how sure."""
    from rich.markup import escape
    from rich.padding import Padding

    from bot.present import confidence_words, plain

    if reply.notice:
        console.print(f"[yellow]{escape(plain(reply.notice))}[/yellow]", highlight=False)
    if reply.standalone:
        console.print(f"[dim]Understood as: {escape(plain(reply.standalone))}[/dim]")
    console.print(escape(plain(reply.text)), highlight=False)
    if reply.answered:
        console.print()
    elif reply.closest:
        console.print("\n[dim]Closest, but not an answer:[/dim]")
    for citation in reply.citations or reply.closest:
        mark = f"\\[{citation.number}] " if reply.answered else "· "
        quote = "" if reply.answered and not reply.generated else f"“{citation.quote}” "
        line = f"{mark}{escape(plain(quote))}[bold]{escape(plain(citation.speaker))}[/bold]"
        asked = f", asked: [italic]{escape(plain(citation.question))}[/italic]"
        place = f"\n[dim]{escape(plain(place_of(citation)))}[/dim]"
        console.print(Padding(line + (asked if citation.question else "") + place, (0, 0, 0, 2)),
                      highlight=False)  # fmt: skip
    console.print(f"[dim]{confidence_words(reply.confidence)} ({reply.confidence:.0%})[/dim]")


def place_of(citation: Citation) -> str:
    """Where a quotation stands: title, date, time, offsets."""
    date = citation.metadata.get("date", "")
    time = ""
    if citation.time_start is not None:
        minutes, seconds = divmod(int(citation.time_start), 60)
        time = f"at {minutes:02}:{seconds:02}"
    parts = [citation.title, date, time, f"characters {citation.start}–{citation.end}"]
    return " · ".join(part for part in parts if part)
