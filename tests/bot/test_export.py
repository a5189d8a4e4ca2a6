"""An export can be checked later: what was tampered with is found, and named."""

from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from bot import InterviewBot
from bot.audit import audit
from bot.export import KINDS, data_of, read, write
from bot.extract import cite, worded
from bot.reply import Reply
from tests.conftest import QUESTION, UNANSWERABLE
from vectorstore.errors import InputError, NotFoundError
from vectorstore.formats import parse
from vectorstore.statement import split
from vectorstore.transcript import Transcript, Turn

BUNDLED = Path("vectorstore/corpus/john-roos-us-japan-alliance.txt")


@pytest.fixture(scope="module")
def source() -> Transcript:
    place = Path(__file__).parents[2] / BUNDLED
    return parse(place.read_bytes(), place.name)


@pytest.fixture(scope="module")
def replies(source: Transcript) -> list[Reply]:
    """An answer with two quotes and a refusal, made without any model."""
    statements = split(source)
    quotes = tuple(
        cite(n, source, s, 0, len(s.text)) for n, s in enumerate(statements[6:8], start=1)
    )
    near = cite(1, source, statements[0], 0, 30)
    return [
        Reply(QUESTION, "\n\n".join(map(worded, quotes)), quotes, True, 0.93),
        Reply(
            UNANSWERABLE, "The interview does not say.", (), False, 0.02, closest=(near,),
            outcome="outside",
        ),
    ]  # fmt: skip


def finder(*transcripts: Transcript):
    def find(transcript_id: str) -> Transcript:
        for transcript in transcripts:
            if transcript.id == transcript_id:
                return transcript
        raise NotFoundError(f"no transcript has the id {transcript_id!r}")

    return find


def changed(text: str, old: str, new: str, count: int = -1) -> str:
    assert old in text
    return text.replace(old, new, count)


@pytest.mark.parametrize("kind", KINDS)
def test_every_export_holds_and_gives_its_replies_back(
    kind: str, replies: list[Reply], source: Transcript
) -> None:
    text = write(replies, kind)
    assert read(text) == (kind, replies)
    found = audit(text, finder(source))
    assert (found.replies, found.quotes, found.problems) == (2, 3, ())


@pytest.mark.parametrize("kind", KINDS)
def test_an_export_survives_other_line_ends_and_a_byte_order_mark(
    kind: str, replies: list[Reply], source: Transcript
) -> None:
    text = "\ufeff" + write(replies, kind).replace("\n", "\r\n")
    assert audit(text, finder(source)).problems == ()


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize(
    ("field", "old", "new"),
    [
        ("quote", "will be important", "will be unimportant"),
        ("speaker", "John Roos", "Joan Roos"),
        ("question", "What is required of the alliance?", "What is forbidden to the alliance?"),
        ("title", "to become crucial", "to become trivial"),
    ],
)
def test_a_change_everywhere_in_the_file_is_caught(
    kind: str, field: str, old: str, new: str, replies: list[Reply], source: Transcript
) -> None:
    text = changed(write(replies, kind), old, new)
    problems = audit(text, finder(source)).problems
    assert any(p.reply == 1 and p.number == 1 for p in problems), field


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize(
    ("field", "value", "reason"),
    [
        ("quote", "I never said that.", "the citation says"),
        ("start", 3206, "the source has"),
        ("end", 99_999, "outside the source"),
        ("speaker", "Kazuyuki Okudaira", "the speaker there is John Roos"),
        ("sha256", "00" * 32, "SHA-256"),
        ("question", "Really?", "the question there"),
        ("title", "Another", "is called"),
        ("context_after", "He laughed.", "the words after it"),
        ("transcript_id", "another", "no transcript has the id"),
    ],
)
def test_a_forged_export_that_agrees_with_itself_is_caught_against_the_source(
    kind: str, field: str, value: object, reason: str, replies: list[Reply], source: Transcript
) -> None:
    first, second = replies[0].citations
    forged = replace(first, **{field: value})
    text = "\n\n".join(map(worded, (forged, second)))
    reply = replace(replies[0], citations=(forged, second), text=text)
    (problem,) = audit(write([reply], kind), finder(source)).problems
    assert (problem.reply, problem.number) == (1, 1)
    assert reason in problem.reason
    assert str(problem).startswith("reply 1 [1] “")


def test_words_changed_for_the_reader_but_not_in_the_data_are_caught(
    replies: list[Reply], source: Transcript
) -> None:
    for kind in ("markdown", "document"):
        text = changed(write(replies, kind), "will be important", "will be unimportant", 1)
        (problem,) = audit(text, finder(source)).problems
        assert (problem.reply, problem.number) == (1, 1)
        assert "was changed or removed" in problem.reason


