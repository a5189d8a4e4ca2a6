"""A chat model's text is taken apart into the same claims however it arrives."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bot.claims import Claims, claims_in

TEXT = (
    '**Roos** says it was "the biggest crisis." [1] He worked with five ministers (2). The U.S. '
    "Embassy helped.【3】 No, he disagrees [1, 2]. “First. Second.” [2][3]\n- Point one¹²\n"
    "- Mr. Smith said five (5) ministers came [4-5].\n[2]\n\n(1) Roos said “x” [^9] and more"
)


@pytest.mark.parametrize(
    ("mark", "numbers"),
    [
        ("[1]", (1,)), ("[1][2]", (1, 2)), ("[1] [2]", (1, 2)), ("[1, 2]", (1, 2)),
        ("[1,2,3]", (1, 2, 3)), ("[1; 3]", (1, 3)), ("[1-3]", (1, 2, 3)), ("[2–3]", (2, 3)),
        ("[1 and 2]", (1, 2)), ("【1】", (1,)), ("【2†source】", (2,)), ("【1】【3】", (1, 3)),
        ("(1)", (1,)), ("(1, 2)", (1, 2)), ("¹", (1,)), ("²³", (2, 3)), ("[^1]", (1,)),
        ("<sup>1</sup>", (1,)), ("<sup>[2]</sup>", (2,)), ("[Statement 2]", (2,)),
        ("(statement 3)", (3,)), ("[source: 1]", (1,)), ("[[2]]", (2,)), ("[1](#source)", (1,)),
        ("[S2]", (2,)), ("[99]", (99,)), ("[0]", (0,)), ("", ()),
    ],
)  # fmt: skip
@pytest.mark.parametrize("place", ["before", "after"])
def test_a_mark_is_understood_in_every_form(
    mark: str, numbers: tuple[int, ...], place: str
) -> None:
    text = (
        f"Roos praises Japan {mark}.".replace(" .", ".")
        if place == "before"
        else f"Roos praises Japan. {mark}"
    )
    [claim] = claims_in(text, 5)
    assert (claim.text, claim.marks) == ("Roos praises Japan.", numbers)


@pytest.mark.parametrize(
    "text",
    [
        "Roos met five (5) ministers.",
        "It grew by 10² metres.",
        "Roos came (in 2011) to Tokyo.",
        "The [SDF] went abroad.",
        "Roos left (2013).",
    ],
)
def test_what_only_looks_like_a_mark_is_left_alone(text: str) -> None:
    [claim] = claims_in(text, 3)
    assert claim.text in {text, text.replace(" (5)", "")}
    assert claim.marks == () or claim.text != text


def test_marks_after_the_full_stop_belong_to_the_sentence_before() -> None:
    first, second = claims_in("Roos came. [1] He left. [2]", 2)
    assert (first.text, first.marks) == ("Roos came.", (1,))
    assert (second.text, second.marks) == ("He left.", (2,))


def test_a_line_of_marks_belongs_to_the_line_above() -> None:
    first, second = claims_in("Roos came.\n[1]\nHe left.", 2)
    assert (first.marks, second.marks) == ((1,), ())


def test_a_quotation_of_several_sentences_is_one_claim() -> None:
    [claim] = claims_in("Roos: “This worries me. It is crucial! Why?” [1]", 2)
    assert claim.text == "Roos: “This worries me. It is crucial! Why?”"


@pytest.mark.parametrize("text", ["He met Mr. Abe in the U.S. Embassy.", "It is J. Roos, i.e. he."])
def test_an_abbreviation_ends_no_claim(text: str) -> None:
    assert [c.text for c in claims_in(text, 1)] == [text]


def test_a_leading_yes_or_no_is_a_claim_of_its_own() -> None:
    answer, reason = claims_in("No, Japan has contributed [1].", 1)
    assert (answer.text, answer.marks) == ("No.", (1,))
    assert (reason.text, reason.marks) == ("Japan has contributed.", (1,))


def test_markdown_is_not_part_of_a_claim() -> None:
    texts = [c.text for c in claims_in("# Reply\n\n1. **Roos** came [1]\n> *He* left [1]\n---", 1)]
    assert texts == ["Reply", "Roos came", "He left"]


def test_a_new_paragraph_is_known() -> None:
    claims = claims_in("One is here. Two is here.\n\nThree is here.", 1)
    assert [c.paragraph for c in claims] == [False, False, True]


def test_a_claim_is_given_as_soon_as_the_next_one_begins() -> None:
    splitter = Claims(2)
    assert list(splitter.feed("Roos came. ")) == []
    assert list(splitter.feed("[1")) == []
    assert list(splitter.feed("] ")) == []
    [claim] = splitter.feed("H")
    assert (claim.text, claim.marks) == ("Roos came.", (1,))
    [rest] = splitter.finish()
    assert rest.text == "H"


def test_a_sentence_that_was_cut_off_is_not_whole() -> None:
    splitter = Claims(1)
    claims = [*splitter.feed("Roos came. [1] He said that the"), *splitter.finish(whole=False)]
    assert [c.whole for c in claims] == [True, False]


def test_text_without_end_is_cut_rather_than_kept_for_ever() -> None:
    assert len(claims_in("word " * 2000, 1)) > 3


@settings(max_examples=200, deadline=None)
@given(st.lists(st.integers(1, len(TEXT)), max_size=40))
def test_where_the_pieces_are_cut_changes_nothing(cuts: list[int]) -> None:
    splitter, claims, begin = Claims(5), [], 0
    for cut in [*sorted(cuts), len(TEXT)]:
        claims.extend(splitter.feed(TEXT[begin:cut]))
        begin = cut
    assert [*claims, *splitter.finish()] == claims_in(TEXT, 5)


@settings(max_examples=200, deadline=None)
@given(st.text(alphabet='ab A.!?\n"“”[]()【】12,¹²*-', max_size=60), st.integers(0, 60))
def test_no_text_is_too_strange(text: str, cut: int) -> None:
    splitter = Claims(3)
    claims = [*splitter.feed(text[:cut]), *splitter.feed(text[cut:]), *splitter.finish()]
    assert claims == claims_in(text, 3)
