"""Which interview a file is: by its bytes, by where it came from, by its words."""

from __future__ import annotations

import re
import unicodedata
import zlib
from collections.abc import Container, Iterable
from pathlib import PurePath

import numpy as np

from vectorstore.catalogue import Entry
from vectorstore.transcript import Transcript, sha256_of, slug

# Two interviews with at least this share of their five-word runs in common are told as alike.
ALIKE = 0.7

_RUN = 5
_HASHES = 64
_WORD = re.compile(r"\w+")
_FACTORS = np.random.default_rng(5).integers(1, 2**32, size=(2, _HASHES, 1), dtype=np.uint64) | 1


def words_of(transcript: Transcript) -> list[str]:
    """Everybody's words without labels, punctuation, case or width: the same in every format."""
    spoken = " ".join(transcript.text[turn.start : turn.end] for turn in transcript.turns)
    return _WORD.findall(unicodedata.normalize("NFKC", spoken).casefold())


def fingerprint(transcript: Transcript) -> tuple[str, bytes]:
    """A hash of who says which words, and a sketch of the words.

    The sketch has the minima of 64 hash functions over the runs of five words (Broder, 1997).
    """
    words = words_of(transcript)
    people = sorted({turn.speaker.casefold() for turn in transcript.turns})
    exact = sha256_of("\n".join([*people, " ".join(words)]))
    code = {word: zlib.crc32(word.encode("utf-8", "replace")) for word in {*words, ""}}
    codes = np.array([code[word] for word in words or [""]], dtype=np.uint64)
    runs = codes[: max(len(codes) - _RUN + 1, 1)].copy()
    for step in range(1, min(_RUN, len(codes))):
        runs = runs * np.uint64(0x9E3779B1) + codes[step : step + len(runs)]
    minima = np.full(_HASHES, 2**32 - 1, dtype=np.uint64)
    for begin in range(0, len(runs), 4096):
        mixed = (runs[begin : begin + 4096] * _FACTORS[0] + _FACTORS[1]) >> np.uint64(32)
        minima = np.minimum(minima, mixed.min(axis=1))
    return exact, minima.astype("<u4").tobytes()


class Known:
    """The interviews that a store has, to hold new files against."""

    def __init__(self, entries: Iterable[Entry]) -> None:
        self.entries: dict[str, Entry] = {}
        self._origins: dict[str, str] = {}
        self._digests: dict[str, str] = {}
        self._words: dict[str, str] = {}
        for entry in entries:
            self.add(entry)

    def add(self, entry: Entry) -> None:
        """Take in an interview, in place of an earlier version of it."""
        old = self.entries.get(entry.id)
        if old is not None:
            for table, key in ((self._digests, old.digest), (self._words, old.words)):
                if table.get(key) == old.id:
                    del table[key]
        self.entries[entry.id] = entry
        self._digests.setdefault(entry.digest, entry.id)
        self._words.setdefault(entry.words, entry.id)
        if entry.origin:
            self._origins[entry.origin] = entry.id

    def from_origin(self, origin: str) -> Entry | None:
        """The interview that came from this path."""
        return self.entries.get(self._origins.get(origin, ""))

    def with_digest(self, digest: str) -> Entry | None:
        """The interview made from the same bytes with the same options."""
        return self.entries.get(self._digests.get(digest, ""))

    def with_words(self, words: str) -> Entry | None:
        """The interview in which the same people say the same words."""
        return self.entries.get(self._words.get(words, ""))

    def most_alike(self, entry: Entry) -> tuple[str, float]:
        """The other interview with the most words in common, and the share of them."""
        others = [other for other in self.entries.values() if other.id != entry.id]
        if not others:
            return "", 0.0
        sketches = np.frombuffer(b"".join(other.sketch for other in others), dtype="<u4")
        own = np.frombuffer(entry.sketch, dtype="<u4")
        shares = (sketches.reshape(len(others), -1) == own).mean(axis=1)
        best = int(shares.argmax())
        return others[best].id, float(shares[best])


def free_id(wanted: str, origin: str, digest: str, taken: Container[str]) -> str:
    """An id that no other interview has: the file's name, then with its folder's, then its hash."""
    folder = PurePath(origin).parent.name
    for candidate in (wanted, slug(f"{folder}-{wanted}") if folder else wanted):
        if candidate not in taken:
            return candidate
    return f"{wanted[:51]}-{digest[:12]}"
