"""Training groups out of the public data: one question, statements that answer it or do not.

`answers` labels are set only where the source is clean about them: SQuAD 2.0 (Rajpurkar et al.
2018) with its plausible but wrong answers, ClapNQ (Rosenthal et al. 2024), QuAC/CANARD (Elgohary
et al. 2019) with the asked question beside the answer, and interviews written for this purpose.
Meetings (QMSum, Zhong et al. 2021), mtRAG and plain transcripts only teach the order of statements
inside one document: a next answer or a span "on the topic" is often no answer.
"""

from __future__ import annotations

import hashlib
import itertools
import json
import random
import re
from collections import defaultdict
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import Any

import numpy as np

from bot.reader import augment
from vectorstore.formats import parse
from vectorstore.statement import sentences as _sentences
from vectorstore.statement import split

SHORT = 600  # characters of a weakly labelled statement, to save time
Span = tuple[int, int]
Miner = Callable[[Sequence[str]], np.ndarray]


@dataclass(frozen=True)
class Pair:
    """One statement with the question it was asked under.

    Attributes:
        asked: The interviewer's question before the statement, or "".
        text: The statement.
        answers: Whether it answers; None where the source does not say.
        spans: Characters of the answering words; () for none, None for unknown.
        exact: Whether ``spans`` are the words themselves rather than whole sentences.
        best: Whether it is to rank first in its group.
    """

    asked: str
    text: str
    answers: bool | None
    spans: tuple[Span, ...] | None = None
    exact: bool = False
    best: bool = False


@dataclass(frozen=True)
class Group:
    """A question and the statements it is read against; ``ranked`` if their order is known."""

    source: str
    question: str
    pairs: tuple[Pair, ...]
    ranked: bool


@lru_cache(maxsize=200_000)
def sentences(text: str) -> tuple[Span, ...]:
    """Sentence spans of ``text``."""
    return tuple(_sentences(text))


def read_lines(path: Path) -> list[dict[str, Any]]:
    """The objects of a JSON Lines file."""
    with path.open(encoding="utf-8") as lines:
        return [json.loads(line) for line in lines]


def left_out(query_id: str) -> bool:
    """Whether a ClapNQ question is kept out of training for reporting (about 30 %)."""
    return int(hashlib.sha256(query_id.encode()).hexdigest(), 16) % 10 < 3


def rewrite(
    text: str, spans: Sequence[Span], change: Callable[[str], str]
) -> tuple[str, list[Span]]:
    """``change`` applied inside and between ``spans``, with the spans' new places."""
    out, moved, position = "", [], 0
    for start, end in sorted(spans):
        if start < position:
            continue
        out += change(text[position:start])
        begin = len(out)
        out += change(text[start:end])
        moved.append((begin, len(out)))
        position = end
    return out + change(text[position:]), moved


