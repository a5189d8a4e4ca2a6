"""BM25 over the statements, and the catalogue they are read from: one SQLite file.

SQLite's FTS5 ranks on disk with Okapi BM25 (Robertson & Zaragoza, 2009), so nothing of the
corpus has to live in Python objects. A statement exists for readers once its row is committed.
"""

from __future__ import annotations

import re
import sqlite3
import threading
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from vectorstore.errors import NotFoundError
from vectorstore.statement import Statement

_SCHEMA = """
CREATE TABLE IF NOT EXISTS facts (name TEXT PRIMARY KEY, value TEXT NOT NULL) WITHOUT ROWID;
CREATE TABLE IF NOT EXISTS pending (transcript_id TEXT PRIMARY KEY) WITHOUT ROWID;
CREATE TABLE IF NOT EXISTS transcripts (
    id TEXT PRIMARY KEY, stamp TEXT NOT NULL, digest TEXT NOT NULL, date INTEGER NOT NULL
) WITHOUT ROWID;
CREATE TABLE IF NOT EXISTS statements (
    number INTEGER PRIMARY KEY, id TEXT NOT NULL UNIQUE, transcript_id TEXT NOT NULL,
    speaker TEXT NOT NULL, question TEXT NOT NULL, text TEXT NOT NULL,
    start INTEGER NOT NULL, end INTEGER NOT NULL, time_start REAL, time_end REAL
);
CREATE INDEX IF NOT EXISTS statements_by_transcript ON statements (transcript_id, start);
CREATE VIRTUAL TABLE IF NOT EXISTS words USING fts5(
    question, text, content='statements', content_rowid='number',
    tokenize='porter unicode61 remove_diacritics 2'
);
"""

_COLUMNS = "id, transcript_id, speaker, question, text, start, end, time_start, time_end"

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


@dataclass(frozen=True, slots=True)
class Filter:
    """Which statements count: every field that is not None has to hold.

    Attributes:
        transcripts: Transcript ids.
        speakers: Speaker names, exactly as the transcripts have them.
        after: Earliest date as YYYYMMDD; undated transcripts don't pass.
        before: Latest date as YYYYMMDD; undated transcripts don't pass.
    """

    transcripts: tuple[str, ...] | None = None
    speakers: tuple[str, ...] | None = None
    after: int | None = None
    before: int | None = None

    def sql(self) -> tuple[str, list[object]]:
        """An SQL condition on `statements s`, starting with AND, and its values."""
        parts: list[str] = []
        values: list[object] = []
        for column, chosen in (("transcript_id", self.transcripts), ("speaker", self.speakers)):
            if chosen is not None:
                parts.append(f" AND s.{column} IN ({','.join('?' * len(chosen))})")
                values.extend(chosen)
        for bound, sign in ((self.after, ">="), (self.before, "<=")):
            if bound is not None:
                parts.append(
                    " AND s.transcript_id IN (SELECT id FROM transcripts"
                    f" WHERE date > 0 AND date {sign} ?)"
                )
                values.append(bound)
        return "".join(parts), values


