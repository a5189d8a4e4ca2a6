"""The page's wiring: what the browser may call, and what it gets."""

from __future__ import annotations

import base64
import json
import re
from pathlib import Path
from typing import Any

import gradio as gr
import pytest
from fastapi import FastAPI

from bot import Client, InterviewBot
from bot.app import build
from bot.app.assets import asset
from bot.app.desk import LARGEST_UPLOAD, calls
from bot.app.page import SESSIONS, steps
from bot.app.starters import MOST, asked, in_turn
from bot.export import KINDS
from bot.feedback import FILE, ratings
from bot.reply import Reply
from tests.conftest import UNANSWERABLE
from tests.loopback import serving
from vectorstore.transcript import Transcript, Turn

# The interviewer's own question: whatever reads, its answer is there.
ASKED = "What is required of the alliance?"


class Desk:
    """The page's calls by name."""

    def __init__(self, bot: InterviewBot) -> None:
        self._calls = {call.__name__: call for call in calls(bot)}

    def __call__(self, name: str, **payload: Any) -> dict[str, Any]:
        answer = self._calls[name](payload)
        json.dumps(answer)
        return answer


@pytest.fixture(scope="module")
def desk(bot: InterviewBot) -> Desk:
    return Desk(bot)


@pytest.fixture
def own_desk(own_bot: InterviewBot) -> Desk:
    return Desk(own_bot)


async def taken(bot: InterviewBot, **payload: Any) -> list[dict[str, Any]]:
    return [step async for step in steps(bot, {"key": "k", **payload})]


async def test_a_question_goes_through_its_stages_to_the_whole_reply(bot: InterviewBot) -> None:
    *before, last = await taken(bot, question=ASKED)
    assert [step["stage"] for step in before][:2] == ["retrieve", "read"]
    assert {step["key"] for step in [*before, last]} == {"k"}
    reply = Reply.from_dict(last["reply"])
    assert reply.answered
    assert "cybersecurity" in reply.citations[0].quote
    assert f'data-start="{reply.citations[0].start}"' in last["html"]


async def test_the_page_and_the_sdk_give_the_same_reply(bot: InterviewBot) -> None:
    history = [{"role": "user", "content": "What worries him?"}]
    *_, last = await taken(bot, question="Why is that?", history=history)
    ours = bot.ask("Why is that?", history=history).to_dict()
    assert {**last["reply"], "timings": {}} == {**ours, "timings": {}}


@pytest.mark.parametrize("question", ["", "x" * 2001, "a\x00b", None, 7])
async def test_a_question_that_cannot_be_asked_is_told_in_one_sentence(
    bot: InterviewBot, question: Any
) -> None:
    (step,) = await taken(bot, question=question)
    assert step["error"].startswith("the question")


async def test_an_unknown_interview_in_the_filter_is_told(bot: InterviewBot) -> None:
    (step,) = (await taken(bot, question=ASKED, transcripts=["none"]))[-1:]
    assert "none" in step["error"]


def test_the_interviews_come_with_those_who_answer(desk: Desk) -> None:
    (interview,) = desk("list_interviews")["interviews"]
    assert interview["speakers"] == ["John Roos"]


def test_starter_questions_come_from_the_interview_and_are_answered(
    desk: Desk, bot: InterviewBot
) -> None:
    questions = desk("list_starters")["questions"]
    assert 1 <= len(questions) <= MOST
    assert all(bot.ask(question).answered for question in questions)


def test_a_question_that_leans_on_the_sentence_before_takes_it_along() -> None:
    text = "The president says so. Do you agree with him? And why? What is next for Japan?"
    transcript = Transcript.of("t", "t", text, (Turn("A", "interviewer", 0, len(text)),))
    assert asked(transcript) == [
        "The president says so. Do you agree with him?",
        "What is next for Japan?",
    ]


def test_every_interview_has_its_turn_among_the_starters() -> None:
    assert in_turn([["a", "b", "c"], ["d"], ["e", "a"]]) == ["a", "d", "e", "b", "c"]


def test_a_citations_words_are_marked_exactly(desk: Desk, bot: InterviewBot) -> None:
    (citation, *_) = bot.ask(ASKED).citations
    answer = desk("mark_words", id=citation.transcript_id, start=citation.start, end=citation.end)
    ((place, html),) = answer["blocks"].items()
    assert re.findall(r'<mark class="quoted">(.*?)</mark>', html) == [citation.quote]
    assert f'id="{place}"' in desk("read_transcript", id=citation.transcript_id)["html"]


def test_words_are_found_in_a_transcript(desk: Desk) -> None:
    answer = desk("find_words", id="john-roos-us-japan-alliance", words="CYBER")
    assert answer["count"] == 3
    assert sum(html.count("<mark") for html in answer["blocks"].values()) == 3


def test_kept_replies_are_drawn_again_with_their_citations(desk: Desk, bot: InterviewBot) -> None:
    kept = json.loads(json.dumps(bot.ask(ASKED).to_dict()))
    (html,) = desk("present_replies", replies=[kept])["html"]
    assert html.startswith('<h3 class="asked">What is required of')
    assert 'data-number="1"' in html


def test_a_certificate_is_checked_when_it_is_shown(desk: Desk, bot: InterviewBot) -> None:
    citation = bot.ask(ASKED).citations[0].to_dict()
    assert "word for word" in desk("certify_quote", citation=citation)["html"]
    forged = {**citation, "quote": "I resign."}
    assert "does not hold" in desk("certify_quote", citation=forged)["html"]
    gone = {**citation, "transcript_id": "gone"}
    assert "does not hold" in desk("certify_quote", citation=gone)["html"]


