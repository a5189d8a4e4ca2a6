"""Sources kept as records in a Chroma collection, so that every process has them.

Chroma takes small texts only (16 KB on Chroma Cloud), so a source is packed and cut into pieces.
Pieces come first, then a draft that names them, and once its statements' vectors are written the
head that makes it count: whoever is stopped in between leaves a draft, which the next one finishes.
"""

from __future__ import annotations

import base64
import hashlib
import json
import uuid
import zlib
from collections.abc import Iterable, Iterator, Sequence
from typing import Any, Literal

from vectorstore.catalogue import Entry
from vectorstore.errors import HomeError, NotFoundError
from vectorstore.sources import Source
from vectorstore.transcript import Transcript
from vectorstore.vectors import Labels, Place, translated

COLLECTION = "sources"

# Characters of a piece, below what Chroma Cloud takes.
_PIECE = 12_000

# Records fetched or sent at once: some megabytes.
_AT_ONCE = 200

_MARK = "mark"

Kind = Literal["head", "draft"]


class Records:
    """The sources on a Chroma server. Threads may share it."""

    def __init__(self, place: Place) -> None:
        """Open or make the collection.

        Raises:
            UnavailableError: The server does not answer.
        """
        self._place = place
        self._labels = Labels(place, COLLECTION)
        self._collection = self._labels.collection

    def close(self) -> None:
        """Let go of the connection."""
        self._labels.close()

    def mark(self) -> str:
        """What changes whenever the heads do; "" for a server that nobody has begun to use."""
        found = self._get(ids=[_MARK], include=["metadatas"])
        return str(found["metadatas"][0]["value"]) if found["ids"] else ""

    def new_mark(self) -> str:
        """Tell every other process that it has to look again."""
        value = uuid.uuid4().hex
        self._put([_MARK], [{"kind": "mark", "value": value}], [""])
        return value

    def listed(self, kind: Kind) -> dict[str, dict[str, Any]]:
        """What is said of each source, by the transcript's id."""
        return {str(m["transcript_id"]): m for m in self._metadatas({"kind": kind})}

    def draft(self, source: Source) -> str:
        """Send a source; it counts once it is settled.

        Returns:
            Its stamp.
        """
        packed = _packed(source)
        stamp = hashlib.sha256(packed.encode()).hexdigest()[:32]
        name = source.transcript.id
        pieces = [packed[i : i + _PIECE] for i in range(0, len(packed), _PIECE)]
        about = {"transcript_id": name, "stamp": stamp}
        self._put(
            [f"piece:{name}:{stamp}:{n}" for n in range(len(pieces))],
            [{"kind": "piece", **about, "number": n} for n in range(len(pieces))],
            pieces,
        )
        said = {"kind": "draft", **about, "pieces": len(pieces)}
        self._put([f"draft:{name}"], [said], [""])
        return stamp

    def settle(self, entries: Iterable[tuple[Entry, int]]) -> None:
        """Have drafts count, given what the catalogue says of each and how many statements."""
        for entry, statements in entries:
            old = self._get(ids=[f"head:{entry.id}"], include=["metadatas"])["metadatas"]
            said = {
                "kind": "head",
                "transcript_id": entry.id,
                "stamp": entry.stamp,
                "statements": statements,
                "digest": entry.digest,
                "origin": entry.origin,
                "words": entry.words,
                "sketch": base64.b64encode(entry.sketch).decode(),
                "date": entry.date,
            }
            self._put([f"head:{entry.id}"], [said], [""])
            self._delete([f"draft:{entry.id}"])
            if old and old[0]["stamp"] != entry.stamp:
                self._drop_pieces(entry.id, str(old[0]["stamp"]))

    def unsettle(self) -> None:
        """Turn every head into a draft: all of it is to be indexed anew."""
        for name, head in self.listed("head").items():
            said = {"kind": "draft", "transcript_id": name, "stamp": head["stamp"]}
            self._put([f"draft:{name}"], [said], [""])
            self._delete([f"head:{name}"])

    def fetch(self, transcript_id: str, stamp: str) -> Source:
        """The source as it was sent.

        Raises:
            NotFoundError: It is not there.
            HomeError: It is damaged.
        """
        found: dict[int, str] = {}
        where = {"$and": [{"transcript_id": transcript_id}, {"stamp": stamp}, {"kind": "piece"}]}
        for page in self._pages(where, ["metadatas", "documents"]):
            for said, piece in zip(page["metadatas"], page["documents"], strict=True):
                found[int(said["number"])] = piece
        if not found:
            raise NotFoundError(f"{self._place.url} has no source for {transcript_id!r}")
        packed = "".join(found[number] for number in sorted(found))
        if hashlib.sha256(packed.encode()).hexdigest()[:32] != stamp:
            raise HomeError(
                f"the source of {transcript_id} in {self._place.url} is damaged; ingest its file "
                "again"
            )
        return _unpacked(packed)

    def remove(self, transcript_id: str) -> None:
        """Forget a source: first that it counts, then what it is made of.

        Raises:
            NotFoundError: It is not there.
        """
        ids = [f"head:{transcript_id}", f"draft:{transcript_id}"]
        if not self._get(ids=ids, include=[])["ids"]:
            raise NotFoundError(
                f"no transcript has the id {transcript_id!r}; `roosbot transcripts` lists them"
            )
        self._delete(ids)
        self._drop_pieces(transcript_id)

    def _drop_pieces(self, transcript_id: str, stamp: str | None = None) -> None:
        clauses: list[dict[str, Any]] = [{"transcript_id": transcript_id}, {"kind": "piece"}]
        if stamp is not None:
            clauses.append({"stamp": stamp})
        with translated(self._place.url):
            self._collection.delete(where={"$and": clauses})

    def _metadatas(self, where: dict[str, Any]) -> Iterator[dict[str, Any]]:
        for page in self._pages(where, ["metadatas"]):
            yield from page["metadatas"]

    def _pages(self, where: dict[str, Any], include: Sequence[str]) -> Iterator[dict[str, Any]]:
        offset = 0
        while True:
            page = self._get(where=where, include=list(include), limit=_AT_ONCE, offset=offset)
            yield page
            if len(page["ids"]) < _AT_ONCE:
                return
            offset += _AT_ONCE

    def _get(self, **options: Any) -> dict[str, Any]:
        with translated(self._place.url):
            return dict(self._collection.get(**options))

    def _put(
        self, ids: Sequence[str], metadatas: Sequence[dict[str, Any]], documents: Sequence[str]
    ) -> None:
        for begin in range(0, len(ids), _AT_ONCE):
            part = slice(begin, begin + _AT_ONCE)
            with translated(self._place.url):
                self._collection.upsert(
                    ids=list(ids[part]),
                    metadatas=list(metadatas[part]),
                    documents=list(documents[part]),
                    embeddings=[_place_of(name) for name in ids[part]],
                )

    def _delete(self, ids: Sequence[str]) -> None:
        with translated(self._place.url):
            self._collection.delete(ids=list(ids))


