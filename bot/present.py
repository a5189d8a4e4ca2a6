"""A Reply as text, Markdown or HTML for people; pure functions, everything escaped."""

from __future__ import annotations

import html
import re

from bot.reply import Citation, Removed, Reply

# Characters that reorder the text around them: they could make a quote read as something else.
_REORDERS = re.compile("[\u061c\u200e\u200f\u202a-\u202e\u2066-\u2069]")

# Control characters but tab and line ends, and halves of surrogate pairs: no browser shows them.
_CONTROLS = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\ud800-\udfff]")

# Openings by which a speaker takes back part of what was just said.
_QUALIFYING = re.compile(
    r"\W*(but|however|although|though|yet|still|nevertheless|nonetheless|that said|even so|except"
    r"|unless|on the other hand|at the same time|then again|of course|having said that|despite"
    r"|in spite of)\b",
    re.IGNORECASE,
)

# How a sentence ends, with or without a closing quotation mark or bracket.
_ENDS = tuple(end + close for end in ".?!…" for close in ("", "”", "’", '"', "'", ")", "]"))

_MARK = re.compile(r"\[(\d{1,4})\]")

# Characters that mean something in Markdown or in the HTML that it may hold.
_MARKDOWN = re.compile(r"([\\`*_{}\[\]()#+\-.!|~>^$=:@])")

OUTCOMES = {"answered": "answered", "not_addressed": "refused", "outside": "refused outside"}


def plain(text: str) -> str:
    """Text that is safe in a terminal: control characters and reorderings are shown, not obeyed."""
    return _CONTROLS.sub(_code, _REORDERS.sub(_code, text))


def escape(text: str) -> str:
    """Text for the inside of an HTML element.

    A character that would reorder its neighbours is kept, alone in an isolating element, so the
    words stay exact and nothing around them moves; control characters are shown by their number.
    """
    shown = _CONTROLS.sub(lambda c: html.escape(_code(c)), html.escape(text))
    return _REORDERS.sub(
        lambda c: f'<span class="reorders" title="{_code(c)[1:-1]}">&#x{ord(c[0]):X};</span>', shown
    )


def attribute(text: str) -> str:
    """Text for a quoted HTML attribute."""
    return html.escape(_CONTROLS.sub("\ufffd", text))


def markdown(text: str) -> str:
    """Text for one line of Markdown: no part of it is a link, a heading or HTML."""
    line = html.escape(plain(" ".join(text.split())), quote=False)
    return _MARKDOWN.sub(r"\\\1", line)


def confidence_words(confidence: float) -> str:
    """How sure a reply is that the transcripts answer, in words."""
    for least, words in (
        (0.9, "almost certainly answered"),
        (0.7, "probably answered"),
        (0.4, "perhaps answered"),
        (0.1, "probably not answered"),
    ):
        if confidence >= least:
            return words
    return "almost certainly not answered"


def sureness(reply: Reply) -> str:
    """How sure a reply is of itself, be it an answer or a refusal, in words."""
    likely = reply.confidence if reply.answered else 1 - reply.confidence
    for least, words in ((0.9, "Very sure"), (0.75, "Fairly sure"), (0.5, "Somewhat sure")):
        if likely >= least:
            return words
    return "Not very sure"


def qualifies(citation: Citation) -> bool:
    """Whether the sentence after a quote takes back part of it: but, however, although …."""
    return bool(_QUALIFYING.match(citation.context_after))


def attributed(citation: Citation) -> str:
    """A quote with all that a reader needs to place it, as plain text for the clipboard."""
    asked = f", asked “{citation.question}”" if citation.question else ""
    date = f" ({citation.metadata['date']})" if citation.metadata.get("date") else ""
    return f"“{citation.quote}” — {citation.speaker}{asked}. {citation.title}{date}"


def clock(seconds: float) -> str:
    """A place in a recording, as 1:02:03 or 02:03."""
    minutes, rest = divmod(int(seconds), 60)
    hours, minutes = divmod(minutes, 60)
    return f"{hours}:{minutes:02}:{rest:02}" if hours else f"{minutes:02}:{rest:02}"


def reply_html(reply: Reply) -> str:
    """A reply as HTML: its quotes, each with its surroundings and a way into the transcript."""
    parts = []
    if reply.notice:
        parts.append(f'<p class="notice">{escape(reply.notice)}</p>')
    if reply.standalone:
        parts.append(f'<p class="meant">Understood as: {escape(reply.standalone)}</p>')
    if not reply.answered:
        parts.append(f'<p class="verdict">{escape(reply.text)}</p>')
    elif reply.generated:
        parts.append(_worded(reply))
    if reply.citations:
        parts.append(_sources(reply.citations))
    if reply.closest:
        parts.append('<h4 class="closest">Closest, but not an answer</h4>')
        parts.append(_sources(reply.closest))
    if reply.removed:
        parts.append(_removed(reply.removed))
    parts.append(_footer(reply))
    return f'<div class="reply {OUTCOMES[reply.outcome]}">{"".join(parts)}</div>'


def question_html(question: str) -> str:
    """A question as the heading of its reply."""
    return f'<h3 class="asked">{escape(question)}</h3>'