def clapnq(folder: Path, rng: random.Random, *, held_out: bool = False) -> Iterator[Group]:
    """Passages of natural questions in windows; the evidence sentences are marked."""
    turns: dict[str, list[str]] = defaultdict(list)
    for turn in read_lines(folder / "corpus.jsonl"):
        turns[turn["doc_id"]].append(turn["text"])
    for item in read_lines(folder / "queries.jsonl"):
        if left_out(item["query_id"]) != held_out:
            continue
        lines, gold = turns[item["doc_id"]], set(item["relevant_turn_ids"])
        size = rng.choice((2, 3, 4, 6, 20))
        pairs = []
        for first in range(0, len(lines), size):
            chosen = range(first, min(first + size, len(lines)))
            text, spans = "", []
            for i in chosen:
                begin = len(text)
                text += lines[i]
                if i in gold:
                    spans.append((begin, len(text)))
                text += " "
            has = len(spans) >= max(1, len(gold) // 2)
            answers = has if has or not spans else None
            marked = tuple(spans) if answers is not None else None
            pairs.append(Pair("", text.rstrip(), answers, marked, best=has))
        rng.shuffle(pairs)
        best = [p for p in pairs if p.best][:1]
        rest = [p for p in pairs if p.answers is False][:3]
        if best or rest:
            question = augment.restyle(item["text"], rng)
            yield Group("clapnq", question, (*best, *rest), ranked=bool(best and rest))


def canard(folder: Path, rng: random.Random, share: float) -> Iterator[Group]:
    """Dialogues as interviews: the raw question is what was asked, its rewrite what we ask."""
    texts: dict[str, dict[int, str]] = defaultdict(dict)
    for turn in read_lines(folder / "corpus.jsonl"):
        texts[turn["doc_id"]][turn["turn_id"]] = turn["text"]
    by_doc: dict[str, list[dict[str, Any]]] = defaultdict(list)
    for item in read_lines(folder / "queries.jsonl"):
        by_doc[item["doc_id"]].append(item)
    for doc, items in by_doc.items():
        raw = {i["relevant_turn_ids"][0]: i["text"] for i in items if i["relevant_turn_ids"]}
        for item in items:
            if rng.random() > share:
                continue
            bare = rng.random() < 0.6
            gold = item["relevant_turn_ids"][:1]
            pool = [t for t in texts[doc] if t not in gold]
            chosen = gold + rng.sample(pool, min(3, len(pool)))
            pairs = []
            for turn in chosen:
                text = texts[doc][turn]
                asked = "" if bare else raw.get(turn, "")
                yes = turn in gold
                known = (yes and not bare and len(text.split()) > 3) or (not yes)
                spans = ((0, len(text)),) if yes else ()
                pairs.append(
                    Pair(asked, text, yes if known else None, spans if known else None, best=yes)
                )
            question = augment.restyle(item["rewrite"], rng)
            if item["history"] and rng.random() < 0.4:
                earlier = [h["text"] for h in item["history"] if h["speaker"] == "user"][-1]
                question = f"{earlier} {item['text']}"
            if pairs:
                yield Group("canard", question, tuple(pairs), bool(gold) and len(pairs) > 1)


def qmsum(folder: Path, rng: random.Random, mine: Miner) -> list[Group]:
    """Meeting questions: the nearest turns of the labelled span over near ones outside it."""
    turns: dict[str, dict[int, str]] = defaultdict(dict)
    for turn in read_lines(folder / "corpus.jsonl"):
        text = re.sub(r"\{\w+\}\s*", "", turn["text"])
        if len(text.split()) >= 6:
            turns[turn["doc_id"]][turn["turn_id"]] = text[:900]
    queries: dict[str, list[dict[str, Any]]] = defaultdict(list)
    for item in read_lines(folder / "queries.jsonl"):
        queries[item["doc_id"]].append(item)
    groups = []
    for doc, items in queries.items():
        ids = list(turns[doc])
        vectors = mine([turns[doc][i] for i in ids])
        for item, query in zip(items, mine([i["text"] for i in items]), strict=True):
            order = [ids[i] for i in np.argsort(-(vectors @ query))]
            gold = set(item["relevant_turn_ids"])
            inside = [i for i in order if i in gold][:4]
            outside = [i for i in order if i not in gold][:12]
            for best in rng.sample(inside, min(2, len(inside))):
                pairs = [Pair("", turns[doc][best][:SHORT], None, best=True)]
                rest = rng.sample(outside, min(3, len(outside)))
                pairs += [Pair("", turns[doc][i][:SHORT], None) for i in rest]
                groups.append(Group("qmsum", item["text"], tuple(pairs), len(pairs) > 1))
    return groups


def exchanges(
    turns: Sequence[tuple[str, str]], rng: random.Random, mine: Miner, source: str
) -> list[Group]:
    """Questions in a transcript with the next speaker's words over other near answers."""
    found: list[tuple[str, str]] = []
    asked: list[str] = []
    for (speaker, text), (other, reply) in itertools.pairwise(turns):
        if speaker == other or "?" not in text or len(reply.split()) < 15:
            continue
        cuts = sentences(text)
        last = max((i for i, (b, e) in enumerate(cuts) if text[b:e].endswith("?")), default=None)
        if last is None or last < len(cuts) - 2:
            continue
        question = text[cuts[max(0, last - rng.choice((0, 0, 1, 2)))][0] : cuts[last][1]]
        if 6 <= len(question.split()) <= 80:
            found.append((question, reply[:1100]))
            asked.append(text)
    if len(found) < 6:
        return []
    near = mine([q for q, _ in found]) @ mine([a for _, a in found]).T
    groups = []
    for index, (question, reply) in enumerate(found):
        order = [int(i) for i in np.argsort(-near[index]) if asked[i] != asked[index]][:12]
        chosen = rng.sample(order, min(3, len(order)))
        pairs = [Pair("", reply, None, best=True)]
        pairs += [Pair("", found[i][1], None) for i in chosen]
        groups.append(Group(source, question, tuple(pairs), ranked=True))
    return groups


def interview_turns(path: Path) -> list[tuple[str, str]]:
    """The questions and statements of a raw transcript, as the product reads it."""
    turns: list[tuple[str, str]] = []
    for statement in split(parse(path.read_bytes(), path.name)):
        if statement.question:
            turns += [("Q", statement.question), (statement.speaker, statement.text)]
    return turns


def briefing_turns(path: Path) -> list[tuple[str, str]]:
    """The turns of a press briefing in Markdown, speakers in capitals or ``Q``."""
    turns: list[tuple[str, str]] = []
    text = path.read_text(encoding="utf-8").replace("\u00a0", " ")
    for paragraph in re.split(r"\n\s*\n", text):
        line = " ".join(paragraph.split())
        match = re.match(r"(?:(Q)\b|([A-Z][A-Z. \-’']{3,40}):)\s+(.*)", line)
        if match:
            turns.append((match[1] or match[2], match[3]))
        elif turns:
            turns[-1] = (turns[-1][0], f"{turns[-1][1]} {line}")
    return turns


def mtrag(folder: Path, rng: random.Random, mine: Miner) -> list[Group]:
    """Help-page passages for multi-turn questions, cut to statement length; ranking only."""
    passages: dict[str, dict[int, str]] = defaultdict(dict)
    for turn in read_lines(folder / "corpus.jsonl"):
        passages[turn["doc_id"]][turn["turn_id"]] = " ".join(turn["text"].split())[:900]
    vectors = {d: mine(list(p.values())) for d, p in passages.items()}
    groups = []
    for item in read_lines(folder / "queries.jsonl"):
        own = passages[item["doc_id"]]
        query = mine([item.get("rewrite") or item["text"]])[0]
        order = [list(own)[i] for i in np.argsort(-(vectors[item["doc_id"]] @ query))]
        gold = [i for i in order if i in item["relevant_turn_ids"]][:2]
        rest = [i for i in order if i not in item["relevant_turn_ids"]][:10]
        for best in gold:
            pairs = [Pair("", own[best][:SHORT], None, best=True)]
            pairs += [Pair("", own[i][:SHORT], None) for i in rng.sample(rest, min(3, len(rest)))]
            groups.append(Group("mtrag", item.get("rewrite") or item["text"], tuple(pairs), True))
    return groups
