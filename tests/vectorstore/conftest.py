"""A home with many statements, embedded by what costs nothing."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest

from bot.ingest import Told, ingest
from tests.vectorstore.cheap import Cheap, write_interviews
from vectorstore.store import Store


@pytest.fixture(scope="session")
def large_home(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A home with more statements than Chroma keeps without saving its graph."""
    folder = tmp_path_factory.mktemp("large")
    write_interviews(folder / "files", 12, answers=100)
    store = Store(folder / "home", Cheap())
    ingest(store, [folder / "files"], Told())
    store.close()
    return folder / "home"


@pytest.fixture
def large(large_home: Path, tmp_path: Path) -> Path:
    """Such a home of the test's own."""
    return Path(shutil.copytree(large_home, tmp_path / "home"))
