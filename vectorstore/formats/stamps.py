"""Times into a recording, as transcripts write them."""

from __future__ import annotations

import re

# 4:12, 04:12, 1:04:12, 00:04:12.500, 00:04:12,500
CLOCK = r"(?:\d{1,3}:)?\d{1,2}:\d{2}(?:[.,]\d{1,3})?"
# 2021-03-12, 12/03/2021, 12.3.21
DAY = r"(?:\d{4}[-/.]\d{1,2}[-/.]\d{1,2}|\d{1,2}[-/.]\d{1,2}[-/.]\d{2,4})"
_CLOCK = re.compile(rf"[\[(]?({CLOCK})[\])]?\Z")
_NUMBER = re.compile(r"\d{1,9}(?:\.\d{1,9})?s?\Z")


def seconds(stamp: str) -> float | None:
    """Seconds of "1:04:12", "[04:12]", "00:04:12,500", "252.5" or "252.5s"; None if none."""
    stamp = stamp.strip()
    clock = _CLOCK.match(stamp)
    if clock:
        total = 0.0
        for part in clock[1].replace(",", ".").split(":"):
            total = total * 60 + float(part)
        return round(total, 3)
    if _NUMBER.match(stamp):
        return float(stamp.rstrip("s"))
    return None
