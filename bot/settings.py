"""Every setting, read once: arguments first, then ROOSBOT_ variables."""

from __future__ import annotations

import os
from pathlib import Path
from typing import Any, Literal

from platformdirs import user_data_path
from pydantic import Field, SecretStr, ValidationError
from pydantic_settings import BaseSettings, SettingsConfigDict

from vectorstore.errors import SettingsError

PREFIX = "ROOSBOT_"


class Settings(BaseSettings):
    """What can be set. `Settings(home=...)` beats `ROOSBOT_HOME`."""

    model_config = SettingsConfigDict(env_prefix=PREFIX, extra="forbid", frozen=True)

    home: Path = Field(
        default_factory=lambda: user_data_path("roosbot", appauthor=False),
        description="directory of the kept interviews and their index",
    )
    embedding_model: str = Field(
        default="all-MiniLM-L6-v2",
        description="sentence-transformers model for the search; the default is bundled",
    )
    reader_model: str = Field(
        default="",
        description="sentence-transformers CrossEncoder to read with, in place of the bundled one",
    )
    threshold: float | None = Field(
        default=None,
        ge=0,
        le=1,
        description="least confidence that counts as an answer; unset: the calibrated one",
    )
    candidates: int = Field(
        default=20, ge=1, le=200, description="statements that are read for each question"
    )
    quotes: int = Field(default=3, ge=1, le=20, description="most statements quoted in one reply")
    chroma_url: str | None = Field(
        default=None, description="address of a Chroma server, in place of the embedded one"
    )
    chroma_token: SecretStr | None = Field(
        default=None, description="bearer token for the Chroma server"
    )
    chroma_ca: Path | None = Field(
        default=None, description="certificates to check the Chroma server's by, as a PEM file"
    )
    auth: SecretStr | None = Field(
        default=None, description="login for `roosbot serve`, as user:password"
    )
    auth_file: Path | None = Field(
        default=None, description="file with further logins, a user:password in each line"
    )
    token: SecretStr | None = Field(
        default=None, description="token that programs may send to `roosbot serve` as a bearer"
    )
    requests_per_minute: int = Field(
        default=1200, ge=0, description="most calls of one user or address a minute; 0: any number"
    )
    largest_request: int = Field(
        default=70, ge=1, le=4096, description="most megabytes of interviews added in one go"
    )
    llm: str = Field(
        default="",
        description="chat model that words replies, as in ollama:llama3.2; unset: only quotes",
    )
    llm_base_url: str | None = Field(
        default=None, description="address of an OpenAI-compatible server for `llm`"
    )
    llm_timeout: float = Field(
        default=120, gt=0, description="seconds until the chat model's reply has to be complete"
    )
    log_level: str = Field(default="WARNING", description="DEBUG, INFO, WARNING or ERROR")
    log_format: Literal["text", "json"] = Field(
        default="text", description="text, or json for one object in each line"
    )
    log_questions: bool = Field(
        default=False, description="whether questions are logged, at level INFO"
    )


def read_settings(**arguments: Any) -> Settings:
    """The settings, with those arguments that are not None in place of the environment's.

    Raises:
        SettingsError: A name is unknown or a value cannot be used; names every one of them.
    """
    known = {PREFIX + name.upper() for name in Settings.model_fields}
    unknown = sorted(name for name in os.environ if name.startswith(PREFIX) and name not in known)
    if unknown:
        raise SettingsError(
            f"unknown setting {', '.join(unknown)}; known are {', '.join(sorted(known))}"
        )
    try:
        return Settings(**{k: v for k, v in arguments.items() if v is not None})
    except ValidationError as error:
        wrong = "; ".join(
            f"{PREFIX}{'.'.join(map(str, e['loc'])).upper()}: {e['msg']}"
            for e in error.errors(include_input=False)
        )
        raise SettingsError(f"a setting cannot be used: {wrong}") from None
