import pytest

from vectorstore.errors import ParseError
from vectorstore.formats import parse


def pdf(*pages):
    """A PDF with these lines on its pages."""
    count = len(pages)
    kids = " ".join(f"{3 + 2 * i} 0 R" for i in range(count))
    objects = [
        "<< /Type /Catalog /Pages 2 0 R >>",
        f"<< /Type /Pages /Kids [{kids}] /Count {count} >>",
    ]
    for index, lines in enumerate(pages):
        shown = "".join(f"({line}) Tj T* " for line in lines)
        content = f"BT /F1 11 Tf 14 TL 60 780 Td {shown}ET"
        objects.append(
            f"<< /Type /Page /Parent 2 0 R /Contents {4 + 2 * index} 0 R /MediaBox [0 0 595 842] "
            "/Resources << /Font << /F1 << /Type /Font /Subtype /Type1 /BaseFont /Helvetica "
            ">> >> >> >>"
        )
        objects.append(f"<< /Length {len(content)} >>\nstream\n{content}\nendstream")
    body, places = "%PDF-1.4\n", []
    for number, text in enumerate(objects, 1):
        places.append(len(body))
        body += f"{number} 0 obj\n{text}\nendobj\n"
    table = "".join(f"{place:010d} 00000 n \n" for place in places)
    start = len(body)
    body += f"xref\n0 {len(objects) + 1}\n0000000000 65535 f \n{table}trailer\n"
    body += f"<< /Size {len(objects) + 1} /Root 1 0 R >>\nstartxref\n{start}\n%%EOF\n"
    return body.encode("latin-1")


PAGES = [
    ["Oral History", "Interviewer: Ann Lee", "Interviewee: Bob Ray",
     "LEE: Could you tell me where it all began, and who was there with",
     "you at that time?",
     "RAY: It began in a garage on the hill, where we kept the old co-",
     "operative tractor. It rained on most days of that year, and then",
     "it snowed.", "1"],
    ["Oral History", "LEE: And what became of the tractor when the coop-",
     "erative closed down?",
     "RAY: My brother took it home. He was a self-",
     "taught man. He kept the cooperative name on it, though it had no", "2"],
    ["Oral History", "wheels left.", "LEE: Thank you.", "3"],
]  # fmt: skip


def test_lines_become_paragraphs_without_running_heads_and_page_numbers():
    transcript = parse(pdf(*PAGES), "ray.pdf")
    words = [transcript.text[turn.start : turn.end] for turn in transcript.turns]
    assert [turn.speaker for turn in transcript.turns] == ["Ann Lee", "Bob Ray"] * 2 + ["Ann Lee"]
    assert words[0].endswith("who was there with you at that time?")
    assert "cooperative tractor" in words[1]
    assert "self-taught man" in words[3]
    assert words[3].endswith("though it had no wheels left.")
    assert transcript.metadata["interviewer"] == "Ann Lee"


def test_pages_without_text_are_told_to_be_scans():
    with pytest.raises(ParseError, match="OCR"):
        parse(pdf([], []), "scan.pdf")


def test_a_damaged_file_is_a_clear_error():
    with pytest.raises(ParseError, match="PDF"):
        parse(pdf(*PAGES)[:400], "a.pdf")


def test_a_pdf_is_known_by_its_content():
    assert parse(pdf(*PAGES), "ray.txt").speakers == parse(pdf(*PAGES), "ray.pdf").speakers


def test_a_depositions_line_numbers_are_left_out():
    lines = ["Q. Where did you keep it?", "A. In a garage on the hill, where", "nobody went.",
             "Q. And then?", "A. It burnt, and we", "moved."] * 2  # fmt: skip
    pages = [["Page 7", *(f"{n} {line}" for n, line in enumerate(lines, 1))]] * 2
    transcript = parse(pdf(*pages), "ray.pdf")
    assert len(transcript.turns) == 16
    words = transcript.text[transcript.turns[1].start : transcript.turns[1].end]
    assert words == "In a garage on the hill, where nobody went."
