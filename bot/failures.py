"""What went wrong with a chat model, in one line for people.

Providers' packages share no error classes. What they do share is told by: an HTTP status on the
error or its response (openai, anthropic, groq, mistralai, ollama, google), httpx's errors as the
cause, and Python's own TimeoutError and ConnectionError.
"""

from __future__ import annotations

import time
from collections.abc import Iterator
from dataclasses import dataclass
from email.utils import parsedate_to_datetime

from vectorstore.errors import GenerationError

_TIMES_OUT = ("timeout", "timedout", "deadline")
_UNREACHED = ("connect", "protocol", "readerror", "network", "remote", "incomplete", "closed")


@dataclass(frozen=True, slots=True)
class Failure:
    """Why a chat model gave no text.

    Attributes:
        notice: One line for people, without secrets.
        passing: Whether asking again may help.
        retry_after: Seconds that the provider wants to be left alone, if it says so.
    """

    notice: str
    passing: bool = False
    retry_after: float | None = None


def failure(error: BaseException) -> Failure:
    """What an error of a provider's package means."""
    chain = list(_chain(error))
    if isinstance(error, GenerationError):
        return Failure(str(error))
    status = next((s for e in chain if (s := _status(e)) is not None), None)
    if status is not None:
        return _of_status(status, _retry_after(chain))
    kinds = [name for e in chain for name in _kinds(e)]
    if isinstance(error, EOFError):
        return Failure("the chat model's reply was cut off")
    if isinstance(error, PermissionError):
        return Failure("the chat model's provider refused to answer")
    if any(any(word in kind for word in _TIMES_OUT) for kind in kinds):
        return Failure("the chat model took too long")
    if any(any(word in kind for word in _UNREACHED) for kind in kinds):
        return Failure("the chat model could not be reached, or it broke off", passing=True)
    if any("api_key" in str(e) or "credentials" in str(e).lower() for e in chain):
        return Failure("the chat model's key is missing; set its provider's usual variable")
    if "supported provider" in str(error).lower() or "model_provider" in str(error):
        return Failure("no provider is known for the chat model; name it as in openai:NAME")
    if isinstance(error, ValueError) and str(error).startswith("the reply"):
        return Failure(f"the chat model gave no usable text ({error})")
    return Failure("the chat model failed")


def _of_status(status: int, retry_after: float | None) -> Failure:
    if status in {401, 403}:
        return Failure("the chat model's provider does not accept the key")
    if status == 404:
        return Failure("the chat model is not known at its provider or address")
    if status == 429:
        after = "" if retry_after is None else f"; it asks for {retry_after:.0f} seconds of rest"
        return Failure(f"the chat model's provider limits the rate{after}", True, retry_after)
    if status in {408, 409} or status >= 500:
        return Failure(f"the chat model's server failed (HTTP {status})", True, retry_after)
    return Failure(f"the chat model's provider refused the request (HTTP {status})")


def _chain(error: BaseException) -> Iterator[BaseException]:
    """The error and what caused it, a few steps deep."""
    current: BaseException | None = error
    for _ in range(5):
        if current is None:
            return
        yield current
        current = current.__cause__ or current.__context__


def _kinds(error: BaseException) -> list[str]:
    return [kind.__name__.lower() for kind in type(error).__mro__]


def _status(error: BaseException) -> int | None:
    response = getattr(error, "response", None)
    for place, name in ((error, "status_code"), (response, "status_code"), (error, "code")):
        value = getattr(place, name, None)
        if isinstance(value, int) and 400 <= value < 600:
            return value
    return None


def _retry_after(chain: list[BaseException]) -> float | None:
    """Seconds from a Retry-After header, which holds seconds or a date (RFC 9110, 10.2.3)."""
    for error in chain:
        headers = getattr(getattr(error, "response", None), "headers", None)
        value = headers.get("retry-after") if headers is not None else None
        if value is None:
            continue
        if value.replace(".", "", 1).isdigit():
            return float(value)
        try:
            return max(0.0, parsedate_to_datetime(value).timestamp() - time.time())
        except ValueError:
            continue
    return None
