"""Who may use a server."""

from __future__ import annotations

import time
from pathlib import Path

import pytest

from bot.app import access as module
from bot.app.access import TOKEN_USER, Access, access_of, loopback, require
from bot.app.limits import MOST_CALLERS, Limit
from bot.settings import read_settings
from vectorstore.errors import SettingsError

TOKEN = "0123456789abcdef"


@pytest.fixture
def access() -> Access:
    return access_of(read_settings(auth="ann:correct horse", token=TOKEN))


def test_nobody_is_asked_where_nothing_is_set() -> None:
    assert not access_of(read_settings()).required


@pytest.mark.parametrize("host", ["127.0.0.1", "127.8.9.1", "localhost", "::1", "[::1]"])
def test_this_machine_needs_no_login(host: str) -> None:
    assert loopback(host)
    require(access_of(read_settings()), host)


@pytest.mark.parametrize("host", ["0.0.0.0", "::", "", "192.168.1.4", "example.org", "localhost.x"])
def test_any_other_address_is_refused_without_a_login_and_the_remedy_named(
    host: str, access: Access
) -> None:
    with pytest.raises(SettingsError, match="--auth user:password"):
        require(access_of(read_settings()), host)
    require(access, host)


def test_only_the_right_password_of_the_right_user_is_taken(access: Access) -> None:
    assert access.check("ann", "correct horse")
    assert not access.check("ann", "correct horsf")
    assert not access.check("bob", "correct horse")
    assert not access.check("", "")
    assert not access.check("ann", "\udc80")


def test_every_comparison_takes_the_way_that_tells_nothing(
    access: Access, monkeypatch: pytest.MonkeyPatch
) -> None:
    compared = []

    def compare(one: bytes, other: bytes) -> bool:
        compared.append(len(one) == len(other))
        return one == other

    monkeypatch.setattr(module.hmac, "compare_digest", compare)
    access.check("nobody", "x")
    assert compared == [True, True]


def test_a_password_is_shown_nowhere(access: Access) -> None:
    settings = read_settings(auth="ann:correct horse", token=TOKEN)
    for shown in (repr(settings), str(settings), repr(access), settings.model_dump_json()):
        assert "horse" not in shown
        assert TOKEN not in shown


def test_a_session_says_who_somebody_is_until_it_ends(
    access: Access, monkeypatch: pytest.MonkeyPatch
) -> None:
    session = access.session("ann")
    assert access.user_of(session) == "ann"
    assert access.user_of(session[:-1] + ("0" if session[-1] != "0" else "1")) is None
    assert access.user_of("") is None
    assert access.user_of("a.b.c.d") is None
    now = time.time()
    monkeypatch.setattr(module.time, "time", lambda: now + module.SESSION + 1)
    assert access.user_of(session) is None


def test_servers_with_the_same_users_know_each_others_sessions(access: Access) -> None:
    again = access_of(read_settings(auth="ann:correct horse", token=TOKEN))
    other = access_of(read_settings(auth="ann:another horse", token=TOKEN))
    assert again.user_of(access.session("ann")) == "ann"
    assert other.user_of(access.session("ann")) is None


def test_a_bearer_or_a_cookie_names_the_caller(access: Access) -> None:
    assert access.caller(f"Bearer {TOKEN}", "") == TOKEN_USER
    assert access.caller("Bearer wrong", "") is None
    assert access.caller("", f"other=1; {module.COOKIE}={access.session('ann')}") == "ann"
    assert access.caller("", "nonsense;;;=\x00") is None


def test_users_come_from_a_file_as_well(tmp_path: Path) -> None:
    users = tmp_path / "users"
    users.write_text("# who may\nbob:long enough\n\neve:also:long:enough\n")
    access = access_of(read_settings(auth_file=users))
    assert access.check("bob", "long enough")
    assert access.check("eve", "also:long:enough")


@pytest.mark.parametrize(
    "settings",
    [
        {"auth": "ann"},
        {"auth": ":password"},
        {"auth": "ann:short"},
        {"token": "short"},
        {"auth_file": "/nowhere/users"},
    ],
)
def test_what_lets_anybody_guess_is_refused_without_being_repeated(
    settings: dict[str, str],
) -> None:
    with pytest.raises(SettingsError) as error:
        access_of(read_settings(**settings))
    assert "password'" not in str(error.value)
    assert "ann:short" not in str(error.value)


def test_an_allowance_is_used_up_and_refilled() -> None:
    now = [0.0]
    limit = Limit(3, 60, clock=lambda: now[0])
    assert [limit.take("a") for _ in range(3)] == [0, 0, 0]
    assert limit.take("a") == pytest.approx(20)
    assert limit.wait("a") == pytest.approx(20)
    assert limit.take("b") == 0
    now[0] = 20
    assert limit.take("a") == 0
    assert limit.take("a") > 0


def test_a_clock_that_goes_backwards_gives_and_takes_nothing() -> None:
    now = [1000.0]
    limit = Limit(2, 60, clock=lambda: now[0])
    limit.take("a")
    now[0] = 0.0
    assert limit.take("a") == 0
    assert limit.take("a") > 0


def test_no_allowance_means_no_limit_and_callers_are_forgotten() -> None:
    unlimited = Limit(0, 60)
    assert all(unlimited.take("a") == 0 for _ in range(100))
    limit = Limit(1, 60)
    for number in range(MOST_CALLERS + 10):
        limit.take(str(number))
    assert len(limit._left) == MOST_CALLERS
