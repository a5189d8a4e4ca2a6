"""The bot inside LangChain: chains, callbacks, citations, and an agent's tool."""

from __future__ import annotations

import itertools
from typing import Any
from uuid import UUID

import pytest
from langchain.agents import create_agent
from langchain_core.callbacks import BaseCallbackHandler
from langchain_core.documents import Document
from langchain_core.language_models import GenericFakeChatModel
from langchain_core.messages import (
    AIMessage,
    AIMessageChunk,
    BaseMessage,
    HumanMessage,
    ToolMessage,
)
from langchain_core.output_parsers import StrOutputParser
from langchain_core.prompts import ChatPromptTemplate
from langchain_core.runnables import Runnable, RunnablePassthrough
from langchain_core.tools import create_retriever_tool

from bot import InterviewBot, Reply
from bot.reply import Citation
from bot.runnable import citations, message
from tests.conftest import UNANSWERABLE
from vectorstore.errors import InputError, QuestionError

QUESTION = "How many prime ministers did he work with?"


class Trace(BaseCallbackHandler):
    """Notes what it is told of."""

    def __init__(self) -> None:
        self.seen: list[tuple[str, str, tuple[str, ...]]] = []
        self.documents: list[Document] = []
        self.parents: dict[str, UUID | None] = {}

    def on_chain_start(self, serialized: Any, inputs: Any, **told: Any) -> None:
        self._note("chain", told)

    def on_retriever_start(self, serialized: Any, query: str, **told: Any) -> None:
        self._note("retriever", told)
        self.query = query

    def on_retriever_end(self, documents: Any, **told: Any) -> None:
        self.documents = list(documents)

    def on_retriever_error(self, error: BaseException, **told: Any) -> None:
        self.seen.append(("error", str(error), ()))

    def on_chat_model_start(self, serialized: Any, messages: Any, **told: Any) -> None:
        self._note("model", told)

    def _note(self, kind: str, told: dict[str, Any]) -> None:
        self.seen.append((kind, told.get("name") or "", tuple(told.get("tags") or ())))
        self.parents[kind] = told.get("parent_run_id")
        self.metadata = told.get("metadata")


@pytest.fixture
def runnable(bot: InterviewBot) -> Runnable[Any, AIMessage]:
    return bot.as_runnable()


def reply_of(answer: BaseMessage) -> Reply:
    return Reply.from_dict(answer.response_metadata["reply"])


def test_a_question_becomes_a_message_with_the_reply_in_it(runnable: Any) -> None:
    answer = runnable.invoke(QUESTION)
    assert isinstance(answer, AIMessage)
    assert "five different prime ministers" in answer.text
    assert answer.text == reply_of(answer).text


def test_the_message_carries_standard_citations_with_the_place_in_the_source(
    runnable: Any, bot: InterviewBot
) -> None:
    answer = runnable.invoke(QUESTION)
    [block] = answer.content_blocks
    assert block["type"] == "text"
    assert block["annotations"]
    for annotation, citation in zip(block["annotations"], reply_of(answer).citations, strict=True):
        assert annotation["type"] == "citation"
        assert annotation["title"] == citation.title
        assert annotation["cited_text"] == citation.quote
        words = answer.text[annotation["start_index"] : annotation["end_index"]]
        assert words.endswith(f"[{citation.number}]")
        assert citation.quote in words
        extras = annotation["extras"]
        text = bot.transcript(extras["transcript_id"]).text
        assert text[extras["start"] : extras["end"]] == annotation["cited_text"]
        assert extras["speaker"] == "John Roos"


def test_every_mark_covers_its_own_words_only() -> None:
    cited = [
        Citation(n, f"quote {n}", "Ann", "", f"s{n}", "t", "T", 0, 5, "0") for n in (1, 2)
    ]  # fmt: skip
    text = "Intro\n\nShe  said so [1][2]. And so [2] but [7] not [1]"
    reply = Reply("Why?", text, tuple(cited), True, 0.9)
    covered = [
        (c["extras"]["number"], text[c["start_index"] : c["end_index"]]) for c in citations(reply)
    ]
    assert covered == [
        (1, "She  said so [1]"),
        (2, "She  said so [1][2]"),
        (2, ". And so [2]"),
        (1, "but [7] not [1]"),
    ]


def test_a_refusal_is_a_message_without_citations(runnable: Any) -> None:
    answer = runnable.invoke(UNANSWERABLE)
    assert not reply_of(answer).answered
    assert answer.content_blocks[0]["annotations"] == []


async def test_all_ways_to_call_it_agree(runnable: Any) -> None:
    text = runnable.invoke(QUESTION).text
    assert (await runnable.ainvoke(QUESTION)).text == text
    assert [answer.text for answer in runnable.batch([QUESTION, QUESTION])] == [text, text]
    assert (await runnable.abatch([QUESTION]))[0].text == text
    for pieces in (list(runnable.stream(QUESTION)), [p async for p in runnable.astream(QUESTION)]):
        assert all(isinstance(piece, AIMessageChunk) for piece in pieces)
        whole = pieces[0]
        for piece in pieces[1:]:
            whole += piece
        assert whole.text == text
        [block] = whole.content_blocks
        assert len(block["annotations"]) == len(reply_of(whole).citations) > 0


