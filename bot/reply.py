"""What a question gets: the reply, its citations, and the one wire format for both."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict, dataclass, field, fields
from typing import Any, Literal, Self

# Raised when a field changes its meaning; new fields alone don't raise it.
WIRE_VERSION = 1

Outcome = Literal["answered", "not_addressed", "outside"]


class _Wire:
    """Fields that later versions add are passed over; missing ones without a default are named."""

    @classmethod
    def from_dict(cls, data: Mapping[str, Any]) -> Self:
        """The inverse of `to_dict`.

        Raises:
            ValueError: Names every field that is missing.
        """
        required = [f.name for f in fields(cls) if f.default is f.default_factory]  # type: ignore[arg-type]
        missing = [name for name in required if name not in data]
        if missing:
            raise ValueError(f"{cls.__name__} lacks {', '.join(missing)}")
        return cls(**{f.name: data[f.name] for f in fields(cls) if f.name in data})  # type: ignore[arg-type]


@dataclass(frozen=True)
class Citation(_Wire):
    """One quotation and its place. Always `transcript.text[start:end] == quote`.

    Attributes:
        number: The n of its [n] mark, from 1.
        quote: The speaker's exact words.
        speaker: Who said them.
        question: What the interviewer had asked, or "".
        statement_id: The statement the quote is part of.
        transcript_id: The transcript it is in.
        title: The transcript's title.
        start: Code-point offset of the quote in the transcript's text.
        end: Offset one past the quote.
        sha256: Hex SHA-256 of the transcript's text.
        context_before: The statement's sentence before the quote, or "".
        context_after: The statement's sentence after the quote, or "".
        time_start: Seconds into the recording, where known.
        metadata: The transcript's date, place and the like, as far as known.
    """

    number: int
    quote: str
    speaker: str
    question: str
    statement_id: str
    transcript_id: str
    title: str
    start: int
    end: int
    sha256: str
    context_before: str = ""
    context_after: str = ""
    time_start: float | None = None
    metadata: Mapping[str, str] = field(default_factory=dict)

    def to_dict(self) -> dict[str, Any]:
        """The citation as plain JSON values."""
        return asdict(self)


@dataclass(frozen=True)
class Removed(_Wire):
    """A claim of a chat model that did not hold.

    Attributes:
        text: The claim.
        reason: Why it was removed.
    """

    text: str
    reason: str


@dataclass(frozen=True)
class Reply(_Wire):
    """The answer to one question, or an honest refusal.

    Attributes:
        question: As it was asked.
        text: The reply, with [1]-style marks; a refusal has none.
        citations: In the order of their numbers; empty for a refusal.
        answered: Whether the transcripts answer the question.
        confidence: Calibrated probability in [0, 1] that they do; refusals have one too.
        closest: The nearest statements, best first, when `answered` is false.
        removed: Claims of a chat model that did not hold, with the reason.
        generated: Whether a chat model wrote the text.
        outcome: "answered", "not_addressed" (the subject occurs, the answer does not), or
            "outside" (the transcripts are about something else).
        standalone: The question that was really meant, where the history or a mistyped word changed
            it.
        notice: One line to tell the person, such as that the chat model could not be reached.
        timings: Seconds per stage.
        prompts: Versions of the prompts that were used, by name.
    """

    question: str
    text: str
    citations: tuple[Citation, ...]
    answered: bool
    confidence: float
    closest: tuple[Citation, ...] = ()
    removed: tuple[Removed, ...] = ()
    generated: bool = False
    outcome: Outcome = "answered"
    standalone: str = ""
    notice: str = ""
    timings: Mapping[str, float] = field(default_factory=dict)
    prompts: Mapping[str, str] = field(default_factory=dict)

    def to_dict(self) -> dict[str, Any]:
        """The reply as plain JSON values, with the version of the format."""
        data = asdict(self)
        for name in ("citations", "closest", "removed"):
            data[name] = list(data[name])
        return {"version": WIRE_VERSION, **data}

    @classmethod
    def from_dict(cls, data: Mapping[str, Any]) -> Self:
        """The inverse of `to_dict`.

        Raises:
            ValueError: A field is missing, or the version is a later one.
        """
        version = data.get("version", WIRE_VERSION)
        if version != WIRE_VERSION:
            raise ValueError(f"the reply has version {version}, and this is version {WIRE_VERSION}")
        parts: dict[str, Any] = dict(data)
        for name, kind in (("citations", Citation), ("closest", Citation), ("removed", Removed)):
            if name in parts:
                parts[name] = tuple(kind.from_dict(part) for part in parts[name])
        return super().from_dict(parts)


@dataclass(frozen=True)
class Event(_Wire):
    """One step of a reply on its way.

    Attributes:
        stage: "retrieve", "read", "generate", "text" or "reply".
        text: For "text", the next piece of the reply's text; for the others what is going on.
        reply: The whole reply, in the last event.
    """

    stage: Literal["retrieve", "read", "generate", "text", "reply"]
    text: str = ""
    reply: Reply | None = None

    def to_dict(self) -> dict[str, Any]:
        """The event as plain JSON values."""
        reply = None if self.reply is None else self.reply.to_dict()
        return {"stage": self.stage, "text": self.text, "reply": reply}

    @classmethod
    def from_dict(cls, data: Mapping[str, Any]) -> Self:
        """The inverse of `to_dict`.

        Raises:
            ValueError: As in `Reply.from_dict`.
        """
        reply = data.get("reply")
        return super().from_dict(
            {**data, "reply": None if reply is None else Reply.from_dict(reply)}
        )


def whole(event: Event) -> Reply:
    """The reply that a stream's last event carries."""
    if event.reply is None:
        raise AssertionError("the last event of a stream carries the reply")
    return event.reply
