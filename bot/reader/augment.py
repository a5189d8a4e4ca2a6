"""Questions in the forms people type, and statements the way a speaker would put them.

Every rule here keeps the label, or says what the new one is. A form must carry no label of its
own, so the same rules are applied to questions with and without an answer.
"""

from __future__ import annotations

import random
import re
from collections.abc import Sequence

_WORD = re.compile(r"[\w'’-]+")
_NAME = re.compile(r"(?<!^)(?<![.?!] )\b(?!I\b)[A-Z][\w'’-]+(?: (?:of |the |and )?[A-Z][\w'’-]+)*")
_NUMBER = re.compile(r"\b\d[\d,.]*\b")
_STOP_WORDS = """
a an the of in on at to for from by with and or is are was were be been being do does did has
have had can could will would should may might must what which who whom whose when where why
how that this these those it its they their them he his him she her there as than then so if
into about during also not no any some most many much other such one
"""
_STOP = frozenset(_STOP_WORDS.split())
_AUXILIARY = re.compile(
    r"^(?P<subject>[^,;:()]{2,60}?) (?P<aux>was|were|is|are|has|had|can|will|could|would)"
    r" (?P<rest>[^;:()]{8,110})[.]$"
)
_ABOUT = (
    "What did he say about {}?", "what does he say about {}", "What is said about {}?",
    "What did she say about {}?", "What does the speaker think of {}?", "his view on {}",
    "Summarise what he said about {}.", "Summarize the answer about {}", "Quote her on {}",
    "Quote what he said on {}.", "Tell me about {}.", "tell me about {}", "Anything about {}?",
    "Does he mention {}?", "Is {} mentioned?", "Did they talk about {}?", "{}", "{}", "{}?",
    "Find the part on {}", "Explain {}", "What about {}?", "thoughts on {}",
    "Where is {} discussed?",
)  # fmt: skip
_WRAPPERS = (
    "Can you tell me {}", "I would like to know {}", "please tell me {}", "Quote the answer: {}",
    "According to the interview, {}", "In the interview, {}", "Do we know {}", "Tell me {}",
    "Does he say {}", "According to him, {}", "{} Quote it.", "so {}", "Find out {}",
)  # fmt: skip
_UNSAID = (
    ("How much money did {} raise?", r"\d|million|billion|money|fund"),
    ("How much did {} cost?", r"\d|million|billion|cost|price"),
    ("What is the budget of {}?", r"\d|million|billion|budget"),
    ("How many people work for {}?", r"\d|hundred|thousand|dozen|million"),
    ("How many {} were there?", r"\d|hundred|thousand|dozen|million|two|three|four|five"),
    ("What percentage of {} was it?", r"\d|percent|half|third|quarter|majority"),
    ("In which year did {} begin?", r"\d|centur|decade|year|start|began|begin"),
    ("When did {} end?", r"\d|centur|decade|year|end|until"),
    ("How long did {} last?", r"\d|centur|decade|year|month|day|week|long"),
    ("Who founded {}?", r"found|establish|creat|start|began|launch|set up|form"),
    ("Who pays for {}?", r"fund|pay|paid|financ|money|donat|spons|support"),
    ("Who is in charge of {}?", r"head|lead|led|direct|president|chair|charge|king|govern"),
    ("Where is the office of {}?", r"office|headquarter|located|based|situated| in [A-Z]"),
    ("What is the phone number of {}?", r"phone|number"),
    ("Which law governs {}?", r"law|act|legislat|treaty|rule"),
    ("What is the name of the person who criticised {}?", r"critic|oppos|argu|attack"),
    ("What award did {} win?", r"award|prize|won|medal|honou?r"),
    ("How old is {}?", r"\d|age|old|year"),
    ("What colour is {}?", r"colou?r|red|blue|green|white|black|brown"),
    ("Who wrote a book about {}?", r"book|wrote|author|writ|publish"),
)  # fmt: skip
_FIRST_PERSON = {
    "he": "I", "his": "my", "him": "me", "himself": "myself",
    "they": "we", "their": "our", "them": "us", "themselves": "ourselves",
}  # fmt: skip


def key_words(text: str, most: int = 5) -> list[str]:
    """Content words of ``text`` in order."""
    return [w for w in _WORD.findall(text) if w.lower() not in _STOP][:most]


