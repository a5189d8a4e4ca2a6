"""Keys and passwords taken out of whatever is logged or shown."""

from __future__ import annotations

import os
import re
from collections.abc import Iterable

HIDDEN = "[hidden]"

# Shorter values are no secrets, and taking them out would garble the text.
_SHORTEST = 6

_SECRET_NAME = re.compile(r"(KEY|TOKEN|SECRET|PASSWORD|CREDENTIALS)S?$", re.IGNORECASE)

# Keys as the large providers make them, and whatever stands after a word that announces a key.
# OpenAI's own messages hold keys with their middle starred out, so stars belong to a key.
_KEY = re.compile(
    r"\b(?:sk|pk|rk|gsk|xai|hf|pplx|nvapi|r8|AIza|ya29\.|AKIA|ghp|tgp|key)[-_]?[\w*.-]{12,}"
    r"|(?P<before>\b(?:bearer|basic)\s+)[\w.~+/=*-]{6,}"
    r"|(?P<name>[\"']?\b(?:x-)?(?:api|goog-api|access|auth|secret|subscription)?[-_ ]?"
    r"(?:key|token|secret|password|authorization)\b(?:\s+provided)?[\"']?\s*[:=]\s*[\"']?)"
    r"(?!bearer|basic)[^\s\"',;&}]{4,}"
    r"|(?P<scheme>\b[a-z][a-z0-9+.-]*://)[^\s/@\"']+@",
    re.IGNORECASE,
)


def redacted(text: str, secrets: Iterable[str] = ()) -> str:
    """A text without keys and passwords.

    Args:
        text: Such as an error's message.
        secrets: Values that must not be in it, besides those of environment variables whose names
            end in KEY, TOKEN, SECRET, PASSWORD or CREDENTIALS and whatever looks like a key.
    """
    known = {v for k, v in os.environ.items() if _SECRET_NAME.search(k)} | set(secrets)
    for secret in sorted(known, key=len, reverse=True):
        if len(secret) >= _SHORTEST:
            text = text.replace(secret, HIDDEN)
    return _KEY.sub(_hide, text)


def _hide(match: re.Match[str]) -> str:
    kept = match["before"] or match["name"] or match["scheme"] or ""
    return f"{kept}{HIDDEN}@" if match["scheme"] else f"{kept}{HIDDEN}"
