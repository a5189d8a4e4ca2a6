"""`roosbot ingest`, `transcripts`, `remove` and `compare`: one's own interviews."""

from __future__ import annotations

import json
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from bot.cli.options import After, Before, Home, Json, Speakers, Transcripts, opened

if TYPE_CHECKING:
    from bot.ingest import IngestReport, Told, Watch

commands = typer.Typer()

Paths = Annotated[list[Path], typer.Argument(help="Files, and folders to look through.")]


@commands.command(
    epilog="Examples: `roosbot ingest interviews/` · `roosbot ingest --dry-run talk.vtt` · "
    "`roosbot ingest --speaker 'MSM=Michael Mahoney' cherry.htm`"
)
def ingest(
    paths: Paths,
    dry_run: Annotated[
        bool, typer.Option("--dry-run", help="Only show what would be understood.")
    ] = False,
    interviewer: Annotated[
        str | None, typer.Option(help="Who asks, where the files don't say so.")
    ] = None,
    speaker: Annotated[
        list[str] | None,
        typer.Option(help="LABEL=FULL NAME, who a label in the files is; can be repeated."),
    ] = None,
    title: Annotated[str | None, typer.Option(help="The interview's title.")] = None,
    date: Annotated[str | None, typer.Option(help="Its date: 2016, 2016-05, 2016-05-03.")] = None,
    place: Annotated[str | None, typer.Option(help="Where it took place.")] = None,
    interviewee: Annotated[str | None, typer.Option(help="Who answers.")] = None,
    source: Annotated[str | None, typer.Option(help="Address it comes from.")] = None,
    rights: Annotated[str | None, typer.Option(help="Who has the rights to it.")] = None,
    as_json: Json = False,
    home: Home = None,
) -> None:
    """Bring in interviews: txt, md, html, docx, doc, odt, pdf, rtf, vtt, srt, json, csv and TEI.

    Files that were brought in before are passed over, or replaced where they changed.
    Exit code 1: a file failed; all others are in.
    """
    from bot.cli import FAILURE
    from bot.cli.report import show_preview, show_report
    from bot.ingest import Told, preview

    said = {
        "title": title, "date": date, "place": place, "interviewee": interviewee,
        "source": source, "rights": rights,
    }  # fmt: skip
    told = Told(interviewer, _names(speaker), {k: v for k, v in said.items() if v})
    if dry_run:
        if show_preview(preview(paths, told), as_json=as_json):
            raise typer.Exit(FAILURE)
        return
    report = _ingest(paths, told, home)
    if as_json:
        typer.echo(json.dumps(report.to_dict(), ensure_ascii=False, indent=2))
    else:
        show_report(report)
    if report.count("failed"):
        raise typer.Exit(FAILURE)


@commands.command(epilog="Example: `roosbot remove john-roos-us-japan-alliance`")
def remove(
    transcript_ids: Annotated[
        list[str], typer.Argument(metavar="ID...", help="As `roosbot transcripts` lists them.")
    ],
    home: Home = None,
) -> None:
    """Forget interviews altogether; the files they came from stay where they are."""
    with opened(home) as bot:
        for transcript_id in transcript_ids:
            bot.remove(transcript_id)
            typer.echo(f"removed {transcript_id}")


@commands.command(epilog="Example: `roosbot transcripts --json`")
def transcripts(as_json: Json = False, home: Home = None) -> None:
    """List the interviews: their ids, titles, dates, speakers and statements."""
    from bot.cli.report import show_transcripts

    with opened(home) as bot:
        listed: list[dict[str, Any]] = [
            {
                "id": one.id,
                "title": one.title,
                "speakers": one.speakers,
                "metadata": dict(one.metadata),
                "statements": len(bot.statements(one.id)),
                "sha256": one.sha256,
            }
            for one in bot.transcripts()
        ]
    if as_json:
        typer.echo(json.dumps(listed, ensure_ascii=False, indent=2))
    else:
        show_transcripts(listed)


@commands.command(
    epilog="Example: `roosbot compare 'What did you learn from it?' -s 'Ken Thompson' -s "
    "'Dennis Ritchie'`"
)
def compare(
    question: Annotated[str, typer.Argument(help="The question that each is asked.")],
    most: Annotated[int, typer.Option(min=1, help="How many speakers at most.")] = 6,
    as_json: Json = False,
    transcript: Transcripts = None,
    speaker: Speakers = None,
    after: After = None,
    before: Before = None,
    home: Home = None,
) -> None:
    """Ask several speakers the same question: each one's own words, side by side.

    Exit code 0: somebody answers; 3: nobody says.
    """
    from bot.cli import NOT_ANSWERED
    from bot.cli.report import show_voices

    with opened(home) as bot:
        voices = bot.compare(
            question, most=most, transcripts=transcript, speakers=speaker, after=after,
            before=before,
        )  # fmt: skip
    if as_json:
        found = [{"speaker": v.speaker, "reply": v.reply.to_dict()} for v in voices]
        typer.echo(json.dumps(found, ensure_ascii=False, indent=2))
    else:
        show_voices(voices)
    if not any(voice.reply.answered for voice in voices):
        raise typer.Exit(NOT_ANSWERED)


def _names(pairs: list[str] | None) -> dict[str, str]:
    from vectorstore.errors import InputError

    names = {}
    for pair in pairs or ():
        label, sign, name = pair.partition("=")
        if not sign or not label.strip() or not name.strip():
            raise InputError(f"--speaker {pair!r} is not understood; write 'LABEL=FULL NAME'")
        names[label.strip()] = name.strip()
    return names


def _ingest(paths: list[Path], told: Told, home: Path | None) -> IngestReport:
    from bot import InterviewBot

    with _watching() as watch, InterviewBot(home) as bot:
        return bot.ingest(
            paths,
            interviewer=told.interviewer,
            speakers=told.speakers,
            metadata=told.metadata,
            watch=watch,
        )


@contextmanager
def _watching() -> Iterator[Watch | None]:
    """A progress bar on a terminal: how much is done, how fast, how long it will take."""
    from rich.console import Console
    from rich.progress import BarColumn, Progress, TaskProgressColumn, TextColumn
    from rich.progress import TimeRemainingColumn as Left

    from bot.ingest import Step

    console = Console(stderr=True)
    if not console.is_terminal:
        yield None
        return
    told = TextColumn("{task.fields[files]} files · {task.fields[rate]} statements/s")
    columns = (
        "Ingesting",
        BarColumn(),
        TaskProgressColumn(),
        told,
        Left(elapsed_when_finished=True),
    )
    with Progress(*columns, console=console, transient=True) as bar:
        task = bar.add_task("ingest", total=None, files="0", rate="–")

        def show(step: Step) -> None:
            took = bar.tasks[0].elapsed or 0
            bar.update(
                task,
                completed=step.bytes_done,
                total=step.bytes_total,
                files=f"{step.files_done}/{step.files_total}",
                rate=f"{step.statements / took:,.0f}" if took and step.statements else "–",
            )

        yield show
