import dataclasses
import json
import shutil
import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor

import pytest

from bot.reader import Reader, load_reader
from bot.reader.calibration import IDENTITY, bundled, coverage, read_calibration, sigmoid
from bot.reader.scoring import ROWS, Pair, Read, batched, workers
from vectorstore.errors import ModelError
from vectorstore.passage import Passage
from vectorstore.statement import Statement

ASKED = "What is required of the alliance?"
TEXTS = [
    "Cooperation in the cybersecurity field will be important. Cyberattacks have become a reality "
    "and this is increasing the need for the two countries to jointly deal with the threat.",
    "Personal relationships form the basis of security and economic cooperation. Despite this, the "
    "number of Japanese students studying in the U.S. is decreasing. This worries me.",
    "I worked with five different prime ministers during my tenure. Each government focused on a "
    "different theme, but the basic strength of the alliance remained unchanged.",
]


def passage(number: int, text: str, asked: str = ASKED, dense: float = 0.4) -> Passage:
    statement = Statement(str(number), "t", "Roos", asked, text, 0, len(text))
    return Passage(statement, 0.5, dense, 1.0)


PASSAGES = [passage(i, text) for i, text in enumerate(TEXTS)]


@pytest.fixture(scope="module")
def reader():
    return load_reader()


class Echo:
    """A scorer whose log-odds are the length of the statement's text."""

    def score(self, pairs):
        return [Read(float(len(p.text)), 0.0, 0.0, ((0, len(p.text)),), (0.0,)) for p in pairs]


def test_importing_the_reader_loads_no_heavy_library():
    code = (
        "import sys, bot.reader; "
        "assert not {'torch', 'transformers', 'sentence_transformers'} & set(sys.modules)"
    )
    subprocess.run([sys.executable, "-c", code], check=True)


def test_the_weights_are_the_ones_that_were_calibrated_and_small_enough():
    from bot.reader.model import sha256

    weights = bundled() / "weights.safetensors"
    assert read_calibration(bundled(), sha256(weights)).model == sha256(weights)
    assert weights.stat().st_size < 25e6


def test_a_calibration_of_another_model_is_refused(tmp_path):
    shutil.copy(bundled() / "calibration.json", tmp_path)
    with pytest.raises(ModelError, match="belongs to the weights"):
        read_calibration(tmp_path, "0" * 64)


@pytest.mark.parametrize("content", ["", "{}", json.dumps({"model": 1})])
def test_a_damaged_calibration_is_refused(tmp_path, content):
    (tmp_path / "calibration.json").write_text(content)
    with pytest.raises(ModelError, match="cannot be used"):
        read_calibration(tmp_path, "")


def test_damaged_weights_are_refused(tmp_path):
    from bot.reader.scoring import Network

    (tmp_path / "w.safetensors").write_bytes(b"no weights")
    with pytest.raises(ModelError, match="cannot be used"):
        Network(tmp_path / "w.safetensors")


def test_the_statement_that_answers_comes_first_and_is_more_probable(reader):
    reading = reader.read("How many prime ministers did he work with?", PASSAGES)
    assert reading.evidence[0].passage is PASSAGES[2]
    assert reading.answered
    assert reading.confidence == max(e.probability for e in reading.evidence)


def test_what_nobody_said_is_less_probable_than_what_somebody_said(reader):
    said = reader.read("What worries him?", PASSAGES)
    unsaid = reader.read("How many soldiers are stationed in Okinawa?", PASSAGES)
    assert unsaid.confidence < 0.5 * said.confidence
    assert not unsaid.answered


def test_the_sentence_that_answers_is_the_strongest(reader):
    reading = reader.read("What is happening to the number of Japanese students?", PASSAGES)
    start, end, _ = max(reading.evidence[0].sentences, key=lambda s: s[2])
    assert "number of Japanese students" in reading.evidence[0].passage.statement.text[start:end]


def test_sentence_offsets_lie_inside_the_statement_in_order(reader):
    for evidence in reader.read("What worries him?", PASSAGES).evidence:
        ends = [0]
        for start, end, score in evidence.sentences:
            assert ends[-1] <= start < end <= len(evidence.passage.statement.text)
            assert 0 <= score <= 1
            ends.append(end)


