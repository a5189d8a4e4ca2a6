"""The terminal as a person or a script meets it."""

from __future__ import annotations

import io
import json
import os
import sqlite3
import subprocess
import sys
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import pytest

from bot import Reply
from bot.cli import main
from tests.conftest import QUESTION, UNANSWERABLE


@dataclass(frozen=True)
class Done:
    returncode: int
    stdout: str
    stderr: str


Run = Callable[..., Done]


@pytest.fixture
def roosbot(home: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> Run:
    """Runs the command line with an indexed home, as the `roosbot` command does."""

    def run(*words: str, given: str = "", **variables: str) -> Done:
        for name, value in {"ROOSBOT_HOME": str(home), "COLUMNS": "100", **variables}.items():
            monkeypatch.setenv(name, value)
        monkeypatch.setattr(sys, "argv", ["roosbot", *words])
        monkeypatch.setattr(sys, "stdin", io.StringIO(given))
        capsys.readouterr()
        try:
            main()
        except SystemExit as ended:
            code = ended.code
        said = capsys.readouterr()
        return Done(int(code or 0), said.out, said.err)

    return run


def test_the_command_is_a_process_with_an_exit_code(home: Path) -> None:
    done = subprocess.run(
        [sys.executable, "-m", "bot", "ask", UNANSWERABLE],
        env={**os.environ, "ROOSBOT_HOME": str(home)},
        capture_output=True, text=True, timeout=110, check=False,
    )  # fmt: skip
    assert done.returncode == 3, done.stderr
    assert "does not say" in done.stdout
    assert "Traceback" not in done.stderr


def test_an_answered_question_exits_with_0_and_prints_the_reply_as_json(roosbot: Run) -> None:
    done = roosbot("ask", "--json", QUESTION)
    assert done.returncode == 0, done.stderr
    reply = Reply.from_dict(json.loads(done.stdout))
    assert reply.answered
    assert "cybersecurity" in reply.citations[0].quote
    assert reply.citations[0].speaker == "John Roos"


def test_an_unanswered_question_exits_with_3_and_shows_the_closest(roosbot: Run) -> None:
    done = roosbot("ask", UNANSWERABLE)
    assert done.returncode == 3, done.stderr
    assert "does not say" in done.stdout
    assert "Closest, but not an answer" in done.stdout


def test_a_question_can_come_from_standard_input(roosbot: Run) -> None:
    assert roosbot("ask", "-", given=QUESTION).returncode == 0


@pytest.mark.parametrize(
    ("question", "complaint"),
    [
        ("   ", "the question is empty"),
        ("word " * 10_000, "characters; the most is"),
        ("what\x07ever", "control character U+0007"),
    ],
)
def test_a_question_that_cannot_be_used_exits_with_2(
    roosbot: Run, question: str, complaint: str
) -> None:
    done = roosbot("ask", question)
    assert done.returncode == 2
    assert complaint in done.stderr
    assert "Traceback" not in done.stderr


def test_an_unknown_transcript_exits_with_1_and_says_how_to_list_them(roosbot: Run) -> None:
    done = roosbot("ask", "-t", "nobody", QUESTION)
    assert done.returncode == 1
    assert "'nobody'" in done.stderr
    assert "roosbot transcripts" in done.stderr


def test_an_unknown_setting_exits_with_2(roosbot: Run) -> None:
    done = roosbot("ask", QUESTION, ROOSBOT_COLOUR="blue")
    assert done.returncode == 2
    assert "ROOSBOT_COLOUR" in done.stderr


def test_a_home_that_cannot_be_made_exits_with_1_and_names_the_remedy(
    roosbot: Run, tmp_path: Path
) -> None:
    (tmp_path / "file").touch()
    done = roosbot("ask", QUESTION, ROOSBOT_HOME=str(tmp_path / "file" / "home"))
    assert done.returncode == 1
    assert "ROOSBOT_HOME" in done.stderr
    assert "Traceback" not in done.stderr


def test_chat_understands_questions_until_an_empty_line(roosbot: Run) -> None:
    done = roosbot("chat", given=f"{QUESTION}\n\n")
    assert done.returncode == 0, done.stderr
    assert "cybersecurity" in done.stdout


def test_search_prints_statements_with_their_speaker(roosbot: Run) -> None:
    done = roosbot("search", "cybersecurity", "-k", "1", "--json")
    (found,) = json.loads(done.stdout)
    assert "cybersecurity" in found["text"]
    assert found["speaker"] == "John Roos"


def test_doctor_finds_that_everything_fits_together(roosbot: Run, home: Path) -> None:
    done = roosbot("doctor", "--json")
    report = json.loads(done.stdout)
    assert done.returncode == 0, report
    assert report["problems"] == []
    assert report["home"] == str(home)
    assert report["statements"] == report["vectors"] == 10


def test_doctor_says_how_to_mend_a_home_of_another_model(roosbot: Run, home: Path) -> None:
    with sqlite3.connect(home / "index" / "statements.sqlite") as connection:
        connection.execute("UPDATE facts SET value = 'other' WHERE name = 'embedding_model'")
    connection.close()
    done = roosbot("doctor")
    assert done.returncode == 1
    assert "doctor --repair" in " ".join(done.stdout.split())
    repaired = roosbot("doctor", "--repair")
    assert repaired.returncode == 0, repaired.stdout
    assert roosbot("ask", QUESTION).returncode == 0


@pytest.mark.parametrize("command", [[], ["ask"], ["chat"], ["search"], ["serve"], ["doctor"]])
def test_help_has_an_example(roosbot: Run, command: list[str]) -> None:
    done = roosbot(*command, "--help")
    assert done.returncode == 0
    assert "roosbot" in done.stdout.split("Options")[-1]
