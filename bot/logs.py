"""Logs: one line for each event, as text or as JSON, with the id of the request it belongs to."""

from __future__ import annotations

import json
import logging
import sys
from contextvars import ContextVar
from typing import Literal

# Of the HTTP request at work in this context, or "".
request_id: ContextVar[str] = ContextVar("request_id", default="")

# What every record has; anything else was given as `extra` and belongs to the event.
_ORDINARY = frozenset(vars(logging.makeLogRecord({}))) | {"message", "asctime", "request_id"}


class _Marked(logging.Filter):
    """Notes the request's id on every record."""

    def filter(self, record: logging.LogRecord) -> bool:
        record.request_id = request_id.get()
        return True


class _Json(logging.Formatter):
    """One JSON object a line."""

    def format(self, record: logging.LogRecord) -> str:
        said = {
            "time": self.formatTime(record, "%Y-%m-%dT%H:%M:%S%z"),
            "level": record.levelname,
            "logger": record.name,
            "message": record.getMessage(),
            "request_id": getattr(record, "request_id", ""),
            **{k: v for k, v in vars(record).items() if k not in _ORDINARY},
        }
        if record.exc_info:
            said["exception"] = self.formatException(record.exc_info)
        return json.dumps({k: v for k, v in said.items() if v != ""}, default=str)


def configure(level: str, form: Literal["text", "json"] = "text") -> None:
    """Send every log of this process to standard error."""
    handler = logging.StreamHandler(sys.stderr)
    handler.addFilter(_Marked())
    handler.setFormatter(
        _Json() if form == "json" else logging.Formatter("%(levelname)s %(name)s: %(message)s")
    )
    logging.basicConfig(level=level, handlers=[handler])