def misspell(text: str, rng: random.Random) -> str:
    """Swap, drop or double one letter in one or two of the longer words."""
    words = text.split(" ")
    long = [i for i, word in enumerate(words) if len(word) > 4]
    for i in rng.sample(long, min(len(long), rng.choice((1, 1, 2)))):
        word, at = words[i], rng.randrange(1, len(words[i]) - 2)
        words[i] = rng.choice(
            (
                word[:at] + word[at + 1] + word[at] + word[at + 2 :],
                word[:at] + word[at + 1 :],
                word[:at] + word[at] + word[at:],
            )
        )
    return " ".join(words)


def restyle(question: str, rng: random.Random) -> str:
    """The same question as someone else would type it; the meaning, and so the label, stays."""
    dice = rng.random()
    if dice < 0.12:
        question = rng.choice(_WRAPPERS).format(question[:1].lower() + question[1:])
    elif dice < 0.22:
        words = key_words(question, 8)
        if len(words) >= 3:
            lead = question.split(" ", 1)[0].lower()
            keep = lead in {"when", "where", "who", "why", "how"} and rng.random() < 0.7
            question = " ".join(([lead] if keep else []) + words)
    if rng.random() < 0.3:
        question = question.rstrip(" ?.")
    if rng.random() < 0.3:
        question = question.lower()
    if rng.random() < 0.1:
        question = misspell(question, rng)
    return question


def about(topic: str, rng: random.Random) -> str:
    """A request for whatever is said on ``topic``."""
    question = rng.choice(_ABOUT).format(topic)
    return question.lower() if rng.random() < 0.2 else question


def unsaid(topic: str, text: str, rng: random.Random) -> str | None:
    """A question on a detail of ``topic`` of which ``text`` has no trace, or None."""
    for template, trace in rng.sample(_UNSAID, 4):
        if not re.search(trace, text, re.IGNORECASE if " [A-Z]" not in trace else 0):
            return template.format(topic)
    return None


def topics(text: str) -> list[str]:
    """Names and longer noun-like runs of words that ``text`` is about, longest first."""
    found = {m.group() for m in _NAME.finditer(text)}
    run: list[str] = []
    for word in [*re.findall(r"[\w'’-]+|[^\w\s]", text), "."]:
        if word.lower() in _STOP or not word[0].isalpha():
            if 2 <= len(run) <= 3 and all(len(w) > 3 for w in run):
                found.add(" ".join(run))
            run = []
        else:
            run.append(word)
    return sorted(found, key=lambda t: (-len(t), t))


def yes_no(sentence: str) -> str | None:
    """``sentence`` turned into a yes/no question by fronting its auxiliary, or None."""
    match = _AUXILIARY.match(sentence.strip())
    if not match or " that" in match["subject"] or " which" in match["subject"]:
        return None
    subject = match["subject"]
    if subject.split(" ")[0] in {
        "The",
        "This",
        "It",
        "They",
        "He",
        "She",
        "A",
        "An",
        "In",
        "There",
    }:
        subject = subject[0].lower() + subject[1:]
    if subject.lower().startswith(("in ", "on ", "at ", "by ", "as ", "during ", "after ")):
        return None
    return f"{match['aux'].capitalize()} {subject} {match['rest']}?"


def swap_detail(question: str, text: str, pool: Sequence[str], rng: random.Random) -> str | None:
    """``question`` with a name or number of ``text`` replaced by one that ``text`` lacks.

    What it then presumes is not what was said (a false premise), so nothing in ``text`` answers.
    """
    numbers = [m.group() for m in _NUMBER.finditer(question) if m.group() in text]
    if numbers and rng.random() < 0.5:
        old = rng.choice(numbers)
        new = re.sub(r"\d", lambda m: str((int(m.group()) + rng.randrange(1, 9)) % 10), old)
        return None if new in text else question.replace(old, new)
    names = [m.group() for m in _NAME.finditer(question) if m.group() in text]
    others = [name for name in pool if name not in text and name not in question]
    if not names or not others:
        return None
    return question.replace(rng.choice(names), rng.choice(others))


def names(text: str) -> list[str]:
    """Capitalised runs of words that do not open a sentence."""
    return [m.group() for m in _NAME.finditer(text)]


def first_person(text: str) -> str:
    """Third-person pronouns turned into the speaker's own, leaving the length of nothing alone."""

    def put(match: re.Match[str]) -> str:
        word = match.group()
        new = _FIRST_PERSON[word.lower()]
        return new[0].upper() + new[1:] if word[0].isupper() else new

    return re.sub(r"\b(?:he|his|him|himself|they|their|them|themselves)\b", put, text, flags=re.I)
