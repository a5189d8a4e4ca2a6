"""BM25 over the statements, as SQLite's FTS5 has it.

It ranks on disk with Okapi BM25 (Robertson & Zaragoza, 2009), so nothing of the corpus has to
live in Python objects.
"""

from __future__ import annotations

import re

from vectorstore.catalogue import Catalogue
from vectorstore.filters import Filter as Filter

# Words that nearly every statement has; they would make every statement match every question.
_STOP_WORDS = """
a about after all also am an and any are as at be because been before but by can could did do does
for from had has have he her him his how i if in into is it its just like may me more most my no
not of on or our out over say said says she should so some speak talk tell than that the their
them then there these they this those to up us was we were what when where which who whom whose
why will with would you your
"""
STOP_WORDS = frozenset(_STOP_WORDS.split())

_WORD = re.compile(r"\w+", re.UNICODE)


class Lexical(Catalogue):
    """The catalogue, searched by words."""

    def search(self, query: str, k: int, only: Filter) -> list[tuple[str, float]]:
        """The `k` best (statement id, BM25 score); scores are positive, higher is better."""
        words = query_words(query)
        if not words or only.empty:
            return []
        condition, values = only.sql()
        match = " OR ".join(f'"{word}"' for word in words)
        sql = (
            "SELECT s.id, -bm25(words, 0.6, 1.0) AS score FROM words"
            " JOIN statements s ON s.number = words.rowid"
            f" WHERE words MATCH ?{condition} ORDER BY score DESC LIMIT ?"
        )
        return [(str(i), float(score)) for i, score in self._rows(sql, [match, *values, k])]

    def voices(self, only: Filter) -> list[tuple[str, str]]:
        """Every (speaker, transcript id) that has statements."""
        if only.empty:
            return []
        condition, values = only.sql()
        sql = (
            f"SELECT DISTINCT s.speaker, s.transcript_id FROM statements s WHERE 1{condition}"
            " ORDER BY s.speaker, s.transcript_id"
        )
        return [(str(speaker), str(name)) for speaker, name in self._rows(sql, values)]


def query_words(query: str) -> list[str]:
    """The words of a question that can tell statements apart, each once."""
    words = dict.fromkeys(word for word in _WORD.findall(query.lower()))
    telling = [word for word in words if word not in STOP_WORDS]
    return telling[:64] or list(words)[:64]
