"""What people would use instead: `python -m tests.evaluation.peers [--quick] [--json]`.

The same interview, embedding model and questions, in turn: our search, our search with the reader,
LangChain's tutorial chain, and LlamaIndex's retriever where it is installed (the extra `bench`).
Hit@k: one of the first k passages is a paragraph that answers, or a piece that holds the answer.
Pieces differ in length, and the longer one is the likelier to hold the answer, so the words of the
first one are given too; LlamaIndex is measured with pieces of its own and over our statements.
"""

from __future__ import annotations

import argparse
import json
import statistics
import tempfile
import time
from collections.abc import Callable, Sequence
from importlib.util import find_spec
from pathlib import Path
from typing import Any

from bot import InterviewBot
from tests.evaluation.interview import judge
from tests.evaluation.questions import load
from tests.evaluation.systems import Outcome
from vectorstore.adding import searchable

Spans = Sequence[tuple[int, int]]


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--quick", action="store_true", help="30 questions")
    parser.add_argument("--json", action="store_true", help="print one JSON object")
    arguments = parser.parse_args()
    found = measured(30 if arguments.quick else None)
    print(
        json.dumps(found) if arguments.json else "\n".join(f"{k:40} {v}" for k, v in found.items())
    )


def measured(most: int | None) -> dict[str, Any]:
    """Hit@1, Hit@3 and milliseconds for each system."""
    found: dict[str, Any] = {}
    with tempfile.TemporaryDirectory() as folder, InterviewBot(Path(folder) / "home") as bot:
        questions = [q for q in load("calibrate") if q.answerable and not q.history][:most]
        (transcript,) = bot.transcripts()
        statements, text = bot.statements(transcript.id), transcript.text
        systems = peers(bot)
        for ask in systems.values():
            ask(questions[0].text)
        ranks: dict[str, list[int | None]] = {name: [] for name in systems}
        times: dict[str, list[float]] = {name: [] for name in systems}
        words: dict[str, list[int]] = {name: [] for name in systems}
        for question in questions:
            right = [statements[n] for n in question.paragraphs]
            # In turn, so that what else the machine does slows all of them alike.
            for name, ask in systems.items():
                begin = time.perf_counter()
                spans = ask(question.text)
                times[name].append(time.perf_counter() - begin)
                ranks[name].append(judge(question, Outcome(tuple(spans), 0), right, text).rank)
                words[name] += [len(text[start:end].split()) for start, end in spans[:1]]
        for name in systems:
            for k in (1, 3):
                hits = statistics.mean(r is not None and r < k for r in ranks[name])
                found[f"peer_{name}_hit_{k}"] = round(hits, 4)
            found[f"peer_{name}_words"] = round(statistics.mean(words[name]))
            found[f"peer_{name}_ms"] = round(statistics.median(times[name]) * 1000, 1)
    return found


def peers(bot: InterviewBot) -> dict[str, Callable[[str], Spans]]:
    """Each system as a function from a question to spans of the text, best first."""
    found: dict[str, Callable[[str], Spans]] = {
        "roosbot_search": lambda q: [
            (p.statement.start, p.statement.end) for p in bot.search(q, 4)
        ],
        "roosbot_ask": lambda q: [(c.start, c.end) for c in cited(bot, q)],
        "langchain_tutorial": tutorial(bot),
    }
    if find_spec("llama_index") is not None:
        found["llamaindex"] = llamaindex(bot, ours=False)
        found["llamaindex_statements"] = llamaindex(bot, ours=True)
    return found


def cited(bot: InterviewBot, question: str) -> Sequence[Any]:
    reply = bot.ask(question)
    return reply.citations or reply.closest


def tutorial(bot: InterviewBot) -> Callable[[str], Spans]:
    """LangChain's tutorial: pieces of 1,000 characters, overlap 200, k=4."""
    import chromadb
    from langchain_chroma import Chroma
    from langchain_text_splitters import RecursiveCharacterTextSplitter

    splitter = RecursiveCharacterTextSplitter(
        chunk_size=1000, chunk_overlap=200, add_start_index=True
    )
    store = Chroma(
        "peer", bot.store.embedder, client=chromadb.EphemeralClient(),
        collection_configuration={"hnsw": {"space": "cosine"}},
    )  # fmt: skip
    (transcript,) = bot.transcripts()
    store.add_documents(splitter.create_documents([transcript.text]))

    def ask(question: str) -> Spans:
        begins = [
            (d.metadata["start_index"], len(d.page_content))
            for d in store.similarity_search(question, k=4)
        ]
        return [(begin, begin + length) for begin, length in begins]

    return ask


def llamaindex(bot: InterviewBot, *, ours: bool) -> Callable[[str], Spans]:
    """LlamaIndex's vector index with the same embedding model.

    Args:
        bot: Has the interview and the model.
        ours: Whether it finds our statements, or pieces of its sentence splitter's default size.
    """
    from llama_index.core import Document, VectorStoreIndex
    from llama_index.core.embeddings import BaseEmbedding
    from llama_index.core.schema import TextNode

    class Ours(BaseEmbedding):
        def _get_query_embedding(self, query: str) -> list[float]:
            return bot.store.embedder.embed_query(query)

        def _get_text_embedding(self, text: str) -> list[float]:
            return bot.store.embedder.embed_documents([text])[0]

        async def _aget_query_embedding(self, query: str) -> list[float]:
            return self._get_query_embedding(query)

    (transcript,) = bot.transcripts()
    if ours:
        nodes = [
            TextNode(text=searchable(s), start_char_idx=s.start, end_char_idx=s.end)
            for s in bot.statements(transcript.id)
        ]
        index = VectorStoreIndex(nodes, embed_model=Ours())
    else:
        whole = Document(text=transcript.text)
        index = VectorStoreIndex.from_documents([whole], embed_model=Ours())
    retriever = index.as_retriever(similarity_top_k=4)

    def ask(question: str) -> Spans:
        best = [found.node for found in retriever.retrieve(question)]
        return [(node.start_char_idx, node.end_char_idx) for node in best]

    return ask


if __name__ == "__main__":
    main()
