"""SQuAD 2.0 as statements: windows of paragraphs, with hard negatives and made questions."""

from __future__ import annotations

import random
from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np

from bot.reader import augment
from bot.reader.data import Group, Miner, Pair, Span, read_lines, rewrite, sentences


class Squad:
    """SQuAD 2.0 paragraphs cut into windows of statement length."""

    def __init__(self, path: Path, mine: Miner) -> None:
        self.questions = [q for q in read_lines(path) if "[citation needed]" not in q["context"]]
        self.by_context: dict[str, list[int]] = defaultdict(list)
        for index, item in enumerate(self.questions):
            self.by_context[item["context"]].append(index)
        self.windows: list[tuple[str, str, str]] = []
        for context, members in self.by_context.items():
            spans = sentences(context)
            title = self.questions[members[0]]["title"]
            for first in range(0, len(spans), 2):
                last = min(first + 2, len(spans) - 1)
                self.windows.append((title, context, context[spans[first][0] : spans[last][1]]))
        self.names = {
            title: sorted({n for t, _, w in self.windows if t == title for n in augment.names(w)})
            for title in {t for t, _, _ in self.windows}
        }
        vectors = mine([w for _, _, w in self.windows])
        queries = mine([q["text"] for q in self.questions])
        titles = np.array([t for t, _, _ in self.windows])
        self.near: list[list[int]] = []
        for item, query in zip(self.questions, queries, strict=True):
            own = np.flatnonzero(titles == item["title"])
            order = own[np.argsort(-(vectors[own] @ query))]
            self.near.append([int(i) for i in order[:24]])

    def groups(self, rng: random.Random, most: int = 4) -> Iterator[Group]:
        """One group of at most `most` statements per question, and some made ones per paragraph."""
        for index, item in enumerate(self.questions):
            yield self._group(index, item, rng, most)
        for context in self.by_context:
            yield from self._made(context, rng)

    def _group(self, index: int, item: dict[str, Any], rng: random.Random, most: int) -> Group:
        answerable = bool(item["answerable"])
        marks = item["answers"] if answerable else item["plausible_answers"]
        spans = sorted({(a["answer_start"], a["answer_start"] + len(a["text"])) for a in marks})
        wanted = {a["text"].lower() for a in marks}
        window = self._window(item["context"], rng.choice(spans), spans, rng)
        question = augment.restyle(item["text"], rng)
        first = self._pair(item["context"], window, spans if answerable else [], index, rng)
        pairs = [replace(first, answers=answerable, best=answerable)]
        if answerable and rng.random() < 0.3:
            pairs.append(self._deleted(first))
        if answerable and rng.random() < 0.12:
            pairs.extend(self._told(item["context"], spans))
        near, most = self.near[index], most if answerable else most // 2
        for pick in rng.sample(near[:8], 2) + rng.sample(near, 1):
            _, context, text = self.windows[pick]
            if any(w in text.lower() for w in wanted) or len(pairs) >= most:
                continue
            if context == item["context"] and not answerable:
                continue
            asked = self._asked(context, None, rng)
            pairs.append(Pair(asked, text, False, ()))
        return Group("squad2", question, tuple(pairs), ranked=answerable and len(pairs) > 1)

    def _deleted(self, pair: Pair) -> Pair:
        """The same statement without its answering sentence, or without the answering words."""
        spans = sentences(pair.text)
        hit = [s for s in spans if any(s[0] < e and b < s[1] for b, e in pair.spans or ())]
        rest = [pair.text[b:e] for b, e in spans if (b, e) not in hit]
        if rest:
            return Pair(pair.asked, " ".join(rest), False, ())
        begin, end = (pair.spans or ((0, 0),))[0]
        return Pair(pair.asked, (pair.text[:begin] + pair.text[end:]).replace("  ", " "), False, ())

    def _told(self, context: str, spans: Sequence[Span]) -> list[Pair]:
        """A statement under a question that says itself what is asked: nobody answered that."""
        cuts = sentences(context)
        hit = next((i for i, (b, e) in enumerate(cuts) if b <= spans[0][0] < e), None)
        if hit is None or hit + 1 >= len(cuts) or spans[-1][0] >= cuts[hit][1]:
            return []
        told, after = context[slice(*cuts[hit])], context[cuts[hit + 1][0] : cuts[-1][1]][:500]
        return [Pair(told, after, False, ())] if len(told) < 260 else []

    def _window(
        self, context: str, span: Span, spans: Sequence[Span], rng: random.Random
    ) -> tuple[int, int]:
        cuts = sentences(context)
        hit = [i for i, (b, e) in enumerate(cuts) if b < span[1] and span[0] < e] or [0]
        if rng.random() < 0.15:
            return cuts[0][0], cuts[-1][1]
        size = max(rng.choice((1, 2, 2, 3, 3, 4, 5)), hit[-1] - hit[0] + 1)
        first = max(0, min(hit[0] - rng.randrange(size - (hit[-1] - hit[0])), len(cuts) - size))
        last = min(first + size, len(cuts)) - 1
        return cuts[first][0], cuts[last][1]

    def _pair(
        self,
        context: str,
        window: Span,
        spans: Sequence[Span],
        index: int | None,
        rng: random.Random,
    ) -> Pair:
        begin, end = window
        inner = [(s - begin, e - begin) for s, e in spans if begin <= s and e <= end]
        text = context[begin:end]
        if rng.random() < 0.35:
            text, inner = rewrite(text, inner, augment.first_person)
        asked = self._asked(context, index, rng)
        return Pair(asked, text, None, tuple(inner), exact=True)

    def _asked(self, context: str, index: int | None, rng: random.Random) -> str:
        """An interviewer's question: of the same paragraph, of another one, or none."""
        dice = rng.random()
        if dice < 0.35:
            return ""
        if dice < 0.85:
            others = [i for i in self.by_context[context] if i != index]
            if others:
                return str(self.questions[rng.choice(others)]["text"])
        return str(rng.choice(self.questions)["text"])

    def _made(self, context: str, rng: random.Random) -> Iterator[Group]:
        """Yes/no questions, swapped details, requests by topic, details that are not given."""
        title = self.questions[self.by_context[context][0]]["title"]
        cuts = sentences(context)
        for begin, end in rng.sample(cuts, min(2, len(cuts))):
            window = self._window(context, (begin, end), (), rng)
            pair = self._pair(context, window, [(begin, end)], None, rng)
            pair = replace(pair, exact=False)
            question = augment.yes_no(context[begin:end])
            if question and rng.random() < 0.7:
                swapped = augment.swap_detail(question, pair.text, self.names[title], rng)
                if swapped and rng.random() < 0.5:
                    no = replace(pair, answers=False, spans=())
                    yield Group("yes_no", augment.restyle(swapped, rng), (no,), ranked=False)
                yes = replace(pair, answers=True, best=True)
                others = self._others(context, question, rng, 1)
                yield Group("yes_no", augment.restyle(question, rng), (yes, *others), bool(others))
            found = augment.topics(context[begin:end])
            if not found:
                continue
            topic = rng.choice(found[:4])
            if rng.random() < 0.5:
                question = augment.about(topic, rng)
                yes = replace(pair, answers=True, best=True)
                others = self._others(context, topic, rng, 2)
                yield Group("about", question, (yes, *others), bool(others))
            missing = augment.unsaid(topic, pair.text, rng)
            if missing and rng.random() < 0.6:
                no = replace(pair, answers=False, spans=())
                yield Group("unsaid", augment.restyle(missing, rng), (no,), ranked=False)

    def _others(self, context: str, words: str, rng: random.Random, most: int) -> list[Pair]:
        near = self.near[rng.choice(self.by_context[context])]
        found = []
        keys = [w.lower() for w in augment.key_words(words)]
        for pick in rng.sample(near, min(8, len(near))):
            _, other, text = self.windows[pick]
            if other != context and sum(k in text.lower() for k in keys) <= len(keys) / 2:
                found.append(Pair(self._asked(other, None, rng), text, False, ()))
        return found[:most]
