"""Prompts are files that render, and say so when they can't."""

from __future__ import annotations

import hashlib
from pathlib import Path

import pytest

import prompts

FOLDER = Path(prompts.__file__).parent


@pytest.mark.parametrize("name", prompts.names())
def test_every_prompt_renders_with_its_variables(name: str) -> None:
    values = {variable: f"<{variable}>" for variable in prompts.variables(name)}
    text = prompts.load(name, **values)
    assert all(value in text for value in values.values())
    assert "$" not in text


def test_the_prompts_are_those_of_the_design() -> None:
    assert prompts.names() == ["answer", "standalone"]


def test_every_missing_variable_is_named_in_one_error() -> None:
    with pytest.raises(ValueError, match="fence, question, speaker, statements"):
        prompts.load("answer")


def test_a_variable_that_the_prompt_lacks_is_an_error() -> None:
    with pytest.raises(ValueError, match="has no variable mood"):
        prompts.load("standalone", fence="", history="", question="", mood="merry")


def test_an_unknown_prompt_is_answered_with_those_that_there_are() -> None:
    with pytest.raises(ValueError, match="there are answer, standalone"):
        prompts.load("nothing")


def test_what_is_filled_in_is_taken_as_it_is() -> None:
    text = prompts.load("standalone", fence="f", history="costs $5, $question", question="q")
    assert "costs $5, $question" in text


def test_the_version_is_that_of_the_file() -> None:
    expected = hashlib.sha256((FOLDER / "answer.md").read_bytes()).hexdigest()[:12]
    assert prompts.version("answer") == expected != prompts.version("standalone")
