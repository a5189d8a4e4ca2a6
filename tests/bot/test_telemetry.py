"""Spans: what they say, that they say no words, and that nothing needs them."""

from __future__ import annotations

import sys
from collections.abc import Iterator

import pytest
from langchain_core.language_models import GenericFakeChatModel
from langchain_core.messages import AIMessage
from opentelemetry import trace
from opentelemetry.sdk.trace import ReadableSpan, TracerProvider
from opentelemetry.sdk.trace.export import SimpleSpanProcessor
from opentelemetry.sdk.trace.export.in_memory_span_exporter import InMemorySpanExporter

from bot import InterviewBot, telemetry
from bot.answering import Answering, Asked
from bot.telemetry import traced

# Its answer is there, whatever reads: it is the interviewer's own question.
ASKED = "What is required of the alliance?"


@pytest.fixture(scope="module")
def exporter() -> InMemorySpanExporter:
    """Keeps the spans of this process, as one does who set up a provider."""
    exporter = InMemorySpanExporter()
    provider = TracerProvider(shutdown_on_exit=False)
    provider.add_span_processor(SimpleSpanProcessor(exporter))
    trace.set_tracer_provider(provider)
    return exporter


@pytest.fixture
def spans(exporter: InMemorySpanExporter) -> Iterator[InMemorySpanExporter]:
    exporter.clear()
    yield exporter
    exporter.clear()


def named(spans: InMemorySpanExporter) -> dict[str, ReadableSpan]:
    return {span.name: span for span in spans.get_finished_spans()}


def test_asking_gives_a_span_for_each_stage(bot: InterviewBot, spans: InMemorySpanExporter) -> None:
    reply = bot.ask(ASKED)
    found = named(spans)
    assert list(found) == ["roosbot.retrieve", "roosbot.read"]
    assert dict(found["roosbot.read"].attributes or {}) == {
        "roosbot.passages": 10,
        "roosbot.answered": reply.answered,
        "roosbot.confidence": reply.confidence,
    }


def test_wording_gives_spans_of_generation_and_of_each_claims_verification(
    bot: InterviewBot, spans: InMemorySpanExporter
) -> None:
    said = "Mars is a planet [1]. Jupiter is one too [1]."
    model = GenericFakeChatModel(messages=iter([AIMessage(said)]))
    with InterviewBot(bot.settings.home, llm=model) as wording:
        wording.ask(ASKED)
    verified = [s for s in spans.get_finished_spans() if s.name == "roosbot.verify"]
    assert [dict(s.attributes or {}) for s in verified] == [{"roosbot.holds": False}] * 2
    (generation,) = (s for s in spans.get_finished_spans() if s.name == "roosbot.generate")
    assert dict(generation.attributes or {}) == {"roosbot.generated": False, "roosbot.removed": 2}


def test_a_batch_is_one_span_a_stage(bot: InterviewBot, spans: InMemorySpanExporter) -> None:
    bot.batch([ASKED, "Why?"])
    assert list(named(spans)) == ["roosbot.retrieve", "roosbot.read"]
    assert len(spans.get_finished_spans()) == 2


def test_no_span_holds_words(bot: InterviewBot, spans: InMemorySpanExporter) -> None:
    bot.ask("Is Mxyzptlk a person?")
    assert spans.get_finished_spans()
    for span in spans.get_finished_spans():
        assert "mxyzptlk" not in span.to_json().lower()


def test_a_stage_that_fails_says_the_kind_of_error_alone(spans: InMemorySpanExporter) -> None:
    with pytest.raises(ValueError, match="secret"), traced("read"):
        raise ValueError("a secret question")
    (span,) = spans.get_finished_spans()
    assert span.status.description == "ValueError"
    assert "secret" not in span.to_json()


def test_a_stage_that_is_left_early_ends_its_span(
    bot: InterviewBot, spans: InMemorySpanExporter
) -> None:
    with InterviewBot(bot.settings.home, llm=GenericFakeChatModel(messages=iter([]))) as wording:
        answering: Answering = wording.answering
        events = answering.stream(Asked(ASKED))
        while next(events).stage != "generate":
            pass
        events.close()
    assert "roosbot.generate" in named(spans)


def test_without_opentelemetry_nothing_is_traced(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "opentelemetry.trace", None)
    telemetry._tracer.cache_clear()
    with traced("read", passages=3) as noted:
        noted(answered=True)
    assert telemetry._tracer() is None
    telemetry._tracer.cache_clear()
