"""Which statements count: by transcript, speaker and date."""

from __future__ import annotations

import datetime
import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from vectorstore.errors import InputError

_DAY = re.compile(r"(\d{4})(?:-(\d{1,2})(?:-(\d{1,2}))?)?\Z")


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

    @classmethod
    def of(
        cls,
        transcripts: Sequence[str] | None = None,
        speakers: Sequence[str] | None = None,
        after: str | datetime.date | None = None,
        before: str | datetime.date | None = None,
    ) -> Filter:
        """Make a filter from what a person gives.

        Args:
            transcripts: Transcript ids.
            speakers: Speaker names.
            after: Earliest day of the interview, such as 2016, 2016-05 or 2016-05-03.
            before: Latest day; a whole year or month counts to its end.

        Raises:
            InputError: A date cannot be read, or one string stands where a list belongs.
        """
        return cls(
            _names("transcripts", transcripts),
            _names("speakers", speakers),
            None if after is None else day(after),
            None if before is None else day(before, latest=True),
        )

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

    def where(self) -> dict[str, Any] | None:
        """The same in Chroma's words; its `$and` needs two clauses or more."""
        clauses: list[dict[str, Any]] = []
        for field, chosen in (("transcript_id", self.transcripts), ("speaker", self.speakers)):
            if chosen is not None:
                clauses.append({field: {"$in": list(chosen)}})
        if self.after is not None:
            clauses.append({"date": {"$gte": self.after}})
        if self.before is not None:
            clauses.extend([{"date": {"$lte": self.before}}, {"date": {"$gt": 0}}])
        if not clauses:
            return None
        return clauses[0] if len(clauses) == 1 else {"$and": clauses}

    @property
    def empty(self) -> bool:
        """Whether nothing can pass: a list of names without a name in it."""
        return self.transcripts == () or self.speakers == ()


def day(date: str | datetime.date, *, latest: bool = False) -> int:
    """A date as YYYYMMDD; what is not given is 0, or as late as can be.

    Raises:
        InputError: It is no date.
    """
    text = date.isoformat()[:10] if isinstance(date, datetime.date) else str(date).strip()
    match = _DAY.match(text)
    if not match or not 0 <= int(match[2] or 0) <= 12 or not 0 <= int(match[3] or 0) <= 31:
        raise InputError(f"{text!r} is no date; write it as 2016, 2016-05 or 2016-05-03")
    missing = 99 if latest else 0
    year, month, of_month = (int(part) if part else missing for part in match.groups())
    return year * 10000 + month * 100 + of_month


def _names(what: str, chosen: Sequence[str] | None) -> tuple[str, ...] | None:
    if isinstance(chosen, str):
        raise InputError(f"{what} is {chosen!r}; give a list of names: [{chosen!r}]")
    return None if chosen is None else tuple(chosen)