class Lexical:
    """The catalogue file; safe to use from several threads, one writer process at a time."""

    def __init__(self, path: Path) -> None:
        self._lock = threading.RLock()
        self._connection = sqlite3.connect(path, timeout=30, check_same_thread=False)
        self._connection.execute("PRAGMA journal_mode=WAL")
        self._connection.execute("PRAGMA synchronous=NORMAL")
        with self._lock, self._connection:
            self._connection.executescript(_SCHEMA)

    def close(self) -> None:
        """Let go of the file."""
        with self._lock:
            self._connection.close()

    @contextmanager
    def writing(self) -> Iterator[sqlite3.Connection]:
        """One transaction; it also raises the generation that other processes watch."""
        with self._lock, self._connection:
            yield self._connection
            self._connection.execute(
                "INSERT INTO facts VALUES ('generation', '1') ON CONFLICT (name)"
                " DO UPDATE SET value = CAST(CAST(value AS INTEGER) + 1 AS TEXT)"
            )

    def fact(self, name: str) -> str | None:
        """A kept fact about the index: its model, dimension, generation."""
        rows = self._rows("SELECT value FROM facts WHERE name = ?", [name])
        return str(rows[0][0]) if rows else None

    def set_facts(self, facts: Mapping[str, str]) -> None:
        """Keep facts about the index."""
        with self.writing() as connection:
            connection.executemany("INSERT OR REPLACE INTO facts VALUES (?, ?)", facts.items())

    def stamps(self) -> dict[str, str]:
        """Every indexed transcript's id with the stamp of the record it was indexed from."""
        return {str(i): str(s) for i, s in self._rows("SELECT id, stamp FROM transcripts", [])}

    def digests(self) -> dict[str, str]:
        """Every indexed transcript's id with the digest of the file it came from."""
        return {str(i): str(d) for i, d in self._rows("SELECT id, digest FROM transcripts", [])}

    def pending(self) -> list[str]:
        """Transcripts whose vectors a writer was changing when it was last heard of."""
        return [str(row[0]) for row in self._rows("SELECT transcript_id FROM pending", [])]

    def ids(self, transcript_id: str) -> set[str]:
        """Ids of the statements that a transcript has now."""
        sql = "SELECT id FROM statements WHERE transcript_id = ?"
        return {str(row[0]) for row in self._rows(sql, [transcript_id])}

    def mark_pending(self, transcript_ids: Iterable[str]) -> None:
        """Say that these transcripts' vectors are about to change."""
        with self.writing() as connection:
            connection.executemany(
                "INSERT OR IGNORE INTO pending VALUES (?)", [(i,) for i in transcript_ids]
            )

    def clear_pending(self, transcript_ids: Iterable[str]) -> None:
        """Say that these transcripts' vectors are as the catalogue has them."""
        with self.writing() as connection:
            connection.executemany(
                "DELETE FROM pending WHERE transcript_id = ?", [(i,) for i in transcript_ids]
            )

    def replace(self, entries: Iterable[tuple[str, str, str, int, Sequence[Statement]]]) -> None:
        """Put transcripts in place of their earlier versions, all in one transaction.

        Args:
            entries: (transcript id, stamp, digest, date as YYYYMMDD or 0, statements); no
                stamp ("") means that the transcript goes.
        """
        with self.writing() as connection:
            for transcript_id, stamp, digest, date, statements in entries:
                connection.execute(
                    "INSERT INTO words(words, rowid, question, text) SELECT 'delete', number,"
                    " question, text FROM statements WHERE transcript_id = ?",
                    [transcript_id],
                )
                connection.execute(
                    "DELETE FROM statements WHERE transcript_id = ?", [transcript_id]
                )
                connection.execute("DELETE FROM transcripts WHERE id = ?", [transcript_id])
                if not stamp:
                    continue
                connection.execute(
                    "INSERT INTO transcripts VALUES (?, ?, ?, ?)",
                    [transcript_id, stamp, digest, date],
                )
                for s in statements:
                    number = connection.execute(
                        f"INSERT INTO statements ({_COLUMNS}) VALUES (?,?,?,?,?,?,?,?,?)",
                        [getattr(s, name) for name in _COLUMNS.split(", ")],
                    ).lastrowid
                    connection.execute(
                        "INSERT INTO words(rowid, question, text) VALUES (?, ?, ?)",
                        [number, s.question, s.text],
                    )

    def count(self) -> int:
        """How many statements there are."""
        return int(self._rows("SELECT COUNT(*) FROM statements", [])[0][0])

    def statements(self, transcript_id: str) -> list[Statement]:
        """A transcript's statements in the order of the text."""
        sql = f"SELECT {_COLUMNS} FROM statements WHERE transcript_id = ? ORDER BY start"
        return [Statement(*row) for row in self._rows(sql, [transcript_id])]

    def get(self, ids: Sequence[str]) -> dict[str, Statement]:
        """Statements by id; unknown ids are left out."""
        found: dict[str, Statement] = {}
        for begin in range(0, len(ids), 500):
            some = ids[begin : begin + 500]
            sql = f"SELECT {_COLUMNS} FROM statements WHERE id IN ({','.join('?' * len(some))})"
            found.update((row[0], Statement(*row)) for row in self._rows(sql, some))
        return found

    def one(self, statement_id: str) -> Statement:
        """The statement with that id.

        Raises:
            NotFoundError: There is none.
        """
        found = self.get([statement_id])
        if statement_id not in found:
            raise NotFoundError(f"no statement has the id {statement_id!r}")
        return found[statement_id]

    def search(self, query: str, k: int, only: Filter) -> list[tuple[str, float]]:
        """The `k` best (statement id, BM25 score); scores are positive, higher is better."""
        words = query_words(query)
        if not words:
            return []
        condition, values = only.sql()
        match = " OR ".join(f'"{word}"' for word in words)
        sql = (
            "SELECT s.id, -bm25(words, 0.6, 1.0) AS score FROM words"
            " JOIN statements s ON s.number = words.rowid"
            f" WHERE words MATCH ?{condition} ORDER BY score DESC LIMIT ?"
        )
        return [(str(i), float(score)) for i, score in self._rows(sql, [match, *values, k])]

    def _rows(self, sql: str, values: Sequence[object]) -> list[tuple[Any, ...]]:
        with self._lock:
            return self._connection.execute(sql, tuple(values)).fetchall()


def query_words(query: str) -> list[str]:
    """The words of a question that can tell statements apart, each once."""
    words = dict.fromkeys(word for word in _WORD.findall(query.lower()))
    telling = [word for word in words if word not in STOP_WORDS]
    return telling[:64] or list(words)[:64]
