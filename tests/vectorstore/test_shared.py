"""Interviews on a real Chroma server: several processes, resumed work, faults, login and TLS."""

from __future__ import annotations

import gc
import multiprocessing
import shutil
import socket
import ssl
import subprocess
import threading
import time
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from pathlib import Path
from typing import Any

import pytest

from bot.ingest import Told, ingest
from tests.chroma import ChromaServer
from tests.vectorstore.cheap import Cheap, write_interviews
from vectorstore.embedding import Embedder
from vectorstore.errors import ModelMismatchError, StoreError, UnavailableError
from vectorstore.opening import open_store
from vectorstore.retriever import retrieve
from vectorstore.shared import FRESH, SharedStore
from vectorstore.statement import split
from vectorstore.store import Store
from vectorstore.vectors import Place, drop_collection

UNCLOSED = pytest.mark.filterwarnings(
    "ignore::ResourceWarning",
    "ignore::pytest.PytestUnraisableExceptionWarning",
    "ignore:.verify=:DeprecationWarning",
)

ASKED = "What about subject3 number 4?"
SAID = "On subject3 I say the 4. thing."


@pytest.fixture(scope="module")
def chroma(tmp_path_factory: pytest.TempPathFactory) -> Iterator[ChromaServer]:
    server = ChromaServer(tmp_path_factory.mktemp("server"))
    yield server
    server.stop()


_numbers = iter(range(1000))


@pytest.fixture
def url(chroma: ChromaServer) -> str:
    """A database of the test's own on the one server."""
    import httpx

    name = f"test-{next(_numbers)}"
    tenant = f"{chroma.url}/api/v2/tenants/default_tenant"
    httpx.post(f"{tenant}/databases", json={"name": name}).raise_for_status()
    return f"{chroma.url}/default_tenant/{name}"


@pytest.fixture
def files(tmp_path: Path) -> Path:
    write_interviews(tmp_path / "files", 6)
    return tmp_path / "files"


Opened = Callable[..., Store]


@pytest.fixture
def opened() -> Iterator[Opened]:
    """Opens stores, and closes them when the test is over."""
    stores = []

    def open_one(home: Path, url: str, embedder: Embedder | None = None, **options: Any) -> Store:
        stores.append(open_store(home, embedder or Cheap(), url=url, **options))
        return stores[-1]

    yield open_one
    for store in stores:
        store.close()
    gc.collect()


def added(store: Store, files: Path) -> int:
    return ingest(store, [files], Told()).count("added")


def found(store: Store) -> str:
    time.sleep(FRESH)
    return retrieve(store, ASKED, 1)[0].statement.text


def whole(store: Store, files: Path) -> None:
    """Everything that was said to be in is in, word for word, and nothing is wrong."""
    assert store.check() == []
    for path in files.iterdir():
        transcript = store.sources.get(path.stem)
        assert transcript.text == path.read_text()
        assert store.statements(path.stem) == split(transcript)
        assert store.sources.raw(path.stem) == path.read_bytes()
    assert found(store) == SAID


def test_what_one_process_adds_changes_or_removes_another_one_sees(
    tmp_path: Path, url: str, files: Path, opened: Opened
) -> None:
    one, other = opened(tmp_path / "one", url), opened(tmp_path / "other", url)
    assert added(one, files) == 6
    whole(other, files)
    changed = files / "talk-003.txt"
    changed.write_text(changed.read_text().replace("the 4. thing", "a different thing"))
    assert ingest(other, [files], Told()).count("updated") == 1
    assert found(one) == "On subject3 I say a different thing."
    one.remove("talk-003")
    assert "subject3 " not in found(other)
    assert "talk-003" not in [t.id for t in other.transcripts()]
    assert one.check() == other.check() == []


def test_only_the_process_that_adds_embeds(
    tmp_path: Path, url: str, files: Path, opened: Opened
) -> None:
    added(opened(tmp_path / "one", url), files)
    other = opened(tmp_path / "other", url)
    whole(other, files)
    assert isinstance(other.embedder, Cheap)
    assert other.embedder.embedded == 0
    assert ingest(other, [files], Told()).count("unchanged") == 6


def test_lexical_search_and_sources_need_nothing_of_the_other_home(
    tmp_path: Path, url: str, files: Path, opened: Opened
) -> None:
    added(opened(tmp_path / "one", url), files)
    shutil.rmtree(tmp_path / "one")
    other = opened(tmp_path / "other", url)
    best = retrieve(other, ASKED, 1)[0]
    assert best.statement.text == SAID
    assert best.lexical > 0
    assert best.dense > 0
    shutil.rmtree(tmp_path / "other")
    whole(opened(tmp_path / "third", url), files)


def test_a_cache_that_is_deleted_under_an_open_store_is_made_anew(
    tmp_path: Path, url: str, files: Path, opened: Opened
) -> None:
    store = opened(tmp_path / "one", url)
    added(store, files)
    for part in ("sources", "index"):
        shutil.rmtree(next((tmp_path / "one" / "servers").iterdir()) / part)
        whole(store, files)


def test_another_model_is_refused(tmp_path: Path, url: str, opened: Opened) -> None:
    opened(tmp_path / "one", url)
    with pytest.raises(ModelMismatchError, match="cheap"):
        opened(tmp_path / "other", url, Cheap("another"))


def _ingest_slowly(home: Path, url: str, files: Path, begun: Any) -> None:
    place = Place(home, url)
    store = SharedStore(home, Cheap(pause=0.1), place, group=8)
    ingest(store, [files], Told(), lambda step: begun.set() if step.statements > 16 else None)


