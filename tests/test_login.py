"""Passwords are kept as hashes, wrong ones make one wait, and only this machine's own addresses are open."""

import io
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from core.__main__ import main
from core.addresses import is_loopback
from core.attempts import LONGEST_WAIT, Attempts
from core.errors import InputError, SettingsError
from core.passwords import hash_password, right_password
from core.settings import Settings, load_settings
from core.views.preferences import setting_sections


@settings(max_examples=5)
@given(
    password=st.text(
        st.characters(exclude_categories=("C", "Z"), include_characters=" "), min_size=10, max_size=40
    ),
    other=st.text(max_size=20),
)
def test_only_the_right_password_fits(password: str, other: str) -> None:
    kept = hash_password(password)
    assert password not in kept and right_password(password, kept)
    assert right_password(other, kept) == (other == password)


def test_the_same_password_is_kept_differently_each_time() -> None:
    assert hash_password("correct horse") != hash_password("correct horse")


def test_what_cannot_be_a_password_or_a_hash() -> None:
    with pytest.raises(InputError, match="9 characters is too short"):
        hash_password("too short")
    for kept in ("", "plain", "scrypt$1", "md5$1$2$3$4$5"):
        with pytest.raises(SettingsError, match="no hash of a password"):
            right_password("whatever it is", kept)


def test_wrong_ones_wait_longer_each_time_and_a_right_one_starts_anew() -> None:
    now = datetime(2026, 1, 1, tzinfo=UTC)
    moments = [now]
    attempts = Attempts(lambda: moments[0])
    for wait in (0, 0, 1, 2, 4):
        attempts.failed("a", free=3)
        assert attempts.wait("a") == wait
    assert attempts.wait("b") == 0
    moments[0] += timedelta(seconds=3)
    assert attempts.wait("a") == 1
    for _ in range(30):
        attempts.failed("a", free=3)
    assert attempts.wait("a") == LONGEST_WAIT
    attempts.succeeded("a")
    assert attempts.wait("a") == 0


@pytest.mark.parametrize(
    ("address", "own"),
    [
        ("127.0.0.1", True), ("127.8.8.8", True), ("::1", True), ("[::1]", True), ("localhost", True),
        ("::ffff:127.0.0.1", True), ("0.0.0.0", False), ("192.168.1.2", False), ("::", False), ("example.org", False),
        ("::ffff:10.0.0.1", False), ("", False), ("127.0.0.1.evil.org", False),
    ],
)  # fmt: skip
def test_which_addresses_are_this_machine_s(address: str, own: bool) -> None:
    assert is_loopback(address) is own


def test_the_command_keeps_a_hash_and_nothing_shows_it(
    home: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr("sys.stdin", io.StringIO("correct horse battery\n"))
    assert main(("password",)) == 0
    assert "correct horse" not in (home / "settings.toml").read_text() + capsys.readouterr().out
    found: Settings = load_settings()
    assert right_password("correct horse battery", found.login.password)
    assert "scrypt" not in found.model_dump_json() + repr(found.login)
    shown = [
        field.name
        for section in setting_sections(found)
        if section.name == "login"
        for field in section.fields
    ]
    assert shown == ["failures", "hours", "allowed"]
    monkeypatch.setattr("sys.stdin", io.StringIO("short\n"))
    assert main(("password",)) == 2
    assert main(("password", "--remove")) == 0 and load_settings().login.password == ""
