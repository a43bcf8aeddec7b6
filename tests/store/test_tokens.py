"""A token opens what its role allows, for as long as it lasts, and its secret is nowhere."""

from datetime import UTC, datetime, timedelta

import pytest

from core.errors import InputError
from core.records import Role, Token
from core.store import Store
from core.store.tokens import kept_tokens, new_secret, read_tokens, revoke_token, save_token, token_among

NOW = datetime(2024, 5, 1, 12, tzinfo=UTC)
LATER = NOW + timedelta(days=30)


def token(name: str = "phone", expires_at: datetime | None = LATER) -> Token:
    return Token(name, Role.VIEWER, NOW, expires_at)


def test_the_right_secret_finds_its_token_until_it_expires(store: Store) -> None:
    secret, other = new_secret(), new_secret()
    store.write(save_token(token(), secret), save_token(token("desk", None), other))
    assert token_among(kept_tokens(store), secret, NOW) == token()
    assert token_among(kept_tokens(store), other, LATER + timedelta(days=9999)) == token("desk", None)
    assert token_among(kept_tokens(store), secret, LATER) is None
    assert token_among(kept_tokens(store), secret + "x", NOW) is None
    assert token_among(kept_tokens(store), "", NOW) is None


def test_a_revoked_token_opens_nothing(store: Store) -> None:
    secret = new_secret()
    store.write(save_token(token(), secret))
    store.write(revoke_token("phone", NOW))
    store.write(revoke_token("phone", LATER))
    assert token_among(kept_tokens(store), secret, NOW) is None
    assert read_tokens(store)[0].revoked_at == NOW
    with pytest.raises(InputError, match="no token named 'tablet'"):
        store.write(revoke_token("tablet", NOW))


def test_names_are_plain_and_used_once(store: Store) -> None:
    store.write(save_token(token(), new_secret()))
    with pytest.raises(InputError, match="already a token named 'phone'"):
        store.write(save_token(token(), new_secret()))
    for name in ("", "a b", "../x", "x" * 64, "ä"):
        with pytest.raises(InputError, match="cannot be named"):
            store.write(save_token(token(name), new_secret()))


def test_the_secret_is_stored_nowhere(store: Store) -> None:
    secret = new_secret()
    store.write(save_token(token(), secret))
    path = store.path
    store.close()
    assert secret.encode() not in path.read_bytes()
    assert secret.removeprefix("gbx_").encode() not in path.read_bytes()


def test_secrets_differ() -> None:
    assert len({new_secret() for _ in range(100)}) == 100
