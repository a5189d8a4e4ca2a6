"""The peers are put to work as their own documentation says, over the same text."""

from __future__ import annotations

from types import SimpleNamespace

import pytest
from langchain_core.embeddings import DeterministicFakeEmbedding

from tests.evaluation.peers import llamaindex
from vectorstore.formats import parse
from vectorstore.statement import split

TEXT = "Asker: What worries you?\n\nAda: Winter does.\n\nAsker: What else?\n\nAda: Nothing else.\n"


@pytest.fixture
def bot():
    transcript = parse(TEXT.encode(), "talk.txt")
    return SimpleNamespace(
        store=SimpleNamespace(embedder=DeterministicFakeEmbedding(size=16)),
        transcripts=lambda: [transcript],
        statements=lambda _: split(transcript),
    )


@pytest.mark.filterwarnings("default")
@pytest.mark.parametrize("ours", [False, True], ids=["pieces of its own", "statements"])
def test_llamaindex_finds_spans_of_the_text(bot, ours):
    pytest.importorskip("llama_index.core")
    spans = llamaindex(bot, ours=ours)("What worries you?")
    (transcript,) = bot.transcripts()
    found = {transcript.text[start:end] for start, end in spans}
    if ours:
        assert found == {"Winter does.", "Nothing else."}
    else:
        assert found == {transcript.text.strip()}
