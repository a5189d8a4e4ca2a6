"""The systems that are compared: each gives an order of statements, a confidence, and quotes."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from bot import InterviewBot
from vectorstore.lexical import Filter
from vectorstore.retriever import retrieve_batch
from vectorstore.statement import Statement


@dataclass(frozen=True)
class Outcome:
    """What a system makes of one question.

    `spans` are what it would show, best first, as offsets into the transcript's text.
    `answered` is None for a system that has no threshold of its own.
    """

    spans: tuple[tuple[int, int], ...]
    confidence: float
    answered: bool | None = None
    cited: tuple[tuple[int, int], ...] = ()


System = Callable[[InterviewBot, Sequence[str]], list[Outcome]]


def bm25(bot: InterviewBot, questions: Sequence[str]) -> list[Outcome]:
    outcomes = []
    for question in questions:
        found = bot.store.lexical.search(question, 20, Filter())
        by_id = bot.store.lexical.get([i for i, _ in found])
        outcomes.append(Outcome(_spans([by_id[i] for i, _ in found]), found[0][1] if found else 0))
    return outcomes


def dense(bot: InterviewBot, questions: Sequence[str]) -> list[Outcome]:
    found = [sorted(p, key=lambda p: -p.dense) for p in retrieve_batch(bot.store, questions)]
    return [Outcome(_spans([p.statement for p in ps]), ps[0].dense) for ps in found]


def fused(bot: InterviewBot, questions: Sequence[str]) -> list[Outcome]:
    found = retrieve_batch(bot.store, questions)
    return [Outcome(_spans([p.statement for p in ps]), ps[0].score) for ps in found]


def with_reader(bot: InterviewBot, questions: Sequence[str]) -> list[Outcome]:
    found = retrieve_batch(bot.store, questions, bot.settings.candidates)
    readings = bot.reader.read_batch(list(zip(questions, found, strict=True)))
    return [
        Outcome(
            _spans([e.passage.statement for e in reading.evidence]),
            reply.confidence,
            reply.answered,
            tuple((c.start, c.end) for c in reply.citations),
        )
        for reading, reply in zip(readings, bot.batch(questions), strict=True)
    ]


def tutorial_chain(bot: InterviewBot, questions: Sequence[str]) -> list[Outcome]:
    """What LangChain's retrieval tutorial builds: pieces of 1,000 characters, overlap 200, k=4."""
    import chromadb
    from langchain_chroma import Chroma
    from langchain_text_splitters import RecursiveCharacterTextSplitter

    splitter = RecursiveCharacterTextSplitter(
        chunk_size=1000, chunk_overlap=200, add_start_index=True
    )
    (transcript,) = bot.transcripts()
    store = Chroma(
        "tutorial",
        bot.store.embedder,
        client=chromadb.EphemeralClient(),
        collection_configuration={"hnsw": {"space": "cosine"}},
    )
    store.reset_collection()
    store.add_documents(splitter.create_documents([transcript.text]))
    outcomes = []
    for question in questions:
        found = store.similarity_search_with_score(question, k=4)
        begins = [(d.metadata["start_index"], len(d.page_content)) for d, _ in found]
        outcomes.append(Outcome(tuple((b, b + n) for b, n in begins), 1 - found[0][1]))
    return outcomes


def _spans(statements: Sequence[Statement]) -> tuple[tuple[int, int], ...]:
    return tuple((s.start, s.end) for s in statements)


SYSTEMS: dict[str, System] = {
    "BM25": bm25,
    "dense": dense,
    "fused": fused,
    "fused + reader": with_reader,
    "tutorial chain": tutorial_chain,
}
