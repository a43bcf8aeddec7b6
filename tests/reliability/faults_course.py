"""The real engine and its autopilot through hours of a simulated clock, while providers and the model fail by schedule."""

import json
import socket
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import pytest

from core.errors import GlassboxError
from core.execute import new_book
from core.records import Book, Position, Step
from core.runtime import Runtime
from core.settings import load_settings
from core.store.books import active_book, create_book, save_book
from core.store.jobs import JobRow, JobState
from tests import quick
from tests.llm.server import FakeLlm, Says
from tests.llm.whole_script import answers_all
from tests.reliability.faults_world import Fault, World

BEGIN = datetime(2026, 3, 2, 10, 0, 20, tzinfo=UTC)
TICK = timedelta(minutes=5)
EVERY = {Step.COLLECT: TICK, Step.PREDICT: 3 * TICK, Step.SIGNALS: 3 * TICK, Step.TRADE: TICK}
PATIENCE = 1.0
"""Seconds that a client waits for one answer; a good one comes in a hundredth, on a busy machine in a tenth."""
GUARDED = "SOL-USD"
"""Held all the time on five-minute bars, and traded by nobody, so that only its stop can close it."""
LIVE = "live"


class Clock:
    """Stands until it is moved."""

    def __init__(self) -> None:
        self.now = BEGIN

    def __call__(self) -> datetime:
        return self.now


@dataclass(frozen=True)
class Episode:
    """A fault that lasts."""

    fault: Fault
    providers: frozenset[str]
    """Who fails; «llm» is the language model."""
    ticks: int

    def __str__(self) -> str:
        return f"{self.fault.value} of {', '.join(sorted(self.providers))}"


@dataclass
class Turn:
    """One due turn of a step for one asset."""

    at: datetime
    step: Step
    job: JobRow | None
    """None: it was due and no job came."""
    seconds: float

    @property
    def ended(self) -> bool:
        """Whether it brought its result, or the report of a cycle, before the next turn of its step."""
        return (
            self.job is not None
            and self.job.state is JobState.DONE
            and self.seconds <= EVERY[self.step].total_seconds()
        )


