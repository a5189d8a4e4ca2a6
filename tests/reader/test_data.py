import json
import random

import numpy as np
import pytest

from bot.reader import augment, data, practice
from bot.reader.squad import Squad


def vectors(texts):
    return np.ones((len(texts), 4), dtype=np.float32)


@pytest.fixture
def squad(tmp_path):
    context = (
        "The harbour was built in 1820. It was paid for by Anna Berg. "
        "Ships from Lisbon still call there. The lighthouse is red."
    )
    other = "The market opens at six. Fish is sold by Peter Holm. Bread comes from Oslo."
    lines = [
        question("1", context, "When was the harbour built?", "1820", True),
        question("2", context, "When was the harbour closed?", "1820", False),
        question("3", other, "Who sells fish?", "Peter Holm", True),
    ]
    path = tmp_path / "questions.jsonl"
    path.write_text("\n".join(map(json.dumps, lines)))
    return Squad(path, vectors)


def question(number, context, text, words, answerable):
    mark = [{"text": words, "answer_start": context.index(words)}]
    return {
        "query_id": number, "title": "Harbour", "context": context, "text": text,
        "answerable": answerable, "answers": mark if answerable else [],
        "plausible_answers": [] if answerable else mark,
    }  # fmt: skip


def test_an_answering_window_holds_the_answer_and_marks_it(squad):
    for seed in range(20):
        groups = [g for g in squad.groups(random.Random(seed)) if g.source == "squad2"]
        pairs = [p for g in groups for p in g.pairs if p.answers]
        assert pairs
        for pair in pairs:
            assert {pair.text[a:b] for a, b in pair.spans} <= {"1820", "Peter Holm"}


def test_windows_labelled_as_no_answer_mark_nothing(squad):
    for group in squad.groups(random.Random(1)):
        assert all(p.spans == () for p in group.pairs if p.answers is False)


def test_only_groups_with_a_best_statement_are_ranked(squad):
    for group in squad.groups(random.Random(2)):
        assert not group.ranked or any(p.best for p in group.pairs)


def test_the_left_out_share_of_clapnq_is_about_a_third():
    share = np.mean([data.left_out(str(i)) for i in range(2000)])
    assert 0.25 < share < 0.35


def test_rewriting_moves_the_spans_along():
    text, spans = data.rewrite("He met his sister and they left.", [(7, 17)], augment.first_person)
    assert text == "I met my sister and we left."
    assert [text[a:b] for a, b in spans] == ["my sister"]


@pytest.mark.parametrize(
    ("sentence", "expected"),
    [
        ("The harbour was built by Anna Berg.", "Was the harbour built by Anna Berg?"),
        ("Fish is sold by Peter Holm every day.", "Is Fish sold by Peter Holm every day?"),
        ("In 1820 it was built there by them.", None),
        ("Ships call.", None),
    ],
)
def test_a_yes_no_question_fronts_the_auxiliary(sentence, expected):
    assert augment.yes_no(sentence) == expected


def test_a_swapped_detail_is_not_in_the_text():
    rng = random.Random(3)
    text = "The harbour was built in 1820 by Anna Berg."
    found = [
        augment.swap_detail("Was it built by Anna Berg in 1820?", text, ["Peter Holm"], rng)
        for _ in range(20)
    ]
    assert all(f is None or "1820" not in f or "Peter Holm" in f for f in found)
    assert any(found)


def test_restyling_is_repeatable_and_keeps_a_question():
    first = [augment.restyle("Who sells fish at the market?", random.Random(i)) for i in range(50)]
    again = [augment.restyle("Who sells fish at the market?", random.Random(i)) for i in range(50)]
    assert first == again
    assert all(first)
    assert len(set(first)) > 5


def test_exchanges_take_the_next_speakers_words():
    turns = []
    for i in range(8):
        turns.append(("Q", f"Could you tell us how plan number {i} is going to be paid?"))
        turns.append(("A", f"Plan number {i} is paid by the city, " + "and by many others " * 4))
    groups = data.exchanges(turns, random.Random(0), vectors, "briefings")
    assert len(groups) == 8
    for group in groups:
        number = group.question.split("number ")[1][0]
        assert [f"number {number} " in p.text for p in group.pairs if p.best] == [True]
        assert all(p.answers is None for p in group.pairs)


WRITTEN = """# harbour, Anna Berg
Q: Who paid for the harbour?
A0: [0] We did. [1] It took nine years.
A1: [0] The state gave nothing.
? Who paid? | 0:0
? how long did it take | 0:1
? What did the king say? | - 1
"""


def test_marks_of_sentences_are_taken_out_and_kept_as_spans():
    (interview,) = practice.parse(WRITTEN)
    assert interview.statements[0] == ("Who paid for the harbour?", "We did. It took nine years.")
    assert [interview.statements[0][1][a:b] for a, b in interview.cuts[0]] == [
        "We did.",
        "It took nine years.",
    ]
    assert interview.questions[1].at == {0: (1,)}
    assert interview.questions[2].near == (1,)


def test_a_written_question_is_read_against_what_answers_and_what_does_not():
    for seed in range(20):
        groups = practice.groups(practice.parse(WRITTEN), random.Random(seed), vectors)
        for group in groups:
            for pair in group.pairs:
                words = [pair.text[a:b] for a, b in pair.spans]
                assert pair.answers == bool(words)
                assert set(words) <= {"We did.", "It took nine years."}
        assert sum(g.ranked for g in groups) == 2


@pytest.mark.parametrize("folder", ["written", "kept"])
def test_the_written_interviews_are_well_formed(folder):
    interviews = practice.load(folder)
    assert len(interviews) >= 20
    for interview in interviews:
        for item in interview.questions:
            assert item.text.strip()
            for index, cuts in item.at.items():
                assert all(cut < len(interview.cuts[index]) for cut in cuts), item
            assert all(near < len(interview.statements) for near in item.near), item
    answerable = [bool(item.at) for one in interviews for item in one.questions]
    assert 0.4 < np.mean(answerable) < 0.65


def test_no_kept_interview_is_trained_on():
    trained, kept = (
        {text for one in practice.load(folder) for _, text in one.statements if len(text) > 30}
        for folder in ("written", "kept")
    )
    assert not trained & kept


def test_the_bundled_interview_is_not_trained_on():
    text = " ".join(t for i in practice.load() for _, t in i.statements).lower()
    assert "roos" not in text.split()
    assert "tomodachi" not in text
