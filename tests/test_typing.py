"""The types hold for those who use the project: their program passes mypy --strict."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]

PROGRAM = """
from collections.abc import Sequence
from typing import assert_type

from bot import Citation, Client, Event, InterviewBot, Reply, RoosbotError, verify_reply
from langchain_core.messages import AIMessage
from vectorstore.passage import Passage
from vectorstore.statement import Statement
from vectorstore.transcript import Transcript

Door = InterviewBot | Client


def ask(door: Door) -> list[str]:
    history = [{"role": "user", "content": "What worries him?"}]
    reply = door.ask("Why?", history=history, transcripts=["a"], speakers=("John Roos",))
    assert_type(reply, Reply)
    assert_type(reply.citations, tuple[Citation, ...])
    assert_type(reply.confidence, float)
    assert_type(Reply.from_dict(reply.to_dict()), Reply)
    assert_type(verify_reply(reply, door.transcript), list[str])
    assert_type(verify_reply(reply, door.transcripts()), list[str])
    for event in door.stream("Why?"):
        assert_type(event, Event)
        assert_type(event.reply, Reply | None)
    assert_type(door.batch(["Why?", "How?"], speakers=None), list[Reply])
    assert_type(door.search("Japan", 3), list[Passage])
    assert_type(door.transcripts(), list[Transcript])
    assert_type(door.transcript("a"), Transcript)
    assert_type(door.statements("a"), list[Statement])
    assert_type(door.statement("a:1"), Statement)
    return [citation.quote for citation in reply.citations]


async def ask_later(door: Door, questions: Sequence[str]) -> Reply | None:
    assert_type(await door.abatch(questions), list[Reply])
    async for event in door.astream("Why?"):
        assert_type(event, Event)
    try:
        return await door.aask("Why?", history=[])
    except RoosbotError as error:
        assert_type(str(error), str)
        return None


with InterviewBot("/tmp/home", quotes=2) as bot:
    ask(bot)
    bot.ask(7)  # wrong
    bot.ask("Why?", speaker="John Roos")  # wrong
    bot.ask("Why?", speakers=[7])  # wrong
    bot.ask("Why?").citation  # wrong
    bot.as_retriever(k=3).invoke("Why?")[0].page_content.upper()
    assert_type(bot.as_runnable().invoke("Why?"), AIMessage)

with Client("http://127.0.0.1:7860", auth=("ada", "secret"), timeout=3) as client:
    ask(client)
    client.batch(["Why?"], history=[])  # wrong
    Client(7860)  # wrong
"""


@pytest.mark.timeout(600)  # mypy reads every library once
def test_a_users_program_passes_mypy_strict_and_its_mistakes_do_not(tmp_path: Path) -> None:
    program = tmp_path / "program.py"
    program.write_text(PROGRAM, encoding="utf-8")
    done = subprocess.run(
        [sys.executable, "-m", "mypy", "--config-file", "pyproject.toml", "--strict",
         "--no-error-summary", "--cache-dir", str(tmp_path / "cache"), str(program)],
        cwd=ROOT, capture_output=True, text=True, check=False,
    )  # fmt: skip
    assert not done.stderr
    found = {
        int(line.split(":")[1])
        for line in done.stdout.splitlines()
        if line.startswith(str(program))
    }
    lines = PROGRAM.splitlines()
    wrong = {n for n, line in enumerate(lines, start=1) if line.endswith("# wrong")}
    assert found == wrong, done.stdout


def test_the_packages_say_that_they_are_typed() -> None:
    for package in ("bot", "vectorstore", "prompts"):
        assert (ROOT / package / "py.typed").is_file(), package
