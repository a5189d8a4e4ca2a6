"""The tools for assistants, called by the MCP library's own client."""

from __future__ import annotations

import json
import sys
from pathlib import Path
from typing import Any

from mcp import Client as Assistant
from mcp import StdioServerParameters

from bot import Client, InterviewBot, Reply
from bot.mcp import mcp_server
from tests.conftest import QUESTION, UNANSWERABLE
from tests.loopback import serving

TRANSCRIPT = "john-roos-us-japan-alliance"
SAID = "Forging long-term relationships is crucial."


async def call(assistant: Assistant, tool: str, **arguments: Any) -> Any:
    result = await assistant.call_tool(tool, arguments)
    assert not result.is_error, result.content
    assert json.loads(result.content[0].text) == result.structured_content
    return result.structured_content


async def failure(assistant: Assistant, tool: str, **arguments: Any) -> str:
    result = await assistant.call_tool(tool, arguments)
    assert result.is_error
    return str(result.content[0].text)


async def test_an_assistant_finds_four_tools_that_only_read(bot: InterviewBot) -> None:
    async with Assistant(mcp_server(bot)) as assistant:
        tools = (await assistant.list_tools()).tools
    assert {tool.name for tool in tools} == {"ask", "search", "get_transcript", "verify_quote"}
    for tool in tools:
        assert tool.description
        assert tool.annotations is not None
        assert tool.annotations.read_only_hint


async def test_ask_gives_the_reply_that_the_bot_gives(bot: InterviewBot) -> None:
    async with Assistant(mcp_server(bot)) as assistant:
        for question in (QUESTION, UNANSWERABLE):
            reply = Reply.from_dict(await call(assistant, "ask", question=question))
            alone = bot.ask(question)
            assert (reply.text, reply.citations, reply.closest, reply.answered) == (
                alone.text, alone.citations, alone.closest, alone.answered
            )  # fmt: skip
        reply = Reply.from_dict(
            await call(assistant, "ask", question=QUESTION, speakers=["Nobody"])
        )
        assert not reply.answered


async def test_search_and_get_transcript_fit_together(bot: InterviewBot) -> None:
    async with Assistant(mcp_server(bot)) as assistant:
        found = await call(assistant, "search", query="earthquake", k=2)
        assert len(found["passages"]) == 2
        statement = found["passages"][0]["statement"]
        kept = await call(assistant, "get_transcript", transcript_id=statement["transcript_id"])
    assert kept["text"][statement["start"] : statement["end"]] == statement["text"]
    assert kept["turns"][0]["role"] == "interviewer"


async def test_verify_quote_tells_exact_words_from_close_ones(bot: InterviewBot) -> None:
    async with Assistant(mcp_server(bot)) as assistant:
        exact = await call(assistant, "verify_quote", quote=SAID)
        assert exact["verbatim"]
        [place] = exact["found"]
        assert (place["speaker"], place["transcript_id"]) == ("John Roos", TRANSCRIPT)
        assert bot.transcript(TRANSCRIPT).text[place["start"] : place["end"]] == SAID
        close = await call(
            assistant, "verify_quote", quote=SAID.replace("crucial", "vital"),
            transcript_id=TRANSCRIPT,
        )  # fmt: skip
        assert not close["verbatim"]
        assert SAID in close["closest"]["text"]


async def test_words_that_run_over_two_speakers_are_no_quote(bot: InterviewBot) -> None:
    text = bot.transcript(TRANSCRIPT).text
    border = text.index("Roos: No. Japan has significantly")
    async with Assistant(mcp_server(bot)) as assistant:
        result = await call(assistant, "verify_quote", quote=text[border - 30 : border + 12])
    assert not result["verbatim"]


async def test_what_goes_wrong_is_told_in_words_that_help(bot: InterviewBot) -> None:
    async with Assistant(mcp_server(bot)) as assistant:
        assert "the question is empty" in await failure(assistant, "ask", question=" ")
        assert "from 1 to 50" in await failure(assistant, "search", query="Japan", k=0)
        assert "the quote is empty" in await failure(assistant, "verify_quote", quote="")
        unknown = await failure(assistant, "get_transcript", transcript_id="nobody")
        assert f"there are {TRANSCRIPT}" in unknown


async def test_the_tools_work_over_a_server_elsewhere(far: Client) -> None:
    async with Assistant(mcp_server(far)) as assistant:
        assert (await call(assistant, "ask", question=QUESTION))["question"] == QUESTION
        assert (await call(assistant, "verify_quote", quote=SAID))["verbatim"]


async def test_they_work_over_streamable_http(bot: InterviewBot) -> None:
    with serving(lambda: mcp_server(bot).streamable_http_app()) as url:
        async with Assistant(f"{url}/mcp") as assistant:
            assert (await call(assistant, "ask", question=QUESTION))["question"] == QUESTION


async def test_they_work_over_stdin_and_stdout(server: str, tmp_path: Path) -> None:
    command = StdioServerParameters(
        command=sys.executable,
        args=["-m", "bot", "mcp", "--server", server],
        cwd=Path(__file__).parents[2],
    )
    async with Assistant(command) as assistant:
        assert (await call(assistant, "ask", question=QUESTION))["question"] == QUESTION
