"""Bearer tokens: made, found and revoked; only a hash of each is stored."""

import hashlib
import hmac
import re
import secrets
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

import duckdb

from core.errors import InputError
from core.records import Role, Token
from core.store.connection import Store, Write

PREFIX = "gbx_"
"""Begins every token, so that one is recognised where it does not belong."""
_NAME = re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]{0,62}")


@dataclass(frozen=True, slots=True)
class KeptToken:
    """A token as it is stored."""

    secret_hash: str
    token: Token


def new_secret() -> str:
    """A token of 256 random bits."""
    return PREFIX + secrets.token_urlsafe(32)


def save_token(token: Token, secret: str) -> Write:
    """Keep a token by the hash of its secret.

    A plain SHA-256 is enough: the secret is random, so there is nothing to guess faster than by trying all of it.

    Raises:
        InputError: a name that cannot be used, or that a token already bears.
    """
    if not _NAME.fullmatch(token.name):
        raise InputError(
            f"A token cannot be named {token.name!r}: use letters, digits, dot, dash and underscore."
        )

    def write(cursor: duckdb.DuckDBPyConnection) -> None:
        if cursor.execute("SELECT 1 FROM tokens WHERE name = ?", [token.name]).fetchone():
            raise InputError(f"There is already a token named {token.name!r}: choose another name.")
        cursor.execute(
            "INSERT INTO tokens VALUES (?, ?, ?, ?, ?, ?)",
            [
                token.name, token.role.value, _hash(secret), token.created_at, token.expires_at, token.revoked_at,
            ],
        )  # fmt: skip

    return write


def revoke_token(name: str, at: datetime) -> Write:
    """Make a token useless from now on.

    Raises:
        InputError: no token of that name.
    """

    def write(cursor: duckdb.DuckDBPyConnection) -> None:
        if not cursor.execute("SELECT 1 FROM tokens WHERE name = ?", [name]).fetchone():
            raise InputError(f"There is no token named {name!r}: see `python -m core token list`.")
        cursor.execute("UPDATE tokens SET revoked_at = coalesce(revoked_at, ?) WHERE name = ?", [at, name])

    return write


def read_tokens(store: Store) -> tuple[Token, ...]:
    """All tokens, also those that open nothing any more, oldest first."""
    with store.cursor() as cursor:
        rows = cursor.execute(
            "SELECT name, role, created_at, expires_at, revoked_at FROM tokens ORDER BY created_at, name"
        ).fetchall()
    return tuple(Token(row[0], Role(row[1]), row[2], row[3], row[4]) for row in rows)


def kept_tokens(store: Store) -> tuple[KeptToken, ...]:
    """All tokens with the hashes of their secrets."""
    with store.cursor() as cursor:
        rows = cursor.execute(
            "SELECT secret_hash, name, role, created_at, expires_at, revoked_at FROM tokens"
        ).fetchall()
    return tuple(KeptToken(str(row[0]), Token(row[1], Role(row[2]), *row[3:])) for row in rows)


def token_among(tokens: Iterable[KeptToken], secret: str, at: datetime) -> Token | None:
    """The token with that secret, if it opens anything at that moment.

    Every hash is compared, each in constant time, so that the time of an answer tells nothing.
    """
    wanted, found = _hash(secret), None
    for kept in tokens:
        if hmac.compare_digest(kept.secret_hash, wanted):
            found = kept.token
    return found if found is not None and found.valid_at(at) else None


def _hash(secret: str) -> str:
    return hashlib.sha256(secret.encode()).hexdigest()