def source_html(citation: Citation) -> str:
    """A source card: number, speaker, the question asked, and the words amid their neighbours."""
    place = (
        f'data-transcript="{attribute(citation.transcript_id)}" data-start="{citation.start}"'
        f' data-end="{citation.end}" data-number="{citation.number}"'
    )
    # A quote may begin or end within its sentence; the rest of that sentence is not at hand.
    begun = "" if not citation.quote[:1].islower() else "… "
    ended = "" if citation.quote.endswith(_ENDS) else "… "
    before = f'<span class="around">{escape(citation.context_before)}</span> {begun}'
    after = f' {ended}<span class="around after">{escape(citation.context_after)}</span>'
    told = '<p class="qualified">The next sentence qualifies this. Quote both.</p>'
    asked = f'<span class="question">when asked “{escape(citation.question)}”</span>'
    when = f'<span class="when">{clock(citation.time_start or 0)}</span>'
    return (
        f'<li class="source" {place}><p class="by">{mark_html(citation.number)}'
        f' <span class="speaker">{escape(citation.speaker)}</span>'
        f" {when if citation.time_start is not None else ''}"
        f" {asked if citation.question else ''}"
        f' <span class="title">{escape(citation.title)}</span></p>'
        f"<blockquote>{before if citation.context_before else ''}"
        f'“<span class="words">{escape(citation.quote)}</span>”'
        f"{after if citation.context_after else ''}</blockquote>"
        f"{told if qualifies(citation) else ''}"
        '<p class="acts"><button type="button" data-act="copy"'
        f' data-text="{attribute(attributed(citation))}">Copy quote</button>'
        '<button type="button" data-act="certificate">Certificate</button></p></li>'
    )


def mark_html(number: int) -> str:
    """An [n] that opens source n."""
    return (
        f'<button type="button" class="cite" data-act="cite" data-number="{number}"'
        f' aria-label="[{number}] show in the transcript">[{number}]</button>'
    )


def certificate_html(citation: Citation, problem: str) -> str:
    """A quote's certificate, with the result of checking it against the source just now.

    Args:
        citation: What is certified.
        problem: What does not hold, as `bot.verify` says it, or "".
    """
    rows = (
        ("Speaker", escape(citation.speaker)),
        ("Asked", escape(citation.question) or "not known"),
        ("Source", escape(citation.title)),
        ("SHA-256 of the source", f'<code class="hash">{escape(citation.sha256)}</code>'),
        ("Place", f"code points {citation.start:,} to {citation.end:,}"),
        ("Normalisation", "none: not a character was changed"),
    )
    listed = "".join(f"<dt>{name}</dt><dd>{value}</dd>" for name, value in rows)
    result = (
        f'<p class="result broken">This quote does not hold: {escape(problem)}</p>'
        if problem
        else '<p class="result holds">Checked against the source just now: word for word.</p>'
    )
    return (
        '<h2 id="certificate-title">Quote certificate</h2>'
        f"<blockquote>“{escape(citation.quote)}”</blockquote><dl>{listed}</dl>{result}"
    )


def _worded(reply: Reply) -> str:
    """A chat model's text with its marks made into buttons."""
    known = {citation.number for citation in reply.citations}

    def linked(found: re.Match[str]) -> str:
        number = int(found[1])
        return mark_html(number) if number in known else found[0]

    paragraphs = (part.strip() for part in re.split(r"\n\s*\n", reply.text))
    body = "".join(f"<p>{_MARK.sub(linked, escape(part))}</p>" for part in paragraphs if part)
    return (
        f'<div class="worded">{body}</div>'
        '<p class="maker">Worded by a chat model; every sentence was checked against the quotes '
        "below.</p>"
    )


def _sources(citations: tuple[Citation, ...]) -> str:
    return f'<ol class="sources">{"".join(map(source_html, citations))}</ol>'


def _removed(removed: tuple[Removed, ...]) -> str:
    claims = "1 claim was" if len(removed) == 1 else f"{len(removed)} claims were"
    items = "".join(
        f"<li><del>{escape(claim.text)}</del> <span>{escape(claim.reason)}</span></li>"
        for claim in removed
    )
    return (
        f'<details class="removed"><summary>{claims} removed: the sources do not bear '
        f"{'it' if len(removed) == 1 else 'them'} out</summary><ul>{items}</ul></details>"
    )


def _footer(reply: Reply) -> str:
    what = "that this answers" if reply.answered else "that it is not said"
    percent = f"{reply.confidence:.0%}".replace("%", " %")
    return (
        '<div class="after-reply"><span class="sure" tabindex="0" role="note">'
        f'{sureness(reply)} {what}<span class="tip">Probability that the interviews answer this: '
        f"{percent}</span></span>"
        '<span class="rate" role="group" aria-label="Was this reply right?">'
        '<button type="button" data-act="rate" data-thumb="up" aria-pressed="false"'
        ' aria-label="Thumbs up: the reply is right">' + _thumb("") + "</button>"
        '<button type="button" data-act="rate" data-thumb="down" aria-pressed="false"'
        ' aria-label="Thumbs down: the reply is wrong">' + _thumb("down") + "</button></span>"
        '<button type="button" data-act="link">Copy link</button></div>'
    )


def _thumb(way: str) -> str:
    return (
        f'<svg class="thumb {way}" viewBox="0 0 20 20" width="17" height="17" aria-hidden="true">'
        '<path d="M6.5 9 9.6 2.8c1.4 0 2.2 1 1.9 2.4L11 8h4.3c1 0 1.8 1 1.5 2l-1.4 5.4c-.2.9-.9 1.4'
        '-1.8 1.4H6.5zM3 9h3.5v7.8H3z" fill="none" stroke="currentColor" stroke-width="1.4" '
        'stroke-linejoin="round"/></svg>'
    )


def _code(character: re.Match[str]) -> str:
    return f"<U+{ord(character[0]):04X}>"
