"""One suite for both doors: the bot in this process, and a client on a real server."""

from __future__ import annotations

import asyncio
import threading
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import aclosing
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from bot import Client, InterviewBot, Reply, verify_reply
from bot.app.api import add_endpoints
from tests.conftest import QUESTION, UNANSWERABLE
from tests.loopback import blocks_app, serving, until
from vectorstore.errors import InputError, NotFoundError, QuestionError

# Many questions at once, on a machine that may have little to spare.
pytestmark = pytest.mark.timeout(400)

Door = InterviewBot | Client

QUESTIONS = [
    QUESTION,
    UNANSWERABLE,
    "What has happened to the number of Japanese students studying in the U.S.?",
    "How many prime ministers did he work with?",
]
TRANSCRIPT = "john-roos-us-japan-alliance"


@pytest.fixture(params=["near", "far"])
def door(request: pytest.FixtureRequest, bot: InterviewBot) -> Door:
    return bot if request.param == "near" else request.getfixturevalue("far")


class Gate:
    """A reader that counts, and reads only while it is open."""

    def __init__(self, reader: Any) -> None:
        self._reader = reader
        self.open = threading.Event()
        self.entered = 0

    def read(self, *args: Any) -> Any:
        self.entered += 1
        assert self.open.wait(60)
        return self._reader.read(*args)

    def read_batch(self, *args: Any) -> Any:
        self.entered += 1
        assert self.open.wait(60)
        return self._reader.read_batch(*args)


class Gated(InterviewBot):
    """A bot whose reading can be held up."""

    def __init__(self, home: Path) -> None:
        super().__init__(home)
        self.gate = Gate(super().reader)

    @property
    def reader(self) -> Any:
        return self.gate


@pytest.fixture(scope="module")
def held_up(indexed_home: Path) -> Iterator[tuple[Gated, str]]:
    with Gated(indexed_home) as bot, serving(lambda: blocks_app(lambda: add_endpoints(bot))) as url:
        bot.search("warm")
        yield bot, url
        bot.gate.open.set()


@pytest.fixture(params=["near", "far"])
def gated(
    request: pytest.FixtureRequest, held_up: tuple[Gated, str]
) -> Iterator[tuple[Door, Gate]]:
    bot, url = held_up
    bot.gate.open.clear()
    bot.gate.entered = 0
    with Client(url, timeout=30) as client:
        yield (bot if request.param == "near" else client), bot.gate
    bot.gate.open.set()


def timeless(reply: Reply) -> Reply:
    return replace(reply, timings={})


def roughly(reply: Reply) -> dict[str, Any]:
    """The reply with its probability rounded: batches add up in another order."""
    return {**timeless(reply).to_dict(), "confidence": pytest.approx(reply.confidence, abs=1e-2)}


@pytest.mark.parametrize("question", QUESTIONS)
def test_both_doors_give_the_same_reply(bot: InterviewBot, far: Client, question: str) -> None:
    assert timeless(far.ask(question)) == timeless(bot.ask(question))


def test_a_clear_answer_is_quoted_with_its_exact_place(door: Door) -> None:
    reply = door.ask("How many prime ministers did he work with?")
    assert reply.answered
    assert "five different prime ministers" in reply.citations[0].quote
    assert reply.citations[0].speaker == "John Roos"
    for citation in reply.citations:
        text = door.transcript(citation.transcript_id).text
        assert text[citation.start : citation.end] == citation.quote
    assert verify_reply(reply, door.transcript) == []


def test_a_refusal_is_a_reply_with_the_closest_statements(door: Door) -> None:
    reply = door.ask(UNANSWERABLE)
    assert not reply.answered
    assert reply.citations == ()
    assert reply.closest
    assert verify_reply(reply, door.transcript) == []


def test_history_and_filters_mean_the_same_behind_both_doors(
    bot: InterviewBot, far: Client
) -> None:
    options: list[dict[str, Any]] = [
        {"history": [{"role": "user", "content": "Did he talk about prime ministers?"}]},
        {"history": ({"role": "user", "content": [{"type": "text", "text": "Prime ministers?"}]},)},
        {"transcripts": [TRANSCRIPT], "speakers": ("John Roos",)},
        {"speakers": ["Nobody"]},
        {"transcripts": []},
    ]
    for option in options:
        question = "How many of them did he work with?"
        assert timeless(far.ask(question, **option)) == timeless(bot.ask(question, **option))
    assert far.ask("How many of them?", **options[0]).standalone


