"""The names that users rely on: what is public is meant to be, and stays."""

from __future__ import annotations

import subprocess
import sys

import pytest

import bot

NAMES = [
    "Citation",
    "Client",
    "Event",
    "InterviewBot",
    "Removed",
    "Reply",
    "RoosbotError",
    "Settings",
    "verify_reply",
]


def test_the_public_names_are_these() -> None:
    assert bot.__all__ == NAMES


def test_every_public_name_is_there_and_documented() -> None:
    for name in bot.__all__:
        assert getattr(bot, name).__doc__, name


def test_nothing_else_looks_public() -> None:
    modules = {name for name, value in vars(bot).items() if type(value) is type(sys)}
    names = {name for name in vars(bot) if not name.startswith("_")}
    assert names - modules - set(NAMES) <= {"TYPE_CHECKING", "Any"}


def test_an_unknown_name_is_an_attribute_error() -> None:
    with pytest.raises(AttributeError, match="module 'bot' has no attribute 'Cleint'"):
        bot.Cleint  # noqa: B018


def test_importing_the_package_or_the_client_class_loads_no_http_library() -> None:
    program = (
        "import sys, bot; light = not {'httpx', 'gradio_client'} & set(sys.modules);"
        "bot.Client; sys.exit(not light or 'gradio_client' in sys.modules)"
    )
    assert subprocess.run([sys.executable, "-c", program], check=False).returncode == 0


def test_every_public_method_says_what_it_promises() -> None:
    for kind in (bot.InterviewBot, bot.Client, bot.Reply, bot.Citation, bot.Event):
        for name, value in vars(kind).items():
            if not name.startswith("_") and callable(value):
                assert value.__doc__, f"{kind.__name__}.{name}"
