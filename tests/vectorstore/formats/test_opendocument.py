import io
import zipfile

import pytest

from vectorstore.errors import ParseError
from vectorstore.formats import parse

SPACES = " ".join(
    f'xmlns:{name}="urn:oasis:names:tc:opendocument:xmlns:{name}:1.0"'
    for name in ("office", "text", "style", "table")
) + ' xmlns:fo="urn:oasis:names:tc:opendocument:xmlns:xsl-fo-compatible:1.0"'  # fmt: skip
STYLES = """
<style:style style:name="Asked"><style:text-properties fo:font-weight="bold"/></style:style>
<style:style style:name="P1" style:parent-style-name="Asked"/>
<style:style style:name="T1"><style:text-properties fo:font-style="italic"/></style:style>
"""


def odt(body, doctype="", **members):
    content = (
        f"<?xml version='1.0'?>{doctype}<office:document-content {SPACES}>"
        f"<office:automatic-styles>{STYLES}</office:automatic-styles>"
        f"<office:body><office:text>{body}</office:text></office:body></office:document-content>"
    )
    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("mimetype", "application/vnd.oasis.opendocument.text", zipfile.ZIP_STORED)
        archive.writestr("content.xml", content)
        for name, held in members.items():
            archive.writestr(f"{name}.xml", held)
    return stream.getvalue()


def heard(raw, name="a.odt"):
    transcript = parse(raw, name)
    return [
        (turn.speaker, turn.role, transcript.text[turn.start : turn.end])
        for turn in transcript.turns
    ]


LABELS = (
    "<text:h>A garage</text:h>"
    "<text:p><text:span>Ann:</text:span><text:tab/>Where<text:s text:c='2'/>was it?</text:p>"
    "<text:p>Bob: Here<text:note><text:p>there</text:p></text:note>"
    ".<text:line-break/>So.</text:p>"
    "<text:p>Ann: When?<office:annotation><text:p>check</text:p></office:annotation></text:p>"
    "<text:p>Bob: Now.</text:p>"
)


def test_paragraphs_labels_and_headings_are_understood_and_notes_left_out():
    assert heard(odt(LABELS)) == [
        ("Ann", "interviewer", "Where  was it?"),
        ("Bob", "interviewee", "Here.\nSo."),
        ("Ann", "interviewer", "When?"),
        ("Bob", "interviewee", "Now."),
    ]
    assert parse(odt(LABELS), "a.odt").title == "A garage"


def test_it_is_known_by_its_content():
    assert len(heard(odt(LABELS), "a.txt")) == 4


@pytest.mark.parametrize(
    "asks",
    [
        '<text:p text:style-name="P1">{}</text:p>',
        '<text:p><text:span text:style-name="T1">{}</text:span></text:p>',
    ],
)
def test_questions_in_other_type_are_the_interviewers(asks):
    body = "".join(asks.format(f"Why {n}?") + f"<text:p>So {n}.</text:p>" for n in range(2))
    assert [(role, words) for _, role, words in heard(odt(body))] == [
        ("interviewer", "Why 0?"),
        ("interviewee", "So 0."),
        ("interviewer", "Why 1?"),
        ("interviewee", "So 1."),
    ]


def test_rows_of_a_table_are_turns():
    row = (
        "<table:table-row><table:table-cell><text:p>{}</text:p></table:table-cell>"
        "<table:table-cell><text:p>{}</text:p><text:p>So.</text:p></table:table-cell>"
        "</table:table-row>"
    )
    rows = "".join(
        row.format(*said)
        for said in (
            ("Ann", "Why?"),
            ("Bob", "Oh."),
        )
        * 2
    )
    assert heard(odt(f"<table:table>{rows}</table:table>"))[:2] == [
        ("Ann", "interviewer", "Why?\nSo."),
        ("Bob", "interviewee", "Oh.\nSo."),
    ]


def test_entities_that_multiply_are_not_expanded():
    names = "abcdefgh"
    bomb = "<!DOCTYPE x [<!ENTITY a 'lol lol'>" + "".join(
        f"<!ENTITY {b} '{f'&{a};' * 10}'>" for a, b in zip(names, names[1:] + "i", strict=True)
    ) + "]>"  # fmt: skip
    with pytest.raises(ParseError):
        parse(odt("<text:p>&i;</text:p>", bomb), "a.odt")


def test_files_of_other_entities_are_not_read():
    outside = "<!DOCTYPE x [<!ENTITY a SYSTEM 'file:///etc/hostname'>]>"
    assert heard(odt("<text:p>So&a;!</text:p>", outside))[0][2] == "So!"


def test_a_file_that_would_unpack_to_gigabytes_is_refused():
    with pytest.raises(ParseError, match="would unpack to"):
        parse(odt(LABELS, extra=b"0" * 30_000_000), "a.odt")


@pytest.mark.parametrize("raw", [odt(LABELS)[:300], b"PK\3\4", odt("<text:p>")])
def test_a_damaged_file_is_a_clear_error(raw):
    with pytest.raises(ParseError, match="save it again"):
        parse(raw, "a.odt")
