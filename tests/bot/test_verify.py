"""A claim is shown only if the statements that it cites say it, in the named speaker's words."""

from __future__ import annotations

from dataclasses import replace

import pytest

from bot.claims import Claim
from bot.extract import cite
from bot.reply import Reply
from bot.verify import Verdict, verify_claim, verify_reply
from tests.bot.interviewed import interview
from tests.evaluation.claims import FILES, MOST_REMOVED, TARGETS, measure_lies, read

TRANSCRIPT, STATEMENTS = interview()
BEGIN, TUNNEL, MINISTER, OFFER = range(1, 5)


def verdict(text: str, *marks: int) -> Verdict:
    return verify_claim(Claim(text, marks), STATEMENTS, lambda _: TRANSCRIPT)


@pytest.mark.parametrize(
    ("text", "mark"),
    [
        ("Marta Lindqvist: “I went to sea at 17.”", BEGIN),
        ("Lindqvist says that she went to sea at seventeen.", BEGIN),
        ("Lindqvist moved to Gothenburg in 1998.", BEGIN),
        ("She says she never liked Rotterdam.", BEGIN),
        ("According to Lindqvist, they had 34 pilots.", BEGIN),
        ("Lindqvist says the tunnel would close the fairway for 2 years.", TUNNEL),
        ("Erik Sandberg says the government refused the offer.", OFFER),
        ("Sandberg says that Denmark offered to help with 11 dredgers.", OFFER),
    ],
)
def test_what_a_statement_says_is_kept(text: str, mark: int) -> None:
    assert verdict(text, mark).reason == ""


@pytest.mark.parametrize(
    ("text", "mark", "reason"),
    [
        ("Lindqvist: “I went to sea at 16.”", BEGIN, "nobody says"),
        ("Lindqvist: “I went to the sea at 17.”", BEGIN, "nobody says"),
        ("Lindqvist says she went to sea at 18.", BEGIN, "number 18"),
        ("Lindqvist says she went to sea at eighteen.", BEGIN, "number eighteen"),
        ("Lindqvist says she went to sea at 34.", BEGIN, "in place of 34"),
        ("Lindqvist says the tunnel would close the fairway for two months.", TUNNEL, "number two"),
        ("Lindqvist moved to Hamburg in 1998.", BEGIN, "name Hamburg"),
        ("Lindqvist moved to Rotterdam in 1998.", BEGIN, "otterdam"),
        ("Lindqvist says she liked Rotterdam.", BEGIN, "never"),
        ("Lindqvist did not move to Gothenburg in 1998.", BEGIN, "not"),
        ("Sandberg says that they had 34 pilots.", BEGIN, "not who says it"),
        ("Owen Pryce: “We had 34 pilots.”", BEGIN, "not who says it"),
        ("The interviewer says that they had 34 pilots.", BEGIN, "not who says it"),
        ("Captain Lindqvist says that they had 34 pilots.", BEGIN, "Captain"),
        ("Lindqvist wants “the new tunnel”.", TUNNEL, "interviewer's words"),
        ("Lindqvist supports the new tunnel that Denmark wants.", TUNNEL, ""),
        ("Lindqvist says all pilots had 34 dogs.", BEGIN, ""),
        ("Sandberg says the government accepted the offer.", OFFER, "refused offer"),
        ("Lindqvist loves Bach's music.", BEGIN, ""),
        ("Lindqvist: “We had 34 pilots.", BEGIN, "not closed"),
        ("Lindqvist says “liked Rotterdam”.", BEGIN, "never"),
        ("The ferry would close the fairway for two years.", TUNNEL, "in place of ferry"),
        ("Here is what I found:", BEGIN, ""),
        ("Lindqvist.", BEGIN, "nothing that could be checked"),
        ("The answer is 17.", BEGIN, "nothing that could be checked"),
        ("The answer is Gothenburg.", BEGIN, "nothing that could be checked"),
        ("See [12] for the 34 pilots.", BEGIN, "brackets"),
    ],
)
def test_what_a_statement_does_not_say_is_removed(text: str, mark: int, reason: str) -> None:
    found = verdict(text, mark)
    assert found.reason
    assert reason in found.reason
    assert not found.spans


@pytest.mark.parametrize(
    "quote",
    [
        "In 1998 I moved to Gothenburg - a \"quiet\" town.",
        "in 1998 I moved to Gothenburg — a 'quiet' town.".replace("'", "\u201f"),
        "In  1998\u00a0I moved to Gothenburg – a “quiet” town.",
    ],
)  # fmt: skip
def test_a_quotation_is_repaired_to_the_exact_words(quote: str) -> None:
    found = verdict(f"Lindqvist: «{quote}»", BEGIN)
    assert "“In 1998 I moved to Gothenburg — a “quiet” town.”" in found.text


def test_a_line_break_in_the_source_is_no_difference() -> None:
    found = verdict("Lindqvist: “I never liked Rotterdam.”", BEGIN)
    assert found.text == "Lindqvist: “I never liked\nRotterdam.”"


@pytest.mark.parametrize("said", ["We had 34 pilots.", "Lindqvist says that we had 34 pilots."])
def test_what_is_copied_as_i_or_we_is_shown_as_the_speakers_quotation(said: str) -> None:
    assert verdict(said, BEGIN).text == "Marta Lindqvist: “We had 34 pilots.”"


