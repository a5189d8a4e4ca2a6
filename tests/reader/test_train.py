import torch

from bot.reader import data
from bot.reader.model import encode_pair, load_tokenizer
from bot.reader.train import batches, collate

TEXT = "We met in Oslo. Nobody paid for it."


def group(*pairs, ranked=True):
    return data.Group("test", "Where did they meet?", pairs, ranked)


def laid(one):
    tokenizer = load_tokenizer()
    return [
        encode_pair(tokenizer, one.question, p.asked, p.text, data.sentences(p.text))
        for p in one.pairs
    ]


def test_labels_lie_on_the_tokens_and_sentences_of_the_answer():
    one = group(
        data.Pair("", TEXT, True, ((10, 14),), exact=True, best=True),
        data.Pair("And?", TEXT, False, ()),
        data.Pair("", TEXT, None),
    )
    texts = laid(one)
    batch = collate([(one, texts)])
    begin = int(batch.starts[0].nonzero())
    offset = texts[0].offsets[begin]
    assert TEXT[slice(*offset)] == "Oslo"
    assert batch.carries.tolist() == [[1, 0], [0, 0], [-1, -1]]
    assert batch.starts[1].nonzero().flatten().tolist() == [0]
    assert batch.answers.tolist() == [1, 0, -1]
    assert batch.edges.tolist() == [True, True, False]


def test_unranked_groups_teach_no_order():
    one = group(data.Pair("", TEXT, False, ()), ranked=False)
    assert collate([(one, laid(one))]).group.tolist() == [-1]


def test_every_group_is_in_one_batch():
    import random

    many = [group(data.Pair("", TEXT * n, False, ()), ranked=False) for n in range(1, 30)]
    found = list(batches(many, random.Random(0)))
    assert sum(len(b.answers) for b in found) == 29
    assert all(b.inputs[2].sum() > 0 for b in found)


def test_the_question_and_the_statement_are_told_apart():
    text = encode_pair(load_tokenizer(), "Where?", "And then?", TEXT, data.sentences(TEXT))
    assert sum(i == 102 for i in text.ids) == 3
    assert text.types[0] == 0
    assert text.types[-1] == 1
    assert set(text.sentence) == {-1, 0, 1}
    assert torch.tensor(text.ids).shape == (len(text),)
