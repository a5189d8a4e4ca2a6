"""The statements' vectors in Chroma: the only module that imports chromadb."""

from __future__ import annotations

import os
import sqlite3
import weakref
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any, cast
from urllib.parse import urlsplit

import chromadb
from chromadb.api import ClientAPI
from chromadb.config import DEFAULT_DATABASE, DEFAULT_TENANT
from chromadb.config import Settings as ChromaSettings
from chromadb.errors import ChromaError
from langchain_chroma import Chroma

from vectorstore.embedding import Embedder
from vectorstore.errors import ModelMismatchError, SettingsError, StoreError, UnavailableError

if TYPE_CHECKING:
    import numpy as np

COLLECTION = "statements"

# Wider than Chroma's defaults, so that the approximate search keeps its recall on large stores.
_HNSW = {"space": "cosine", "ef_construction": 160, "ef_search": 160, "max_neighbors": 24}

# Seconds that a Chroma server may take for one answer; a batch of vectors takes some.
TIMEOUT = 60.0

# Vectors written in one call: Chroma keeps Python's lock for as long as a call takes, and no
# other thread of the process answers meanwhile.
_AT_ONCE = 256

# Spellings of paths that a client of this process has open.
_spellings: set[str] = set()


@dataclass(frozen=True, slots=True)
class Place:
    """Where the vectors live: a folder of this machine, or a Chroma server.

    Attributes:
        folder: For the embedded Chroma.
        url: Address of a Chroma server, `http(s)://host:port[/tenant/database]`, or None.
        headers: HTTP headers for the server, such as authorization.
        certificates: PEM file that the server's certificate is checked by, or None for the
            machine's own.
    """

    folder: Path
    url: str | None = None
    headers: Mapping[str, str] | None = None
    certificates: Path | None = None


class Vectors(Chroma):
    """A LangChain vector store that batches, takes empty input, and checks who made it."""

    def __init__(self, place: Place, embedder: Embedder, collection: str = COLLECTION) -> None:
        """Open or make the collection.

        Raises:
            ModelMismatchError: It was made with another embedding model.
            StoreError: It cannot be opened.
            UnavailableError: The server does not answer.
        """
        with translated(place.url or place.folder):
            super().__init__(
                collection_name=collection,
                embedding_function=embedder,
                client=_client(place),
                collection_metadata={"embedding_model": embedder.name},
                collection_configuration=cast("Any", {"hnsw": _HNSW}),
            )
            self._place = place
            # Chroma's own close() breaks queries that other threads have under way: the client
            # is closed when the last thread has let go of this object.
            self._finalizer = weakref.finalize(self, _close, self._client, place)
            self._batch = self._client.get_max_batch_size()
        made_with = (self._collection.metadata or {}).get("embedding_model", embedder.name)
        if made_with != embedder.name:
            self.close()
            raise ModelMismatchError(mismatch(place.url or place.folder, made_with, embedder.name))

    def close(self) -> None:
        """Let go of Chroma's files or connection."""
        self._finalizer()

    def count(self) -> int:
        """How many vectors there are."""
        with translated(self._place.url or self._place.folder):
            return self._collection.count()

    def add_texts(
        self,
        texts: Iterable[str],
        metadatas: list[dict[str, Any]] | None = None,
        ids: list[str] | None = None,
        **kwargs: Any,
    ) -> list[str]:
        """Embed and add texts, in batches that Chroma takes; nothing for no texts."""
        every = list(texts)
        added: list[str] = []
        for begin in range(0, len(every), self._batch):
            part = slice(begin, begin + self._batch)
            added += super().add_texts(
                every[part],
                metadatas[part] if metadatas else None,
                ids[part] if ids else None,
                **kwargs,
            )
        return added

    def put(
        self,
        ids: Sequence[str],
        vectors: np.ndarray,
        metadatas: Sequence[Mapping[str, str | int]],
    ) -> None:
        """Write vectors that were made already: float32 of shape (len(ids), dimension).

        The words are not written: Chroma would make a second index of them, which takes as long
        as that of the vectors, and the catalogue has them.
        """
        step = min(self._batch, _AT_ONCE)
        for begin in range(0, len(ids), step):
            part = slice(begin, begin + step)
            with translated(self._place.url or self._place.folder):
                self._collection.upsert(
                    ids=list(ids[part]),
                    embeddings=vectors[part],
                    metadatas=cast("Any", list(metadatas[part])),
                )

    def nearest(
        self, vectors: np.ndarray, k: int, where: Mapping[str, Any] | None
    ) -> list[list[tuple[str, float]]]:
        """For each vector the `k` nearest (id, cosine similarity in [-1, 1]), best first."""
        with translated(self._place.url or self._place.folder):
            found = self._collection.query(
                query_embeddings=vectors,
                n_results=k,
                where=dict(where) if where else None,
                include=["distances"],
            )
        return [
            [(i, 1.0 - float(d)) for i, d in zip(ids, distances, strict=True)]
            for ids, distances in zip(found["ids"], found["distances"] or [], strict=True)
        ]

    def similarities(self, vector: np.ndarray, ids: Sequence[str]) -> dict[str, float]:
        """Cosine similarity of one vector to each of these ids; unknown ids are left out."""
        if not ids:
            return {}
        with translated(self._place.url or self._place.folder):
            found = self._collection.get(ids=list(ids), include=["embeddings"])
        products = cast("np.ndarray", found["embeddings"]) @ vector
        return dict(zip(found["ids"], map(float, products), strict=True))

    def known(self, ids: Sequence[str]) -> set[str]:
        """Those of the ids that have a vector."""
        found: set[str] = set()
        for begin in range(0, len(ids), self._batch):
            with translated(self._place.url or self._place.folder):
                some = self._collection.get(ids=list(ids[begin : begin + self._batch]), include=[])
            found.update(some["ids"])
        return found

    def files(self) -> dict[str, list[int]]:
        """The graph's files with their sizes and times, to tell later whether they are whole."""
        return graph_files(self._place.folder)

    def drop(self, ids: Iterable[str]) -> None:
        """Delete vectors by id."""
        every = list(ids)
        for begin in range(0, len(every), self._batch):
            with translated(self._place.url or self._place.folder):
                self._collection.delete(ids=every[begin : begin + self._batch])


