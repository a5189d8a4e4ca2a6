"""What a person says of an interview in a file beside it: NAME.toml."""

from __future__ import annotations

import tomllib
from pathlib import Path

from vectorstore.errors import ParseError
from vectorstore.formats.decoding import decode
from vectorstore.formats.metadata import KEYS, understood


def read_sidecar(path: Path) -> dict[str, str]:
    """Read NAME.toml: title, date, place, interviewer, interviewee, source, rights.

    Raises:
        ParseError: It is no TOML, or has a key that means nothing here.
        OSError: It cannot be read.
    """
    try:
        fields = tomllib.loads(decode(path.read_bytes()))
    except (tomllib.TOMLDecodeError, RecursionError) as error:
        raise ParseError(f"{path.name} is not valid TOML: {error}") from error
    for key in fields:
        if not understood({key: "x"})[0]:
            raise ParseError(
                f"{path.name} has {key!r}, which means nothing here; it can say {', '.join(KEYS)}"
            )
    return understood(fields)[0]
