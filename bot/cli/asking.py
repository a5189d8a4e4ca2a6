"""`roosbot ask`, `chat` and `search`."""

from __future__ import annotations

import json
import sys
from typing import TYPE_CHECKING, Annotated, Any

import typer

from bot.cli.options import (
    After,
    Before,
    Home,
    Json,
    Llm,
    Speakers,
    Transcripts,
    opened,
    show_reply,
)

if TYPE_CHECKING:
    from bot import InterviewBot

commands = typer.Typer()

Server = Annotated[
    str | None,
    typer.Option("--server", help="Ask a running `roosbot serve` at this address instead."),
]


@commands.command(
    epilog="Examples: `roosbot ask 'What worries him?'` · "
    "`roosbot ask --json 'What should the alliance work on next?'`"
)
def ask(
    question: Annotated[
        str, typer.Argument(help="The question; `-` reads it from standard input.")
    ],
    as_json: Json = False,
    transcript: Transcripts = None,
    speaker: Speakers = None,
    after: After = None,
    before: Before = None,
    server: Server = None,
    llm: Llm = None,
    home: Home = None,
) -> None:
    """Ask one question. Exit code 0: answered; 3: the interviews do not say."""
    from bot.cli import NOT_ANSWERED

    text = sys.stdin.read() if question == "-" else question
    options = _only(transcript, speaker, after, before)
    if server:
        from bot import Client

        reply = Client(server).ask(text, **options)
    else:
        with opened(home, llm=llm) as bot:
            reply = bot.ask(text, **options)
    if as_json:
        typer.echo(json.dumps(reply.to_dict(), ensure_ascii=False, indent=2))
    else:
        from rich.console import Console

        show_reply(Console(), reply)
    if not reply.answered:
        raise typer.Exit(NOT_ANSWERED)


@commands.command(epilog="Example: `roosbot chat`, then type questions; an empty line ends it.")
def chat(
    transcript: Transcripts = None,
    speaker: Speakers = None,
    after: After = None,
    before: Before = None,
    llm: Llm = None,
    home: Home = None,
) -> None:
    """Question the interviews in a conversation; follow-ups such as "Why?" are understood."""
    with opened(home, llm=llm) as bot:
        _converse(bot, _only(transcript, speaker, after, before))


def _only(
    transcript: list[str] | None, speaker: list[str] | None, after: str | None, before: str | None
) -> dict[str, Any]:
    return {"transcripts": transcript, "speakers": speaker, "after": after, "before": before}


def _converse(bot: InterviewBot, options: dict[str, Any]) -> None:
    from rich.console import Console
    from rich.markup import escape

    from bot.present import plain
    from vectorstore.errors import InputError

    console = Console()
    history: list[dict[str, str]] = []
    for transcript in bot.transcripts():
        console.print(f"[dim]{escape(plain(transcript.title))}[/dim]")
    console.print("[dim]Ask; an empty line or Ctrl-D ends.[/dim]")
    while True:
        try:
            question = console.input("[bold]> [/bold]").strip()
        except EOFError:
            console.print()
            return
        if not question:
            return
        try:
            reply = bot.ask(question, history=history, **options)
        except InputError as error:
            console.print(f"[red]{escape(str(error))}[/red]")
            continue
        show_reply(console, reply)
        history.append({"role": "user", "content": question})
        history.append({"role": "assistant", "content": reply.text})


@commands.command(epilog="Example: `roosbot search cybersecurity -k 3`")
def search(
    query: Annotated[str, typer.Argument(help="Words or a question.")],
    k: Annotated[int, typer.Option("-k", min=1, help="How many statements.")] = 5,
    as_json: Json = False,
    transcript: Transcripts = None,
    speaker: Speakers = None,
    after: After = None,
    before: Before = None,
    home: Home = None,
) -> None:
    """List the statements nearest to a query, without judging whether they answer."""
    from rich.console import Console
    from rich.markup import escape

    from bot.present import plain

    with opened(home) as bot:
        passages = bot.search(query, k, **_only(transcript, speaker, after, before))
    if as_json:
        found = [
            {**p.statement.to_dict(), "score": p.score, "dense": p.dense, "lexical": p.lexical}
            for p in passages
        ]
        typer.echo(json.dumps(found, ensure_ascii=False, indent=2))
        return
    console = Console()
    for passage in passages:
        statement = passage.statement
        console.print(
            f"[bold]{escape(plain(statement.speaker))}[/bold] "
            f"[dim]{escape(statement.transcript_id)} {passage.score:.2f}[/dim]\n"
            f"{escape(plain(statement.text))}\n",
            highlight=False,
        )
