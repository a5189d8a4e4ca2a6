"""What people see of a reply: exact words, and nothing that a text could do to the page."""

from __future__ import annotations

import re
from dataclasses import replace
from html.parser import HTMLParser

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.app import pane
from bot.present import (
    attributed,
    certificate_html,
    clock,
    confidence_words,
    escape,
    markdown,
    plain,
    qualifies,
    reply_html,
    source_html,
    sureness,
)
from bot.reply import Citation, Removed, Reply
from vectorstore.transcript import Transcript, Turn

HOSTILE = [
    "<script>alert(1)</script>",
    '"><img src=x onerror=alert(1)>',
    "' onmouseover='alert(1)",
    "[click](javascript:alert(1)) ![x](http://evil.example/x.png)",
    "</li></ol><h1>You won</h1>",
    "&lt;b&gt; &#x3C;script&#x3E;",
    "harmless \u202egnp.exe\u202c text",
    "w" * 10_000,
    "${alert(1)} {{constructor}} `x`",
]

texts = st.one_of(st.text(st.characters(exclude_categories=["Cs", "Cc"])), st.sampled_from(HOSTILE))


class Page(HTMLParser):
    """Tags, attributes and text of an HTML fragment, as a browser would find them."""

    def __init__(self, html: str) -> None:
        super().__init__(convert_charrefs=True)
        self.tags: list[str] = []
        self.attributes: dict[str, list[str]] = {}
        self.words: list[str] = []
        self.feed(html)
        self.close()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append(tag)
        for name, value in attrs:
            self.attributes.setdefault(name, []).append(value or "")

    def handle_data(self, data: str) -> None:
        self.words.append(data)

    @property
    def text(self) -> str:
        return "".join(self.words)


def citation(number: int = 1, **changes: object) -> Citation:
    made = Citation(
        number=number, quote="This worries me.", speaker="John Roos", question="What worries you?",
        statement_id=f"t:{number}", transcript_id="t", title="A talk", start=10 * number,
        end=10 * number + 16, sha256="ab" * 32,
    )  # fmt: skip
    return replace(made, **changes)  # type: ignore[arg-type]


def reply(*citations: Citation, **changes: object) -> Reply:
    made = Reply("What worries him?", "…", citations, bool(citations), 0.97)
    return replace(made, **changes)  # type: ignore[arg-type]


@given(texts)
def test_escaped_text_reads_as_it_was_and_makes_no_element(text: str) -> None:
    page = Page(f"<p>{escape(text)}</p>")
    assert page.text.replace("\r", "\n") == text.replace("\r", "\n")
    assert set(page.tags) <= {"p", "span"}


@given(texts, texts, texts, texts)
def test_whatever_a_source_says_its_card_has_the_same_elements(
    quote: str, speaker: str, question: str, title: str
) -> None:
    hostile = citation(quote=quote, speaker=speaker, question=question or "?", title=title)
    made, usual = Page(source_html(hostile)), Page(source_html(citation()))
    assert [t for t in made.tags if t != "span"] == [t for t in usual.tags if t != "span"]
    assert set(made.attributes) <= set(usual.attributes) | {"title"}
    assert not any(name.startswith("on") for name in made.attributes)


def test_a_character_that_reorders_text_stands_alone_in_an_isolating_element() -> None:
    html = escape("a\u202eb")
    assert html == 'a<span class="reorders" title="U+202E">&#x202E;</span>b'


def test_control_characters_are_shown_by_number() -> None:
    assert Page(escape("a\x00b\x1b[31m\ud800")).text == "a<U+0000>b<U+001B>[31m<U+D800>"
    assert plain("a\x1b[31m\u202e") == "a<U+001B>[31m<U+202E>"


@pytest.mark.parametrize("text", HOSTILE)
def test_markdown_has_no_link_image_heading_or_element(text: str) -> None:
    made = markdown(f"# {text}\n- more")
    assert "\n" not in made
    assert not re.search(r"(?<!\\)[\[\]()#<>`*_]", made.replace("&lt;", "").replace("&gt;", ""))


@given(st.integers(1, 12), texts)
def test_every_mark_opens_the_source_of_its_number(many: int, text: str) -> None:
    citations = [
        citation(n, quote=f"{text} {n}", start=100 * n, end=100 * n + 5) for n in range(1, many + 1)
    ]
    html = reply_html(reply(*citations))
    cards = re.findall(
        r'<li class="source" data-transcript="t" data-start="(\d+)" data-end="(\d+)"'
        r' data-number="(\d+)"><p class="by"><button[^>]*data-number="(\d+)"[^>]*>\[(\d+)\]',
        html,
    )
    assert [tuple(map(int, card)) for card in cards] == [
        (c.start, c.end, c.number, c.number, c.number) for c in citations
    ]


def test_marks_in_a_worded_reply_are_buttons_only_where_there_is_a_source() -> None:
    made = reply(citation(), text="He worries [1]. See [2].\n\nAnd [1].", generated=True)
    worded = reply_html(made).split("</div>")[0]
    assert worded.count('data-number="1"') == 2
    assert "See [2]." in Page(worded).text


def test_removed_claims_are_counted_and_struck_through() -> None:
    made = reply(citation(), generated=True, removed=(Removed("He likes tea.", "nobody says so"),))
    html = reply_html(made)
    assert "1 claim was removed" in html
    assert "<del>He likes tea.</del> <span>nobody says so</span>" in html