def test_i_and_we_in_other_words_than_the_speakers_are_nobodys() -> None:
    assert "“I” or “we”" in verdict("We had 34 very good pilots.", BEGIN).reason
    assert "“I” or “we”" in verdict("Our town: “We had 34 pilots.”", BEGIN).reason


def test_half_a_word_is_no_quotation() -> None:
    assert "nobody says" in verdict("She says “ever liked” it.", BEGIN).reason


def test_a_comma_that_belongs_to_the_claim_is_put_outside() -> None:
    found = verdict("“We had 34 pilots,” Lindqvist says.", BEGIN)
    assert found.text == "“We had 34 pilots”, Lindqvist says."


def test_a_claim_is_shown_with_the_sentence_that_supports_it() -> None:
    [(statement, start, end)] = verdict("Lindqvist had 34 pilots.", BEGIN).spans
    assert statement.text[start:end] == "We had 34 pilots."


def test_a_claim_without_a_usable_mark_is_held_against_every_statement() -> None:
    for marks in ((), (9,), (0, 77)):
        [(statement, *_)] = verdict("Sandberg says the government refused the offer.", *marks).spans
        assert statement.speaker == "Erik Sandberg"
    assert verdict("Lindqvist was born in Bergen.").reason == "no statement says it"


def test_a_wrong_mark_is_not_put_right_silently() -> None:
    assert verdict("Sandberg says the government refused the offer.", BEGIN).reason


def test_of_several_marks_only_those_that_support_the_claim_are_kept() -> None:
    found = verdict("Lindqvist says they had 34 pilots.", TUNNEL, BEGIN, OFFER)
    assert [s.id for s, *_ in found.spans] == [STATEMENTS[0].id]


def test_a_claim_may_take_its_parts_from_several_statements_of_one_speaker() -> None:
    text = "Lindqvist says that they had 34 pilots and the tunnel would close the fairway."
    found = verdict(text, BEGIN, TUNNEL)
    assert found.reason == ""
    assert [s.id for s, *_ in found.spans] == [STATEMENTS[0].id, STATEMENTS[1].id]
    assert verdict(text.replace("close", "paint"), BEGIN, TUNNEL).reason


@pytest.mark.parametrize("text", ["No.", "no", "Lindqvist: “No.”"])
def test_a_no_carries_the_question_it_answers(text: str) -> None:
    found = verdict(text, TUNNEL)
    assert "asked “Do you support the new tunnel that Denmark wants?”: “No.”" in found.text
    [(statement, start, end)] = found.spans
    assert statement.text[start:end] == "No."


def test_a_yes_where_the_speaker_said_no_is_removed() -> None:
    assert verdict("Yes.", TUNNEL).reason
    assert verdict("No.", BEGIN).reason


def test_reported_speech_is_marked() -> None:
    found = verdict("Lindqvist says the fairway would be dredged in March.", MINISTER)
    assert found.text.endswith("(reported by Marta Lindqvist: “The minister told me that”)")


def test_a_claim_that_says_whose_words_it_reports_needs_no_mark() -> None:
    text = "The minister told Lindqvist that the fairway would be dredged in March."
    assert verdict(text, MINISTER).text == text


def test_the_readers_judgement_decides_where_words_differ() -> None:
    claim = Claim("Lindqvist says the tunnel would close the waterway for two years.", (TUNNEL,))
    free = Claim("Lindqvist fears that the tunnel closes their waterway.", (TUNNEL,))
    verdicts = [
        verify_claim(c, STATEMENTS, lambda _: TRANSCRIPT, lambda *_, p=p: p).reason
        for c in (claim, free)
        for p in (0.9, 0.1)
    ]
    assert verdicts[0] == ""
    assert verdicts[3] != ""


def test_a_long_claim_hides_no_invention_in_its_length() -> None:
    true = "Lindqvist went to sea at 17, moved to Gothenburg in 1998 and had 34 pilots"
    assert verify_claim(Claim(f"{true}.", (BEGIN,)), STATEMENTS, lambda _: TRANSCRIPT).reason == ""
    claim = Claim(f"{true}, whom she trained with patience and humour.", (BEGIN,))
    found = verify_claim(claim, STATEMENTS, lambda _: TRANSCRIPT, lambda *_: 1.0)
    assert "does not say “" in found.reason


def test_a_changed_citation_is_found() -> None:
    good = cite(1, TRANSCRIPT, STATEMENTS[0], 0, 20)
    reply = Reply("?", "", (good,), answered=True, confidence=1.0)
    assert verify_reply(reply, lambda _: TRANSCRIPT) == []
    for change in (
        {"quote": "I went to war at 17."},
        {"start": 3},
        {"speaker": "X"},
        {"end": 9999},
    ):
        lie = replace(reply, citations=(replace(good, **change),))
        assert verify_reply(lie, lambda _: TRANSCRIPT)


def test_lies_are_caught_as_often_as_promised() -> None:
    measured, _ = measure_lies(read(FILES[:1]))
    assert measured["mutations"] >= 100
    assert all(share >= TARGETS[kind] for kind, share in measured["caught"].items())
    assert measured["removed"] <= MOST_REMOVED
