"""The JSON Schema of a reply, made from the classes themselves."""

from __future__ import annotations

import inspect
import re
from typing import Any

from bot.reply import WIRE_VERSION, Citation, Removed, Reply

_ATTRIBUTE = re.compile(r"^    (\w+): (.+?)(?=^    \w+: |\Z)", re.MULTILINE | re.DOTALL)


def reply_schema() -> dict[str, Any]:
    """What `Reply.to_dict()` gives, as JSON Schema (draft 2020-12).

    Fields that later versions add are allowed, as `Reply.from_dict` passes over them.
    """
    from pydantic import TypeAdapter

    schema = TypeAdapter(Reply).json_schema(mode="serialization")
    for name, kind in (("Citation", Citation), ("Removed", Removed)):
        _described(schema["$defs"][name], kind)
    _described(schema, Reply)
    version = {
        "const": WIRE_VERSION,
        "type": "integer",
        "description": "Version of the format; raised when a field changes its meaning.",
    }
    return {
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        **schema,
        "properties": {"version": version, **schema["properties"]},
        "required": ["version", *schema["required"]],
    }


def _described(schema: dict[str, Any], kind: type) -> None:
    """Put the docstring's words on the class and its attributes into its schema."""
    for described in schema["properties"].values():
        described.pop("title", None)  # the name again
    first, _, attributes = (inspect.getdoc(kind) or "").partition("\n\nAttributes:\n")
    schema["description"] = first
    for name, words in _ATTRIBUTE.findall(attributes):
        schema["properties"][name]["description"] = " ".join(words.split())
