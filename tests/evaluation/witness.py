"""A second opinion on a reply, that shares no code with the checks that the reply went through.

It knows less than they do and is stricter: every number, name and quotation that is shown has to
stand in the statement that the claim cites, in the question that it answers, or in the title.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator

from bot.reply import Citation, Reply
from vectorstore.transcript import Transcript

_CLAIM = re.compile(r"(?P<said>\S.*?)\s*(?P<marks>(?:\[\d+\])+)", re.DOTALL)
_QUOTE = re.compile(r"“((?:[^“”]|“[^“”]*”)*)”|\"([^\"]*)\"|«([^»]*)»|„([^“”]*)[“”]")
_WORD = re.compile(r"(?:[A-Za-z]\.){2,}|[^\W_]+(?:[’'][^\W\d_]+)?")

_COUNTING = """
zero one two three four five six seven eight nine ten eleven twelve thirteen fourteen fifteen
sixteen seventeen eighteen nineteen
""".split()  # noqa: SIM905
_TENS = "twenty thirty forty fifty sixty seventy eighty ninety".split()  # noqa: SIM905
_NUMBERS = {word: str(n) for n, word in enumerate(_COUNTING)} | {
    word: str(10 * n) for n, word in enumerate(_TENS, start=2)
}
_SCALES = "hundred thousand million billion trillion dozen half".split()  # noqa: SIM905
_NUMBERS |= {word: word for word in _SCALES}
_ORDINALS = "first second third fourth fifth sixth seventh eighth ninth tenth".split()  # noqa: SIM905
_NUMBERS |= {word: str(n) for n, word in enumerate(_ORDINALS, start=1)}

# Two ways of writing one name.
_UNITED_STATES = re.compile(r"\bUnited States(?: of America)?\b")
_SAME = {
    "u.s.": "america", "us": "america", "usa": "america", "u.s": "america", "american": "america",
    "americans": "america", "japanese": "japan", "chinese": "china", "korean": "korea",
    "asian": "asia", "european": "europe", "koreans": "korea",
}  # fmt: skip

# What may have a capital letter at the beginning of a claim without being a name is whatever is
# written without one in a statement, and these.
_PLAIN = set(
    """
    a an the this that these those it its he his him she her they their them there here we our in
    on at by for from to with of as and but or so if when while since because after before during
    according also another both all some many most more other one two both each every no not yes
    what how why who which overall finally however furthermore moreover additionally then i
    """.split()  # noqa: SIM905
)

# Nor is a word with such an ending there: Advocacy, Cooperation.
_ORDINARY = re.compile(r"(?:tion|sion|ment|ness|ity|acy|ance|ence|ship|ism|ing|ly|ed|ous)s?$")


def unsupported(reply: Reply, find: Callable[[str], Transcript]) -> list[str]:
    """What a reply shows that its sources don't have; nothing if everything is there."""
    found = [problem for c in (*reply.citations, *reply.closest) for problem in _quote(c, find)]
    if not reply.generated:
        return found
    for said, cited in _claims(reply):
        found += _against(said, cited, find)
    rest = _CLAIM.sub("", reply.text).strip()
    return [*found, f"without a mark: {rest}"] if rest else found


def _quote(citation: Citation, find: Callable[[str], Transcript]) -> Iterator[str]:
    text = find(citation.transcript_id).text
    if text[citation.start : citation.end] != citation.quote:
        yield f"the citation [{citation.number}] is not its source's text"
    before = text[: citation.start].rfind(f"{citation.speaker}")
    if citation.quote not in text or (before < 0 and citation.speaker not in text):
        yield f"the citation [{citation.number}] has a speaker that the source does not name"


def _claims(reply: Reply) -> Iterator[tuple[str, list[Citation]]]:
    for match in _CLAIM.finditer(reply.text):
        numbers = [int(n) for n in re.findall(r"\d+", match["marks"])]
        yield match["said"], [c for c in reply.citations if c.number in numbers]


def _against(said: str, cited: list[Citation], find: Callable[[str], Transcript]) -> Iterator[str]:
    if not cited:
        yield f"no citation for: {said}"
        return
    sources = [find(c.transcript_id) for c in cited]
    # The paragraph around the quotation, as the source has it: what a statement is.
    said_there = "\n".join(_paragraph(s.text, c) for c, s in zip(cited, sources, strict=True))
    asked = "\n".join(c.question for c in cited)
    about = "\n".join([*(c.speaker for c in cited), *(s.title for s in sources)])
    for match in _QUOTE.finditer(said):
        quote = next(g for g in match.groups() if g is not None)
        if quote not in said_there and quote not in asked:
            yield f"quotation “{quote}”"
    numbers = set(_numbers(f"{said_there}\n{asked}\n{about}"))
    for number in _numbers(said):
        if number not in numbers:
            yield f"number {number}"
    everything = f"{said_there}\n{asked}\n{about}"
    everything, said = (_UNITED_STATES.sub("America", text) for text in (everything, said))
    names = {_name(w[0]) for w in _WORD.finditer(everything)}
    for name in _named(said, everything):
        if _name(name) not in names:
            yield f"name {name}"


def _paragraph(text: str, citation: Citation) -> str:
    begin = text.rfind("\n\n", 0, citation.start) + 1
    end = text.find("\n\n", citation.end)
    return text[begin : end if end >= 0 else len(text)]


def _numbers(text: str) -> Iterator[str]:
    """Every number, digit by digit and word by word; "one" alone is mostly a pronoun.

    Six decades are 60 years.
    """
    for match in re.finditer(r"(\d+(?:[.,]\d+)*|[a-z]+)([ -]decades?\b)?", text.lower()):
        word = match[1].replace(",", "")
        if word[0].isdigit() or (word in _NUMBERS and word != "one"):
            number = _NUMBERS.get(word, word)
            yield f"{number}0" if match[2] else number


def _named(said: str, source: str) -> Iterator[str]:
    """The words with a capital letter, but for such as begin a sentence and are ordinary words."""
    for match in _WORD.finditer(said):
        word = match[0]
        if not word[0].isupper() or word in {"I", "I’m", "I'm", "I’ve", "I've"}:
            continue
        before = said[: match.start()].rstrip(" “\"'‘(«—-\n")
        begins = not before or before[-1] in ".!?:"
        ordinary = word.lower() in _PLAIN or _ORDINARY.search(word)
        if begins and (ordinary or re.search(rf"\b{word.lower()}\b", source)):
            continue
        yield word


def _name(word: str) -> str:
    plain = re.sub(r"[’']s$", "", word.lower())
    return _SAME.get(plain, plain)
