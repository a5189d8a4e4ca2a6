"""Questions to begin with, taken from the interviews themselves: each one is answered there."""

from __future__ import annotations

import re
import threading
from collections import Counter
from collections.abc import Iterator, Sequence
from itertools import zip_longest
from typing import TYPE_CHECKING

from vectorstore.transcript import Transcript

if TYPE_CHECKING:
    from bot import InterviewBot

MOST = 4

# Longer questions are hard to take in at a glance, shorter ones lean on what was said before.
_LENGTHS = range(18, 170)

# How many candidates are asked in order to offer only those with an answer.
_TRIED = 24

_SENTENCE = re.compile(r"[^.?!…]*(?:[.?!…](?!\s|$)[^.?!…]*)*[.?!…]+")

# Questions that point at something outside themselves.
_LEANING = re.compile(
    r"^(and|but|so|then|also|why\?|how so)\b|\b(he|him|his|she|her|they|them|their|this|these|those"
    r"|there|here)\b|\b(it|that)\W*$|^\w+ (it|that)\b",
    re.IGNORECASE,
)

# Names within a sentence: what a question can be asked about when the interviewer asked few.
_NAME = re.compile(r"(?<=[a-z,’] )(?:the )?[A-Z][\w’-]+(?: [A-Z][\w’-]+)*")


class Starters:
    """Questions that the loaded interviews answer; worked out again when the interviews change."""

    def __init__(self, bot: InterviewBot) -> None:
        self._bot = bot
        self._guard = threading.Lock()
        self._of: list[tuple[str, str]] = []
        self._questions: list[str] = []

    def questions(self) -> list[str]:
        """At most `MOST` questions, from all interviews in turn."""
        with self._guard:
            transcripts = self._bot.transcripts()
            loaded = [(transcript.id, transcript.sha256) for transcript in transcripts]
            if loaded != self._of:
                self._questions = self._answered(in_turn([asked(t) for t in transcripts]))
                self._of = loaded
            return list(self._questions)

    def _answered(self, candidates: list[str]) -> list[str]:
        replies = self._bot.batch(candidates) if candidates else []
        pairs = zip(candidates, replies, strict=True)
        return [question for question, reply in pairs if reply.answered][:MOST]


def in_turn(queues: Sequence[Sequence[str]]) -> list[str]:
    """The first of every queue, then the second of every queue, and so on; each question once."""
    rows = zip_longest(*queues)
    listed = [question for row in rows for question in row if question is not None]
    return list(dict.fromkeys(listed))[:_TRIED]


def asked(transcript: Transcript) -> list[str]:
    """Questions on an interview that can be understood alone: the interviewer's, then on names."""
    found: list[str] = []
    for turn in transcript.turns:
        if turn.role == "interviewer":
            words = " ".join(transcript.text[turn.start : turn.end].split())
            found.extend(_alone(words))
    return list(dict.fromkeys([*found, *_on_names(transcript)]))


def _alone(words: str) -> Iterator[str]:
    """The questions of a turn, with the sentences before them where they need them."""
    before = ""
    for sentence in _SENTENCE.findall(words):
        whole = f"{before} {sentence.strip()}".strip()
        if sentence.endswith("?") and len(sentence.strip()) in _LENGTHS:
            for question in (sentence.strip(), whole):
                if len(question) in _LENGTHS and not _LEANING.search(_first(question)):
                    yield question
                    break
        before = whole


def _first(question: str) -> str:
    """What has to stand alone: the question's only, or its first, sentence."""
    return next(iter(_SENTENCE.findall(question)), question).strip()


def _on_names(transcript: Transcript) -> list[str]:
    """What is said about the names that come up most, longer names first among equals."""
    counted: Counter[tuple[str, str]] = Counter()
    for turn in transcript.turns:
        if turn.role == "interviewee":
            words = " ".join(transcript.text[turn.start : turn.end].split())
            counted.update((turn.speaker, name) for name in _NAME.findall(words))
    speakers = " ".join(transcript.speakers)
    best = sorted(counted, key=lambda key: (" " not in key[1].removeprefix("the "), -counted[key]))
    return [f"What does {who} say about {name}?" for who, name in best if name not in speakers][:8]
