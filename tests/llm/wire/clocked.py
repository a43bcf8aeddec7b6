"""A wire to the loopback server, on a clock that sleeping turns."""

import threading
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Any

from pydantic import BaseModel

from core.llm import Message, Request, Wire, endpoint_of
from core.settings import load_settings
from tests.llm.server import FakeLlm, Says

KEY = "sk-very-secret-0123456789"
START = datetime(2026, 3, 5, 12, tzinfo=UTC)


class Clock:
    """Nobody waits: a sleep turns it on."""

    def __init__(self) -> None:
        self.now = START
        self.slept: list[float] = []
        self._lock = threading.Lock()

    def __call__(self) -> datetime:
        return self.now

    def sleep(self, seconds: float) -> None:
        with self._lock:
            self.slept.append(seconds)
            self.now += timedelta(seconds=seconds)

    @property
    def waited(self) -> float:
        return (self.now - START).total_seconds()


class Mood(BaseModel):
    """What most questions ask for."""

    score: float
    words: str = ""


GOOD = '{"score": 0.5, "words": "fine"}'


def question(max_tokens: int = 100) -> Request:
    return Request(
        (Message("system", "Judge the headline."), Message("user", '{"headline": "Up 5 %"}')),
        Mood.model_json_schema(), "mood", max_tokens, 0.0, 1,
    )  # fmt: skip


def wire_to(fake: FakeLlm | str, clock: Clock | None = None, **llm: Any) -> Wire:
    """A wire with a key, which no text may show."""
    clock = clock or Clock()
    address = fake if isinstance(fake, str) else fake.base_url
    chosen = {"preset": "custom", "base_url": address, "model": "fake-model", "timeout_seconds": 20.0, **llm}
    settings = load_settings(llm=chosen, keys={"llm": KEY})
    endpoint = endpoint_of(settings)
    assert endpoint is not None
    return Wire(endpoint, settings.llm, clock, clock.sleep)


def in_turn(*says: Says) -> Callable[[dict[str, Any]], Says]:
    """One after the other; the last one for ever."""
    left, lock = list(says), threading.Lock()

    def script(asked: dict[str, Any]) -> Says:
        with lock:
            return left.pop(0) if len(left) > 1 else left[0]

    return script


def always(says: Says) -> Callable[[dict[str, Any]], Says]:
    return lambda asked: says


def mode_of(heard: dict[str, Any]) -> str:
    """How a request asked for its schema."""
    return str(heard.get("response_format", {}).get("type", "text"))
