"""A follow-up question as a chat model rewrites it, if the rewriting adds nothing."""

from __future__ import annotations

import logging
from collections.abc import Sequence
from typing import TYPE_CHECKING

import prompts
from bot.checks import quantities
from bot.checks.names import names, same_name
from bot.checks.words import Word, content, covered, words
from bot.conversation import History, leans, said, standalone
from bot.generate import fence
from bot.marks import taken
from bot.orders import gives_orders
from vectorstore.errors import GenerationError

if TYPE_CHECKING:
    from langchain_core.runnables import RunnableConfig

    from bot.chat_model import ChatModel

log = logging.getLogger(__name__)

# Messages that say what is meant; older ones are about something else by now.
RECENT = 6

# A rewritten question that is longer than this answers or tells stories.
LONGEST = 400

# Share of its content words that the conversation has to hold; inflections count as the same word.
HELD = 0.8

# Share of the follow-up's own content words that the rewriting has to keep.
KEPT = 0.5


def rewritten(
    question: str,
    history: History,
    model: ChatModel,
    config: RunnableConfig | None = None,
) -> str:
    """The question that is really meant.

    The way without a model is taken if the question stands alone, if the model fails, or if its
    rewriting has a name, a number or too many words that are not in the conversation.
    """
    plain = standalone(question, history)
    if not leans(question) or not any(m.get("role") == "user" for m in history):
        return plain
    lines = [f"{m.get('role')}: {_one_line(said(m))}" for m in history[-RECENT:]]
    data = "\n".join(lines)
    prompt = prompts.load(
        "standalone", history=data, question=_one_line(question), fence=fence(data + question)
    )
    try:
        written = model.write(prompt, config)
    except GenerationError as error:
        log.warning("the follow-up is not rewritten: %s", error)
        return plain
    text = written.strip().strip("\"“”'*").strip()
    conversation = f"{data}\n{question}"
    if reason := added(text, question, conversation):
        log.info("the rewritten follow-up is not used: %s", reason)
        return plain
    return text


def added(text: str, question: str, conversation: str) -> str:
    """What a rewritten question has that the conversation doesn't, or lacks of it; "" if nothing.

    Args:
        text: The rewritten question.
        question: The follow-up as it was asked.
        conversation: All messages and the follow-up.
    """
    if not text or "\n" in text or len(text) > LONGEST:
        return "it is no question in one line"
    if gives_orders(text):
        return "it gives orders"
    if missing := quantities.unaccounted(text, conversation):
        return f"the number {missing[0]} is new"
    known = words(conversation)
    if missing := [n.text for n in names(text) if not _known(n, known)]:
        return f"the name {missing[0]} is new"
    keys = [w.key for w in content(text)]
    if not keys or _share(covered(keys, [w.key for w in known])) < HELD:
        return "it is about something else"
    own = [w.key for w in content(question)]
    if own and _share(covered(own, keys)) < KEPT:
        return "it leaves out what was asked"
    return ""


def _known(name: Word, known: Sequence[Word]) -> bool:
    return any(same_name(name, other) for other in known)


def _share(known: Sequence[bool]) -> float:
    return sum(known) / len(known)


def _one_line(text: str) -> str:
    return " ".join(taken(text, 0)[0].split())