def test_a_refusal_says_so_and_calls_the_closest_no_answer() -> None:
    made = Reply(
        "Tea?", "The interview does not say.", (), False, 0.02, closest=(citation(),),
        outcome="not_addressed",
    )  # fmt: skip
    page = Page(reply_html(made))
    assert "reply refused" in page.attributes["class"]
    assert "The interview does not say." in page.text
    assert "Closest, but not an answer" in page.text
    assert "Very sure that it is not said" in page.text


def test_a_quote_stands_between_its_neighbours() -> None:
    html = source_html(citation(context_before="I travel.", context_after="But I sleep."))
    assert Page(html).text.count("I travel. “This worries me.” But I sleep.") == 1


def test_a_quote_from_within_a_sentence_is_not_run_together_with_its_neighbours() -> None:
    made = citation(quote="worries me", context_before="I travel.", context_after="I sleep.")
    assert "I travel. … “worries me” … I sleep." in Page(source_html(made)).text


@pytest.mark.parametrize(
    ("after", "qualified"),
    [
        ("But I sleep.", True), ("However, it passed.", True), ("— although not much.", True),
        ("“But no.”", True), ("Buttons help.", False), ("I sleep, but badly.", False), ("", False),
    ],
)  # fmt: skip
def test_a_next_sentence_that_takes_something_back_is_pointed_out(
    after: str, qualified: bool
) -> None:
    made = citation(context_after=after)
    assert qualifies(made) is qualified
    assert ("The next sentence qualifies this" in source_html(made)) is qualified


def test_confidence_is_in_words_with_the_number_in_the_tip_alone() -> None:
    html = reply_html(reply(citation()))
    assert "Very sure that this answers" in html
    assert "97 %" in html.split('class="tip"')[1]
    assert "0.97" not in Page(html).text


def test_how_sure_a_reply_is_counts_for_answers_and_refusals_alike() -> None:
    assert sureness(reply(citation(), confidence=0.8)) == "Fairly sure"
    assert sureness(reply(answered=False, confidence=0.2)) == "Fairly sure"
    assert sureness(reply(answered=False, confidence=0.7)) == "Not very sure"
    assert confidence_words(0.95) == "almost certainly answered"


def test_a_copied_quote_names_speaker_question_and_interview() -> None:
    assert attributed(citation(metadata={"date": "2020-01-19"})) == (
        "“This worries me.” — John Roos, asked “What worries you?”. A talk (2020-01-19)"
    )


def test_a_certificate_says_whether_the_quote_holds() -> None:
    assert "word for word" in certificate_html(citation(), "")
    broken = certificate_html(citation(), "the source has <b>'x'</b> there")
    assert "does not hold: the source has &lt;b&gt;" in broken


def test_places_in_a_recording_read_as_a_clock() -> None:
    assert [clock(s) for s in (0, 61.9, 3723)] == ["00:00", "01:01", "1:02:03"]


# ---- the transcript beside ----

TEXT = "Q: Are you well?\n\nA: I am. 👍🏽 Quite.\n\nBut <tired>.\n\nB: Me too."


def talk(text: str = TEXT) -> Transcript:
    turns = (
        Turn("Ann <i>Asker</i>", "interviewer", 3, text.index("\n")),
        Turn("Abe", "interviewee", text.index("I am"), text.index("\n\nB:")),
        Turn("Bea", "interviewee", text.index("Me too"), len(text), time_start=75.0),
    )
    return Transcript.of("talk", "A <b>talk</b>", text, turns, {"date": "2020", "format": "text"})


def test_the_transcript_names_speakers_and_tells_questions_from_answers() -> None:
    page = Page(pane.transcript_html(talk()))
    assert page.attributes["class"] == ["turn interviewer", "turn interviewee", "turn interviewee"]
    assert page.text == (
        "A <b>talk</b>Date2020Ann <i>Asker</i>Are you well?AbeI am. 👍🏽 Quite.But <tired>."
        "Bea 01:15Me too."
    )


@given(st.data())
def test_a_mark_holds_exactly_the_characters_of_its_span(data: st.DataObject) -> None:
    transcript = talk()
    paragraph = data.draw(st.sampled_from(list(pane.paragraphs(transcript))))
    start = data.draw(st.integers(paragraph.start, paragraph.end - 1))
    end = data.draw(st.integers(start + 1, paragraph.end))
    blocks = pane.marked(transcript, [(start, end)], "quoted")
    assert list(blocks) == [paragraph.id]
    inside = re.search(r'<mark class="quoted">(.*)</mark>', blocks[paragraph.id], re.S)
    assert inside is not None
    assert Page(inside[1]).text == TEXT[start:end]
    assert Page(blocks[paragraph.id]).text == TEXT[paragraph.start : paragraph.end]


def test_searching_finds_words_in_any_case_and_only_in_what_is_said() -> None:
    transcript = talk()
    assert [TEXT[a:b] for a, b in pane.find(transcript, "  i  AM ")] == ["I am"]
    assert pane.find(transcript, "B:") == []
    assert pane.find(transcript, " ") == []
    assert pane.find(transcript, "(.*") == []


def test_searching_a_long_transcript_stops_at_the_most_marks() -> None:
    text = "word " * 2000
    transcript = Transcript.of("l", "l", text, (Turn("A", "interviewee", 0, len(text)),))
    assert len(pane.find(transcript, "word")) == pane.MOST_FOUND
