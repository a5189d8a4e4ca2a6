"""Homes and bots for the tests: real models, real Chroma, no network beyond loopback."""

from __future__ import annotations

import os
import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest

from bot import Client, InterviewBot

os.environ["HF_HUB_OFFLINE"] = "1"

QUESTION = "What should the alliance work on next?"
UNANSWERABLE = "Which recipe for sourdough bread is best?"


@pytest.fixture(autouse=True)
def _no_settings(monkeypatch: pytest.MonkeyPatch) -> None:
    """The machine's own settings don't reach a test."""
    for name in list(os.environ):
        if name.startswith("ROOSBOT_"):
            monkeypatch.delenv(name)


@pytest.fixture(scope="session")
def indexed_home(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A home with the bundled interview indexed; copy it, don't write to it."""
    home = tmp_path_factory.mktemp("indexed") / "home"
    with InterviewBot(home) as bot:
        bot.transcripts()
    return home


@pytest.fixture
def home(indexed_home: Path, tmp_path: Path) -> Path:
    """A home of the test's own with the bundled interview in it."""
    return Path(shutil.copytree(indexed_home, tmp_path / "home"))


@pytest.fixture(scope="session")
def bot(indexed_home: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[InterviewBot]:
    """One bot for all tests that only ask."""
    home = shutil.copytree(indexed_home, tmp_path_factory.mktemp("shared") / "home")
    with InterviewBot(home) as bot:
        yield bot


@pytest.fixture(scope="session")
def server(bot: InterviewBot) -> Iterator[str]:
    """The address of a real server over `bot`."""
    from bot.app import mounted
    from tests.loopback import serving

    with serving(lambda: mounted(bot)) as url:
        yield url


@pytest.fixture(scope="session")
def far(server: str) -> Iterator[Client]:
    """A client of that server."""
    with Client(server) as client:
        yield client


@pytest.fixture
def own_bot(home: Path) -> Iterator[InterviewBot]:
    """A bot for one test that changes what is in the home."""
    with InterviewBot(home) as bot:
        yield bot