def test_the_last_event_carries_the_whole_reply(door: Door) -> None:
    *events, last = door.stream(QUESTION)
    assert last.stage == "reply"
    assert last.reply is not None
    assert timeless(last.reply) == timeless(door.ask(QUESTION))
    assert [event.stage for event in events[:2]] == ["retrieve", "read"]
    assert all(event.reply is None for event in events)
    assert "".join(event.text for event in events if event.stage == "text") == last.reply.text


def test_both_doors_stream_the_same_events(bot: InterviewBot, far: Client) -> None:
    for question in QUESTIONS:
        near_events, far_events = (list(door.stream(question)) for door in (bot, far))
        assert far_events[:-1] == near_events[:-1]


async def test_the_async_forms_give_what_the_others_give(door: Door) -> None:
    assert timeless(await door.aask(QUESTION)) == timeless(door.ask(QUESTION))
    events = [event async for event in door.astream(QUESTION)]
    assert events[:-1] == list(door.stream(QUESTION))[:-1]
    assert events[-1].reply is not None
    assert timeless(events[-1].reply) == timeless(door.ask(QUESTION))
    replies = [timeless(reply) for reply in await door.abatch(QUESTIONS)]
    assert replies == [timeless(reply) for reply in door.batch(QUESTIONS)]


def test_a_batch_gives_what_asking_one_by_one_gives(door: Door) -> None:
    replies = door.batch(QUESTIONS)
    assert [reply.question for reply in replies] == QUESTIONS
    for reply in replies:
        alone = roughly(door.ask(reply.question))
        assert {**timeless(reply).to_dict()} == alone
        assert set(reply.timings) == {"retrieve", "read", "answer"}
    assert door.batch([]) == []


def test_what_is_kept_looks_the_same_behind_both_doors(bot: InterviewBot, far: Client) -> None:
    assert far.transcripts() == bot.transcripts()
    assert far.transcript(TRANSCRIPT) == bot.transcript(TRANSCRIPT)
    statements = bot.statements(TRANSCRIPT)
    assert far.statements(TRANSCRIPT) == statements
    assert far.statement(statements[3].id) == statements[3]
    assert far.search("earthquake", 3) == bot.search("earthquake", 3)
    assert far.search("earthquake", speakers=["Nobody"]) == []


WRONG: list[tuple[type[Exception], Callable[[Door], object]]] = [
    (QuestionError, lambda door: door.ask("")),
    (QuestionError, lambda door: door.ask(" \n ")),
    (QuestionError, lambda door: door.ask("a" * 50_000)),
    (QuestionError, lambda door: door.ask("a\x00b")),
    (QuestionError, lambda door: door.ask("a\ud800b")),
    (QuestionError, lambda door: door.ask(7)),
    (QuestionError, lambda door: list(door.stream(""))),
    (QuestionError, lambda door: door.batch(["What worries him?", ""])),
    (QuestionError, lambda door: door.search("")),
    (QuestionError, lambda door: asyncio.run(door.aask(""))),
    (QuestionError, lambda door: asyncio.run(door.abatch([""]))),
    (InputError, lambda door: door.search("Japan", 0)),
    (InputError, lambda door: door.search("Japan", "5")),
    (InputError, lambda door: door.batch("What worries him?")),
    (InputError, lambda door: door.ask("Why?", history="What worries him?")),
    (InputError, lambda door: door.ask("Why?", history=["What worries him?"])),
    (InputError, lambda door: door.ask("Why?", history=[{"content": "What worries him?"}])),
    (InputError, lambda door: door.ask("Why?", speakers="John Roos")),
    (InputError, lambda door: door.ask("Why?", transcripts=[3])),
    (NotFoundError, lambda door: door.ask("Why?", transcripts=["nobody-2020"])),
    (NotFoundError, lambda door: door.transcript("nobody-2020")),
    (NotFoundError, lambda door: door.statements("../../etc")),
    (NotFoundError, lambda door: door.statement("nobody:1")),
]


