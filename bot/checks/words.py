"""Words of a text with their places, brought to a form in which they can be compared."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable
from dataclasses import dataclass
from functools import lru_cache

from vectorstore.lexical import STOP_WORDS


def listed(text: str) -> frozenset[str]:
    """The words of a list that is written as a text."""
    return frozenset(text.split())


_WORD = re.compile(r"(?:[^\W\d_]\.){2,}|[^\W_]+(?:['’][^\W\d_]+)*")

# The ways in which one name is written; the first stands for all of them.
_SAME = {
    "us": "united-states", "usa": "united-states", "america": "united-states",
    "american": "united-states", "americans": "united-states",
    "uk": "united-kingdom", "britain": "united-kingdom", "british": "united-kingdom",
    "eu": "european-union", "un": "united-nations",
}  # fmt: skip
_SAME_PAIRS = {
    ("united", "states"): "united-states",
    ("united", "kingdom"): "united-kingdom",
    ("european", "union"): "european-union",
    ("united", "nations"): "united-nations",
}

_FORMS = """
went/go gone/go goes/go said/say says/say made/make took/take taken/take gave/give given/give
began/begin begun/begin saw/see seen/see told/tell became/become kept/keep held/hold felt/feel
thought/think brought/bring built/build met/meet left/leave lost/lose led/lead sent/send
spent/spend won/win knew/know known/know came/come got/get found/find wrote/write written/write
spoke/speak spoken/speak grew/grow grown/grow ran/run rose/rise risen/rise fell/fall fallen/fall
chose/choose chosen/choose broke/break broken/break bought/buy taught/teach stood/stand
understood/understand meant/mean paid/pay sold/sell heard/hear caught/catch drew/draw
drove/drive ate/eat flew/fly forgot/forget hid/hide rode/ride sang/sing swam/swim threw/throw
wore/wear women/woman men/man children/child people/person lives/life
"""
_IRREGULAR = dict(pair.split("/") for pair in _FORMS.split())

_ENDINGS = (
    "ingly", "edly", "ations", "ation", "ments", "ment", "nesses", "ness", "ities", "ity",
    "ings", "ing", "ions", "ion", "ies", "ied", "ely", "ly", "ed", "es", "ers", "er", "s", "e", "y",
)  # fmt: skip

# Words that carry no content of their own in a claim.
FUNCTION_WORDS = STOP_WORDS | listed(
    """
    above across again against almost along already although always among another anything
    around asked away back become becoming being below between beyond both during each either
    else even ever every everything few first having here himself herself however i'm i've
    indeed instead itself last least less let like likely made make makes making many might
    must myself nearly need needs never no nor nothing now off often one ones only other
    others ought ourselves own part per perhaps quite rather really same see seem seems
    several since something sometimes still such sure take than themselves there's therefore
    thing things though through thus today together too toward towards two under until upon us
    used very via way ways well whether while within without yes yet don't doesn't didn't
    won't can't cannot isn't aren't wasn't weren't hasn't haven't hadn't wouldn't shouldn't
    couldn't
    """
)

# Words with which a claim says that somebody speaks; they are checked elsewhere.
FRAME_WORDS = listed(
    """
    accord add affirm answ answer argu ask assert believ call cit claim comment confirm consider
    conclud consid contend declar describ emphasis emphasiz explain express feel highlight insist
    interview mention not observ opin opinion point recall refer remark repli reply report
    respond response say speak speaker state statement stress suggest talk tell think view
    word interviewe interviewee former ambassador mr mrs ms dr prof professor
    """
)


@dataclass(frozen=True, slots=True)
class Word:
    """A word of a text.

    Attributes:
        text: As it is written.
        start: Offset of its first character.
        end: Offset one past its last.
        key: The form in which it is compared with others: lower case, no ending.
    """

    text: str
    start: int
    end: int
    key: str

    @property
    def lower(self) -> str:
        """The word in lower case, with a plain apostrophe."""
        return self.text.lower().replace("’", "'")

    @property
    def content(self) -> bool:
        """Whether it says something by itself."""
        return self.lower not in FUNCTION_WORDS and (len(self.text) > 1 or self.text.isdigit())


@lru_cache(maxsize=2048)
def words(text: str) -> tuple[Word, ...]:
    """The words of a text in order; a name of two words with a short form counts as one."""
    found = [Word(m[0], m.start(), m.end(), key(m[0])) for m in _WORD.finditer(text)]
    joined: list[Word] = []
    for word in found:
        pair = (joined[-1].lower, word.lower) if joined else ("", "")
        if pair in _SAME_PAIRS:
            first = joined.pop()
            span = text[first.start : word.end]
            joined.append(Word(span, first.start, word.end, _SAME_PAIRS[pair]))
        else:
            joined.append(word)
    return tuple(joined)


def folded(text: str) -> str:
    """A word in lower case without accents, dots and the possessive ending."""
    plain = unicodedata.normalize("NFKD", text.lower().replace("’", "'"))
    plain = "".join(c for c in plain if not unicodedata.combining(c)).replace(".", "")
    return plain.removesuffix("'s").rstrip("'")


@lru_cache(maxsize=16384)
def key(text: str) -> str:
    """What stays the same when a word is inflected. Endings are cut as in Lovins' stemmer (1968).

    It is a coarse form for comparing a claim with its source, not a dictionary's base form.
    """
    plain = folded(text)
    short = text.isupper() or "." in text
    if plain in _SAME and (short or len(plain) > 3):
        return _SAME[plain]
    plain = _IRREGULAR.get(plain, plain)
    for ending in _ENDINGS:
        stem = plain[: -len(ending)]
        if plain.endswith(ending) and len(stem) >= (3 if ending in {"s", "e", "ed", "y"} else 4):
            plain = stem
            break
    if len(plain) > 4 and plain[-1] == plain[-2] and plain[-1] not in "sl":
        plain = plain[:-1]
    return plain.removesuffix("i") if len(plain) > 4 else plain


def akin(one: str, other: str) -> bool:
    """Whether two keys are forms of one word: equal, or alike for most of their length."""
    if one == other:
        return True
    longest = max(len(one), len(other))
    alike = next((i for i, (a, b) in enumerate(zip(one, other, strict=False)) if a != b), None)
    shared = min(len(one), len(other)) if alike is None else alike
    return shared >= 5 and shared >= 0.7 * longest


def content(text: str) -> list[Word]:
    """The words of a claim that its source has to account for."""
    return [w for w in words(text) if w.content and w.key not in FRAME_WORDS]


def covered(claim: Iterable[str], source: Iterable[str]) -> list[bool]:
    """For each of the claim's keys, whether the source has that word in some form."""
    known = set(source)
    return [k in known or any(akin(k, other) for other in known) for k in claim]
