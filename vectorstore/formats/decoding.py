"""From bytes to text, whatever they were saved as."""

from __future__ import annotations

import codecs
import re

from vectorstore.errors import ParseError

_MARKS = (
    (codecs.BOM_UTF8, "utf-8-sig"),
    (codecs.BOM_UTF32_LE, "utf-32"),
    (codecs.BOM_UTF32_BE, "utf-32"),
    (codecs.BOM_UTF16_LE, "utf-16"),
    (codecs.BOM_UTF16_BE, "utf-16"),
)
# Capitals and signs inside words, and characters that are none.
_ODD = re.compile(
    r"(?<=[a-zß-öø-ÿ])[À-ÖØ-ÞŒŠŽŸ](?=[a-zß-öø-ÿ])"
    r"|(?<=[^\W\d_])[^\w\s!-~’‘–—-…/·\xad](?=[^\W\d_])|[\x80-\x9f\ufffd]"
    r"|(?<![\w'’])[^\w\s!-~«»“”„‘’‚–—…¿¡§©®°•·€£¢¥¶†‡\xad\xa0](?=[a-z])"
)
# Western text has few letters beyond ASCII; more of them mean another alphabet.
_FOREIGN = 0.3


def decode(raw: bytes, declared: str | None = None) -> str:
    """Decode by byte-order mark, else as UTF-8, else as declared, else by the look of it.

    Without a better sign a text that is not UTF-8 is windows-1252, which holds Latin-1 too.

    Raises:
        ParseError: The bytes are no text.
    """
    for mark, encoding in _MARKS:
        if raw.startswith(mark):
            return raw.decode(encoding, "replace")
    if b"\0" in raw:
        return _decode_wide(raw)
    if raw[:16384].translate(None, bytes(range(32, 256)) + b"\t\n\r\f\v\x1a\x1b\x08"):
        raise ParseError(
            "this is binary data, not text; save the transcript as text, .docx or .pdf"
        )
    try:
        return raw.decode("utf-8")
    except UnicodeDecodeError:
        return raw.decode(_encoding(raw, declared), "replace")


def one_line_end(text: str) -> str:
    """The text with every line ending as a single newline."""
    return text.replace("\r\n", "\n").replace("\r", "\n")


def _decode_wide(raw: bytes) -> str:
    """Decode UTF-16 that lost its mark: every other byte of Western text is zero."""
    half = len(raw) // 2
    for start, encoding in ((1, "utf-16-le"), (0, "utf-16-be")):
        if half > 7 and raw[start::2].count(0) > 0.6 * half and raw[1 - start :: 2].count(0) == 0:
            return raw.decode(encoding, "replace")
    raise ParseError("this is binary data, not text; save the transcript as text, .docx or .pdf")


def _encoding(raw: bytes, declared: str | None) -> str:
    if declared:
        try:
            name = codecs.lookup(declared.strip()).name
        except (LookupError, ValueError):
            name = "utf-8"
        # Browsers, too, read these as windows-1252; pages that declare UTF-8 and are not are.
        if name not in ("iso8859-1", "ascii", "utf-8", "utf-16", "utf-32") and _is_text(name):
            return name
        return "windows-1252"
    sample = raw[:65536]
    letters = sum(chr(byte).isalpha() for byte in sample if byte < 128)
    high = sum(byte > 127 for byte in sample)
    if high < _FOREIGN * (letters + high):
        return _western(sample)
    import charset_normalizer

    best = charset_normalizer.from_bytes(sample).best()
    return best.encoding if best else "windows-1252"


def _western(sample: bytes) -> str:
    """Windows-1252, unless what it makes of words cannot be and an old system's set reads well."""
    old = "cp850" if b"\r\n" in sample else "mac_roman"  # DOS, or a Macintosh
    here, there = (
        len(_ODD.findall(sample.decode(name, "replace"))) for name in ("windows-1252", old)
    )
    return old if here and 3 * there <= here else "windows-1252"


def _is_text(encoding: str) -> bool:
    """Whether a codec makes text of bytes: base64 and its like do not."""
    try:
        return isinstance(codecs.decode(b"a", encoding), str)
    except (LookupError, ValueError, TypeError):
        return False
