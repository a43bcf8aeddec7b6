"""A REST application over a real engine in a folder of its own."""

from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from starlette.testclient import TestClient

from core.api.application import create_api
from core.records import Role, Token
from core.runtime import Runtime
from core.settings import load_settings
from core.store.tokens import new_secret, save_token
from tests import quick


class Clock:
    """A clock that stands until it is moved."""

    def __init__(self) -> None:
        self.now = datetime(2026, 1, 5, 12, tzinfo=UTC)

    def __call__(self) -> datetime:
        return self.now

    def move(self, seconds: float) -> None:
        self.now += timedelta(seconds=seconds)


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def engine(home: Path, clock: Clock) -> Iterator[Runtime]:
    (home / "settings.toml").write_text(quick.TOML)
    opened = Runtime(load_settings(), clock)
    yield opened
    opened.close()


@pytest.fixture
def client(engine: Runtime, clock: Clock) -> Iterator[TestClient]:
    with TestClient(create_api(lambda: engine, clock)) as made:
        yield made


@pytest.fixture
def bearer(engine: Runtime, clock: Clock) -> Callable[[Role], dict[str, str]]:
    """From a role to the header of a fresh token."""

    def made(role: Role) -> dict[str, str]:
        secret = new_secret()
        name = f"{role.value}-{secret[-6:].strip('-_')}"
        engine.store.write(save_token(Token(name, role, clock(), clock() + timedelta(days=1)), secret))
        return {"Authorization": f"Bearer {secret}"}

    return made
