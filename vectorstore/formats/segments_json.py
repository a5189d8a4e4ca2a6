"""JSON: the podcast namespace's segments, and the like of other tools."""

from __future__ import annotations

import json
from typing import Any

from vectorstore.errors import ParseError
from vectorstore.formats import cues
from vectorstore.formats.cues import Cue
from vectorstore.formats.decoding import decode
from vectorstore.formats.document import Document
from vectorstore.formats.metadata import understood
from vectorstore.formats.records import columns, cue_of

_LISTS = (
    "segments",
    "utterances",
    "results",
    "transcript",
    "turns",
    "monologues",
    "entries",
    "items",
)
_EXPECTED = 'expected {"segments": [{"speaker": …, "startTime": …, "endTime": …, "body": …}]}'


def read(raw: bytes) -> Document:
    """Read a podcast-namespace JSON transcript.

    Raises:
        ParseError: It is no JSON (with the line), or has no segments with words.
    """
    try:
        data = json.loads(decode(raw))
    except json.JSONDecodeError as error:
        raise ParseError(f"this is not valid JSON: {error.msg}", line=error.lineno) from error
    except (RecursionError, ValueError) as error:
        raise ParseError(f"this JSON cannot be read: {error}") from error
    segments = _segments(data)
    found = [cue for segment in segments if (cue := _cue(segment))]
    if not found:
        raise ParseError(f"no segment with words was found; {_EXPECTED}")
    metadata, people = understood(_scalars(data))
    title = metadata.pop("title", "")
    return cues.document(found, title, metadata, people)


def _segments(data: Any) -> list[dict[str, Any]]:
    held = data
    if isinstance(data, dict):
        held = next((data[name] for name in _LISTS if isinstance(data.get(name), list)), None)
    if not isinstance(held, list):
        names = (
            ", ".join(map(str, list(data)[:8])) if isinstance(data, dict) else type(data).__name__
        )
        raise ParseError(
            f"no list of segments was found in this JSON (it has: {names}); {_EXPECTED}"
        )
    return [item for item in held if isinstance(item, dict)]


def _cue(segment: dict[str, Any]) -> Cue | None:
    elements = segment.get("elements")
    if isinstance(elements, list):
        values = [element.get("value") for element in elements if isinstance(element, dict)]
        said = "".join(value for value in values if isinstance(value, str))
        segment = {**segment, "words": said}
    fields = columns(map(str, segment))
    return cue_of(segment, fields) if "words" in fields else None


def _scalars(data: Any) -> dict[str, Any]:
    if not isinstance(data, dict):
        return {}
    inner = data.get("metadata")
    fields = {**(inner if isinstance(inner, dict) else {}), **data}
    return {key: value for key, value in fields.items() if key not in _LISTS}
