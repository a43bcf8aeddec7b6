"""Who has signed in to the pages, and until when; of the secret in the browser's cookie only a hash is kept."""

import hashlib
import secrets
from dataclasses import dataclass
from datetime import datetime, timedelta

import duckdb

from core.store.connection import Store, Write

PREFIX = "gbs_"
"""Begins the secret of every login, so that one is recognised where it does not belong."""
_REMEMBERED = timedelta(days=30)


@dataclass(frozen=True, slots=True)
class Login:
    """One person in one browser."""

    who: str
    address: str
    began_at: datetime
    until: datetime


def new_login_secret() -> str:
    """A secret of 256 random bits."""
    return PREFIX + secrets.token_urlsafe(32)


def save_login(secret: str, login: Login) -> Write:
    """Keep a login by the hash of its secret, and forget those that ended long ago; a known one stays as it is."""

    def write(cursor: duckdb.DuckDBPyConnection) -> None:
        cursor.execute("DELETE FROM logins WHERE until < ?", [login.began_at - _REMEMBERED])
        cursor.execute(
            "INSERT OR IGNORE INTO logins VALUES (?, ?, ?, ?, ?, NULL)",
            [_hash(secret), login.who, login.address, login.began_at, login.until],
        )

    return write


def login_of(store: Store, secret: str, now: datetime) -> Login | None:
    """The login that a secret belongs to; None when there is none, or it has expired or was ended."""
    with store.cursor() as cursor:
        row = cursor.execute(
            "SELECT who, address, began_at, until FROM logins WHERE hash = ? AND until > ? AND ended_at IS NULL",
            [_hash(secret), now],
        ).fetchone()
    return Login(*row) if row else None


def is_known(store: Store, secret: str) -> bool:
    """Whether a login was ever kept, whatever became of it."""
    with store.cursor() as cursor:
        return cursor.execute("SELECT 1 FROM logins WHERE hash = ?", [_hash(secret)]).fetchone() is not None


def end_login(secret: str, at: datetime) -> Write:
    """Log out."""

    def write(cursor: duckdb.DuckDBPyConnection) -> None:
        cursor.execute(
            "UPDATE logins SET ended_at = ? WHERE hash = ? AND ended_at IS NULL", [at, _hash(secret)]
        )

    return write


def end_all_logins(at: datetime) -> Write:
    """Log everybody out, as a new password does."""

    def write(cursor: duckdb.DuckDBPyConnection) -> None:
        cursor.execute("UPDATE logins SET ended_at = ? WHERE ended_at IS NULL", [at])

    return write


def _hash(secret: str) -> str:
    """A plain SHA-256 is enough: the secret is random."""
    return hashlib.sha256(secret.encode()).hexdigest()
