"""Prompts as files: `$name` marks what is filled in, and a change of the file changes its version.

A file is filled in with `string.Template` (Python's standard library), as simonw/llm does in its
`templates.py`; `$$` stands for a dollar sign.
"""

from __future__ import annotations

import hashlib
from importlib.resources import files
from string import Template


def load(name: str, **values: str) -> str:
    """The prompt `name`.md with its variables filled in.

    Args:
        name: The file's name without its ending.
        **values: A text for each `$variable`; what they hold is taken as it is.

    Raises:
        ValueError: Variables are missing, or the prompt knows none of that name; names them all.
    """
    template = Template(_source(name))
    needed = set(template.get_identifiers())
    if missing := sorted(needed - values.keys()):
        raise ValueError(f"prompt {name} lacks {', '.join(missing)}")
    if unknown := sorted(values.keys() - needed):
        raise ValueError(f"prompt {name} has no variable {', '.join(unknown)}")
    return template.substitute(values)


def variables(name: str) -> list[str]:
    """The variables of a prompt, in order of appearance."""
    return Template(_source(name)).get_identifiers()


def version(name: str) -> str:
    """Twelve hex digits of the file's SHA-256: the same text, the same version."""
    return hashlib.sha256(_source(name).encode()).hexdigest()[:12]


def names() -> list[str]:
    """Every prompt there is."""
    return sorted(f.name[:-3] for f in files(__name__).iterdir() if f.name.endswith(".md"))


def _source(name: str) -> str:
    file = files(__name__) / f"{name}.md"
    if not file.is_file():
        raise ValueError(f"there is no prompt {name}; there are {', '.join(names())}")
    return file.read_text(encoding="utf-8")
