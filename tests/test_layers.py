"""Imports point back along the journey of the data, and the light doors stay light."""

from __future__ import annotations

import ast
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

ROOT = Path(__file__).parent.parent

ALLOWED = {
    "bot": {"bot", "vectorstore", "prompts"},
    "vectorstore": {"vectorstore"},
    "prompts": {"prompts"},
}

HEAVY = ("torch", "chromadb", "gradio", "transformers", "sentence_transformers", "langchain_chroma")


def imports(path: Path) -> Iterator[str]:
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom) and node.module:
            yield node.module


@pytest.mark.parametrize("package", ALLOWED)
def test_a_package_imports_only_what_lies_behind_it(package: str) -> None:
    files = list((ROOT / package).rglob("*.py"))
    assert files
    for path in files:
        ours = {name.split(".")[0] for name in imports(path)} & {*ALLOWED, "tests"}
        assert ours <= ALLOWED[package], path


def test_only_one_module_imports_chromadb() -> None:
    users = {
        path.relative_to(ROOT).as_posix()
        for package in ALLOWED
        for path in (ROOT / package).rglob("*.py")
        if any(name.split(".")[0] == "chromadb" for name in imports(path))
    }
    assert users == {"vectorstore/vectors.py"}


def test_no_module_has_more_than_400_lines() -> None:
    long = {
        path.relative_to(ROOT).as_posix(): count
        for path in ROOT.rglob("*.py")
        if ".venv" not in path.parts
        and (count := len(path.read_text(encoding="utf-8").splitlines())) > 400
    }
    assert not long


@pytest.mark.parametrize("module", ["bot", "bot.cli", "vectorstore.formats", "bot.reader"])
def test_importing_a_door_loads_nothing_heavy(module: str) -> None:
    code = f"import sys, {module}; print(*(m for m in {HEAVY!r} if m in sys.modules))"
    found = subprocess.run(
        [sys.executable, "-c", code], capture_output=True, text=True, check=True, cwd=ROOT
    )
    assert found.stdout.split() == []


def test_importing_bot_takes_less_than_six_tenths_of_a_second() -> None:
    # Processor time: what the import costs, however busy the machine is.
    code = "import time; t = time.process_time(); import bot; print(time.process_time() - t)"
    times = [
        float(
            subprocess.run(
                [sys.executable, "-c", code], capture_output=True, text=True, check=True, cwd=ROOT
            ).stdout
        )
        for _ in range(3)
    ]
    assert min(times) < 0.6
