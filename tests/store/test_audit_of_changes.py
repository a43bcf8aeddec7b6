"""Settings, profiles, models and logins leave a deed with what was before and after, and never a secret."""

from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import pytest

from core.changes import change_profile, change_settings, drop_profile, keep_profile
from core.errors import SettingsError
from core.login.outside import admitted, identity
from core.login.signing import Refused, begin_outside_login, log_out, sign_in
from core.passwords import hash_password
from core.records import AuditEntry
from core.runtime import Runtime
from core.settings import load_settings
from core.store.audit import check_chain, read_audit
from core.store.logins import end_all_logins, login_of
from tests import quick
from tests.api.conftest import Clock

BY = ("ann", "page 10.0.0.9")
PASSWORD = "correct horse battery"


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def runtime(home: Path, clock: Clock) -> Iterator[Runtime]:
    (home / "settings.toml").write_text(quick.TOML)
    opened = Runtime(load_settings(), clock)
    yield opened
    opened.close()


def deeds(runtime: Runtime) -> list[tuple[str, ...]]:
    def told(entry: AuditEntry) -> tuple[str, ...]:
        deed = entry.deed
        return deed.who, deed.origin, deed.action, deed.subject, deed.before, deed.after

    assert check_chain(runtime.store).broken_at is None
    return [told(entry) for entry in reversed(read_audit(runtime.store))]


def test_a_change_is_in_force_and_on_record_together(runtime: Runtime) -> None:
    change_settings(runtime, BY, {"risk": {"stop_loss": 0.03}, "": {"symbol": "ETH-USD"}})
    assert runtime.settings.risk.stop_loss == 0.03
    assert deeds(runtime) == [
        (*BY, "settings", "general", '{"symbol": "BTC-USD"}', '{"symbol": "ETH-USD"}'),
        (*BY, "settings", "risk", '{"stop_loss": 0.02}', '{"stop_loss": 0.03}'),
    ]
    change_settings(runtime, BY, {"risk": {}})
    with pytest.raises(SettingsError, match="stop_loss"):
        change_settings(runtime, BY, {"risk": {"stop_loss": 7}})
    assert len(deeds(runtime)) == 2 and runtime.settings.risk.stop_loss == 0.03


def test_secrets_of_a_change_stay_out_of_the_record(runtime: Runtime) -> None:
    change_settings(runtime, BY, {
        "login": {"password": hash_password(PASSWORD)},
        "llm": {"base_url": "http://ann:hushhush@127.0.0.1:1/v1"},
        "collect": {"feeds": ["https://news.example.org/rss?key=hushhush"]},
    })  # fmt: skip
    said = str(deeds(runtime))
    assert "scrypt" not in said and "hushhush" not in said and "127.0.0.1:1/v1" in said
    assert ('{"password": "missing"}', '{"password": "set"}') in [deed[4:] for deed in deeds(runtime)]


def test_profiles_are_deeds(runtime: Runtime) -> None:
    keep_profile(runtime, BY, " mine ", runtime.settings.risk)
    change_profile(runtime, BY, "careful")
    drop_profile(runtime, BY, "mine")
    told = deeds(runtime)
    assert [deed[2:4] for deed in told] == [
        ("settings", "risk profile mine"), ("settings", "risk profile careful"), ("settings", "risk profile mine"),
    ]  # fmt: skip
    assert '"max_position"' in told[1][4] and told[2][4:] == ("saved", "forgotten")


def test_a_login_ends_by_itself_by_hand_and_with_the_password(runtime: Runtime, clock: Clock) -> None:
    assert isinstance(sign_in(runtime, PASSWORD, "10.0.0.9"), Refused)  # there is no password
    change_settings(runtime, BY, {"login": {"password": hash_password(PASSWORD)}})
    secrets = [sign_in(runtime, PASSWORD, "10.0.0.9") for _ in range(3)]
    assert all(isinstance(secret, str) and login_of(runtime.store, secret, clock.now) for secret in secrets)
    first, second, third = (str(secret) for secret in secrets)
    log_out(runtime, first, "10.0.0.9")
    assert login_of(runtime.store, first, clock.now) is None
    runtime.store.write(end_all_logins(clock.now))
    assert login_of(runtime.store, second, clock.now) is None
    fourth = str(sign_in(runtime, PASSWORD, "10.0.0.9"))
    clock.now += timedelta(hours=11, minutes=59)
    assert login_of(runtime.store, fourth, clock.now)
    clock.now += timedelta(minutes=2)
    assert (
        login_of(runtime.store, fourth, clock.now) is None and login_of(runtime.store, "", clock.now) is None
    )
    assert [deed[2] for deed in deeds(runtime)[1:]] == ["login", "login", "login", "logout", "login"]
    assert first not in str(deeds(runtime)) and third not in str(deeds(runtime))


def test_wrong_passwords_are_deeds_and_make_one_wait(runtime: Runtime) -> None:
    change_settings(runtime, BY, {"login": {"password": hash_password(PASSWORD), "failures": 2}})
    tries = [sign_in(runtime, f"wrong horse {number}", "10.0.0.9") for number in range(3)]
    assert [one.wait > 0 for one in tries if isinstance(one, Refused)] == [False, False, True]
    refused = sign_in(runtime, PASSWORD, "10.0.0.9")
    assert isinstance(refused, Refused) and "Too many wrong passwords" in refused.words
    assert isinstance(sign_in(runtime, PASSWORD, "10.0.0.8"), str)  # somebody else does not wait
    assert [deed[:3] for deed in deeds(runtime)[1:3]] == [("somebody", "page 10.0.0.9", "login failed")] * 2
    assert "wrong horse" not in str(deeds(runtime))


@pytest.mark.parametrize(
    ("claims", "allowed", "enters"),
    [
        ({"sub": "1", "email": "Ann@Example.org", "email_verified": True}, ("ann@example.org",), True),
        ({"sub": "1", "email": "ann@example.org"}, ("ann@example.org",), True),
        ({"sub": "2", "email": "ann@example.org", "email_verified": False}, ("ann@example.org",), False),
        ({"sub": "2", "email": "eve@example.org"}, ("ann@example.org",), False),
        ({"sub": "ann-1"}, ("ann-1",), True),
        ({"sub": "", "email": ""}, (), False),
        ({"sub": "9"}, ("*",), True),
    ],
)
def test_who_may_come_in_by_another_server(
    claims: dict[str, object], allowed: tuple[str, ...], enters: bool
) -> None:
    assert admitted(identity(claims), allowed) is enters


def test_a_login_by_another_server_begins_once_and_ends_for_good(runtime: Runtime, clock: Clock) -> None:
    person = identity({"iss": "https://id.example.org", "sub": "ann-1", "iat": 1, "email": "ann@example.org"})
    for _ in range(3):
        assert begin_outside_login(runtime, person.secret, person.name, "10.0.0.9")
    log_out(runtime, person.secret, "10.0.0.9")
    assert begin_outside_login(runtime, person.secret, person.name, "10.0.0.9") is None
    again = identity({"iss": "https://id.example.org", "sub": "ann-1", "iat": 2, "email": "ann@example.org"})
    assert begin_outside_login(runtime, again.secret, again.name, "10.0.0.9")
    assert [deed[2] for deed in deeds(runtime)] == ["login", "logout", "login"]