@dataclass
class Course:
    """A run: `go` lets ticks pass, and everything that was due is kept."""

    runtime: Runtime
    clock: Clock
    world: World
    llm: FakeLlm
    turns: list[Turn] = field(default_factory=list)
    refused: list[str] = field(default_factory=list)
    """Why turns could not begin."""
    _ticks: int = 0

    def go(self, ticks: int) -> None:
        """Let time pass, every step taking its turns when they are due."""
        for _ in range(ticks):
            for step in Step:
                if self._ticks % (EVERY[step] // TICK) == 0:
                    self._turn(step)
            self.clock.now += TICK
            self._ticks += 1

    def fail(self, episode: Episode) -> None:
        """The fault begins."""
        self.world.fail(episode.providers, episode.fault)
        if "llm" in episode.providers:
            self.llm.script = failing_model(episode.fault)

    def heal(self) -> None:
        """The fault ends."""
        self.world.heal()
        self.llm.script = answers_all

    def hold(self, below: float = 0.01) -> None:
        """Make sure that the book holds the guarded asset with a stop so far below its price."""
        book, price = self.book, self.world.prices.at("SOL", self.clock.now.timestamp())
        kept = tuple(held for held in book.positions if held.symbol != GUARDED)
        cash = book.cash - (0 if len(kept) < len(book.positions) else 3 * price)
        held = Position(
            GUARDED, "5m", 3.0, price, 0.0, self.clock.now, price * (1 - below), None, f"held-{self._ticks}", price,
            "yfinance",
        )  # fmt: skip
        changed = Book(
            book.id,
            book.world,
            book.initial_cash,
            cash,
            (*kept, held),
            book.orders,
            book.clock,
            book.done,
            book.used,
        )
        self.runtime.store.write(save_book(changed, (), (), (), ()))

    @property
    def book(self) -> Book:
        """The live account; a fresh one when there is none."""
        found = active_book(self.runtime.store, LIVE)
        if found is None:
            found = new_book("live-faults", LIVE, 100_000.0)
            self.runtime.store.write(create_book(found, self.clock.now))
        return found

    @property
    def guarded(self) -> bool:
        """Whether the guarded asset is still held."""
        return self.book.position(GUARDED) is not None

    def rows(self, sql: str, *values: Any) -> list[tuple[Any, ...]]:
        """What the store says."""
        with self.runtime.store.cursor() as cursor:
            return cursor.execute(sql, list(values)).fetchall()

    def _turn(self, step: Step) -> None:
        begun = time.perf_counter()
        try:
            jobs = self.runtime.autopilot.turn(step)
        except GlassboxError as err:  # as the schedule does, which tells it in the log
            jobs = ()
            self.refused.append(str(err))
        for job_id in jobs:
            ended = self.runtime.jobs.wait(job_id, 120.0)
            self.turns.append(Turn(self.clock.now, step, ended, time.perf_counter() - begun))
        for _ in range(len(jobs), self._wanted(step)):
            self.turns.append(Turn(self.clock.now, step, None, 0.0))

    def _wanted(self, step: Step) -> int:
        """Jobs that a turn has to bring: a cycle only where a bar has closed since the last one."""
        state = self.runtime.autopilot.state
        assert state is not None
        if step is Step.TRADE:
            return 1
        fresh = self.clock.now.minute < (EVERY[step] // timedelta(minutes=1))
        return len(state.assets) if step is not Step.SIGNALS or fresh or self._ticks == 0 else 0


def failing_model(fault: Fault) -> Any:
    """The script of a language model on a bad day."""

    def script(asked: dict[str, Any]) -> Says:
        good = answers_all(asked)
        match fault:
            case Fault.TIME_OUT | Fault.TRICKLE:
                return Says(good.content, delay=PATIENCE * 3)
            case Fault.SLOW_DOWN:
                return Says("slow down", 429)
            case Fault.SLOW_DOWN_UNTIL:
                return Says("slow down", 429, {"Retry-After": "90"})
            case Fault.BROKEN:
                return Says("oops", 500)
            case Fault.CUT:
                return Says(good.content, cut=True)
            case Fault.GARBAGE:
                return Says(body="\x00\x01 ???")
            case Fault.EMPTY:
                return Says(body="")
        return Says(json.dumps({"answers": "many", "items": 42}))

    return script


@contextmanager
def rerouted(base: str, patch: pytest.MonkeyPatch) -> Iterator[None]:
    """Every request of the real clients goes to the server at `base`, the host first in the path."""
    import curl_cffi.requests.session as curl
    import requests

    def away(url: str) -> str:
        parts = urlsplit(url)
        query = f"?{parts.query}" if parts.query else ""
        local = parts.hostname == "127.0.0.1"
        return url if local else f"{base}/{parts.netloc}{parts.path}{query}"

    for sessions in (curl.Session, requests.Session):
        asked = sessions.request

        def request(self: Any, method: Any, url: Any, *args: Any, _asked: Any = asked, **options: Any) -> Any:
            return _asked(self, method, away(str(url)), *args, **options)

        patch.setattr(sessions, "request", request)
    resolve = socket.getaddrinfo
    patch.setattr(
        socket, "getaddrinfo", lambda host, *args, **options: resolve("127.0.0.1", *args, **options)
    )
    _fresh_yahoo()
    yield
    _fresh_yahoo()


def _fresh_yahoo() -> None:
    """yfinance keeps its session and its answers for the whole process."""
    from yfinance.data import SingletonMeta, YfData

    SingletonMeta._instances.pop(YfData, None)
    YfData.cache_get.cache_clear()


@contextmanager
def course(
    home: Path,
    patch: pytest.MonkeyPatch,
    assets: tuple[str, ...],
    priority: tuple[str, ...],
    news: tuple[str, ...],
) -> Iterator[Course]:
    """The engine open on a world that is well, switched on and with models trained."""
    clock = Clock()
    world = World(clock, PATIENCE)
    llm = FakeLlm(answers_all)
    patch.setenv("GLASSBOX_KEYS__CRYPTOCOMPARE", "a-key-of-the-test")
    patch.setenv("GLASSBOX_KEYS__NEWSAPI", "another-key-of-the-test")
    settings = quick.OVERRIDES | {
        "source": "auto",
        "collect": quick.OVERRIDES["collect"]
        | {
            "timeout_seconds": PATIENCE, "cool_down_seconds": 60.0, "priority": priority, "headline_minutes": 10.0,
            "feeds": ("https://www.coindesk.com/arc/outboundfeeds/rss/",), "history_days": 20,
        },
        "news": {"sources": news},
        "llm": {
            "preset": "custom", "base_url": llm.base_url, "model": "fake-model", "timeout_seconds": PATIENCE,
            "retries": 1, "breaker_seconds": 60.0, "preload": False, "day_money": 0.0,
        },
        "autopilot": {
            "collection_seconds": EVERY[Step.COLLECT].seconds, "prediction_seconds": EVERY[Step.PREDICT].seconds,
            "signal_seconds": EVERY[Step.SIGNALS].seconds, "trade_seconds": EVERY[Step.TRADE].seconds,
        },
    }  # fmt: skip
    try:
        with rerouted(world.server.url, patch):
            runtime = Runtime(load_settings(home=home, **settings), clock)
            try:
                runtime.autopilot.start("ann", "test", assets, "1h", "auto")
                yield Course(runtime, clock, world, llm)
            finally:
                runtime.close()
    finally:
        world.close()
        llm.close()
