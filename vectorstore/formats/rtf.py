"""Rich text: paragraphs of an .rtf."""

from __future__ import annotations

import re

from vectorstore.errors import ParseError
from vectorstore.formats.composer import Composer
from vectorstore.formats.document import Document

_TOKEN = re.compile(r"\\\\|\\[{}]|[{}]|\\(?P<word>plain|b|i)(?P<value>\d?)(?![a-z\d-]) ?")
_SWITCHES = {
    "\1": ("bold", True),
    "\2": ("bold", False),
    "\3": ("italic", True),
    "\4": ("italic", False),
}
_MARKS = re.compile("([\1-\4])")
_DAMAGED = (ValueError, KeyError, IndexError, TypeError, AttributeError, OverflowError, LookupError)


def read(raw: bytes) -> Document:
    """Read an .rtf.

    Raises:
        ParseError: It is damaged or holds no words.
    """
    from striprtf.striprtf import rtf_to_text

    try:
        text = rtf_to_text(_marked(raw.decode("latin-1")), errors="ignore")  # type: ignore[no-untyped-call]
    except _DAMAGED as error:
        raise ParseError(
            f"the rich text is damaged ({error}); open it in a word processor and save it as .docx"
        ) from error
    # Characters beyond the basic plane are written as two halves.
    text = text.encode("utf-16", "surrogatepass").decode("utf-16", "replace")
    composer = Composer()
    for line in text.replace("\r", "\n").replace("\xa0", " ").replace("\0", "").split("\n"):
        for piece in _MARKS.split(line):
            if piece in _SWITCHES:
                kind, on = _SWITCHES[piece]
                getattr(composer, kind)(on)
            else:
                composer.add(piece)
        composer.paragraph()
    return composer.document()


def _marked(source: str) -> str:
    """The source with a control character wherever bold or italics begin and end.

    The library drops emphasis; groups in braces end what began in them.
    """
    state = {"b": False, "i": False}
    outer: list[dict[str, bool]] = []
    parts: list[str] = []
    position = 0
    for token in _TOKEN.finditer(source):
        parts.append(source[position : token.start()])
        position = token.end()
        after = dict(state)
        if token[0] == "{":
            outer.append(after)
        elif token[0] == "}" and outer:
            after = outer.pop()
        elif token["word"] == "plain":
            after = {"b": False, "i": False}
        elif token["word"]:
            after[token["word"]] = token["value"] != "0"
        changed = "".join(
            f"\\'0{1 + 2 * (word == 'i') + (not after[word])}"
            for word in after
            if after[word] != state[word]
        )
        state = after
        parts += [changed, token[0]] if token[0] == "}" else [token[0], changed]
    return "".join([*parts, source[position:]])
