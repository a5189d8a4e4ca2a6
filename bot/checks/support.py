"""Does a statement say what a claim says? The sentences that do, and why not if none do."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from difflib import SequenceMatcher

from bot.checks import contrast, names, polarity, quantities, quotations, speech
from bot.checks.words import FUNCTION_WORDS, Word, content, covered, folded, listed, words
from vectorstore.statement import Statement, sentences

# The most sentences that support one claim together.
WINDOW = 3

# Share of the claim's content words that the statement's own sentences have to hold. Below it the
# claim speaks of something else, or the rest is the interviewer's.
OWN = 0.5

# Share that sentences and question have to hold together, if the reader is not asked.
TOGETHER = 0.75

# Share above which a claim is so near to a sentence that both can be compared word by word.
NEAR = 0.6

# Most content words of a claim that neither sentences nor question hold. A long claim can hide an
# invention in what a share allows.
NEW = 2

_YES, _NO = frozenset({"yes", "yeah", "yep", "absolutely", "certainly"}), frozenset({"no", "nope"})
_FIRST_PERSON = listed(
    """
    i my me we our us i'm i've i'd i'll we've we're we'll mine
    """
)


_THIRD_PERSON = listed("he him his she her they them their it its")

_Sequence = list[tuple[str, str]]


@dataclass(frozen=True, slots=True)
class Support:
    """How far a statement supports a claim.

    Attributes:
        start: Where the supporting sentences begin in the statement's text.
        end: Where they end.
        share: Share of the claim's content words that they and the question hold, in [0, 1].
        reason: Why the statement does not support the claim, or "".
    """

    start: int
    end: int
    share: float
    reason: str = ""


def support(
    claim: str,
    statement: Statement,
    title: str = "",
    quoted: Sequence[tuple[int, int]] = (),
) -> Support:
    """The sentences of a statement that support a claim, or the first check that it fails.

    Args:
        claim: Its text, with exact quotations and without marks.
        statement: Which is said to support it.
        title: The interview's title.
        quoted: The quotations' places in the statement's text.
    """
    text, question = statement.text, statement.question
    needed = wanted(claim, statement.speaker)
    if not quoted and _only_names(claim, needed):
        return Support(0, 0, 0.0, "it says nothing that could be checked")
    start, end = _window(claim, [w.key for w in needed], text, quoted)
    said = text[start:end]
    shares = covered([w.key for w in needed], [w.key for w in words(said)])
    answered = "" if _share(shares) >= OWN else _answered(text, question)
    if answered:
        start, end = sentences(text)[0]
        said = text[start:end]
    own = [w.key for w in words(f"{answered} {said}")]
    shares = covered([w.key for w in needed], own)
    both = covered([w.key for w in needed], [*own, *(w.key for w in words(question))])
    share = _share(both)
    reason = (
        _misattribution(claim, statement, title)
        or _unknown(claim, f"{text}\n{question}", statement.speaker, title)
        or _swapped(claim, said, statement.speaker)
        or _polarity(claim, said, answered, text)
        or _overstated(claim, f"{said} {question}")
        or _too_little(claim, _share(shares), share, statement, quoted)
        or _added(needed, both)
    )
    return Support(start, end, share, reason)


def wanted(claim: str, speaker: str) -> list[Word]:
    """The words that the statement has to hold: numbers are looked up by their value elsewhere."""
    counted = quantities.quantities(claim)
    return [
        w
        for w in content(claim)
        if not _is_speaker(w, speaker) and not any(q.start <= w.start < q.end for q in counted)
    ]


def _only_names(claim: str, needed: Sequence[Word]) -> bool:
    """Whether a claim has no words but names and numbers: "The answer is 5" can mean whatever."""
    named = {w.start for w in names.names(claim)}
    return all(w.start in named for w in needed)


def _misattribution(claim: str, statement: Statement, title: str) -> str:
    who = speech.misattributed(
        quotations.without(claim), statement.speaker, statement.text, f"{title} "
        + statement.question
    )  # fmt: skip
    return f"“{who}” is not who says it" if who else ""


def _unknown(claim: str, source: str, speaker: str, title: str) -> str:
    if missing := quantities.unaccounted(claim, f"{source}\n{speaker}"):
        return f"the number {missing[0]} is not in the statement"
    if missing := names.unaccounted(claim, source, speaker, title):
        return f"the name {missing[0]} is not in the statement"
    return ""


def _polarity(claim: str, said: str, answered: str, text: str) -> str:
    if answered:
        deny = [d for d in polarity.denials(claim) if d.cue]
        denied = any(d.cue for d in polarity.denials(answered))
        if text.split(None, 1)[0].strip(".,!;:—").lower() in _NO:
            if denied or not deny:
                return "the answer was no"
            return ""
        if bool(deny) != denied:
            return "the answer was yes"
        return ""
    if word := polarity.contradiction(claim, said):
        return f"the statement does not say it with “{word}”"
    if word := polarity.asserted(claim, said):
        return f"the statement says “{word}” only as something that may be"
    if word := contrast.wished(claim, said):
        return f"the statement says “{word}” only as something that is wanted"
    if word := contrast.swapped(claim, said):
        return f"the statement has the two sides of “{word}” the other way round"
    if word := polarity.contrary(claim, said):
        return f"the statement says the contrary of “{word}”"
    return ""


def _overstated(claim: str, source: str) -> str:
    word = polarity.overstated(claim, source)
    return f"“{word}” says more than the statement" if word else ""


def _swapped(claim: str, said: str, speaker: str) -> str:
    """Why a claim that repeats a sentence almost word by word differs from it, or "".

    Where the same words stand around it, a name or number in the claim has to be the one that the
    sentence has there, even if the other one occurs elsewhere in the statement.
    """
    ours = _sequence(speech.unframed(claim))
    theirs, replaced = _nearest(ours, said)
    doers = _doers(_sequence(said))
    for name, deed in _doers(ours):
        others = {n for n, d in doers if d == deed}
        if others and name not in others and any(n == name for n, _ in doers):
            return f"the statement says “{deed}” of somebody else"
    if subject := _subject(ours, theirs, replaced):
        return f"the statement has something else in place of {subject}"
    for a, b, c, d in replaced:
        for kind in ("#", "@"):
            mine = {k for k, _ in ours[a:b] if k[0] == kind}
            other = {k for k, _ in theirs[c:d] if k[0] == kind}
            if mine and other and mine - other and other - mine:
                written = next(t for k, t in ours[a:b] if k in mine - other)
                if kind == "#" or not _said_by(written, speaker):
                    return f"the statement has something else in place of {written}"
        first = [t for _, t in theirs[c:d] if t.lower() in _FIRST_PERSON]
        foreign = [t for k, t in ours[a:b] if k[0] == "@" and not _said_by(t, speaker)]
        if first and foreign and d - c <= 3:
            return f"the speaker says it of themselves, not of {foreign[0]}"
        things = [k for k, t in theirs[c:d] if k[0] not in "#@" and t.lower() not in FUNCTION_WORDS]
        meant = {t.lower() for _, t in theirs[c:d]} & _THIRD_PERSON
        if (
            things
            and foreign
            and not meant
            and not {k for k, _ in ours[a:b]} & {k for k, _ in theirs}
        ):
            return f"the statement has something else in place of {foreign[0]}"
    return ""


def _subject(
    ours: _Sequence, theirs: _Sequence, replaced: Sequence[tuple[int, int, int, int]]
) -> str:
    """The word that a claim begins with in place of what its sentence is about, or ""."""
    for a, b, c, d in replaced:
        mine = [(k, t) for k, t in ours[a:b] if t.lower() not in FUNCTION_WORDS]
        other = [k for k, t in theirs[c:d] if k[0] not in "#@" and t.lower() not in FUNCTION_WORDS]
        begins = all(t.lower() in FUNCTION_WORDS for _, t in ours[:a])
        describes = b < len(ours) and ours[b][1].lower() not in FUNCTION_WORDS
        if begins and not describes and mine and other and mine[0][0][0] not in "#@":
            known = [k.lstrip("@") for k, _ in theirs]
            if not covered([mine[0][0]], known)[0]:
                return mine[0][1]
    return ""


def _doers(sequence: _Sequence) -> set[tuple[str, str]]:
    """Each name with the first content word after it: mostly who does what."""
    found, name = set(), ""
    for key, text in sequence:
        if key[0] == "@":
            name = key
        elif name and text.lower() not in FUNCTION_WORDS:
            found.add((name, key))
            name = ""
    return found


def _nearest(ours: _Sequence, said: str) -> tuple[_Sequence, list[tuple[int, int, int, int]]]:
    """The sentence most like the claim, and what the claim has in place of what, if near enough.

    Both are compared as sequences, by Ratcliff and Obershelp's pattern matching (`difflib`).
    """
    nearest = 0
    theirs: _Sequence = []
    replaced: list[tuple[int, int, int, int]] = []
    for start, end in sentences(said):
        sequence = _sequence(said[start:end])
        matcher = SequenceMatcher(None, [k for k, _ in ours], [k for k, _ in sequence], False)
        same = sum(block.size for block in matcher.get_matching_blocks())
        if same > nearest:
            nearest, theirs = same, sequence
            replaced = [
                (a, b, c, d) for tag, a, b, c, d in matcher.get_opcodes() if tag == "replace"
            ]
    near = nearest >= max(3, NEAR * min(len(ours), len(theirs)))
    return theirs, replaced if near else []


def _too_little(
    claim: str,
    own: float,
    share: float,
    statement: Statement,
    quoted: Sequence[tuple[int, int]],
) -> str:
    if quoted:
        rest = [
            w for w in content(quotations.without(claim)) if not _is_speaker(w, statement.speaker)
        ]
        source = [w.key for w in words(f"{statement.text} {statement.question}")]
        known = covered([w.key for w in rest], source)
        if rest and _share(known) < TOGETHER:
            word = next(w.text for w, k in zip(rest, known, strict=True) if not k)
            return f"the statement does not say “{word}”"
        return ""
    if own < OWN and share >= TOGETHER:
        return "these are the interviewer's words"
    return "" if own >= OWN else "the statement does not say it"


def _added(needed: Sequence[Word], known: Sequence[bool]) -> str:
    """Why a claim brings in too much of its own, or ""; "they're" for "we're" brings in nothing."""
    new = {
        w.key: w.text for w, k in zip(needed, known, strict=True) if not k and "'" not in w.lower
    }
    if len(new) <= NEW:
        return ""
    return f"the statement does not say “{'”, “'.join(list(new.values())[:NEW])}”"


def _answered(text: str, question: str) -> str:
    """The question that the statement's first "yes" or "no" answers, or ""."""
    first = text.split(None, 1)[0].strip(".,!;:—").lower() if text.split() else ""
    if first not in _YES | _NO or "?" not in question:
        return ""
    asked = [question[a:b] for a, b in sentences(question)]
    return next((one for one in reversed(asked) if one.rstrip().endswith("?")), "")


