"""Public dev sets, read from a folder outside the project, through the real store and reader."""

from __future__ import annotations

import json
import zlib
from collections import defaultdict
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from bot import InterviewBot
from bot.conversation import standalone
from tests.evaluation import metrics
from tests.evaluation.metrics import Figure
from vectorstore.lexical import Filter
from vectorstore.retriever import Passage, retrieve
from vectorstore.statement import Statement
from vectorstore.store import source_of
from vectorstore.transcript import Transcript, Turn

DEPTH = 20


def read(path: Path) -> list[dict[str, Any]]:
    return [json.loads(line) for line in path.read_text(encoding="utf-8").splitlines()]


def ranking(
    bot: InterviewBot, folder: Path, form: str = "raw", every: int = 1
) -> dict[str, dict[str, Figure]]:
    """Hit@1, Hit@3 and MRR inside each document, for each system.

    Args:
        bot: One with a home of its own; the documents are put into it.
        folder: With corpus.jsonl and queries.jsonl.
        form: "raw" questions, "resolved" from their history, or the human "rewrite".
        every: Ask every n-th question only.
    """
    begins = index(bot, folder)
    ranks: dict[str, list[int | None]] = defaultdict(list)
    recall = []
    for query in read(folder / "queries.jsonl")[::every]:
        relevant = set(query["relevant_turn_ids"])
        if not query["answerable"] or not relevant:
            continue
        transcript_id, turns = begins[query["doc_id"]]
        question = _asked(query, form)[:2000]
        passages = retrieve(bot.store, question, DEPTH, Filter(transcripts=(transcript_id,)))
        reading = bot.reader.read(question, passages)
        orders: dict[str, Sequence[Passage]] = {
            "BM25": sorted(passages, key=lambda p: -p.lexical),
            "dense": sorted(passages, key=lambda p: -p.dense),
            "fused": passages,
            "fused + reader": [e.passage for e in reading.evidence],
        }
        for name, order in orders.items():
            ranks[name].append(
                next(
                    (r for r, p in enumerate(order) if _turn(p.statement, turns) in relevant), None
                )
            )
        recall.append(ranks["fused"][-1] is not None)
    return {
        name: {
            "Hit@1": metrics.mean([r == 0 for r in found]),
            "Hit@3": metrics.mean([r is not None and r < 3 for r in found]),
            "MRR": metrics.mean([0 if r is None else 1 / (1 + r) for r in found]),
            f"recall@{DEPTH}": metrics.mean(recall),
        }
        for name, found in ranks.items()
    }


def index(bot: InterviewBot, folder: Path) -> dict[str, tuple[str, dict[int, int]]]:
    """Put a set's documents into the bot's store: for each its id and {offset: turn id}."""
    documents: dict[str, list[dict[str, Any]]] = defaultdict(list)
    for turn in read(folder / "corpus.jsonl"):
        documents[turn["doc_id"]].append(turn)
    places, sources = {}, []
    for doc_id, turns in documents.items():
        text, spans, begins = "", [], {}
        for turn in turns:
            words = " ".join(turn["text"].split())
            if not words:
                continue
            begins[len(text)] = turn["turn_id"]
            speaker = turn.get("speaker") or "unknown speaker"
            spans.append(Turn(speaker, "unknown", len(text), len(text) + len(words)))
            text += words + "\n\n"
        name = f"{folder.name}-{zlib.crc32(doc_id.encode()):08x}"
        transcript = Transcript.of(name, doc_id, text, tuple(spans))
        places[doc_id] = (transcript.id, begins)
        sources.append(source_of(transcript, text.encode(), f"{name}.txt"))
    bot.store.put(sources)
    return places


def clapnq(bot: InterviewBot, folder: Path) -> dict[str, Figure]:
    """AUROC of whether a passage answers, on the ClapNQ questions left out of training."""
    from bot.reader.data import left_out

    sentences: dict[str, list[str]] = defaultdict(list)
    for turn in read(folder / "corpus.jsonl"):
        sentences[turn["doc_id"]].append(turn["text"])
    queries = [q for q in read(folder / "queries.jsonl") if left_out(q["query_id"])]
    reader, cosine, truth = [], [], []
    for query in queries:
        vector = bot.store.embedder.embed_queries([query["text"]])[0]
        lines = sentences[query["doc_id"]]
        windows = [" ".join(lines[i : i + 3]) for i in range(0, len(lines), 3)]
        vectors = bot.store.embedder.embed_statements(windows)
        passages = [
            Passage(Statement(str(i), "t", "", "", w, 0, len(w)), 0.0, float(v @ vector), 0.0)
            for i, (w, v) in enumerate(zip(windows, vectors, strict=True))
        ]
        found = bot.reader.read(query["text"], passages)
        reader.append(max(e.probability for e in found.evidence))
        cosine.append(max(p.dense for p in passages))
        truth.append(query["answerable"])
    return {"dense": metrics.auroc(cosine, truth), "reader": metrics.auroc(reader, truth)}


def _asked(query: dict[str, Any], form: str) -> str:
    if form == "rewrite":
        return str(query["rewrite"])
    if form == "resolved":
        history = [{"role": h["speaker"], "content": h["text"]} for h in query["history"]]
        return standalone(query["text"], history)
    return str(query["text"])


def _turn(statement: Statement, begins: dict[int, int]) -> int:
    return begins[max(b for b in begins if b <= statement.start)]