def test_it_composes_with_prompts_and_parsers(runnable: Any) -> None:
    prompt = ChatPromptTemplate.from_messages([("human", "How many {whom} did he work with?")])
    chain = prompt | runnable | StrOutputParser()
    text = chain.invoke({"whom": "prime ministers"})
    assert "five different prime ministers" in text
    streamed = "".join(chain.stream({"whom": "prime ministers"}))
    assert streamed == text
    kept = {"question": RunnablePassthrough()} | RunnablePassthrough.assign(answer=runnable)
    assert kept.invoke(QUESTION)["answer"].text == runnable.invoke(QUESTION).text


def test_a_conversation_gives_its_last_message_the_meaning(runnable: Any) -> None:
    conversation: list[Any] = [
        HumanMessage(QUESTION),
        AIMessage("Five [1]"),
        ("user", "And what remained unchanged about them?"),
    ]
    reply = reply_of(runnable.invoke(conversation))
    assert reply.question == "And what remained unchanged about them?"
    assert "prime ministers" in reply.standalone
    asking = {"question": reply.question, "history": conversation[:2], "speakers": ["John Roos"]}
    again = reply_of(runnable.invoke(asking))
    assert (again.text, again.standalone) == (reply.text, reply.standalone)


def test_callbacks_and_tags_reach_the_retriever(runnable: Any) -> None:
    trace = Trace()
    config = {"callbacks": [trace], "tags": ["mine"], "metadata": {"for": "test"}}
    answer = runnable.invoke(QUESTION, config)
    assert [kind for kind, *_ in trace.seen] == ["chain", "retriever"]
    assert all("mine" in tags for *_, tags in trace.seen)
    assert trace.metadata["for"] == "test"
    assert trace.parents["chain"] is None
    assert trace.parents["retriever"] is not None
    assert trace.query == QUESTION
    assert reply_of(answer).citations[0].statement_id in {d.id for d in trace.documents}


async def test_they_reach_it_from_every_way_to_call(runnable: Any) -> None:
    def config(trace: Trace) -> Any:
        return {"callbacks": [trace], "tags": ["mine"]}

    traces = [Trace() for _ in range(5)]
    await runnable.ainvoke(QUESTION, config(traces[0]))
    list(runnable.stream(QUESTION, config(traces[1])))
    [piece async for piece in runnable.astream(QUESTION, config(traces[2]))]
    runnable.batch([QUESTION, UNANSWERABLE], [config(traces[3]), config(traces[4])])
    for trace in traces:
        assert [kind for kind, *_ in trace.seen] == ["chain", "retriever"]
        assert "mine" in trace.seen[1][2]
        assert trace.documents


def test_an_error_is_told_to_the_callbacks_and_raised(runnable: Any) -> None:
    class Failures(Trace):
        def on_chain_error(self, error: BaseException, **told: Any) -> None:
            self.seen.append(("error", type(error).__name__, ()))

    failures = Failures()
    with pytest.raises(QuestionError):
        runnable.invoke("", {"callbacks": [failures]})
    assert ("error", "QuestionError", ()) in failures.seen


def test_a_batch_can_keep_its_errors(runnable: Any) -> None:
    first, second, third = runnable.batch([QUESTION, "", QUESTION], return_exceptions=True)
    assert first.text == third.text
    assert isinstance(second, QuestionError)
    with pytest.raises(QuestionError):
        runnable.batch([QUESTION, ""])


@pytest.mark.parametrize(
    "asking", [{}, {"query": "Why?"}, [], [AIMessage("Because.")], [object()], {"question": ""}]
)
def test_what_holds_no_question_is_refused(runnable: Any, asking: Any) -> None:
    with pytest.raises(InputError):
        runnable.invoke(asking)


class Scripted(GenericFakeChatModel):
    """A chat model that says what it was told to say, whatever tools it is given."""

    def bind_tools(self, tools: Any, **_: Any) -> Any:
        return self


def test_an_agent_uses_the_retriever_as_a_tool(bot: InterviewBot) -> None:
    tool = create_retriever_tool(
        bot.as_retriever(k=3),
        "search_interviews",
        "Finds the exact words that were said in the interviews.",
        response_format="content_and_artifact",
    )
    call = {"name": "search_interviews", "args": {"query": QUESTION}, "id": "call-1"}
    says = [AIMessage("", tool_calls=[call]), AIMessage("Five of them.")]
    agent: Any = create_agent(Scripted(messages=iter(says)), [tool])
    told = agent.invoke({"messages": [HumanMessage(QUESTION)]})["messages"]
    found = next(one for one in told if isinstance(one, ToolMessage))
    assert "I worked with five different prime ministers" in found.text
    best = found.artifact[0]
    source = bot.transcript(best.metadata["transcript_id"]).text
    assert source[best.metadata["start"] : best.metadata["end"]] == best.page_content
    assert told[-1].text == "Five of them."


def test_messages_of_equal_replies_are_equal() -> None:
    reply = Reply("Why?", "No.", (), False, 0.1)
    assert len({repr(message(reply)) for _ in itertools.repeat(None, 2)}) == 1
