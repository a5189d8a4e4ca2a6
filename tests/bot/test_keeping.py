import json

import pytest
from typer.testing import CliRunner

from bot.cli import app
from tests.vectorstore.cheap import interview


@pytest.fixture
def run(home, monkeypatch):
    monkeypatch.setenv("ROOSBOT_HOME", str(home))
    monkeypatch.setenv("COLUMNS", "200")

    def run(*arguments):
        return CliRunner().invoke(app, [str(argument) for argument in arguments])

    return run


def test_a_dry_run_shows_who_speaks_and_keeps_nothing(run, tmp_path, home):
    (tmp_path / "talk.txt").write_text(interview("bridges", 3))
    before = sorted(home.rglob("*"))
    result = run("ingest", "--dry-run", "--interviewer", "Bo Reed", tmp_path / "talk.txt")
    assert result.exit_code == 0, result.output
    assert "Bo Reed is the interviewer, 3 turns" in result.output
    assert "Ada Stone is interviewed, 3 turns" in result.output
    assert "6 turns, 3 statements" in result.output
    assert "On bridges I say the 0. thing." in result.output
    assert sorted(home.rglob("*")) == before


def test_interviews_come_are_listed_and_go(run, tmp_path):
    (tmp_path / "talk.txt").write_text(interview("bridges", 3))
    (tmp_path / "empty.txt").write_text("")
    added = run("ingest", tmp_path / "talk.txt", tmp_path / "empty.txt", "--date", "2016-05-03")
    assert added.exit_code == 1
    assert "1 added, 1 failed" in added.output
    assert "is empty" in added.output
    again = json.loads(
        run("ingest", tmp_path / "talk.txt", "--date", "2016-05-03", "--json").output
    )
    assert [file["status"] for file in again["files"]] == ["unchanged"]
    listed = {one["id"]: one for one in json.loads(run("transcripts", "--json").output)}
    assert listed["talk"]["statements"] == 3
    assert listed["talk"]["metadata"]["date"] == "2016-05-03"
    assert "A talk about bridges" in run("transcripts").output
    assert run("remove", "talk").output == "removed talk\n"
    assert "talk" not in json.loads(run("transcripts", "--json").output)[0]["id"]


def test_a_speaker_that_is_not_understood_is_misuse(run, tmp_path):
    result = run("ingest", tmp_path, "--speaker", "MSM")
    assert "LABEL=FULL NAME" in str(result.exception)


def test_comparing_exits_by_whether_anybody_answers(run):
    result = run("compare", "What should the alliance work on next?", "--json")
    [voice] = json.loads(result.output)
    assert voice["speaker"] == "John Roos"
    assert result.exit_code == (0 if voice["reply"]["answered"] else 3)
    shown = run("compare", "What should the alliance work on next?")
    assert "John Roos" in shown.output