@contextmanager
def translated(place: object) -> Iterator[None]:
    """Raise what Chroma raises as an error of ours."""
    import httpx

    def unavailable(error: Exception) -> UnavailableError:
        return UnavailableError(
            f"the Chroma server {place} does not answer ({error}); start it, or unset "
            "ROOSBOT_CHROMA_URL to use the embedded one"
        )

    try:
        yield
    except (httpx.TransportError, ConnectionError) as error:
        raise unavailable(error) from error
    except (ChromaError, sqlite3.Error, OSError, ValueError, KeyError, RuntimeError) as error:
        # Chroma's client says so in its own words when it is made.
        if isinstance(error.__context__, httpx.TransportError):
            raise unavailable(error) from error
        raise StoreError(f"the index in {place} failed: {error}") from error
    except BaseException as error:
        # Chroma's Rust core reports damaged files by a panic, which is not an Exception.
        if type(error).__name__ != "PanicException":
            raise
        raise StoreError(f"the index in {place} failed: {error}") from None


class Labels:
    """A collection for records that are found by what is said of them, not by their vectors.

    Attributes:
        collection: Chroma's.
    """

    def __init__(self, place: Place, name: str) -> None:
        """Open or make it.

        Raises:
            StoreError: It cannot be opened.
            UnavailableError: The server does not answer.
        """
        client = _client(place)
        self._finalizer = weakref.finalize(self, _close, client, place)
        with translated(place.url or place.folder):
            self.collection: Any = client.get_or_create_collection(name, embedding_function=None)

    def close(self) -> None:
        """Let go of the connection."""
        self._finalizer()


def drop_collection(place: Place, name: str = COLLECTION) -> None:
    """Delete a collection with all that is in it, if it is there."""
    client = _client(place)
    try:
        with translated(place.url or place.folder):
            if name in {collection.name for collection in client.list_collections()}:
                client.delete_collection(name)
    finally:
        _close(client, place)


def graph_files(folder: Path) -> dict[str, list[int]]:
    """Each file of a graph that was saved: name → [size, time of the last change].

    Before the first save (of about 1,000 vectors) Chroma makes the graph from its log whenever it
    opens it, and what lies there means nothing.
    """
    found = {}
    for saved in sorted(folder.glob("*/index_metadata.pickle")):
        for path in sorted(saved.parent.iterdir()):
            status = path.stat()
            found[str(path.relative_to(folder))] = [status.st_size, status.st_mtime_ns]
    return found


def mismatch(place: object, made_with: object, asked: object) -> str:
    """What to say when a store was made with another embedding model."""
    return (
        f"the index in {place} was made with the embedding model {made_with!r}, but the setting "
        f"asks for {asked!r}; set ROOSBOT_EMBEDDING_MODEL={made_with}, choose another "
        "ROOSBOT_HOME, or rebuild the index with `roosbot doctor --repair`"
    )


def _client(place: Place) -> ClientAPI:
    settings = ChromaSettings(anonymized_telemetry=False)
    if place.certificates is not None:
        settings.chroma_server_ssl_verify = str(place.certificates)
    if place.url is None:
        place.folder.mkdir(parents=True, exist_ok=True)
        return chromadb.PersistentClient(path=_own_spelling(place.folder), settings=settings)
    parts = urlsplit(place.url)
    if parts.scheme not in {"http", "https"} or not parts.hostname:
        raise SettingsError(
            f"chroma_url {place.url!r} is no address; it looks like http://127.0.0.1:8000"
        )
    tenant, _, database = parts.path.strip("/").partition("/")
    with translated(place.url):
        client = chromadb.HttpClient(
            host=parts.hostname,
            port=parts.port or (443 if parts.scheme == "https" else 8000),
            ssl=parts.scheme == "https",
            headers=dict(place.headers or {}),
            settings=settings,
            tenant=tenant or DEFAULT_TENANT,
            database=database or DEFAULT_DATABASE,
        )
    for session in _sessions(client):
        session.timeout = TIMEOUT
    return client


def _own_spelling(folder: Path) -> str:
    """A path to the folder that no client of this process has open.

    Chroma shares one client per spelling of a path, and a shared one never sees what another
    process wrote (chroma-core/chroma#5868): under a spelling of its own it reads afresh.
    """
    path = str(folder)
    while path in _spellings:
        path = os.path.join(path, ".")
    _spellings.add(path)
    return path


def _sessions(client: ClientAPI) -> list[Any]:
    """The HTTP sessions of a client of a server: Chroma gives them no time limit, nor an end."""
    holders = (client, getattr(client, "_admin_client", None))
    found = [getattr(getattr(holder, "_server", None), "_session", None) for holder in holders]
    return [session for session in found if session is not None]


def _close(client: ClientAPI, place: Place) -> None:
    identifier = getattr(client, "_identifier", "")
    with translated(place.url or place.folder):
        client.close()  # type: ignore[attr-defined]  # every client but the abstract one has it
        for session in _sessions(client):
            session.close()
    _spellings.discard(identifier)
