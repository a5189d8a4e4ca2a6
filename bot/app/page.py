"""The page's Blocks: the shell in HTML, and the events that carry replies to it."""

from __future__ import annotations

from collections.abc import AsyncGenerator, AsyncIterator
from contextlib import aclosing
from typing import TYPE_CHECKING, Any

import gradio as gr

from bot.app.api import add_endpoints
from bot.app.assets import asset
from bot.app.desk import calls
from bot.present import question_html, reply_html
from vectorstore.errors import RoosbotError

if TYPE_CHECKING:
    from bot import InterviewBot

# Replies in the making at a time; further ones wait their turn.
TOGETHER = 4

# Visitors that Gradio remembers something of. Every call of an endpoint is one to it, of 35 kB, and
# the page has nothing to remember: an open page that is forgotten is answered all the same.
SESSIONS = 100

# Hands every step of a reply to the shell's script.
_HAND_OVER = """
watch('value', () => {
    document.dispatchEvent(new CustomEvent('roosbot:step', {detail: props.value}));
});
"""

# Tells the shell's script that no reply will come: the server refused, failed or went away.
_GIVE_UP = "() => document.dispatchEvent(new CustomEvent('roosbot:failure'))"


def build(bot: InterviewBot) -> gr.Blocks:
    """The page over a bot, to be mounted or launched."""
    blocks: gr.Blocks
    with gr.Blocks(title="roosbot", analytics_enabled=False, fill_width=True) as blocks:
        live = gr.HTML(
            value=None, html_template="", js_on_load=_HAND_OVER, apply_default_css=False,
            elem_id="live",
        )  # fmt: skip
        shell = gr.HTML(
            # The style comes along: it then applies however the page is mounted or launched.
            value=f"<style>{asset('page.css')}</style>{asset('page.html')}",
            js_on_load=asset("transcript.js") + asset("page.js"),
            apply_default_css=False,
            elem_id="shell",
            server_functions=calls(bot),
        )

        async def ask(event: gr.EventData) -> AsyncIterator[dict[str, Any]]:
            async with aclosing(steps(bot, event._data)) as found:
                async for step in found:
                    yield step

        asking = shell.ask(
            ask, outputs=live, show_progress="hidden", concurrency_limit=TOGETHER,
            api_name="page_ask", api_visibility="private",
        )  # fmt: skip
        asking.failure(None, js=_GIVE_UP, api_name="page_failure", api_visibility="private")
        shell.stop(None, cancels=[asking], api_name="page_stop", api_visibility="private")
        add_endpoints(bot)
    blocks.state_session_capacity = SESSIONS
    return blocks


async def steps(bot: InterviewBot, payload: dict[str, Any]) -> AsyncGenerator[dict[str, Any]]:
    """A reply on its way: what is going on, the words so far, and at last the whole reply.

    Args:
        bot: Answers.
        payload: From the page: key (of the exchange), question, history, transcripts, speakers.
    """
    key = payload.get("key")
    words = ""
    events = bot.astream(
        payload.get("question", ""),
        history=payload.get("history") or (),
        transcripts=payload.get("transcripts"),
        speakers=payload.get("speakers"),
    )
    try:
        async with aclosing(events):
            async for event in events:
                if event.reply is not None:
                    reply = event.reply
                    html = question_html(reply.question) + reply_html(reply)
                    yield {"key": key, "html": html, "reply": reply.to_dict()}
                elif event.stage != "text":
                    yield {"key": key, "stage": event.stage, "text": event.text}
                else:
                    words += event.text
                    yield {"key": key, "stage": "text", "text": words}
    except RoosbotError as error:
        yield {"key": key, "error": str(error)}
