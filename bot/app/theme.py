"""Gradio's theme, with the fonts that the reader's system has: nothing is fetched."""

from __future__ import annotations

from typing import Any

SANS = ("-apple-system", "Segoe UI", "Roboto", "Helvetica Neue", "Arial", "sans-serif")
MONO = ("ui-monospace", "SF Mono", "Menlo", "Consolas", "monospace")


def theme() -> Any:
    """A theme whose backgrounds are the page's own, so nothing flashes while it loads."""
    import gradio as gr

    return gr.themes.Base(font=SANS, font_mono=MONO).set(
        body_background_fill="#faf8f4",
        body_background_fill_dark="#171614",
        body_text_color="#1f1c18",
        body_text_color_dark="#e9e4da",
    )
