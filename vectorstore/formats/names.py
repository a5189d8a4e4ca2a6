"""What a person's name looks like, and when two spellings are one person."""

from __future__ import annotations

import re
from functools import lru_cache

_TITLES = """
    mr mrs ms miss mx dr prof professor sir dame lord lady rev reverend president ambassador
    minister secretary senator representative congressman congresswoman governor mayor judge
    justice general colonel captain admiral chairman chairwoman sen rep gov gen hon
"""
_PARTICLES = """
    van von vom zu zur de der den del della di da dos das do du la le el al bin ibn ter ten y e
    of the and af av
"""
# Words that begin or fill a line before a colon in prose and forms, and are nobody's name.
_PROSE = """
    my your our his her their its this that these those here there what why how when where who
    which is are was were do does did if in on at for from with as by not no yes well so but
    or because one two three four five six seven eight nine ten first second third another other
    some all any more most also again then now today let remember however finally lastly next step
    part chapter section note notes example examples warning update updated correction caption
    photo photos image images source sources tag tags topic topics category date time location
    place title subject summary abstract figure table video audio http https ftp mailto ps nb tip
    tips related read answering introduction intro outro conclusion background overview contents
    url link links file version email phone fax address website copyright rights license keywords
    key duration length format language published posted recorded transcript transcription
    transcribed transcriber edited editor editors editor's interview keyword pros cons problem
    solution result results goal goals reason reasons idea fact facts quote definition total
    disclaimer reminder bonus advice lesson takeaway highlights spoiler tl;dr faq re cc bcc to
    break music jingle applause laughter crosstalk inaudible pause silence end sponsor ad
    advertisement share print episode season series hello thanks okay ok oh it i'm we you he she
    they a an be see say said for an about after before during under monday tuesday wednesday
    thursday friday saturday sunday recording session tape side page appendix references
"""
TITLES = frozenset(_TITLES.split())
PARTICLES = frozenset(_PARTICLES.split())
PROSE = frozenset(_PROSE.split())
_ROLE = re.compile(
    r"(?:the )?(?:unidentified |unknown |male |female |main )?"
    r"(?:speaker|person|participant|interviewer|interviewee|host|co-?host|guest|moderator|"
    r"respondent|narrator|audience(?: member)?|student|voice|male|female|man|woman|reporter|press|"
    r"witness|court|clerk|chair|chairman|chairwoman|president|panelist|caller|questioner|spk|"
    r"attendee|facilitator|researcher|announcer|interpreter|translator)"
    r"[ _#-]?[a-z0-9]{0,3}\Z",
    re.IGNORECASE,
)
_WORD = re.compile(r"[^\W\d_][\w.’'\-‐‑]*\Z")
_INITIALS = re.compile(r"(?:[^\W\d_]\.?){2,4}\Z")


@lru_cache(maxsize=4096)
def is_label(label: str) -> bool:
    """Whether a label can stand for a person: a name, initials, or a role such as "Speaker 2"."""
    return bool(_ROLE.match(label)) or is_name(label)


def is_role(label: str) -> bool:
    """Whether a label is a role such as "Speaker 2" or "THE WITNESS", not a name."""
    return bool(_ROLE.match(label))


@lru_cache(maxsize=4096)
def is_name(label: str) -> bool:
    """Whether a label has the shape of a person's name: capitalised words, at most six."""
    words = label.split()
    if not 1 <= len(words) <= 6 or len(label) > 60:
        return False
    if words[0].lower().strip(".") in ("of", "the", "and"):
        return False
    named = False
    for word in words:
        if not _WORD.match(word) or word.lower().rstrip(".") in PROSE:
            return False
        if not word[0].islower():
            named = True
        elif word.lower() not in PARTICLES:
            return False
    return named


def words_of(name: str) -> tuple[str, ...]:
    """The words of a name without titles, folded for comparison."""
    cleaned = re.sub(r"[.,()]", " ", name.replace("’", "'").casefold())
    words = cleaned.split()
    while len(words) > 1 and words[0] in TITLES:
        words.pop(0)
    return tuple(words)


def is_initials(label: str) -> bool:
    """Whether a label is initials such as MSM or K.T."""
    return bool(_INITIALS.match(label)) and label.upper() == label


def initials_of(name: str) -> str:
    """First letters of a name's words, in upper case."""
    return "".join(word[0] for word in re.split(r"[\s\-]+", name) if word).upper()


def is_short_for(short: str, full: str) -> bool:
    """Whether `short` is a shorter way to write `full`: its words, in order, or its initials."""
    fewer, more = words_of(short), words_of(full)
    if not fewer or not more or is_role(short):
        return False
    if fewer == more:
        return True
    if is_initials(short) and short.replace(".", "") == initials_of(" ".join(more)):
        return True
    rest = iter(more)
    return len(fewer) < len(more) and all(word in rest for word in fewer)


def could_be_initials(label: str, name: str) -> bool:
    """Whether initials begin and end like the name, so a middle one may be missing in it."""
    letters = label.replace(".", "").upper()
    full = initials_of(name)
    return is_initials(label) and len(full) > 1 and (letters[0], letters[-1]) == (full[0], full[-1])
