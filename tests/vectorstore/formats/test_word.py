import io
import zipfile

import docx
import pytest

from vectorstore.errors import ParseError
from vectorstore.formats import parse


def saved(document):
    stream = io.BytesIO()
    document.save(stream)
    return stream.getvalue()


def test_paragraphs_headings_and_bold_labels_are_understood():
    document = docx.Document()
    document.add_heading("A garage", 0)
    document.add_paragraph("Interview by Ann Lee")
    for label, words in (
        ("Lee", "Where?"),
        ("Bob Ray", "Here."),
        ("Lee", "When?"),
        ("Ray", "Now."),
    ):
        paragraph = document.add_paragraph()
        paragraph.add_run(label + ":").bold = True
        paragraph.add_run(" " + words)
    document.add_heading("Later", 2)
    document.add_paragraph("And then.")
    transcript = parse(saved(document), "garage.docx")
    assert transcript.title == "A garage"
    assert [
        (turn.speaker, turn.role, transcript.text[turn.start : turn.end])
        for turn in transcript.turns
    ] == [
        ("Ann Lee", "interviewer", "Where?"),
        ("Bob Ray", "interviewee", "Here."),
        ("Ann Lee", "interviewer", "When?"),
        ("Bob Ray", "interviewee", "Now."),
        ("Bob Ray", "interviewee", "And then."),
    ]


def test_a_table_of_time_speaker_and_words_is_understood():
    document = docx.Document()
    table = document.add_table(rows=0, cols=3)
    for row in (("0:01", "Ann", "Where?"), ("0:04", "Bob", "Here."), ("0:05", "Ann", "When?"),
                ("0:09", "Bob", "Now.")):  # fmt: skip
        for cell, text in zip(table.add_row().cells, row, strict=True):
            cell.text = text
    transcript = parse(saved(document), "a.docx")
    assert [(turn.speaker, turn.time_start) for turn in transcript.turns] == [
        ("Ann", 1.0),
        ("Bob", 4.0),
        ("Ann", 5.0),
        ("Bob", 9.0),
    ]


def test_columns_are_known_whatever_their_order():
    document = docx.Document()
    table = document.add_table(rows=0, cols=4)
    rows = [("No.", "Speaker", "Text", "Time")] + [
        (str(n), ("Bob", "Ann")[n % 2], "Why?\nSo." if n % 2 else "So.", f"0:0{n}")
        for n in range(1, 5)
    ]
    for row in rows:
        for cell, text in zip(table.add_row().cells, row, strict=True):
            cell.text = text
    transcript = parse(saved(document), "a.docx")
    assert [(t.speaker, transcript.text[t.start : t.end]) for t in transcript.turns] == [
        ("Ann", "Why?\nSo."),
        ("Bob", "So."),
    ] * 2


def test_a_zip_that_is_no_word_file_is_a_clear_error():
    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w") as archive:
        archive.writestr("a.txt", "x")
    with pytest.raises(ParseError, match="no Word document"):
        parse(stream.getvalue(), "a.docx")


def test_a_file_that_would_unpack_to_gigabytes_is_refused():
    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("word/document.xml", b"0" * 30_000_000)
    with pytest.raises(ParseError, match="would unpack to 30,000,000"):
        parse(stream.getvalue(), "a.docx")


def test_entities_that_multiply_are_not_expanded():
    document = saved(docx.Document())
    bomb = (
        '<!DOCTYPE x [<!ENTITY a "lol lol lol">'
        + "".join(
            f'<!ENTITY {b} "{f"&{a};" * 10}">' for a, b in zip("abcdefgh", "bcdefghi", strict=True)
        )
        + "]>"
    )
    stream = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(document)) as old, zipfile.ZipFile(stream, "w") as new:
        for name in old.namelist():
            content = old.read(name)
            if name == "word/document.xml":
                head, body = content.split(b"?>", 1)
                body = body.replace(b"<w:body>", b"<w:body><w:p><w:r><w:t>&i;</w:t></w:r></w:p>")
                content = head + b"?>" + bomb.encode() + body
            new.writestr(name, content)
    with pytest.raises(ParseError):
        parse(stream.getvalue(), "a.docx")


def test_a_damaged_file_is_a_clear_error():
    with pytest.raises(ParseError, match="save it again"):
        parse(saved(docx.Document())[:2000], "a.docx")
