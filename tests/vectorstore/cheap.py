"""An embedder that costs nothing, and small interviews, for tests of everything around them."""

from __future__ import annotations

import re
import time
import zlib
from collections.abc import Sequence
from pathlib import Path

import numpy as np

from vectorstore.embedding import Embedder

_WORD = re.compile(r"\w+")


class Cheap(Embedder):
    """Counts words into 64 buckets: texts with the same words are near each other."""

    def __init__(self, name: str = "cheap", pause: float = 0.0) -> None:
        super().__init__(name)
        self.pause = pause
        self.embedded = 0

    @property
    def dimension(self) -> int:
        return 64

    def embed_queries(self, texts: Sequence[str]) -> np.ndarray:
        vectors = np.full((len(texts), 64), 1e-3, dtype=np.float32)
        for row, text in zip(vectors, texts, strict=True):
            for word in _WORD.findall(text.lower()):
                row[zlib.crc32(word.encode("utf-8", "replace")) % 64] += 1
        return vectors / np.linalg.norm(vectors, axis=1, keepdims=True)

    def embed_statements(self, texts: Sequence[str]) -> np.ndarray:
        self.embedded += len(texts)
        time.sleep(self.pause)
        return self.embed_queries(texts)


def interview(subject: str, answers: int = 8, speaker: str = "Ada Stone") -> str:
    """An interview in plain text in which every answer is about the subject."""
    turns = [
        f"Q: What about {subject} number {n}?\n\n{speaker}: On {subject} I say the {n}. thing."
        for n in range(answers)
    ]
    return f"A talk about {subject}\n\n" + "\n\n".join(turns) + "\n"


def write_interviews(folder: Path, count: int, answers: int = 8) -> list[Path]:
    """A folder of interviews, each about a subject of its own."""
    folder.mkdir(parents=True, exist_ok=True)
    paths = [folder / f"talk-{n:03}.txt" for n in range(count)]
    for n, path in enumerate(paths):
        path.write_text(interview(f"subject{n}", answers, f"Ada Stone{'abcdefghij'[n % 10]}"))
    return paths