def _window(
    claim: str, keys: Sequence[str], text: str, quoted: Sequence[tuple[int, int]]
) -> tuple[int, int]:
    """The fewest neighbouring sentences that hold most of the claim and every quotation."""
    spans = sentences(text)
    best, chosen = (-1, 0, 0, 0, 0), (0, len(text))
    every = {w.lower for w in words(claim)}
    parts = [words(text[start:end]) for start, end in spans]
    held = [covered(keys, [w.key for w in part]) for part in parts]
    alike = [every & {w.lower for w in part} for part in parts]
    for size in range(1, min(max(WINDOW, len(quoted)), len(spans)) + 1):
        for first in range(len(spans) - size + 1):
            start, end = spans[first][0], spans[first + size - 1][1]
            inside = sum(start <= a and b <= end for a, b in quoted)
            hits = sum(map(any, zip(*held[first : first + size], strict=True)))
            shared = len(set().union(*alike[first : first + size]))
            score = (inside + hits, -size, shared, start - end, -first)
            if score > best:
                best, chosen = score, (start, end)
    missed = [span for span in quoted if span[0] < chosen[0] or span[1] > chosen[1]]
    for a, b in missed:
        chosen = min(chosen[0], a), max(chosen[1], b)
    return chosen


def _sequence(text: str) -> _Sequence:
    """(key, text) of every word in order; # begins the key of a number, @ that of a name."""
    marked: list[tuple[int, str, str]] = []
    numbers = quantities.quantities(text)
    named = {w.start for w in names.names(text)}
    for word in words(text):
        if any(q.start <= word.start < q.end for q in numbers):
            continue
        prefix = "@" if word.start in named else ""
        marked.append((word.start, prefix + word.key, word.text))
    marked.extend((q.start, f"#{q.value}", text[q.start : q.end].strip()) for q in numbers)
    return [(k, t) for _, k, t in sorted(marked)]


def _is_speaker(word: Word, speaker: str) -> bool:
    return any(names.same_name(word, other) for other in words(speaker))


def _said_by(name: str, speaker: str) -> bool:
    return folded(name) in {folded(w.text) for w in words(speaker)}


def _share(known: Sequence[bool]) -> float:
    return sum(known) / len(known) if known else 1.0
