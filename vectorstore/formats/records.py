"""Rows and segments: what JSON and CSV transcripts call a time, a speaker and the words."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from typing import Any

from vectorstore.formats.cues import Cue
from vectorstore.formats.stamps import seconds

_FIELDS = {
    "speaker": "speaker name who person speaker_name speakername speaker_label speaker_id role "
    "participant author voice",
    "words": "words text body transcript utterance content line caption sentence message speech "
    "transcription dialogue",
    "start": "start timestamp starttime start_time time begin from offset start_seconds "
    "startseconds in timecode start_s",
    "end": "end endtime end_time stop to until end_seconds endseconds out finish end_s",
    "start_ms": "start_ms startms starttimems begin_ms offset_ms",
    "end_ms": "end_ms endms endtimems",
}
_OURS = {word: key for key, words in _FIELDS.items() for word in words.split()}


def columns(names: Iterable[str]) -> dict[str, str]:
    """Which of the names is our speaker, words, start, end; the first to fit each."""
    found: dict[str, str] = {}
    for name in names:
        key = _OURS.get(re.sub(r"[\W_]+", "_", name.strip().lower()).strip("_"))
        if key:
            found.setdefault(key, name)
    return found


def cue_of(record: Mapping[str, Any], fields: Mapping[str, str]) -> Cue | None:
    """The cue a row or segment holds; None if it has no words."""
    words = record.get(fields["words"])
    if not isinstance(words, str) or not words.strip():
        return None
    speaker = record.get(fields.get("speaker", ""), "")
    if isinstance(speaker, Mapping):
        speaker = speaker.get("name", "")
    name = str(speaker).strip() if isinstance(speaker, (str, int)) else ""
    return Cue(
        name.rstrip(":").strip(),
        _time(record, fields, "start"),
        _time(record, fields, "end"),
        words.replace("\xa0", " "),
    )


def _time(record: Mapping[str, Any], fields: Mapping[str, str], key: str) -> float | None:
    for name, scale in ((key, 1.0), (f"{key}_ms", 1000.0)):
        value = record.get(fields.get(name, ""))
        if isinstance(value, bool) or value is None:
            continue
        time = float(value) if isinstance(value, (int, float)) and abs(value) < 1e9 else None
        if isinstance(value, str):
            time = seconds(value)
        if time is not None and time >= 0:
            return round(time / scale, 3)
    return None
