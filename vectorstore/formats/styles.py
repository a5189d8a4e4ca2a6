"""The patterns of every way to write who speaks at the beginning of a line."""

from __future__ import annotations

import re

from vectorstore.formats.stamps import CLOCK, DAY

_GAP = r"[ \t\xa0\u202f\u3000]"
_SOME = rf"{_GAP}{{0,9}}"
_SPAN = rf"{CLOCK}(?:{_SOME}(?:-->|[-–—]){_SOME}{CLOCK})?"
_TIME = rf"(?:\[{_SPAN}\]|\({_SPAN}\)|#{CLOCK}(?:-\d)?#|{CLOCK})"
# A day and an hour, as chats have them: no time into a recording.
_HOUR = rf"{CLOCK}{_GAP}?(?:[AaPp]\.?[Mm]\.?)"
_MOMENT = rf"[\[(]?{DAY},?{_GAP}{{1,3}}(?:at )?(?:{_HOUR}|{CLOCK})[\])]?"
# Before the name: white space, a quotation or caption mark, a row's number, a time, emphasis.
_LEAD = (
    rf"{_GAP}*(?:>{{1,3}}{_SOME}|[-–—•]{_GAP}|\d{{1,4}}\t)?"
    rf"(?:(?:{_MOMENT}|(?P<before>{_TIME})){_SOME}[-–—|:]?{_SOME}(?:From{_GAP}+)?)?[*_]{{0,3}}@?"
)
_NAME = r"(?P<name>[^\W_][^:：;\r\n\[\]<>{}*]{0,70}?)"
_AFTER = rf"(?:{_SOME}(?P<after>{_TIME}))?"
_NOTE = rf"(?:{_SOME}\[[^\[\]\r\n]{{1,40}}\])?"
# After the label: white space, also over lines, and a time that stands by itself.
_REST = (
    rf"(?:[\s\u3000]*(?P<then>\[{CLOCK}\]|\({CLOCK}\)|{CLOCK}(?={_SOME}(?:[\r\n]|\Z)))|)[\s\u3000]*"
)
_MARKS = r"[*_]{0,3}"
_OPENING = r"[^\W\d_a-z]|[\"“‘'«¿¡\[(…\s]"
_STOP = rf"[.)](?:{_GAP}*[—–-]{{1,2}}{_GAP}*|{_GAP}+)"
_LONE_Q = (
    rf"(?:{_STOP}|[.)]?{_SOME}(?=[\r\n])\s*|\t{_GAP}*|(?: |\xa0){{2,}}|\xa0"
    rf"|(?= [A-Z“\"(]) |[*_]{{2,3}}{_GAP}*)"
)
_MARK = (
    r"(?i:int|interviewer|interviewee|resp|respondent|question|answer|frage|antwort|"
    r"pregunta|respuesta|réponse|domanda|risposta|vraag|antwoord)"
    r"(?: ?\d{1,3})?"
)
STYLES = {
    # John Roos: words / **John Roos:** words / Roos [00:04:12]: words / Roos: 00:04:12
    "colon": re.compile(
        rf"{_LEAD}{_NAME}{_AFTER}{_NOTE}{_MARKS}{_SOME}(?::{_MARKS}(?=[\s*]|\Z)|：){_REST}"
    ),
    # MS. JEAN-PIERRE:Words, and a semicolon struck for a colon
    "tight": re.compile(
        rf"{_LEAD}{_NAME}{_AFTER}{_MARKS}[:：;]{_MARKS}{_SOME}(?={_OPENING}){_REST}"
    ),
    # <roos> words, as in chats
    "angle": re.compile(rf"{_LEAD}<[ @+]?(?P<name>[\w.`^| -]{{1,30}})>{_SOME}(?=\S)"),
    # (PERSON15) words / [Roos] words
    "bracket": re.compile(
        rf"{_LEAD}[(\[{{](?P<name>[^\W_][^(){{}}\[\]\r\n]{{0,40}})[)\]}}]:?{_SOME}{_REST}"
    ),
    # Q   words / Q. words / Q.—Words
    "question": re.compile(
        rf"{_LEAD}(?:(?P<name>[QA](?:\d{{1,3}}(?=[.)]))?){_LONE_Q}|(?P<letter>[PRD]){_STOP})"
    ),
    # Int. words
    "mark": re.compile(rf"{_LEAD}(?P<name>{_MARK}){_STOP}(?={_OPENING})"),
    # John Roos  04:12, then the words on the next line
    "timed": re.compile(
        rf"{_LEAD}{_NAME}{_SOME}[|,–—-]?{_SOME}(?:(?P<after>{_TIME})|{_MOMENT}|{_HOUR}"
        rf"|(?:Today|Yesterday) at (?:{_HOUR}|{CLOCK})){_SOME}(?=[\r\n]|\Z)\s*"
    ),
    # 04:12 John Roos, likewise, and Roos <tab> words
    "tab": re.compile(rf"{_LEAD}{_NAME}{_MARKS}\t[ \t]*(?=\S)"),
    # Mr. SMITH. Words
    "title": re.compile(
        rf"[ \t]*(?P<name>(?:[A-Z][a-z]{{1,11}}|[A-Z]{{2,9}})\.? [^\W\d_][\w'’-]{{1,20}}){_STOP}"
        r"(?=[A-Z“\"\[(])"
    ),
    # SMITH. Words / JANE SMITH.—Words
    "caps": re.compile(
        rf"[ \t]*(?P<name>[^\W\d_a-z][\w'’-]{{1,20}}(?: [^\W\d_a-z][\w'’-]{{1,20}}){{0,3}}){_STOP}"
        rf"(?={_OPENING})"
    ),
    # J.S. Words
    "initials": re.compile(rf"{_LEAD}(?P<name>(?:[A-Z]\.){{2,3}}){_GAP}+(?={_OPENING})"),
    # SMITH    words
    "spaces": re.compile(rf"{_LEAD}{_NAME}{_MARKS}(?:{_GAP}{{3,}}|(?<=[A-Z.]){_GAP}{{2}})(?=\S)"),
    # Roos — words
    "dash": re.compile(
        rf"{_LEAD}{_NAME}{_MARKS}(?:{_SOME}[—–|>]{_SOME}|{_GAP}{{1,9}}--?{_GAP}{{1,9}})(?=\S)"
    ),
    # John Roos, then the words on the next line
    "alone": re.compile(rf"{_LEAD}{_NAME}{_MARKS}{_SOME}(?=[\r\n]){_REST}"),
    # >> words and - words: somebody else, whoever it is
    "chevron": re.compile(rf"{_GAP}*>{{2,3}}{_SOME}(?=\S)"),
    "dashed": re.compile(rf"{_GAP}*[-–—―]{{1,2}}{_GAP}?(?=[^\W_]|[\"“‘'\[(…])"),
}
# A line without any of these characters near its beginning needs no closer look; "" is any line.
NEEDS = {
    "colon": ":：",
    "tight": ":：;",
    "angle": "<",
    "bracket": "([{",
    "question": "QAPRD",
    "timed": ":",
    "tab": "\t",
    "mark": ".)",
    "title": ".",
    "caps": ".",
    "initials": ".",
    "dash": "-–—|>",
    "chevron": ">",
    "dashed": "-–—―",
}
TIME_ALONE = re.compile(rf"{_GAP}*{_TIME}{_SOME}(?=[\r\n]|\Z)")
