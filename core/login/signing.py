"""Sign in by password and log out: each a deed in the audit trail, in the transaction of the login itself."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import timedelta
from typing import TYPE_CHECKING, Any

from core.login.outside import admitted, identity
from core.passwords import right_password
from core.records import Deed
from core.store.audit import save_deed
from core.store.logins import Login, end_login, is_known, login_of, new_login_secret, save_login

if TYPE_CHECKING:
    from core.runtime import Runtime

OWNER = "owner"
"""Whoever knows the password."""


@dataclass(frozen=True, slots=True)
class Refused:
    """Why nobody was let in."""

    words: str
    wait: float = 0.0
    """Seconds before the next try."""


def sign_in(runtime: "Runtime", password: str, address: str) -> str | Refused:
    """Begin a login; returns the secret that the browser keeps, or why there is none.

    Raises:
        SettingsError: what is kept of the password is no hash of ours.
    """
    kept = runtime.settings.login.password
    if not kept:
        return Refused("There is no password yet: set one with `python -m core password` on the server.")
    if (left := runtime.attempts.wait(address)) > 0:
        return Refused(f"Too many wrong passwords: wait {max(1, round(left))} seconds.", left)
    now = runtime.bench.clock()
    if not right_password(password, kept):
        runtime.attempts.failed(address, runtime.settings.login.failures)
        runtime.store.write(save_deed(Deed("somebody", _origin(address), "login failed", "pages"), now))
        return Refused("That is not the password.")
    runtime.attempts.succeeded(address)
    secret = new_login_secret()
    _begin(runtime, secret, OWNER, address)
    return secret


def begin_outside_login(runtime: "Runtime", secret: str, who: str, address: str) -> Login | None:
    """The login of somebody whom another server has signed in, begun when it is seen for the first time.

    Args:
        secret: what makes this login different from every other one of the same person.
    """
    if not is_known(runtime.store, secret):
        _begin(runtime, secret, who, address)
    return login_of(runtime.store, secret, runtime.bench.clock())


def may_see(runtime: "Runtime", claims: Mapping[str, Any]) -> bool:
    """Whether a page would let in whom another server has signed in: on the list, and not logged out or expired."""
    person = identity(claims)
    if not admitted(person, runtime.settings.login.allowed):
        return False
    store, now = runtime.store, runtime.bench.clock()
    return login_of(store, person.secret, now) is not None or not is_known(store, person.secret)


def log_out(runtime: "Runtime", secret: str, address: str) -> None:
    """End a login in every tab."""
    now = runtime.bench.clock()
    login = login_of(runtime.store, secret, now)
    if login is not None:
        deed = Deed(login.who, _origin(address), "logout", "pages")
        runtime.store.write(end_login(secret, now), save_deed(deed, now))


def _begin(runtime: "Runtime", secret: str, who: str, address: str) -> None:
    now, hours = runtime.bench.clock(), runtime.settings.login.hours
    login = Login(who, address, now, now + timedelta(hours=hours))
    deed = Deed(who, _origin(address), "login", "pages", "", f"until {login.until:%Y-%m-%d %H:%M} UTC")
    runtime.store.write(save_login(secret, login), save_deed(deed, now))


def _origin(address: str) -> str:
    return f"page {address}".strip()
