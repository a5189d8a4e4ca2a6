"""The files that the page is made of."""

from __future__ import annotations

from importlib.resources import files


def asset(name: str) -> str:
    """The text of one of the page's files."""
    return files("bot.app").joinpath(name).read_text("utf-8")