@pytest.mark.parametrize("number", range(len(WRONG)))
def test_both_doors_raise_the_same_error(bot: InterviewBot, far: Client, number: int) -> None:
    kind, call = WRONG[number]
    with pytest.raises(kind) as near_error:
        call(bot)
    with pytest.raises(kind) as far_error:
        call(far)
    assert far_error.type is near_error.type
    assert str(far_error.value) == str(near_error.value)


def test_sixteen_threads_get_the_replies_to_their_own_questions(door: Door) -> None:
    alone = {question: roughly(door.ask(question)) for question in QUESTIONS}
    ready = threading.Barrier(16)

    def ask(number: int) -> list[dict[str, Any]]:
        ready.wait()
        turns = range(number, number + 2)
        replies = [door.ask(QUESTIONS[turn % len(QUESTIONS)]) for turn in turns]
        return [timeless(reply).to_dict() for reply in replies]

    with ThreadPoolExecutor(16) as pool:
        for number, replies in enumerate(pool.map(ask, range(16))):
            asked = [QUESTIONS[turn % len(QUESTIONS)] for turn in range(number, number + 2)]
            assert replies == [alone[question] for question in asked]


async def test_sixty_four_tasks_get_the_replies_to_their_own_questions(door: Door) -> None:
    asked = [f"{QUESTIONS[number % len(QUESTIONS)]} ({number})" for number in range(64)]
    default_pool = asyncio.gather(*(asyncio.to_thread(int, number) for number in range(8)))
    replies = await asyncio.gather(*(door.aask(question) for question in asked))
    assert [reply.question for reply in replies] == asked
    for number in (0, 1, 62, 63):
        assert timeless(replies[number]).to_dict() == roughly(door.ask(asked[number]))
    assert await default_pool == list(range(8))


async def test_a_cancelled_task_stops_before_its_next_stage(gated: tuple[Door, Gate]) -> None:
    door, gate = gated
    stages = []

    async def listen() -> None:
        async with aclosing(door.astream(QUESTION)) as events:
            async for event in events:
                stages.append(event.stage)

    task = asyncio.create_task(listen())
    await asyncio.to_thread(until, lambda: gate.entered == 1 and len(stages) == 2)
    task.cancel()
    with pytest.raises(asyncio.CancelledError):
        await task
    gate.open.set()
    assert (await door.aask(QUESTION)).text
    assert stages == ["retrieve", "read"]


async def test_a_stream_that_is_closed_is_not_read_for(gated: tuple[Door, Gate]) -> None:
    door, gate = gated
    async with aclosing(door.astream(QUESTION)) as events:
        assert (await anext(events)).stage == "retrieve"
    if isinstance(door, InterviewBot):
        assert gate.entered == 0
    gate.open.set()
    assert (await door.aask(QUESTION)).text


async def test_cancelling_one_task_leaves_the_others_alone(gated: tuple[Door, Gate]) -> None:
    door, gate = gated
    tasks = [asyncio.create_task(door.aask(f"{QUESTION} ({number})")) for number in range(6)]
    # One is being read, and the others wait to be read together.
    await asyncio.to_thread(until, lambda: gate.entered == 1)
    for task in tasks[::2]:
        task.cancel()
    await asyncio.sleep(0.1)
    gate.open.set()
    results = await asyncio.gather(*tasks, return_exceptions=True)
    assert all(isinstance(result, asyncio.CancelledError) for result in results[::2])
    for number in (1, 3, 5):
        assert isinstance(results[number], Reply)
        assert results[number].question == f"{QUESTION} ({number})"


async def test_a_time_limit_around_a_question_holds(gated: tuple[Door, Gate]) -> None:
    door, gate = gated
    with pytest.raises(TimeoutError):
        async with asyncio.timeout(0.3):
            await door.abatch(QUESTIONS)
    gate.open.set()
    assert (await door.aask(QUESTION)).text


def test_both_doors_have_the_same_verbs_with_the_same_parameters() -> None:
    import inspect

    verbs = [
        "ask", "aask", "stream", "astream", "batch", "abatch", "search",
        "transcripts", "transcript", "statements", "statement", "close",
    ]  # fmt: skip
    for verb in verbs:
        near, far = (inspect.signature(getattr(door, verb)) for door in (InterviewBot, Client))
        assert far == near, verb
