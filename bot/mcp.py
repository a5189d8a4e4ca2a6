"""The interviews for assistants: four tools of the Model Context Protocol."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from functools import wraps
from typing import TYPE_CHECKING, Any, ParamSpec

from vectorstore.errors import InputError, NotFoundError, RoosbotError, SettingsError

if TYPE_CHECKING:
    from mcp.server.mcpserver import MCPServer

    from bot import Client, InterviewBot
    from vectorstore.transcript import Transcript

P = ParamSpec("P")
Json = dict[str, Any]

_INSTRUCTIONS = """\
These tools answer from interviews that are kept on the user's machine, and from nothing else.
Quote only what they return, word for word and with the speaker's name. If `ask` returns
answered=false, say that the interviews do not say; its closest statements are no answer.
Check every quotation that you did not copy from a tool with verify_quote before you show it."""


def mcp_server(door: InterviewBot | Client) -> MCPServer:
    """A server with the tools ask, search, get_transcript and verify_quote.

    Args:
        door: Where the interviews are: in this process, or on a server.

    Raises:
        SettingsError: The MCP library is not installed.
    """
    try:
        from mcp.server.mcpserver import MCPServer
        from mcp.types import ToolAnnotations
    except ImportError as error:
        raise SettingsError(
            f"the MCP library cannot be loaded ({error}); install it: pip install 'roosbot[mcp]'"
        ) from error

    server = MCPServer("roosbot", instructions=_INSTRUCTIONS, log_level="WARNING")
    reads_only = ToolAnnotations(
        read_only_hint=True, destructive_hint=False, idempotent_hint=True, open_world_hint=False
    )
    for tool in Tools(door).every():
        server.add_tool(_told(tool), annotations=reads_only, structured_output=True)
    return server


class Tools:
    """What an assistant can do with the interviews."""

    def __init__(self, door: InterviewBot | Client) -> None:
        self.door = door

    def every(self) -> tuple[Callable[..., Awaitable[Json]], ...]:
        """All tools, each under its own name."""
        return self.ask, self.search, self.get_transcript, self.verify_quote

    async def ask(
        self,
        question: str,
        transcripts: list[str] | None = None,
        speakers: list[str] | None = None,
    ) -> Json:
        """Answer a question with the speakers' exact words, or refuse.

        `text` has [1]-style marks; `citations` are in that order, each with its quote, speaker,
        the interviewer's question, transcript_id, and start and end in the transcript's text.
        With answered=false the interviews do not say, and `closest` is only what comes nearest.

        Args:
            question: One question in plain words, at most 2,000 characters.
            transcripts: Only these transcript ids.
            speakers: Only these speakers' words.
        """
        reply = await self.door.aask(question, transcripts=transcripts, speakers=speakers)
        return reply.to_dict()

    async def search(self, query: str, k: int = 5) -> Json:
        """Find the statements nearest to a query, best first, without judging them.

        Args:
            query: Words or a question, at most 2,000 characters.
            k: How many, from 1 to 50.
        """
        if not 1 <= k <= 50:
            raise InputError(f"k is {k}; it has to be from 1 to 50")
        found = await asyncio.to_thread(self.door.search, query, k)
        return {"passages": [passage.to_dict() for passage in found]}

    async def get_transcript(self, transcript_id: str) -> Json:
        """One interview: title, speakers' turns, and the exact text that all offsets count in.

        Args:
            transcript_id: As ask and search give it; a wrong one is answered with those there are.
        """
        try:
            return (await asyncio.to_thread(self.door.transcript, transcript_id)).to_dict()
        except NotFoundError as error:
            known = [one.id for one in await asyncio.to_thread(self.door.transcripts)]
            raise NotFoundError(
                f"no transcript has the id {transcript_id!r}; there are {', '.join(known)}"
            ) from error

    async def verify_quote(self, quote: str, transcript_id: str | None = None) -> Json:
        """Whether somebody said exactly these words, and who and where.

        With verbatim=false nobody did: do not present the words as a quotation. `closest` then
        has the statement that comes nearest, to quote from instead.

        Args:
            quote: The words, without quotation marks around them.
            transcript_id: Only in this transcript.
        """
        if not quote.strip():
            raise InputError("the quote is empty")
        if transcript_id is None:
            among = await asyncio.to_thread(self.door.transcripts)
        else:
            among = [await asyncio.to_thread(self.door.transcript, transcript_id)]
        found = [place for transcript in among for place in places(quote, transcript)]
        if found:
            return {"verbatim": True, "found": found, "closest": None}
        only = None if transcript_id is None else [transcript_id]
        nearest = await asyncio.to_thread(self.door.search, quote[:2000], 1, transcripts=only)
        closest = nearest[0].statement.to_dict() if nearest else None
        return {"verbatim": False, "found": [], "closest": closest}


def places(quote: str, transcript: Transcript) -> list[Json]:
    """Every place in a transcript where one speaker says exactly these words."""
    found = []
    for turn in transcript.turns:
        start = transcript.text.find(quote, turn.start, turn.end)
        while start >= 0:
            found.append(
                {
                    "transcript_id": transcript.id,
                    "title": transcript.title,
                    "speaker": turn.speaker,
                    "role": turn.role,
                    "start": start,
                    "end": start + len(quote),
                    "sha256": transcript.sha256,
                }
            )
            start = transcript.text.find(quote, start + 1, turn.end)
    return found


def _told(tool: Callable[P, Awaitable[Json]]) -> Callable[P, Awaitable[Json]]:
    """The tool with errors of ours as the protocol has them: the assistant reads the message."""
    from mcp.server.mcpserver.exceptions import ToolError

    @wraps(tool)
    async def told(*args: P.args, **kwargs: P.kwargs) -> Json:
        try:
            return await tool(*args, **kwargs)
        except RoosbotError as error:
            raise ToolError(str(error)) from error

    return told
