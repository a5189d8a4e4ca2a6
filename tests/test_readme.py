"""The README against the code: its commands run, its snippets run, its tables are complete."""

from __future__ import annotations

import re
import shlex
from pathlib import Path

import pytest
from typer.main import get_command

from bot.cli import app
from bot.settings import PREFIX, Settings

ROOT = Path(__file__).parent.parent
README = (ROOT / "README.md").read_text(encoding="utf-8")


def blocks(language: str) -> list[str]:
    return re.findall(rf"^```{language}\n(.*?)^```", README, re.MULTILINE | re.DOTALL)


def settings_table() -> str:
    rows = []
    for name, field in Settings.model_fields.items():
        default = "" if field.is_required() or not field.default else str(field.default)
        shown = "the user's data directory" if name == "home" else f"`{default}`" if default else ""
        rows.append(f"| `{PREFIX}{name.upper()}` | {shown} | {field.description} |")
    return "\n".join(rows)


def test_the_settings_table_is_that_of_the_code() -> None:
    found = re.search(r"<!-- settings -->\n(.*?)\n?<!-- /settings -->", README, re.DOTALL)
    assert found
    assert found[1] == settings_table()


def test_every_command_and_option_in_the_readme_exists() -> None:
    known = get_command(app).commands  # type: ignore[attr-defined]
    lines = [line for block in blocks("sh") for line in block.splitlines()]
    used = [shlex.split(line, comments=True) for line in lines if line.startswith("roosbot ")]
    assert used
    for _, command, *words in used:
        assert command in known, command
        options = {o for p in known[command].params for o in (*p.opts, *p.secondary_opts)}
        for word in words:
            if re.match(r"--?[a-z]", word):
                assert word.split("=")[0] in options, (command, word)


def test_every_command_of_the_code_is_in_the_readme() -> None:
    for command in get_command(app).commands:  # type: ignore[attr-defined]
        assert f"roosbot {command}" in README, command


@pytest.mark.parametrize("snippet", blocks("python"), ids=lambda s: s.strip().splitlines()[-1][:40])
def test_every_python_snippet_runs(
    snippet: str, home: Path, monkeypatch: pytest.MonkeyPatch, tmp_path: Path, server: str
) -> None:
    monkeypatch.setenv("ROOSBOT_HOME", str(home))
    monkeypatch.chdir(tmp_path)
    (tmp_path / "interviews").mkdir()
    (tmp_path / "interviews" / "bob.txt").write_text("Q: Was it hard?\n\nBob: The ice was hard.\n")
    exec(compile(snippet.replace("http://127.0.0.1:7860", server), "README.md", "exec"), {})


def test_ci_runs_the_readmes_test_command_word_for_word() -> None:
    command = next(
        line for block in blocks("sh") for line in block.splitlines() if "pytest" in line
    )
    assert command in (ROOT / ".ci" / "run").read_text(encoding="utf-8")


def test_every_install_command_uses_the_constraints() -> None:
    commands = re.findall(r"pip install[^&\n`]*", README)
    assert commands
    for command in commands:
        assert "-c constraints.txt" in command, command


def test_every_file_the_readme_shows_exists() -> None:
    for target in re.findall(r"\]\((?!https?://)([^)#]+)\)", README):
        assert (ROOT / target).exists(), target
