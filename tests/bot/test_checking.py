"""`roosbot verify` and `roosbot feedback`: what they say, and how they exit."""

from __future__ import annotations

import io
import json
import sys
from pathlib import Path

import pytest

from bot import InterviewBot
from bot.cli import main
from bot.export import KINDS, write
from bot.extract import cite, worded
from bot.feedback import add, rating
from bot.reply import Reply


@pytest.fixture(scope="module")
def reply(bot: InterviewBot) -> Reply:
    """A reply with two quotes, made without any model."""
    (source,) = bot.transcripts()
    said = bot.statements(source.id)[6:8]
    quotes = tuple(cite(n, source, s, 0, len(s.text)) for n, s in enumerate(said, start=1))
    return Reply("What next?", "\n\n".join(map(worded, quotes)), quotes, True, 0.9)


@pytest.fixture
def run(home: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]):
    def run(*words: str, given: str = "") -> tuple[int, str, str]:
        monkeypatch.setenv("ROOSBOT_HOME", str(home))
        monkeypatch.setenv("COLUMNS", "100")
        monkeypatch.setattr(sys, "argv", ["roosbot", *words])
        monkeypatch.setattr(sys, "stdin", io.StringIO(given))
        code: object = 0
        try:
            main()
        except SystemExit as ended:
            code = ended.code
        said = capsys.readouterr()
        return int(str(code or 0)), said.out, said.err

    return run


@pytest.mark.parametrize("kind", KINDS)
def test_an_export_that_holds_exits_with_0(run, tmp_path: Path, reply: Reply, kind: str) -> None:
    file = tmp_path / "export"
    file.write_text(write([reply], kind), "utf-8")
    assert run("verify", str(file)) == (
        0,
        "Everything holds: 2 quotes in 1 reply, word for word.\n",
        "",
    )


def test_a_quote_that_does_not_hold_is_named_with_the_reason_and_exits_with_1(
    run, tmp_path: Path, reply: Reply
) -> None:
    file = tmp_path / "export.json"
    file.write_text(write([reply], "json").replace("will be important", "was unimportant"), "utf-8")
    code, out, _ = run("verify", str(file))
    assert code == 1
    assert out.startswith(
        "Does not hold: reply 1 [1] “Cooperation in the cybersecurity field was unimportant."
    )
    assert "the source has 'Cooperation in the cybersecurity field will be important." in out
    code, out, _ = run("verify", "--json", str(file))
    assert code == 1
    found = json.loads(out)
    assert found["holds"] is False
    assert (found["problems"][0]["reply"], found["problems"][0]["number"]) == (1, 1)


def test_a_reply_is_checked_from_standard_input(run, reply: Reply) -> None:
    code, out, _ = run("verify", "-", given=json.dumps(reply.to_dict()))
    assert code == 0
    assert "Everything holds" in out


def test_a_file_that_cannot_be_checked_is_misuse(run, tmp_path: Path) -> None:
    binary = tmp_path / "binary"
    binary.write_bytes(b"\xff\xfe\x00")
    words = tmp_path / "words.md"
    words.write_text("He resigned.")
    for name, reason in (
        (str(tmp_path / "none.md"), "No such file"),
        (str(tmp_path), "Is a directory"),
        (str(binary), "no text in UTF-8"),
        (str(words), "no export of roosbot"),
    ):
        code, out, err = run("verify", name)
        assert (code, out) == (2, "")
        assert reason in err
        assert "Traceback" not in err


def test_ratings_are_listed_and_hostile_words_reach_no_terminal(
    run, home: Path, reply: Reply
) -> None:
    assert run("feedback") == (0, "Nobody has rated a reply yet.\n", "")
    add(home, rating("k", reply, "down", "\x1b[31mwrong[/bold]\u202e"))
    code, out, _ = run("feedback")
    assert code == 0
    assert "What next?" in out
    assert "<U+001B>[31mwrong[/bold]<U+202E>" in "".join(out.split())
    code, out, _ = run("feedback", "--json")
    assert json.loads(out)[0]["thumb"] == "down"
