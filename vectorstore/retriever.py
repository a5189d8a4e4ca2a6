"""From a question to the passages that may answer it: dense and lexical search, fused."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

import numpy as np
from langchain_core.callbacks import CallbackManagerForRetrieverRun
from langchain_core.documents import Document
from langchain_core.retrievers import BaseRetriever
from pydantic import ConfigDict

from vectorstore.lexical import Filter
from vectorstore.passage import Passage as Passage
from vectorstore.store import Store

if TYPE_CHECKING:
    from vectorstore.index import Index

# How many statements each of the two searches brings in before they are fused.
DEPTH = 50

# Reciprocal rank fusion's constant, from Cormack, Clarke & Büttcher (SIGIR 2009).
RRF = 60

ALL = Filter()


def retrieve(store: Store, question: str, k: int = 20, only: Filter = ALL) -> list[Passage]:
    """The `k` best passages for a question, best first.

    Raises:
        StoreError: The index failed.
    """
    return retrieve_batch(store, [question], k, only)[0]


def retrieve_batch(
    store: Store, questions: Sequence[str], k: int = 20, only: Filter = ALL
) -> list[list[Passage]]:
    """The `k` best passages for each question; the questions are embedded together."""
    if not questions:
        return []
    if only.empty:
        return [[] for _ in questions]
    vectors = store.embedder.embed_queries(questions)
    return store.consistently(lambda index: _search(index, questions, vectors, k, only))


def _search(
    index: Index, questions: Sequence[str], vectors: np.ndarray, k: int, only: Filter
) -> list[list[Passage]]:
    depth = max(DEPTH, k)
    dense = index.vectors.nearest(vectors, depth, only.where())
    return [
        _fused(index, vector, near, index.lexical.search(question, depth, only), k)
        for question, vector, near in zip(questions, vectors, dense, strict=True)
    ]


def _fused(
    index: Index,
    vector: np.ndarray,
    dense: Sequence[tuple[str, float]],
    lexical: Sequence[tuple[str, float]],
    k: int,
) -> list[Passage]:
    scores: dict[str, float] = {}
    for found in (dense, lexical):
        for rank, (statement_id, _) in enumerate(found):
            scores[statement_id] = scores.get(statement_id, 0.0) + 1 / (RRF + 1 + rank)
    cosines, words = dict(dense), dict(lexical)
    cosines |= index.vectors.similarities(vector, [i for i in words if i not in cosines])
    # A vector without a row belongs to a transcript that is being written, or was removed.
    statements = index.lexical.get([i for i in scores if i in cosines])
    best = sorted(statements, key=lambda i: (-scores[i], -cosines[i], i))[:k]
    highest = 2 / (RRF + 1)
    return [
        Passage(statements[i], scores[i] / highest, cosines[i], words.get(i, 0.0)) for i in best
    ]


class StatementRetriever(BaseRetriever):
    """The search as a LangChain retriever.

    A document's `page_content` is the statement's exact words; its metadata has the statement's
    other fields (transcript_id, speaker, question, start, end) and the scores.
    """

    model_config = ConfigDict(arbitrary_types_allowed=True)

    store: Store
    k: int = 5
    only: Filter = ALL

    def _get_relevant_documents(
        self, query: str, *, run_manager: CallbackManagerForRetrieverRun, k: int | None = None
    ) -> list[Document]:
        found = retrieve(self.store, query, self.k if k is None else k, self.only)
        return [document(passage) for passage in found]


def document(passage: Passage) -> Document:
    """A passage as LangChain knows it."""
    fields = passage.statement.to_dict()
    text, statement_id = fields.pop("text"), fields.pop("id")
    scores = {"score": passage.score, "dense": passage.dense, "lexical": passage.lexical}
    return Document(id=statement_id, page_content=text, metadata={**fields, **scores})
