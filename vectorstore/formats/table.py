"""CSV: a row for each thing said, with columns for time, speaker and words."""

from __future__ import annotations

import csv
import io
import itertools
from collections.abc import Iterator

from vectorstore.errors import ParseError
from vectorstore.formats import cues
from vectorstore.formats.decoding import decode, one_line_end
from vectorstore.formats.document import Document
from vectorstore.formats.records import columns, cue_of
from vectorstore.formats.stamps import seconds


def read(raw: bytes) -> Document:
    """Read a .csv or .tsv with a header line.

    Raises:
        ParseError: No column of words (naming those found), or a row that cannot be read.
    """
    text = one_line_end(decode(raw)).replace("\0", "").lstrip("\n")
    head = text.split("\n", 1)[0]
    delimiter = max(",;\t|", key=head.count)
    reader = csv.reader(io.StringIO(text), delimiter=delimiter)
    rows: Iterator[list[str]] = reader
    found = []
    header: list[str] = []
    try:
        header = next(rows, [])
        fields = columns(header)
        if "words" not in fields and len(header) == 3 and seconds(header[0]) is not None:
            rows = itertools.chain([header], rows)  # no header: a time, a name, and words
            header = ["start", "speaker", "words"]
            fields = columns(header)
        if "words" not in fields:
            raise ParseError(
                f"the columns are {', '.join(name.strip()[:30] for name in header[:12])}; expected "
                "one called words or text, and if possible timestamp and speaker",
                line=1,
            )
        for row in rows:
            cue = cue_of(dict(zip(header, row, strict=False)), fields)
            if cue:
                found.append(cue)
    except csv.Error as error:
        raise ParseError(f"this row cannot be read: {error}", line=reader.line_num) from error
    if not found:
        raise ParseError("the table has no row with words in it", line=1)
    return cues.document(found)
