"""The JSON Schema of a reply is pinned: a change of it is a change that others have to follow."""

from __future__ import annotations

import json
from dataclasses import fields
from pathlib import Path

import jsonschema
import pytest
from typer.testing import CliRunner

from bot import Citation, InterviewBot, Removed, Reply
from bot.cli import app
from bot.schema import reply_schema
from tests.conftest import QUESTION, UNANSWERABLE

PINNED = Path(__file__).parent / "reply.schema.json"


def test_the_schema_is_the_pinned_one() -> None:
    now = json.dumps(reply_schema(), ensure_ascii=False, indent=2) + "\n"
    assert now == PINNED.read_text(encoding="utf-8"), (
        f"if the change is meant: python -m bot schema > {PINNED}"
    )


def test_the_command_prints_the_schema() -> None:
    result = CliRunner().invoke(app, ["schema"])
    assert (result.exit_code, json.loads(result.output)) == (0, reply_schema())


@pytest.mark.parametrize("question", [QUESTION, UNANSWERABLE])
def test_every_reply_fits_the_schema(bot: InterviewBot, question: str) -> None:
    jsonschema.validate(bot.ask(question).to_dict(), reply_schema())


def test_a_reply_with_later_fields_fits_it_too(bot: InterviewBot) -> None:
    jsonschema.validate({**bot.ask(QUESTION).to_dict(), "mood": "good"}, reply_schema())


def test_what_is_no_reply_does_not_fit(bot: InterviewBot) -> None:
    reply = bot.ask(QUESTION).to_dict()
    for broken in (
        {**reply, "version": 2},
        {**reply, "confidence": "high"},
        {k: v for k, v in reply.items() if k != "citations"},
    ):
        with pytest.raises(jsonschema.ValidationError):
            jsonschema.validate(broken, reply_schema())


def test_every_field_is_described_in_the_words_of_its_class() -> None:
    schema = reply_schema()
    for kind, found in (
        (Reply, schema),
        (Citation, schema["$defs"]["Citation"]),
        (Removed, schema["$defs"]["Removed"]),
    ):
        for field in fields(kind):
            assert found["properties"][field.name]["description"], field.name
