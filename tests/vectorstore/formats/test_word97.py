"""A .doc of old, made here: an OLE file of two streams, the words in two pieces."""

import struct

import pytest

from vectorstore.errors import ParseError
from vectorstore.formats import parse

SECTOR = 512
END, FREE, TABLE = 0xFFFFFFFE, 0xFFFFFFFF, 0xFFFFFFFD


def ole(**streams):
    """An OLE file with these streams, each padded to the length that needs no small sectors."""
    padded = {name: held.ljust(max(4096, -len(held) % SECTOR + len(held)), b"\0")
              for name, held in streams.items()}  # fmt: skip
    chain, starts, body = [TABLE, END], {}, b""
    for name, held in padded.items():
        starts[name] = len(chain)
        count = len(held) // SECTOR
        chain += [*range(len(chain) + 1, len(chain) + count), END]
        body += held
    names = ["Root Entry", *padded]
    entries = b"".join(entry(names, index, starts, padded) for index in range(4))
    header = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(16)
    header += struct.pack("<5H6x10I", 0x3E, 3, 0xFFFE, 9, 6, 0, 1, 1, 0, 4096, END, 0, END, 0, 0)
    header = header.ljust(SECTOR, b"\xff")
    table = struct.pack(f"<{len(chain)}I", *chain).ljust(SECTOR, b"\xff")
    return header + table + entries + body


def entry(names, index, starts, padded):
    if index >= len(names):
        return bytes(66) + b"\0\0" + struct.pack("<3I", FREE, FREE, FREE) + bytes(48)
    name = names[index]
    written = name.encode("utf-16-le") + b"\0\0"
    kind = 2 if index else 5
    # The streams stand in a row: each is the right neighbour of the one before.
    right = index + 1 if 0 < index < len(names) - 1 else FREE
    child = FREE if index else 1
    place = struct.pack("<IQ", starts.get(name, END), len(padded.get(name, b"")))
    head = written.ljust(64, b"\0") + struct.pack(
        "<HBB3I", len(written), kind, 1, FREE, right, child
    )
    return head + bytes(36) + place


def doc(first, second, flags=0x0200, table="1Table", shown=None):
    """A Word file whose text is `first`, in one byte a character, then `second`, in two."""
    narrow, wide = first.encode("windows-1252"), second.encode("utf-16-le")
    head = bytearray(1024)
    shown = len(first) + len(second) if shown is None else shown
    struct.pack_into("<H8xH", head, 0, 0xA5EC, flags)
    struct.pack_into("<I", head, 0x4C, shown)
    ends = (0, len(first), len(first) + len(second))
    places = (0x40000000 | 1024 * 2, 1024 + len(narrow))
    pieces = struct.pack("<3I", *ends) + b"".join(struct.pack("<HIH", 0, p, 0) for p in places)
    clx = b"\1" + struct.pack("<H", 3) + b"abc" + b"\2" + struct.pack("<I", len(pieces)) + pieces
    struct.pack_into("<II", head, 0x1A2, 0, len(clx))
    return ole(WordDocument=bytes(head) + narrow + wide, **{table: clx})


TALK = (
    "A garage\rAnn: Where was “it”?\rBob: In a caf\xe9.\x0bSo.\r",
    "Ann: When – in May?\rBob: Łódź.\r",
)


def heard(raw, name="a.doc"):
    transcript = parse(raw, name)
    return [(turn.speaker, transcript.text[turn.start : turn.end]) for turn in transcript.turns]


@pytest.mark.parametrize("name", ["a.doc", "a.txt"])
@pytest.mark.parametrize("table", ["0Table", "1Table"])
def test_the_pieces_are_put_in_order(table, name):
    assert heard(doc(*TALK, 0x0200 if table == "1Table" else 0, table), name) == [
        ("Ann", "Where was “it”?"),
        ("Bob", "In a café.\n\nSo."),
        ("Ann", "When – in May?"),
        ("Bob", "Łódź."),
    ]


def test_rows_fields_and_footnotes_are_understood():
    rows = "Ann\x07Where?\x07\x07Bob\x07\x13LINK\x14Here\x15.\x02\x07\x07" * 2
    assert (
        heard(doc(rows, "A footnote.\r", shown=len(rows)))
        == [
            ("Ann", "Where?"),
            ("Bob", "Here."),
        ]
        * 2
    )


@pytest.mark.parametrize(
    ("raw", "message"),
    [
        (doc(*TALK, 0x0300), "password"),
        (doc(*TALK, table="Other"), r"cannot be read"),
        (ole(WordDocument=b"\xdb\xa5" + bytes(600)), "older than Word 97"),
        (ole(Workbook=b"x"), "no Word document"),
        (doc(*TALK)[:1500], "cannot be read"),
        (doc(*TALK)[:600] + bytes(6000), "cannot be read|no Word document"),
        (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(500), "cannot be read"),
    ],
)
def test_what_cannot_be_read_says_what_to_do(raw, message):
    with pytest.raises(ParseError, match=rf"(?:{message}).*save it as \.docx"):
        parse(raw, "a.doc")
