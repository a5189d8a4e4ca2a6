import pytest

from vectorstore.errors import ParseError
from vectorstore.formats import parse
from vectorstore.formats.web import read

OLD = """<HTML><HEAD>
<META HTTP-EQUIV="Content-Type" CONTENT="text/html; charset=windows-1252">
<TITLE>DANA LOW 9-6-89</TITLE></HEAD><BODY><DIR>
<B><P>Interview with Dana Low, 9-6-89</P></B><P>&nbsp;</P>
<B><P>MS</B>M:&#9;How did it
begin?</P>
<P>M<FONT FACE="CG Times">SM:&#9;I mean, when?</P></FONT>
<P>Low:&#9;<FONT>In \x9172, I\x92d say. We wrote
&quot;a lot&quot;<BR><BR>of caf\xe9 reviews.</P></FONT>
<P>MSM: And then?<BR>
<P>Low: Then what?<P>(END OF TAPE)</BODY></HTML>"""


def test_an_old_page_is_understood():
    transcript = parse(OLD.encode("latin-1"), "low.htm")
    assert transcript.title == "Interview with Dana Low, 9-6-89"
    assert transcript.metadata == {"interviewee": "Dana Low"}
    assert [
        (turn.speaker, turn.role, transcript.text[turn.start : turn.end])
        for turn in transcript.turns
    ] == [
        ("MSM", "interviewer", "How did it begin?"),
        ("MSM", "interviewer", "I mean, when?"),
        ("Dana Low", "interviewee", 'In ‘72, I’d say. We wrote "a lot"\n\nof café reviews.'),
        ("MSM", "interviewer", "And then?"),
        ("Dana Low", "interviewee", "Then what?"),
    ]


def test_menus_scripts_and_footers_are_left_out():
    page = """<body><nav>Home</nav><script>var a = "<p>x</p>";</script><h1>Rain</h1>
    <p>Q: Why?</p><p>A: Clouds.</p><aside>Buy!</aside><footer>Us</footer></body>"""
    document = read(page.encode())
    assert document.text.split() == ["Rain", "Q:", "Why?", "A:", "Clouds."]
    assert document.title == "Rain"


def test_the_podcast_fragment_keeps_its_times():
    page = """<cite>Ann:</cite><time>0:00</time><p>It&#39;s rain. Is it?</p>
    <cite>Bob:</cite><time>1:02:03</time><p>It is.</p>
    <cite>Ann:</cite><time>1:02:05</time><p>Why?</p>"""
    transcript = parse(page.encode(), "a.html")
    assert [(turn.speaker, turn.time_start) for turn in transcript.turns] == [
        ("Ann", 0.0),
        ("Bob", 3723.0),
        ("Ann", 3725.0),
    ]
    assert transcript.text[transcript.turns[0].start :].startswith("It's rain. Is it?")


def test_rows_of_a_table_are_turns():
    page = """<table><tr><td>Ann</td><td>Where?</td></tr><tr><td>Bob</td><td>Here.</td></tr>
    <tr><td>Ann</td><td>When?</td></tr><tr><td>Bob</td><td>Then.</td></tr></table>"""
    transcript = parse(page.encode(), "a.html")
    assert [turn.speaker for turn in transcript.turns] == ["Ann", "Bob"] * 2


@pytest.mark.parametrize(
    "turn",
    [
        '<p><span class="speaker">{}</span> <span class="text">{}</span></p>',
        '<div class="turn"><div class="speaker-name">{}</div><div>{}</div></div>',
        "<dl><dt>{}</dt><dd>{}</dd></dl>",
        "<table><tr><td>{}</td><td>{}</td><td>0:01</td></tr></table>",
        '<p class=MsoNormal><b>{}:<span style="mso-tab-count:1">&nbsp; </span></b>{}<o:p></o:p>',
        "<pre>{}:  {}\n</pre>",
    ],
)
def test_who_speaks_is_told_by_the_page(turn):
    talk = (("Ann", "Where?"), ("Bob", "Here."), ("Ann", "When?"), ("Bob", "Then."))
    transcript = parse("".join(turn.format(*said) for said in talk).encode(), "a.html")
    assert tuple((t.speaker, transcript.text[t.start : t.end]) for t in transcript.turns) == talk


def test_lines_of_preformatted_text_are_lines():
    page = (
        "<pre>\nBERG: Where was it,\n      and when?\n\nLIND: Here.\nBERG: So.\nLIND: So.\n</pre>"
    )
    transcript = parse(page.encode(), "a.html")
    assert [turn.speaker for turn in transcript.turns] == ["BERG", "LIND"] * 2


@pytest.mark.parametrize("encoding", ["utf-8", "utf-16", "windows-1252", "utf-8-sig"])
def test_an_undeclared_encoding_is_found(encoding):
    raw = "<p>Q: Why “now”?</p><p>A: Café.</p>".encode(encoding)
    assert "“now”?" in read(raw).text
    assert "Café" in read(raw).text


def test_a_declared_encoding_is_believed():
    raw = '<meta charset="iso-8859-2"><p>A: Łódź</p>'.encode("iso-8859-2")
    assert "Łódź" in read(raw).text


def test_a_page_without_words_is_a_clear_error():
    with pytest.raises(ParseError, match="no words"):
        parse(b"<html><body><img src=x></body></html>", "a.html")


def test_encoded_transcripts_are_understood():
    talk = "".join(
        f"<sp><speaker>{who}</speaker><p>{words}</p></sp>"
        for who, words in (("Ann", "Where?"), ("Bob", "Here."), ("Ann", "When?"), ("Bob", "Now."))
    )
    raw = (
        f"<?xml version='1.0'?><TEI><teiHeader><p>Of file</p></teiHeader><text>{talk}</text></TEI>"
    )
    transcript = parse(raw.encode(), "a.xml")
    assert [turn.speaker for turn in transcript.turns] == ["Ann", "Bob"] * 2
    assert "Of file" not in transcript.text