def test_a_batch_reads_the_same_as_one_by_one(reader):
    asked = [("What worries him?", PASSAGES), ("Why?", PASSAGES[:1]), ("cybersecurity", PASSAGES)]
    for together, (question, passages) in zip(reader.read_batch(asked), asked, strict=True):
        alone = reader.read(question, passages)
        assert together.confidence == pytest.approx(alone.confidence, abs=0.03)
        assert [e.passage for e in together.evidence] == [e.passage for e in alone.evidence]


def test_threads_share_a_reader(reader):
    with ThreadPoolExecutor(4) as pool:
        found = list(pool.map(lambda _: reader.read("What worries him?", PASSAGES), range(8)))
    assert len({r.evidence[0].passage.statement.id for r in found}) == 1


def test_a_machine_without_bfloat16_decides_the_same(reader, monkeypatch):
    from contextlib import nullcontext

    from bot.reader import scoring

    fast = reader.read("What worries him?", PASSAGES)
    monkeypatch.setattr(scoring, "fast", nullcontext)
    slow = reader.read("What worries him?", PASSAGES)
    assert slow.confidence == pytest.approx(fast.confidence, abs=0.05)
    assert [e.passage for e in slow.evidence] == [e.passage for e in fast.evidence]


def test_no_passages_give_an_empty_reading():
    reading = Reader(Echo(), IDENTITY).read("What?", [])
    assert (reading.evidence, reading.confidence, reading.answered) == ((), 0.0, False)


def test_a_threshold_of_ones_own_decides():
    passages = [passage(0, "x")]
    assert Reader(Echo(), IDENTITY, 0.1).read("What?", passages).answered
    assert not Reader(Echo(), IDENTITY, 0.99).read("What?", passages).answered


def test_a_question_far_from_every_passage_is_off_topic():
    calibration = dataclasses.replace(IDENTITY, topic=0.3)
    far = Reader(Echo(), calibration, 0.99).read("What?", [passage(0, "x", dense=0.1)])
    near = Reader(Echo(), calibration, 0.99).read("What?", [passage(0, "x", dense=0.5)])
    assert (far.on_topic, near.on_topic) == (False, True)


def test_a_very_long_statement_keeps_all_its_sentences(reader):
    text = " ".join(f"This is sentence number {i} about the harbour." for i in range(120))
    (evidence,) = reader.read("What is it about?", [passage(0, text, "")]).evidence
    assert len(evidence.sentences) == 120
    assert evidence.sentences[-1][2] == 0.0


def test_coverage_is_the_share_of_telling_words():
    assert coverage("What did he say about students?", "The number of students fell.") == 1
    assert coverage("students and cyberattacks", "Students learn.") == 0.5
    assert coverage("why?", "Because.") == 0.5


def test_batches_hold_a_limited_number_of_padded_tokens():
    lengths = [96] * 50 + [400] * 20
    batches = batched(list(range(70)), lengths, 1000)
    assert sorted(i for batch in batches for i in batch) == list(range(70))
    assert all(len(b) * max(lengths[i] for i in b) <= 1200 for b in batches)
    assert all(len(b) in ROWS for b in batches)


def test_a_pair_longer_than_a_batch_is_read_alone():
    assert batched([0, 1], [300, 400], 100) == [[1], [0]]


def test_threads_that_start_later_compute_on_all_cores(reader):
    import torch

    reader.read("What worries him?", PASSAGES)
    count = workers()[1]
    with ThreadPoolExecutor(1) as pool:
        assert pool.submit(torch.get_num_threads).result() == count
    assert torch.get_num_threads() == count


@pytest.mark.parametrize("value", [-1000.0, 0.0, 1000.0])
def test_the_logistic_function_does_not_overflow(value):
    assert 0 <= sigmoid(value) <= 1


def test_a_model_of_another_kind_is_named_in_the_error(tmp_path):
    with pytest.raises(ModelError, match="CrossEncoder"):
        load_reader(model=str(tmp_path / "none"))


def test_pairs_keep_the_asked_question_apart():
    assert Pair("q", "a", "t").asked == "a"
