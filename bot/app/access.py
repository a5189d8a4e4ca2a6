"""Who may use a server: user names and passwords, a token, and sessions that need no memory."""

from __future__ import annotations

import base64
import hashlib
import hmac
import ipaddress
import secrets
import time
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from http.cookies import CookieError, SimpleCookie
from pathlib import Path
from typing import TYPE_CHECKING

from vectorstore.errors import SettingsError

if TYPE_CHECKING:
    from bot.settings import Settings

COOKIE = "roosbot-session"

# Seconds that a login lasts.
SESSION = 12 * 3600

# Who shows the token; no user can have this name.
TOKEN_USER = ":token"

_REMEDY = (
    "give --auth user:password, --auth-file, ROOSBOT_AUTH or ROOSBOT_TOKEN, or keep to 127.0.0.1"
)


@dataclass(frozen=True, slots=True)
class Access:
    """Who may use a server; nobody is asked where neither users nor a token are set.

    Attributes:
        users: Digests of the passwords by user name.
        token: Digest of the token, or None.
        key: Signs sessions; the same on every server with the same users and token.
    """

    users: Mapping[str, bytes]
    token: bytes | None
    key: bytes

    def __repr__(self) -> str:
        return f"Access({len(self.users)} users)"

    @property
    def required(self) -> bool:
        """Whether a login or token has to be shown."""
        return bool(self.users) or self.token is not None

    def check(self, user: str, password: str) -> bool:
        """Whether the password is the user's, in a time that tells nothing of either."""
        given, right = _digest(password), False
        for name, digest in self.users.items():
            same = hmac.compare_digest(_digest(name), _digest(user))
            right |= same & hmac.compare_digest(digest, given)
        return right

    def check_token(self, token: str) -> bool:
        """Whether it is the token."""
        return self.token is not None and hmac.compare_digest(self.token, _digest(token))

    def session(self, user: str) -> str:
        """A cookie's value that says for `SESSION` seconds who somebody is."""
        name = base64.urlsafe_b64encode(user.encode()).decode()
        said = f"{name}.{int(time.time()) + SESSION}.{secrets.token_urlsafe(9)}"
        return f"{said}.{self._signature(said)}"

    def user_of(self, session: str) -> str | None:
        """Whom a session belongs to, if it is ours and has not ended."""
        said, _, signature = session.rpartition(".")
        if not hmac.compare_digest(self._signature(said).encode(), signature.encode()):
            return None
        name, until, _ = said.split(".")
        return base64.urlsafe_b64decode(name).decode() if int(until) > time.time() else None

    def caller(self, authorization: str, cookies: str) -> str | None:
        """Who is calling, going by the two headers; None for nobody known."""
        scheme, _, shown = authorization.partition(" ")
        if scheme.lower() == "bearer" and self.check_token(shown.strip()):
            return TOKEN_USER
        try:
            cookie = SimpleCookie(cookies).get(COOKIE)
        except CookieError:
            return None
        return self.user_of(cookie.value) if cookie else None

    def _signature(self, said: str) -> str:
        return hmac.new(self.key, said.encode(), hashlib.sha256).hexdigest()


def access_of(settings: Settings) -> Access:
    """The access that the settings allow.

    Raises:
        SettingsError: A user has no name or password, or the file cannot be read.
    """
    lines = [settings.auth.get_secret_value()] if settings.auth else []
    if settings.auth_file:
        lines += _lines(settings.auth_file.expanduser())
    users = dict(map(_user, lines))
    token = settings.token.get_secret_value().strip() if settings.token else ""
    if settings.token and len(token) < 16:
        raise SettingsError(
            "ROOSBOT_TOKEN has fewer than 16 characters; make one with `openssl rand -hex 16`"
        )
    secret = "\n".join([*(f"{user}:{word}" for user, word in sorted(users.items())), token])
    # Slow on purpose: a session that was seen must not be of use in guessing the password.
    key = hashlib.scrypt(secret.encode(), salt=b"roosbot session", n=2**14, r=8, p=1)
    digests = {user: _digest(word) for user, word in users.items()}
    return Access(digests, _digest(token) if token else None, key)


def require(access: Access, host: str) -> None:
    """Refuse to serve others than this machine's users without a login.

    Raises:
        SettingsError: Names the address and the remedy.
    """
    if not access.required and not loopback(host):
        raise SettingsError(
            f"serving on {host!r} would let anybody who reaches this machine read and add "
            f"interviews; {_REMEDY}"
        )


def loopback(host: str) -> bool:
    """Whether an address is reachable from this machine alone."""
    if host.lower() == "localhost":
        return True
    try:
        return ipaddress.ip_address(host.strip("[]")).is_loopback
    except ValueError:
        return False


def _digest(word: str) -> bytes:
    return hashlib.sha256(word.encode("utf-8", "surrogatepass")).digest()


def _lines(path: Path) -> Iterable[str]:
    try:
        text = path.read_text(encoding="utf-8")
    except (OSError, UnicodeDecodeError) as error:
        raise SettingsError(f"the file of users {path} cannot be read: {error}") from error
    lines = [line.strip() for line in text.splitlines()]
    found = [line for line in lines if line and not line.startswith("#")]
    if not found:
        raise SettingsError(f"the file of users {path} has none; write user:password lines")
    return found


def _user(line: str) -> tuple[str, str]:
    user, _, password = line.partition(":")
    if not user or len(password) < 8:
        raise SettingsError(
            "a login is written user:password, with a password of at least 8 characters"
        )
    return user, password
