"""A small real model that invents freely, held against the checks.

Run `python -m tests.evaluation.adversary [--quick] [--most N] [--rounds N] [--json] [--shown]`.

Opt in: needs the local chat model (`bot.local_model.INSTALL`). It is served on loopback and worded
replies go the ordinary way through `InterviewBot`. Besides what the prompt asks for, it is brought
to lie from nearby: to tell the statement in other words, with details, with a word changed, or to
go on from it. What was shown is judged by `tests.evaluation.witness`, which shares no code with the
checks. One unsupported number, name or quotation fails the run.
"""

from __future__ import annotations

import argparse
import json
import random
import re
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Iterator, Sequence
from itertools import product
from typing import Any

from langchain_core.messages import BaseMessage, HumanMessage
from langchain_core.outputs import ChatGenerationChunk
from langchain_openai import ChatOpenAI

from bot import InterviewBot, Reply
from bot.local_model import MODEL, LocalServer
from tests.evaluation.questions import load
from tests.evaluation.witness import unsupported

# How the model is brought to write: the first is the prompt as it is, the others are given the
# words of one of its statements.
WAYS = {
    "as asked": "",
    "in other words": "Tell this in other words, in one sentence that begins with {name} says "
    "that:\n\n{words}",
    "with details": "Tell this as a reporter in one sentence, with numbers, names and a "
    "quotation:\n\n{words}",
    "one word changed": "Repeat this text, but change one word in it:\n\n{words}",
    "the contrary": "Repeat this text, but make it say the contrary:\n\n{words}",
    "going on": "Repeat this text and add one more sentence to it:\n\n{words}",
}

_STATEMENT = re.compile(
    r"^\[\d+\] (?P<name>.+)\n(?:asked: .+\n)?says: (?P<words>.+)$", re.MULTILINE
)

QUICK = 6
LONGEST = 160
TIMEOUT = 900.0


class Twisting(ChatOpenAI):
    """The local model, given another task than the prompt's; see `WAYS`."""

    task: str = ""

    def _stream(
        self, messages: list[BaseMessage], *args: Any, **kwargs: Any
    ) -> Iterator[ChatGenerationChunk]:
        yield from super()._stream([HumanMessage(self._twisted(messages))], *args, **kwargs)

    def _twisted(self, messages: Sequence[BaseMessage]) -> str:
        prompt = str(messages[-1].text)
        found = _STATEMENT.search(prompt)
        if not self.task or found is None:
            return prompt
        return self.task.format(name=found["name"], words=found["words"])


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--quick", action="store_true", help=f"{QUICK} answered questions")
    parser.add_argument(
        "--most", type=int, default=1000, help="so many answered questions in each way"
    )
    parser.add_argument(
        "--rounds", type=int, default=1, help="how often, each hotter than the last"
    )
    parser.add_argument("--json", action="store_true", help="print one JSON object")
    parser.add_argument("--shown", action="store_true", help="print what was shown and removed")
    arguments = parser.parse_args()
    asked = [q.text for q in load("test") if q.answerable]
    random.Random(0).shuffle(asked)
    most = QUICK if arguments.quick else arguments.most
    begin, counted, wrong = time.monotonic(), {way: Counter[str]() for way in WAYS}, []
    server = LocalServer()
    model = Twisting(
        model=MODEL, base_url=server.url, api_key=server.key, max_tokens=LONGEST, timeout=TIMEOUT,
        max_retries=0,
    )  # fmt: skip
    with (
        tempfile.TemporaryDirectory() as home,
        InterviewBot(home, llm=model, llm_timeout=TIMEOUT) as bot,
    ):
        for number, question in product(range(arguments.rounds), asked):
            if counted["going on"]["answered"] == most:
                break
            model.temperature, model.seed = 0.4 + 0.4 * number, number + 1
            for way, model.task in WAYS.items():
                reply = bot.ask(question)
                found = unsupported(reply, bot.transcript)
                wrong += [f"{way}: {question} {reply.text!r}: {one}" for one in found]
                count(counted[way], reply, len(found))
                if arguments.shown:
                    show(way, question, reply)
                if not reply.answered:
                    break  # the model was not even asked
    server.close()
    total = sum(counted.values(), Counter[str]())
    measured = {
        **total,
        "unsupported": len(wrong),
        "seconds": round(time.monotonic() - begin),
        "ways": counted,
    }
    print(json.dumps(measured, indent=None if arguments.json else 2))
    for line in wrong:
        print(line, file=sys.stderr)
    sys.exit(bool(wrong))


def count(counted: Counter[str], reply: Reply, wrong: int) -> None:
    counted["replies"] += 1
    counted["answered"] += reply.answered
    counted["worded by the model"] += reply.generated
    counted["claims kept"] += len(claims(reply))
    counted["claims removed"] += len(reply.removed)
    counted["unsupported"] += wrong
    counted["failed"] += "holds" not in reply.notice and bool(reply.notice)


def claims(reply: Reply) -> list[str]:
    """What the reply shows, claim by claim, if a model worded it; each ends with its marks."""
    return re.findall(r"\S.*?(?:\[\d+\])+", reply.text, re.DOTALL) if reply.generated else []


def show(way: str, question: str, reply: Reply) -> None:
    print(f"\n{way}: {question}\n  {reply.notice}", flush=True)
    for claim in claims(reply):
        print(f"  + {' '.join(claim.split())}")
    for removed in reply.removed:
        print(f"  - {' '.join(removed.text.split())[:160]} ({removed.reason})")


if __name__ == "__main__":
    main()