def entry_of(head: dict[str, Any]) -> Entry:
    """What the catalogue says of a source that counts."""
    return Entry(
        str(head["transcript_id"]),
        str(head["stamp"]),
        str(head["digest"]),
        str(head["origin"]),
        str(head["words"]),
        base64.b64decode(head["sketch"]),
        int(head["date"]),
    )


def _place_of(name: str) -> list[float]:
    """Chroma wants a vector for everything; equal ones would make its graph degenerate."""
    first, second, *_ = hashlib.sha256(name.encode()).digest()
    return [1.0 + first, 1.0 + second]


def _packed(source: Source) -> str:
    said = {
        "transcript": source.transcript.to_dict(),
        "name": source.name,
        "digest": source.digest,
        "origin": source.origin,
        "raw": base64.b64encode(source.raw).decode(),
    }
    text = json.dumps(said, sort_keys=True)
    return base64.b64encode(zlib.compress(text.encode("utf-8", "surrogatepass"), 6)).decode()


def _unpacked(packed: str) -> Source:
    said = json.loads(zlib.decompress(base64.b64decode(packed)).decode("utf-8", "surrogatepass"))
    transcript = Transcript.from_dict(said["transcript"])
    raw = base64.b64decode(said["raw"])
    return Source(transcript, raw, said["name"], said["digest"], said["origin"])
