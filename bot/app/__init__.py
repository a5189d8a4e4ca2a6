"""The page: a reading room for interviews, served on this machine."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING

from bot.app.server import HOST, PORT, mounted, serve

if TYPE_CHECKING:
    import gradio as gr

    from bot import InterviewBot

__all__ = ["HOST", "PORT", "build", "mounted", "serve"]


def build(bot: InterviewBot) -> gr.Blocks:
    """The page over a bot, to be mounted or launched."""
    # Read when gradio is imported first: nothing is to be reported to anybody.
    os.environ["GRADIO_ANALYTICS_ENABLED"] = "False"
    # Figures of past calls, for a monitoring page that is off; 10,000 of them by default.
    os.environ.setdefault("GRADIO_ANALYTICS_MAX_EVENTS", "100")
    from bot.app.page import build as made

    return made(bot)
