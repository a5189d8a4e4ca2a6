"""What is indexed, in one SQLite file: transcripts, statements, and a copy of their vectors.

A statement exists for readers once its row is committed. The vectors are kept here as well as
in Chroma, whose files do not survive being killed while they are written: Chroma's index can
so be made anew in seconds, without embedding anything again.
"""

from __future__ import annotations

import sqlite3
import threading
import weakref
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from vectorstore.errors import NotFoundError, StoreError
from vectorstore.statement import Statement

if TYPE_CHECKING:
    import numpy as np

_SCHEMA = """
CREATE TABLE IF NOT EXISTS facts (name TEXT PRIMARY KEY, value TEXT NOT NULL) WITHOUT ROWID;
CREATE TABLE IF NOT EXISTS transcripts (
    id TEXT PRIMARY KEY, stamp TEXT NOT NULL, digest TEXT NOT NULL, origin TEXT NOT NULL,
    words TEXT NOT NULL, sketch BLOB NOT NULL, date INTEGER NOT NULL
) WITHOUT ROWID;
CREATE TABLE IF NOT EXISTS statements (
    number INTEGER PRIMARY KEY, id TEXT NOT NULL UNIQUE, transcript_id TEXT NOT NULL,
    speaker TEXT NOT NULL, question TEXT NOT NULL, text TEXT NOT NULL,
    start INTEGER NOT NULL, end INTEGER NOT NULL, time_start REAL, time_end REAL
);
CREATE INDEX IF NOT EXISTS statements_by_transcript ON statements (transcript_id, start);
CREATE TABLE IF NOT EXISTS vectors (number INTEGER PRIMARY KEY, vector BLOB NOT NULL);
CREATE VIRTUAL TABLE IF NOT EXISTS words USING fts5(
    question, text, content='statements', content_rowid='number',
    tokenize='porter unicode61 remove_diacritics 2'
);
"""

_COLUMNS = "id, transcript_id, speaker, question, text, start, end, time_start, time_end"


@dataclass(frozen=True, slots=True)
class Entry:
    """A transcript as the catalogue lists it.

    Attributes:
        id: The transcript's.
        stamp: Changes whenever the kept source does.
        digest: Hash of the file and options that the transcript was made from.
        origin: The path the file came from.
        words: Hash of everybody's normalised words.
        sketch: What tells how alike two interviews' words are.
        date: As YYYYMMDD, or 0.
    """

    id: str
    stamp: str
    digest: str
    origin: str
    words: str
    sketch: bytes
    date: int


