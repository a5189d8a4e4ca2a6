"""A machine that only asks a server needs neither torch nor Chroma nor Gradio."""

from __future__ import annotations

import json
import subprocess
import sys
import tomllib
from pathlib import Path

import pytest

from tests.conftest import QUESTION

ROOT = Path(__file__).parents[1]
LIGHT = ROOT / "bot" / "client-requirements.txt"

PROGRAM = """
import importlib.util, json, sys
from bot import Client, Reply

heavy = "torch chromadb gradio transformers sentence_transformers langchain numpy".split()
assert not [name for name in heavy if importlib.util.find_spec(name)]
with Client(sys.argv[1]) as client:
    reply = client.ask(sys.argv[2])
    assert [event.reply for event in client.stream(sys.argv[2])][-1].text == reply.text
    assert client.search("earthquake", 2)
    for citation in reply.citations:
        text = client.transcript(citation.transcript_id).text
        assert text[citation.start:citation.end] == citation.quote
print(json.dumps(reply.to_dict()))
"""


def test_the_light_list_is_a_part_of_the_whole_one() -> None:
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    lines = LIGHT.read_text(encoding="utf-8").splitlines()
    light = [line for line in lines if line and not line.startswith("#")]
    assert light == sorted(light)
    assert set(light) < set(project["dependencies"])


@pytest.mark.slow
@pytest.mark.timeout(600)
def test_the_client_works_in_an_environment_without_the_heavy_packages(
    server: str, tmp_path: Path
) -> None:
    environment = tmp_path / "clean"
    run(sys.executable, "-m", "venv", environment)
    pip = [environment / "bin" / "pip", "install", "--quiet", "--disable-pip-version-check"]
    run(*pip, "-c", ROOT / "constraints.txt", "-r", LIGHT)
    run(*pip, "--no-deps", ROOT)
    python = environment / "bin" / "python"
    reply = json.loads(run(python, "-c", PROGRAM, server, QUESTION, cwd=tmp_path))
    assert reply["question"] == QUESTION
    command = environment / "bin" / "roosbot"
    done = subprocess.run(
        [command, "ask", "--server", server, "--json", QUESTION],
        cwd=tmp_path, capture_output=True, text=True, check=False,
    )  # fmt: skip
    assert done.returncode == (0 if reply["answered"] else 3), done.stderr
    assert {**json.loads(done.stdout), "timings": {}} == {**reply, "timings": {}}


def run(*command: object, cwd: Path | None = None) -> str:
    done = subprocess.run(
        [str(part) for part in command], cwd=cwd, capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stdout + done.stderr
    return done.stdout
