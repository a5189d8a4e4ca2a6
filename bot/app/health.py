"""`/health`: the process answers. `/ready`: so would the interviews."""

from __future__ import annotations

from typing import TYPE_CHECKING

from vectorstore.errors import RoosbotError

if TYPE_CHECKING:
    from fastapi import FastAPI

    from bot import InterviewBot

OPEN = frozenset({"/health", "/ready"})


def add_health(app: FastAPI, bot: InterviewBot) -> None:
    """Add both addresses; neither says anything of what is kept, so they need no login."""
    from fastapi.responses import JSONResponse

    def looked() -> str:
        try:
            store = bot.store
            if not store.lexical.count() or not store.vectors.count():
                return "empty"
        except RoosbotError as error:
            return type(error).__name__
        return ""

    async def health() -> JSONResponse:
        return JSONResponse({"health": "ok"})

    async def ready() -> JSONResponse:
        wrong = await bot.threads.run(looked)
        said = {"ready": not wrong, **({"reason": wrong} if wrong else {})}
        return JSONResponse(said, status_code=503 if wrong else 200)

    app.add_api_route("/health", health, methods=["GET", "HEAD"])
    app.add_api_route("/ready", ready, methods=["GET", "HEAD"])