def test_an_ingestion_that_is_killed_is_taken_up_where_it_was(
    tmp_path: Path, url: str, files: Path, opened: Opened
) -> None:
    context = multiprocessing.get_context("forkserver")
    begun = context.Event()
    process = context.Process(target=_ingest_slowly, args=(tmp_path / "one", url, files, begun))
    process.start()
    assert begun.wait(60)
    process.kill()
    process.join()
    other = opened(tmp_path / "other", url)
    report = ingest(other, [files], Told())
    assert report.count("unchanged") >= 2
    assert report.count("failed") == 0
    whole(other, files)


def test_lost_vectors_and_a_forgotten_draft_are_named_and_mended(
    tmp_path: Path, url: str, files: Path, opened: Opened
) -> None:
    store = opened(tmp_path / "one", url)
    added(store, files)
    drop_collection(Place(tmp_path, url))
    damaged = opened(tmp_path / "other", url)
    assert any("lacks" in problem for problem in damaged.check())
    whole(opened(tmp_path / "other", url, anew=True), files)
    whole(store, files)


def test_a_server_that_is_stopped_and_started_again_under_load_loses_nothing(
    tmp_path: Path, files: Path, opened: Opened
) -> None:
    (tmp_path / "server").mkdir()
    server = ChromaServer(tmp_path / "server")
    try:
        store = opened(tmp_path / "one", server.url)
        added(store, files)
        done, said = threading.Event(), []

        def ask() -> None:
            while not done.is_set():
                try:
                    said.append(retrieve(store, ASKED, 1)[0].statement.text)
                except UnavailableError as error:
                    said.append(str(error))
                    time.sleep(0.02)

        with ThreadPoolExecutor(4) as pool:
            asking = [pool.submit(ask) for _ in range(4)]
            time.sleep(0.5)
            server.stop()
            time.sleep(0.5)
            with pytest.raises(UnavailableError, match="start it"):
                store.sources.stamps()
            server.start()
            time.sleep(0.5)
            done.set()
            for one in asking:
                one.result()
        assert said[0] == said[-1] == SAID
        assert {s for s in said if s != SAID} != set()
        assert all("does not answer" in s for s in said if s != SAID)
        whole(store, files)
    finally:
        server.stop()


@UNCLOSED
def test_a_server_that_is_not_there_is_named(tmp_path: Path, opened: Opened) -> None:
    with socket.create_server(("127.0.0.1", 0)) as free:
        port = free.getsockname()[1]
    with pytest.raises(UnavailableError, match=str(port)):
        opened(tmp_path, f"http://127.0.0.1:{port}")


class Door:
    """A TLS port before a Chroma server that only lets a token through, as a proxy does."""

    def __init__(self, chroma: ChromaServer, folder: Path, token: str) -> None:
        self.certificate = folder / "certificate.pem"
        subprocess.run(
            ["openssl", "req", "-x509", "-newkey", "rsa:2048", "-nodes", "-days", "2",
             "-keyout", folder / "key.pem", "-out", self.certificate, "-subj", "/CN=127.0.0.1",
             "-addext", "subjectAltName=IP:127.0.0.1"],
            check=True, capture_output=True,
        )  # fmt: skip
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        context.load_cert_chain(self.certificate, folder / "key.pem")
        self._listener = socket.create_server(("127.0.0.1", 0))
        self._tls = context
        self._chroma, self._token = chroma, token.encode()
        self.url = f"https://127.0.0.1:{self._listener.getsockname()[1]}"
        threading.Thread(target=self._accept, daemon=True).start()

    def close(self) -> None:
        self._listener.shutdown(socket.SHUT_RDWR)
        self._listener.close()

    def _accept(self) -> None:
        with suppress(OSError):
            while True:
                near, _ = self._listener.accept()
                threading.Thread(target=self._serve, args=(near,), daemon=True).start()

    def _serve(self, plain: socket.socket) -> None:
        with suppress(OSError), self._tls.wrap_socket(plain, server_side=True) as near:
            begin = near.recv(65536)
            if b"authorization: bearer " + self._token not in begin.lower():
                near.sendall(b"HTTP/1.1 401 Unauthorized\r\nContent-Length: 0\r\n\r\n")
                return
            with socket.create_connection(("127.0.0.1", self._chroma.port)) as far:
                far.sendall(begin)
                back = threading.Thread(target=_copy, args=(far, near), daemon=True)
                back.start()
                _copy(near, far)
                back.join()


def _copy(here: socket.socket, there: socket.socket) -> None:
    with suppress(OSError):
        while data := here.recv(65536):
            there.sendall(data)
        there.shutdown(socket.SHUT_WR)


# Chroma's client does not close what it has opened when the server refuses it.
@UNCLOSED
@pytest.mark.skipif(shutil.which("openssl") is None, reason="openssl makes the certificate")
def test_a_token_and_a_certificate_are_passed_through(
    chroma: ChromaServer, url: str, tmp_path: Path, opened: Opened
) -> None:
    door = Door(chroma, tmp_path, "opensesame")
    try:
        address = door.url + url.removeprefix(chroma.url)
        right = {"token": "opensesame", "certificates": door.certificate}
        assert opened(tmp_path / "one", address, **right).lexical.count() > 0
        with pytest.raises(StoreError):
            opened(tmp_path / "two", address, token="wrong", certificates=door.certificate)
        with pytest.raises(StoreError):
            opened(tmp_path / "three", address, token="opensesame")
    finally:
        door.close()
