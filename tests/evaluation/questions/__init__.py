"""Our questions on the bundled interview, written before any model was tried on them.

`paragraphs` are 0-based indices of the answer paragraphs that may be cited first (for the kind
"multi" all of them are needed); every string of `must_contain` has to be in the quotes.
`calibrate` is for choosing, `test` only for reporting.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any


@dataclass(frozen=True)
class Question:
    id: str
    text: str
    answerable: bool
    paragraphs: tuple[int, ...]
    must_contain: tuple[str, ...]
    kind: str = ""
    form: str = ""
    history: tuple[Mapping[str, Any], ...] = ()
    rewrite: str = ""
    topic: str = ""
    split: str = field(default="test")


def load(name: str) -> list[Question]:
    """The questions of `calibrate`, `test` or `followups`."""
    path = Path(__file__).with_name(f"{name}.jsonl")
    questions = []
    for line in path.read_text(encoding="utf-8").splitlines():
        data = json.loads(line)
        for key in ("paragraphs", "must_contain", "history"):
            data[key] = tuple(data.get(key, ()))
        known = {k: v for k, v in data.items() if k in Question.__dataclass_fields__}
        questions.append(Question(**known))
    return questions