def test_a_certificate_that_differs_from_its_reply_is_caught(
    replies: list[Reply], source: Transcript
) -> None:
    data = data_of(replies)
    data["certificates"][1]["start"] += 1
    (problem,) = audit(json.dumps(data), finder(source)).problems
    assert (problem.reply, problem.number) == (1, 2)
    assert "certificate's start" in problem.reason


def test_a_certificate_that_is_missing_is_caught(replies: list[Reply], source: Transcript) -> None:
    data = data_of(replies)
    data["certificates"].pop()
    assert audit(json.dumps(data), finder(source)).problems


def test_a_quotation_that_was_added_is_caught_and_a_note_of_ones_own_is_not(
    replies: list[Reply], source: Transcript
) -> None:
    text = write(replies)
    noted = changed(text, "## Quote certificates", "Call him back.\n\n## Quote certificates", 1)
    assert audit(noted, finder(source)).problems == ()
    for added in ("> I resign.", "He said: “I resign.”", "He resigns [3]."):
        forged = changed(text, "## Quote certificates", f"{added}\n\n## Quote certificates", 1)
        (problem,) = audit(forged, finder(source)).problems
        assert "was added" in problem.reason


def test_nothing_at_all_may_be_added_to_the_document(
    replies: list[Reply], source: Transcript
) -> None:
    text = changed(write(replies, "document"), "</head>", "<style>*{}</style>\n</head>")
    assert audit(text, finder(source)).problems


def test_a_source_that_changed_since_is_noticed(replies: list[Reply], source: Transcript) -> None:
    newer = Transcript.of(source.id, source.title, source.text + " ", source.turns)
    newer = replace(newer, id=source.id)
    assert len(audit(write(replies), finder(newer)).problems) == 3


def test_a_reply_as_the_terminal_prints_it_can_be_checked(
    replies: list[Reply], source: Transcript
) -> None:
    printed = json.dumps(replies[0].to_dict(), indent=2)
    assert audit(printed, finder(source)).problems == ()
    wrong = changed(printed, "will be important", "was important", 1)
    assert audit(wrong, finder(source)).problems


def test_a_reply_whose_parts_disagree_is_noticed(replies: list[Reply], source: Transcript) -> None:
    answer = replies[0]
    for wrong in (
        replace(answer, text="He resigns."),
        replace(answer, answered=False),
        replace(answer, citations=(), text=""),
        replace(answer, citations=answer.citations[::-1]),
        replace(answer, generated=True, text="He said “I resign” [1]."),
    ):
        assert audit(write([wrong], "json"), finder(source)).problems


@pytest.mark.parametrize(
    "text",
    ["", "hello", "{", "[]", "{}", '{"format": "roosbot export", "version": 9, "replies": []}',
     "```json\nnot json\n```", '{"format": "roosbot export", "version": 1, "replies": [1]}'],
)  # fmt: skip
def test_what_is_no_export_is_refused_in_one_sentence(text: str, source: Transcript) -> None:
    with pytest.raises(InputError):
        audit(text, finder(source))


def test_an_unknown_kind_names_the_known_ones(replies: list[Reply]) -> None:
    with pytest.raises(InputError, match="markdown, json, document"):
        write(replies, "pdf")


hostile = st.one_of(
    st.text(st.characters(exclude_categories=["Cs"]), min_size=1, max_size=40),
    st.sampled_from(
        ["```", "</script><script>alert(1)</script>", "> “x”", "[1]: http://x", "\u202eabc",
         "<!-- ", "w" * 10_000, "\u2028# x", "a\n\n# b"],
    ),
)  # fmt: skip


@settings(max_examples=60, suppress_health_check=[HealthCheck.too_slow], deadline=None)
@given(hostile, hostile, hostile, st.sampled_from(sorted(KINDS)))
def test_any_words_survive_an_export_and_hold(
    words: str, speaker: str, question: str, kind: str
) -> None:
    text = f"|{words}|"
    turn = Turn(speaker, "interviewee", 0, len(text))
    transcript = Transcript.of("t", question, text, (turn,))
    quotes = tuple(
        cite(n, transcript, s, 0, len(s.text)) for n, s in enumerate(split(transcript), start=1)
    )
    reply = Reply(question, "\n\n".join(map(worded, quotes)), quotes, True, 0.5)
    written = write([reply], kind)
    assert read(written) == (kind, [reply])
    assert audit(written, finder(transcript)).problems == ()
    assert "<script>alert" not in written
    assert "\u202e" not in written or kind == "document"


def test_an_export_of_what_was_really_asked_holds(bot: InterviewBot) -> None:
    asked = [bot.ask(QUESTION), bot.ask(UNANSWERABLE)]
    for kind in KINDS:
        assert audit(write(asked, kind), bot.transcript).problems == ()
