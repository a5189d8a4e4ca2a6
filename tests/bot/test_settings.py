"""Arguments beat the environment, and nothing unknown is passed over."""

from __future__ import annotations

from pathlib import Path

import pytest

from bot.settings import read_settings
from vectorstore.errors import SettingsError


def test_an_argument_beats_the_environment(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("ROOSBOT_HOME", "/from/environment")
    assert read_settings(home="/from/argument").home == Path("/from/argument")


def test_the_environment_beats_the_default(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("ROOSBOT_CANDIDATES", "7")
    assert read_settings().candidates == 7


def test_an_argument_of_none_leaves_the_environment(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("ROOSBOT_HOME", "/from/environment")
    assert read_settings(home=None).home == Path("/from/environment")


def test_an_unknown_variable_is_named_with_the_known_ones(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("ROOSBOT_THRESHHOLD", "0.5")
    with pytest.raises(SettingsError, match=r"ROOSBOT_THRESHHOLD.*ROOSBOT_THRESHOLD"):
        read_settings()


def test_an_unknown_argument_is_named() -> None:
    with pytest.raises(SettingsError, match="ROOSBOT_COLOUR"):
        read_settings(colour="blue")


@pytest.mark.parametrize(("name", "value"), [("threshold", 1.5), ("candidates", 0), ("quotes", 99)])
def test_a_value_out_of_range_names_its_setting(name: str, value: float) -> None:
    with pytest.raises(SettingsError, match=f"ROOSBOT_{name.upper()}"):
        read_settings(**{name: value})


def test_a_secret_is_not_shown() -> None:
    settings = read_settings(chroma_token="hunter2")
    assert "hunter2" not in repr(settings)
    assert "hunter2" not in str(settings.model_dump())