@pytest.mark.parametrize("kind", KINDS)
def test_a_conversation_is_taken_along(desk: Desk, bot: InterviewBot, kind: str) -> None:
    asked = [bot.ask(ASKED).to_dict(), bot.ask(UNANSWERABLE).to_dict()]
    answer = desk("take_away", kind=kind, replies=asked)
    assert answer["broken"] == []
    assert answer["name"] == f"interview-quotes{KINDS[kind].suffix}"
    assert "What is required of the alliance?" in answer["text"]


def test_an_export_of_a_quote_that_no_longer_holds_says_so(desk: Desk, bot: InterviewBot) -> None:
    reply = bot.ask(ASKED).to_dict()
    reply["citations"][0]["sha256"] = "00" * 32
    assert "SHA-256" in desk("take_away", kind="json", replies=[reply])["broken"][0]


def test_a_rating_goes_to_the_home_and_nowhere_else(own_desk: Desk, own_bot: InterviewBot) -> None:
    home = own_bot.settings.home
    before = {path.name for path in home.iterdir()}
    reply = own_bot.ask(UNANSWERABLE).to_dict()
    assert own_desk("rate_reply", key="k", reply=reply, thumb="up", word="") == {"kept": True}
    own_desk("rate_reply", key="k", reply=reply, thumb="up", word="right")
    assert [one["word"] for one in ratings(home)] == ["right"]
    assert {path.name for path in home.iterdir()} - before == {FILE}


def encoded(name: str, content: bytes) -> dict[str, str]:
    return {"name": name, "base64": base64.b64encode(content).decode()}


def test_uploads_are_reported_file_by_file_and_added(
    own_desk: Desk, own_bot: InterviewBot, tmp_path: Path
) -> None:
    talk = b"Talk on tides\n\nQ: What moves the tides?\n\nAda Moon: The moon moves the tides.\n"
    answer = own_desk(
        "add_interviews", files=[encoded("../../tides.txt", talk), encoded("x.bin", b"\x00\x01")]
    )
    assert [(f["name"], f["status"]) for f in answer["files"]] == [
        ("tides.txt", "added"),
        ("x.bin", "failed"),
    ]
    assert answer["files"][1]["note"]
    assert len(own_bot.transcripts()) == 2
    again = own_desk("add_interviews", files=[encoded("tides.txt", talk)])
    assert again["files"][0]["status"] == "unchanged"
    assert len(own_bot.transcripts()) == 2


@pytest.mark.parametrize(
    "file",
    [{"name": "..", "base64": ""}, {"name": "a.txt", "base64": "*"}, {"name": "a.txt"}, "a.txt",
     {"name": "a.txt", "base64": "A" * (LARGEST_UPLOAD * 4 // 3 + 8)}],
)  # fmt: skip
def test_an_upload_that_cannot_be_used_is_told(desk: Desk, file: Any) -> None:
    assert set(desk("add_interviews", files=[file])) == {"error"}


@pytest.mark.parametrize(
    ("name", "payload"),
    [
        ("read_transcript", {}),
        ("read_transcript", {"id": "../../etc/passwd"}),
        ("mark_words", {"id": "john-roos-us-japan-alliance", "start": -1, "end": 5}),
        ("mark_words", {"id": "john-roos-us-japan-alliance", "start": "0", "end": 5}),
        ("mark_words", {"id": "john-roos-us-japan-alliance", "start": 5, "end": 10**9}),
        ("find_words", {"id": "john-roos-us-japan-alliance"}),
        ("present_replies", {"replies": [{"question": "?"}]}),
        ("present_replies", {"replies": 3}),
        ("certify_quote", {"citation": {}}),
        ("take_away", {"kind": "pdf", "replies": []}),
        ("rate_reply", {"key": "k", "reply": {}, "thumb": "up", "word": ""}),
        ("add_interviews", {}),
    ],
)
def test_whatever_the_browser_sends_the_answer_is_an_error_in_words(
    desk: Desk, name: str, payload: dict[str, Any]
) -> None:
    answer = desk(name, **payload)
    assert set(answer) == {"error"}
    assert answer["error"]


async def test_the_pages_own_events_are_not_part_of_the_public_interface(
    bot: InterviewBot,
) -> None:
    blocks = build(bot)
    named = {fn.api_name for fn in blocks.fns.values() if fn.api_visibility == "public"}
    assert {"ask", "search", "transcripts"} <= named
    assert not any(name.startswith("page_") for name in named)
    assert blocks.analytics_enabled is False


@pytest.mark.parametrize("name", ["page.html", "page.css", "page.js", "transcript.js"])
def test_nothing_in_the_page_points_to_another_address(name: str) -> None:
    assert not re.search(r"https?:|[\"'(]//", asset(name))


def test_every_act_of_the_page_has_its_button_and_every_button_its_act() -> None:
    script, shown = asset("page.js"), asset("page.html")
    acts = set(
        re.findall(
            r"^    '?([a-z-]+)'?(?:: |,$)", script.split("const acts = {")[1].split("\n};")[0], re.M
        )
    )
    source = (Path(__file__).parents[2] / "bot" / "present.py").read_text("utf-8")
    used = set(re.findall(r'data-act="([a-z-]+)"', shown + source))
    used |= set(re.findall(r"dataset\.act = '([a-z-]+)'", script))
    assert acts == used


def test_calls_that_are_over_are_forgotten(bot: InterviewBot) -> None:
    made: list[gr.Blocks] = []

    def mounted() -> FastAPI:
        made.append(build(bot))
        return gr.mount_gradio_app(FastAPI(), made[0], path="/", ssr_mode=False)

    with serving(mounted) as url, Client(url) as client:
        for _ in range(SESSIONS + 5):
            client.version()
    assert 0 < len(made[0].state_holder.session_data) <= SESSIONS + 1
