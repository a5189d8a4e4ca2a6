"""Three servers over one Chroma server behind one client: any of them answers."""

from __future__ import annotations

import socket
import threading
from collections.abc import Iterator, Sequence
from contextlib import ExitStack, suppress
from pathlib import Path
from typing import Any

import pytest

from bot import Client, InterviewBot
from bot.app import mounted
from bot.reader import Evidence, Reading
from tests.chroma import ChromaServer
from tests.loopback import Cable, serving
from tests.vectorstore.cheap import Cheap, write_interviews
from vectorstore.opening import open_store
from vectorstore.shared import FRESH
from vectorstore.statement import sentences
from vectorstore.store import Store


class Nearest:
    """Reads by nearness alone, so that no model has to be loaded."""

    def read_batch(self, asked: Sequence[tuple[str, Sequence[Any]]]) -> list[Reading]:
        return [self._read(passages) for _, passages in asked]

    def _read(self, passages: Sequence[Any]) -> Reading:
        evidence = tuple(
            Evidence(p, p.dense, p.dense, tuple((*s, 1.0) for s in sentences(p.statement.text)))
            for p in passages
        )
        return Reading(evidence, 0.9, answered=True, on_topic=True)


class Sharing(InterviewBot):
    """A bot over a Chroma server with an embedder that costs nothing."""

    def __init__(self, home: Path, url: str) -> None:
        super().__init__(home, chroma_url=url, auth="ann:correct horse")
        self._shared = open_store(home, Cheap(), url=url)

    @property
    def store(self) -> Store:
        return self._shared

    @property
    def reader(self) -> Any:
        return Nearest()

    def close(self) -> None:
        super().close()
        self._shared.close()


class Balancer(Cable):
    """One port; each new connection goes to the next of several servers."""

    def __init__(self, urls: Sequence[str]) -> None:
        self._all = [(url.rpartition(":")[0].removeprefix("http://"), int(url.rpartition(":")[2]))
                     for url in urls]  # fmt: skip
        self.asked: list[int] = []
        super().__init__(urls[0])

    def _accept(self) -> None:
        with suppress(OSError):
            while True:
                near, _ = self._listener.accept()
                number = len(self.asked) % len(self._all)
                self.asked.append(number)
                far = socket.create_connection(self._all[number])
                self._open += [near, far]
                for here, there in ((near, far), (far, near)):
                    threading.Thread(target=_copy, args=(here, there), daemon=True).start()


def _copy(here: socket.socket, there: socket.socket) -> None:
    with suppress(OSError):
        while data := here.recv(65536):
            there.sendall(data)
    for one in (there, here):
        with suppress(OSError):
            one.shutdown(socket.SHUT_RDWR)
        one.close()


@pytest.fixture
def three(tmp_path: Path) -> Iterator[tuple[list[Sharing], Balancer]]:
    (tmp_path / "server").mkdir()
    chroma = ChromaServer(tmp_path / "server")
    with ExitStack() as stack:
        stack.callback(chroma.stop)
        bots = [stack.enter_context(Sharing(tmp_path / f"home-{n}", chroma.url)) for n in range(3)]
        urls = [stack.enter_context(serving(lambda b=b: mounted(b))) for b in bots]
        balancer = Balancer(urls)
        stack.callback(balancer.close)
        yield bots, balancer


def test_any_of_three_servers_answers_from_what_one_of_them_took_in(
    three: tuple[list[Sharing], Balancer], tmp_path: Path
) -> None:
    bots, balancer = three
    write_interviews(tmp_path / "files", 3)
    assert bots[0].ingest(tmp_path / "files").count("added") == 3
    threading.Event().wait(FRESH)
    with Client(balancer.url, ("ann", "correct horse")) as client:
        texts = set()
        for _ in range(9):
            reply = client.ask("What about subject2 number 5?")
            texts.add(reply.citations[0].quote)
            transcript = client.transcript(reply.citations[0].transcript_id)
            citation = reply.citations[0]
            assert transcript.text[citation.start : citation.end] == citation.quote
            balancer.cut()
        assert texts == {"On subject2 I say the 5. thing."}
        assert {one.id for one in client.transcripts()} >= {"talk-000", "talk-001", "talk-002"}
    assert {0, 1, 2} <= set(balancer.asked)
    embedded = [bot.store.embedder.embedded for bot in bots]  # type: ignore[attr-defined]
    assert embedded[1:] == [0, 0]
