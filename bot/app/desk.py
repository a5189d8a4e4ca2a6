"""What the page asks for besides replies: plain dictionaries in, plain dictionaries out."""

from __future__ import annotations

import base64
import binascii
import tempfile
from collections.abc import Callable, Mapping
from pathlib import Path, PurePosixPath
from typing import TYPE_CHECKING, Any

from bot import audit, export, feedback
from bot.app import pane
from bot.app.starters import Starters
from bot.present import certificate_html, question_html, reply_html
from bot.reply import Citation, Reply
from bot.verify import verify_citation
from vectorstore.errors import InputError, NotFoundError, RoosbotError

if TYPE_CHECKING:
    from bot import InterviewBot

Payload = Mapping[str, Any]
Answer = Callable[[Payload], dict[str, Any]]
Call = Callable[["InterviewBot", Payload], dict[str, Any]]

# A day's interviews; a recording or a video dropped by mistake is refused before it is read.
LARGEST_UPLOAD = 50_000_000


def calls(bot: InterviewBot) -> list[Answer]:
    """Everything that the page may call, by the functions' names."""
    starters = Starters(bot)

    def list_starters(bot: InterviewBot, _: Payload) -> dict[str, Any]:
        return {"questions": starters.questions()}

    return [answering(call, bot) for call in (*_CALLS, list_starters)]


def answering(call: Call, bot: InterviewBot) -> Answer:
    """The same call on a bot, with every error that a person can mend as {"error": ...}."""

    def answer(payload: Payload) -> dict[str, Any]:
        try:
            return call(bot, payload)
        except RoosbotError as error:
            return {"error": str(error)}
        except (KeyError, TypeError, ValueError, AttributeError) as error:
            return {"error": f"the page sent something that cannot be used: {error}"}

    # Not `functools.wraps`: Gradio would follow it to the two parameters of the call.
    answer.__name__ = call.__name__
    return answer


def replies(payload: Payload) -> list[Reply]:
    """The conversation as the browser kept it."""
    return [Reply.from_dict(data) for data in payload["replies"]]


def text(payload: Payload, name: str) -> str:
    """A string of the payload.

    Raises:
        InputError: It is missing or no string.
    """
    value = payload.get(name)
    if not isinstance(value, str):
        raise InputError(f"{name} is missing or no text")
    return value


def number(payload: Payload, name: str) -> int:
    """A whole number of the payload.

    Raises:
        InputError: It is missing or no whole number.
    """
    value = payload.get(name)
    if not isinstance(value, int) or isinstance(value, bool):
        raise InputError(f"{name} is missing or no whole number")
    return value


def _kept(folder: Path, index: int, file: Payload) -> Path:
    """An uploaded file's bytes under its own name, in a folder of its own."""
    name = PurePosixPath(text(file, "name").replace("\\", "/").replace("\0", "")).name
    if name in {"", ".", ".."}:
        raise InputError("an uploaded file has no name")
    encoded = text(file, "base64")
    if len(encoded) * 3 // 4 > LARGEST_UPLOAD:
        raise InputError(f"{name} is larger than {LARGEST_UPLOAD // 1_000_000} MB")
    try:
        content = base64.b64decode(encoded, validate=True)
    except binascii.Error as error:
        raise InputError(f"{name} did not arrive whole; try again") from error
    place = folder / str(index) / name[-120:]
    place.parent.mkdir()
    place.write_bytes(content)
    return place


def list_interviews(bot: InterviewBot, _: Payload) -> dict[str, Any]:
    """The loaded interviews, and who answers in them."""
    found = bot.transcripts()
    return {
        "interviews": [
            {
                "id": transcript.id,
                "title": transcript.title,
                "speakers": [n for n, r in transcript.speakers.items() if r != "interviewer"],
            }
            for transcript in found
        ]
    }


def read_transcript(bot: InterviewBot, payload: Payload) -> dict[str, Any]:
    """A transcript as it is read."""
    return {"html": pane.transcript_html(bot.transcript(text(payload, "id")))}


def mark_words(bot: InterviewBot, payload: Payload) -> dict[str, Any]:
    """The paragraphs that hold a span, with exactly those words marked."""
    found = bot.transcript(text(payload, "id"))
    start, end = number(payload, "start"), number(payload, "end")
    if not 0 <= start < end <= len(found.text):
        raise InputError(f"the interview has no characters {start}–{end}; it has changed")
    return {"blocks": pane.marked(found, [(start, end)], "quoted")}


def find_words(bot: InterviewBot, payload: Payload) -> dict[str, Any]:
    """The paragraphs that hold what is searched for, marked."""
    found = bot.transcript(text(payload, "id"))
    spans = pane.find(found, text(payload, "words")[:200])
    return {"blocks": pane.marked(found, spans, "found"), "count": len(spans)}


def present_replies(bot: InterviewBot, payload: Payload) -> dict[str, Any]:
    """Kept replies as HTML: a conversation is opened again."""
    return {
        "html": [question_html(r.question) + reply_html(r) for r in replies(payload)],
    }


def certify_quote(bot: InterviewBot, payload: Payload) -> dict[str, Any]:
    """A quote's certificate, checked now."""
    citation = Citation.from_dict(payload["citation"])
    try:
        problem = verify_citation(citation, bot.transcript(citation.transcript_id))
    except NotFoundError as error:
        problem = str(error)
    return {"html": certificate_html(citation, problem)}


def take_away(bot: InterviewBot, payload: Payload) -> dict[str, Any]:
    """The conversation as a file."""
    kind, conversation = text(payload, "kind"), replies(payload)
    if kind not in export.KINDS:
        raise InputError(f"exports are {', '.join(export.KINDS)}, not {kind!r}")
    written = export.write(conversation, kind)
    broken = audit.audit(written, bot.transcript).problems
    name = f"interview-quotes{export.KINDS[kind].suffix}"
    return {
        "name": name,
        "mime": export.KINDS[kind].mime,
        "text": written,
        "broken": [str(problem) for problem in broken],
    }


def rate_reply(bot: InterviewBot, payload: Payload) -> dict[str, Any]:
    """Keep a rating in the home."""
    feedback.add(
        bot.settings.home.expanduser(),
        feedback.rating(
            text(payload, "key"),
            Reply.from_dict(payload["reply"]),
            text(payload, "thumb"),
            text(payload, "word"),
        ),
    )
    return {"kept": True}


def add_interviews(bot: InterviewBot, payload: Payload) -> dict[str, Any]:
    """Add the uploaded files, with a report on each."""
    with tempfile.TemporaryDirectory(prefix="roosbot-") as folder:
        paths = [_kept(Path(folder), n, file) for n, file in enumerate(payload["files"])]
        report = bot.ingest(paths)
    return {
        "files": [
            {"name": Path(f.path).name, "status": f.status, "note": f.error or f.note}
            for f in report.files
        ]
    }


_CALLS: tuple[Call, ...] = (
    list_interviews, read_transcript, mark_words, find_words, present_replies,
    certify_quote, take_away, rate_reply, add_interviews,
)  # fmt: skip
