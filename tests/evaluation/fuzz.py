"""Bad input in quantity: `python -m tests.evaluation.fuzz [--quick] [--inputs N] [--seed N]`.

Hypothesis makes the texts, and pieces of every format are cut, doubled, swapped and flipped. Each
input has to become a transcript whose offsets hold, or a ParseError, in two seconds of work;
questions and wire data have to be taken, or refused with an error of ours.
"""

from __future__ import annotations

import argparse
import json
import random
import sys
import time
from collections import Counter
from collections.abc import Callable
from pathlib import Path
from typing import Any

from hypothesis import HealthCheck, Phase, given, seed, settings
from hypothesis import strategies as st

from bot.question import checked, checked_history
from bot.reply import Reply
from tests.vectorstore.formats.test_robustness import PIECES
from vectorstore.errors import ParseError, RoosbotError
from vectorstore.formats import SUFFIXES, parse
from vectorstore.statement import split

SLOWEST = 2.0
_BUNDLED = Path(__file__).parents[2] / "vectorstore" / "corpus" / "john-roos-us-japan-alliance.txt"

TEXTS = st.one_of(
    st.lists(PIECES, max_size=30).map("".join),
    st.text(max_size=120),
    st.lists(st.one_of(PIECES, st.text(max_size=8)), max_size=30).map("".join),
)


class Tally:
    """What became of the inputs."""

    def __init__(self) -> None:
        self.counts: Counter[str] = Counter()
        self.slowest = 0.0
        self.failures: list[str] = []

    def take(self, what: str, work: Callable[[], object], data: object) -> None:
        """Do one input's work and note what became of it."""
        # Of this thread alone: what else the machine does is not the parser's.
        begin = time.thread_time()
        try:
            work()
            self.counts[f"{what} taken"] += 1
        except RoosbotError:
            self.counts[f"{what} refused"] += 1
        except Exception as error:  # noqa: BLE001  # every one of them is a finding
            self.failures.append(f"{what}: {error!r} for {data!r:.300}")
        seconds = time.thread_time() - begin
        self.slowest = max(self.slowest, seconds)
        if seconds > SLOWEST:
            self.failures.append(f"{what}: {seconds:.1f} s for {data!r:.300}")


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--quick", action="store_true", help="3,000 inputs")
    parser.add_argument("--inputs", type=int, default=100_000)
    parser.add_argument("--seed", type=int, default=8)
    parser.add_argument("--json", action="store_true", help="print one JSON object")
    arguments = parser.parse_args()
    found = measured(3_000 if arguments.quick else arguments.inputs, arguments.seed)
    print(
        json.dumps(found) if arguments.json else "\n".join(f"{k:28} {v}" for k, v in found.items())
    )
    sys.exit(bool(found["fuzz_failures"]))


def measured(inputs: int, start: int) -> dict[str, Any]:
    """Put that many inputs in: half of them mutations, half of them Hypothesis's."""
    # What is imported when it is first needed does not count.
    parse(_BUNDLED.read_bytes(), _BUNDLED.name)
    tally, begin = Tally(), time.perf_counter()
    chance = random.Random(start)
    given = samples(chance)
    for _ in range(inputs // 2):
        raw, suffix = mutated(chance.choice(given), chance), chance.choice(list(SUFFIXES))
        tally.take(f"bytes as {suffix}", lambda r=raw, s=suffix: holds(r, s), raw)
    generated(tally, inputs - inputs // 2, start)
    return {
        "fuzz_inputs": sum(tally.counts.values()) + len(tally.failures),
        "fuzz_failures": len(tally.failures),
        "fuzz_first_failures": tally.failures[:5],
        "fuzz_slowest_seconds": round(tally.slowest, 3),
        "fuzz_seconds": round(time.perf_counter() - begin, 1),
        "fuzz_taken": sum(n for what, n in tally.counts.items() if what.endswith("taken")),
    }


def samples(chance: random.Random) -> list[bytes]:
    """The bundled interview's begin, and random pieces of every format."""
    return [_BUNDLED.read_bytes()[:4000], *(_piece(chance) for _ in range(40))]


def generated(tally: Tally, inputs: int, start: int) -> None:
    """Hypothesis's inputs to the parsers, the questions and the wire."""
    bulk = settings(
        max_examples=max(inputs, 1), database=None, deadline=None, phases=[Phase.generate],
        suppress_health_check=list(HealthCheck),
    )  # fmt: skip
    tree = st.recursive(
        st.none() | st.booleans() | st.integers() | st.text(max_size=9),
        lambda inner: st.lists(inner, max_size=4)
        | st.dictionaries(st.sampled_from(["role", "content", "question", "citations", "text"]),
                          inner, max_size=4),
        max_leaves=8,
    )  # fmt: skip

    @bulk
    @seed(start)
    @given(TEXTS, st.sampled_from(list(SUFFIXES)), st.sampled_from(["utf-8", "utf-16"]), tree)
    def put_in(text: str, suffix: str, encoding: str, data: object) -> None:
        kind = (len(text) + len(suffix)) % 8
        if kind == 0:
            tally.take("question", lambda: checked(text), text)
        elif kind == 1:
            tally.take("history", lambda: checked_history(data), data)  # type: ignore[arg-type]
        elif kind == 2 and isinstance(data, dict):
            tally.take("reply", lambda: _reply(data), data)
        else:
            raw = text.encode(encoding, "replace")
            tally.take(f"text as {suffix}", lambda: holds(raw, suffix), raw)

    put_in()


def holds(raw: bytes, suffix: str) -> None:
    """Parse, and hold every offset against the text."""
    transcript = parse(raw, f"a{suffix}")
    end = 0
    for turn in transcript.turns:
        assert end <= turn.start < turn.end <= len(transcript.text), turn
        end = turn.end
    for statement in split(transcript):
        assert transcript.text[statement.start : statement.end] == statement.text, statement


def mutated(raw: bytes, chance: random.Random) -> bytes:
    """The bytes with a few accidents."""
    data = bytearray(raw[: chance.randint(1, len(raw))])
    for _ in range(chance.randint(0, 6)):
        if not data:
            break
        begin = chance.randrange(len(data))
        end = min(len(data), begin + chance.choice([1, 2, 9, 60]))
        match chance.randrange(4):
            case 0:
                data[begin] = chance.randrange(256)
            case 1:
                del data[begin:end]
            case 2:
                data[begin:begin] = data[begin:end] * chance.choice([1, 2, 30])
            case 3:
                data[begin:end] = bytes(chance.choices(b"\x00\r\n<>&:{}[]\"',-|#%\xff\xc3", k=3))
    return bytes(data)


def _piece(chance: random.Random) -> bytes:
    from hypothesis.strategies._internal.strategies import SampledFromStrategy

    assert isinstance(PIECES, SampledFromStrategy)
    return "".join(chance.choices(list(PIECES.elements), k=60)).encode("utf-8", "replace")


def _reply(data: dict[str, Any]) -> None:
    try:
        Reply.from_dict(data)
    except (KeyError, TypeError, ValueError, AttributeError) as error:
        raise ParseError(f"no reply: {error}") from error


if __name__ == "__main__":
    main()
