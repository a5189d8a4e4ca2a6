"""Spans for OpenTelemetry: one a stage, for whoever has set up a provider that exports them.

Without the extra `telemetry`, or without a provider, nothing is recorded; nothing is ever sent but
by an exporter that the user set up. Spans say how long and how many, never what was asked or said.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from functools import cache
from typing import Any, Literal

from bot.logs import request_id

Stage = Literal["retrieve", "read", "generate", "verify"]

# What spans may say: numbers and yes or no, so that no words slip in.
Fact = bool | int | float


class Noted:
    """What a span is to say of its stage."""

    def __init__(self, span: Any = None) -> None:
        self._span = span

    def __call__(self, **facts: Fact) -> None:
        """Add to the span, if there is one."""
        if self._span is not None:
            self._span.set_attributes({f"roosbot.{name}": fact for name, fact in facts.items()})


@contextmanager
def traced(stage: Stage, **facts: Fact) -> Iterator[Noted]:
    """A span over the block, which becomes an error's where the block raises.

    The block may yield to others in between: the span is made no context's current one, since the
    next step of a generator is often taken in another context.
    """
    tracer = _tracer()
    if tracer is None:
        yield Noted()
        return
    span = tracer.start_span(f"roosbot.{stage}")
    noted = Noted(span)
    noted(**facts)
    if mark := request_id.get():
        span.set_attribute("roosbot.request_id", mark)
    try:
        yield noted
    except Exception as error:
        from opentelemetry.trace import StatusCode

        # The kind alone: a message may hold the question.
        span.set_status(StatusCode.ERROR, type(error).__name__)
        raise
    finally:
        span.end()


@cache
def _tracer() -> Any:
    try:
        from opentelemetry.trace import get_tracer
    except ImportError:
        return None
    return get_tracer("roosbot")