class Catalogue:
    """The catalogue file; safe to use from several threads, one writer process at a time."""

    def __init__(self, path: Path, *, create: bool = True) -> None:
        """Open the file.

        Raises:
            StoreError: There is none, and it is not to be made.
            sqlite3.DatabaseError: It is damaged.
        """
        if not create and not path.is_file():
            raise StoreError(f"there is no index in {path.parent}")
        self._path = path
        self._lock = threading.RLock()
        self._connection = sqlite3.connect(path, timeout=30, check_same_thread=False)
        # The last thread to let go of the catalogue closes it, not the first.
        self._finalizer = weakref.finalize(self, self._connection.close)
        if create:
            self._connection.execute("PRAGMA journal_mode=WAL")
            with self._lock, self._connection:
                self._connection.executescript(_SCHEMA)
        self._connection.execute("PRAGMA synchronous=NORMAL")

    def close(self) -> None:
        """Let go of the file."""
        with self._lock:
            self._finalizer()

    @contextmanager
    def transaction(self) -> Iterator[sqlite3.Connection]:
        """All of it, or nothing.

        Raises:
            StoreError: The disk is full, or another process keeps the file locked.
        """
        try:
            with self._lock, self._connection:
                yield self._connection
        except sqlite3.OperationalError as error:
            raise StoreError(
                f"the index {self._path} cannot be written: {error}; free space, or end what "
                "keeps it locked"
            ) from error

    def fact(self, name: str) -> str | None:
        """A kept fact about the index: its model, layout, generation."""
        rows = self._rows("SELECT value FROM facts WHERE name = ?", [name])
        return str(rows[0][0]) if rows else None

    def set_facts(self, facts: Mapping[str, str]) -> None:
        """Keep facts about the index."""
        with self.transaction() as connection:
            connection.executemany("INSERT OR REPLACE INTO facts VALUES (?, ?)", facts.items())

    def next_generation(self) -> None:
        """Tell other processes that they have to look again."""
        with self.transaction() as connection:
            _raise_generation(connection)

    def entries(self) -> list[Entry]:
        """Every indexed transcript, by id."""
        sql = "SELECT id, stamp, digest, origin, words, sketch, date FROM transcripts ORDER BY id"
        return [Entry(*row) for row in self._rows(sql, [])]

    def stamps(self) -> dict[str, str]:
        """Every indexed transcript's id with the stamp of the source it was indexed from."""
        return {str(i): str(s) for i, s in self._rows("SELECT id, stamp FROM transcripts", [])}

    def ids(self, transcript_ids: Iterable[str]) -> set[str]:
        """Ids of the statements that these transcripts have now."""
        sql = "SELECT id FROM statements WHERE transcript_id = ?"
        return {str(row[0]) for name in transcript_ids for row in self._rows(sql, [name])}

    def replace(
        self,
        fresh: Iterable[tuple[Entry, Sequence[Statement], Sequence[np.ndarray]]],
        gone: Iterable[str] = (),
    ) -> None:
        """Put transcripts in place of their earlier versions, all in one transaction.

        Args:
            fresh: Each transcript with its statements and their float32 vectors, or none of them
                where the vectors are kept elsewhere.
            gone: Ids of transcripts to forget.
        """
        with self.transaction() as connection:
            for transcript_id in gone:
                _forget(connection, transcript_id)
            for entry, statements, vectors in fresh:
                _forget(connection, entry.id)
                _insert(connection, entry, statements, vectors)
            _raise_generation(connection)

    def restamp(self, entry: Entry) -> None:
        """Take over a transcript's entry where its statements stay as they are."""
        with self.transaction() as connection:
            connection.execute("DELETE FROM transcripts WHERE id = ?", [entry.id])
            _insert(connection, entry, (), ())

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

    def vectors(
        self, size: int = 1024, transcript_id: str | None = None
    ) -> Iterator[tuple[list[tuple[Statement, int]], np.ndarray]]:
        """The statements with their transcripts' dates and vectors, `size` at a time."""
        import numpy as np

        last, only = -1, "" if transcript_id is None else " AND s.transcript_id = ?"
        sql = (
            f"SELECT {', '.join(f's.{c}' for c in _COLUMNS.split(', '))}, t.date, v.vector,"
            " s.number FROM statements s JOIN vectors v ON v.number = s.number"
            f" JOIN transcripts t ON t.id = s.transcript_id WHERE s.number > ?{only}"
            " ORDER BY s.number LIMIT ?"
        )
        narrowed = [] if transcript_id is None else [transcript_id]
        while rows := self._rows(sql, [last, *narrowed, size]):
            last = rows[-1][-1]
            yield (
                [(Statement(*row[:9]), int(row[9])) for row in rows],
                np.stack([np.frombuffer(row[10], dtype=np.float32) for row in rows]),
            )

    def quick_check(self) -> str:
        """What SQLite finds wrong with the file, or ""."""
        found = [str(row[0]) for row in self._rows("PRAGMA quick_check(3)", [])]
        return "" if found == ["ok"] else "; ".join(found)

    def _rows(self, sql: str, values: Sequence[object]) -> list[tuple[Any, ...]]:
        with self._lock:
            return self._connection.execute(sql, tuple(values)).fetchall()


def _raise_generation(connection: sqlite3.Connection) -> None:
    connection.execute(
        "INSERT INTO facts VALUES ('generation', '1') ON CONFLICT (name)"
        " DO UPDATE SET value = CAST(CAST(value AS INTEGER) + 1 AS TEXT)"
    )


def _forget(connection: sqlite3.Connection, transcript_id: str) -> None:
    name = [transcript_id]
    connection.execute(
        "INSERT INTO words(words, rowid, question, text) SELECT 'delete', number, question, text"
        " FROM statements WHERE transcript_id = ?",
        name,
    )
    connection.execute(
        "DELETE FROM vectors WHERE number IN"
        " (SELECT number FROM statements WHERE transcript_id = ?)",
        name,
    )
    connection.execute("DELETE FROM statements WHERE transcript_id = ?", name)
    connection.execute("DELETE FROM transcripts WHERE id = ?", name)


def _insert(
    connection: sqlite3.Connection,
    entry: Entry,
    statements: Sequence[Statement],
    vectors: Sequence[np.ndarray],
) -> None:
    connection.execute(
        "INSERT INTO transcripts VALUES (?, ?, ?, ?, ?, ?, ?)",
        [getattr(entry, name) for name in Entry.__slots__],
    )
    each = vectors if len(vectors) else [None] * len(statements)
    for statement, vector in zip(statements, each, strict=True):
        number = connection.execute(
            f"INSERT INTO statements ({_COLUMNS}) VALUES (?,?,?,?,?,?,?,?,?)",
            [getattr(statement, name) for name in _COLUMNS.split(", ")],
        ).lastrowid
        if vector is not None:
            connection.execute("INSERT INTO vectors VALUES (?, ?)", [number, vector.tobytes()])
        connection.execute(
            "INSERT INTO words(rowid, question, text) VALUES (?, ?, ?)",
            [number, statement.question, statement.text],
        )
