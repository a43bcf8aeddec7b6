"""Open positions are guarded while a cycle waits for somebody else, and what it then orders fits the book of that moment."""

import threading
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import datetime, timedelta
from pathlib import Path

import numpy as np
import pytest

from core.pipeline import run_cycle
from core.pipeline.flip import search_flip
from core.pipeline.replaying import replay
from core.pipeline.trading import settle_world
from core.records import (
    Action,
    Book,
    CycleReport,
    CycleRequest,
    ExitReason,
    Mode,
    OrderStatus,
    Position,
    Step,
    Timeframe,
)
from core.runtime import Runtime
from core.settings import load_settings
from core.store.books import active_book, create_book, read_fills, read_trades
from core.store.cycles import read_cycle
from core.store.jobs import JobState
from tests import quick
from tests.autopilot.test_guarding import BEGIN, MINUTE, Told, course, fed
from tests.autopilot.test_pilot import Clock
from tests.llm.judging_script import reviewing
from tests.llm.server import FakeLlm, Says, fake_llm

SECOND = timedelta(seconds=1)
JUST_BEFORE = BEGIN + 59 * SECOND
"""A second later a bar closes in which both assets fall through their stops."""


def walk() -> np.ndarray:
    """BTC: a lively climb, a fall within the bar of BEGIN, and on from there."""
    steps = np.random.default_rng(4).normal(0.0004, 0.001, 200)
    return np.concatenate([100 * np.exp(np.cumsum(steps)), np.full(60, 90.0)])


class Hanging:
    """A language model that does not answer until it is let go."""

    def __init__(self) -> None:
        self.asked, self.go = threading.Event(), threading.Event()

    def __call__(self, request: dict[str, object]) -> Says:
        self.asked.set()
        self.go.wait(60)
        return reviewing("shrink", 0.5)(request)


@pytest.fixture
def model() -> Iterator[Hanging]:
    made = Hanging()
    yield made
    made.go.set()


@pytest.fixture
def fake(model: Hanging) -> Iterator[FakeLlm]:
    with fake_llm(model) as server:
        yield server


@pytest.fixture
def clock() -> Clock:
    made = Clock()
    made.now = JUST_BEFORE
    return made


@pytest.fixture
def runtime(home: Path, clock: Clock, fake: FakeLlm) -> Iterator[Runtime]:
    llm = {
        "preset": "custom", "base_url": fake.base_url, "model": "fake-model", "uses": ("validation",),
        "retries": 0, "timeout_seconds": 60,
    }  # fmt: skip
    settings = load_settings(
        **quick.OVERRIDES,
        llm=llm,
        signals={"threshold": 0.0},
        risk=quick.UNLIMITED | {"min_reward_to_risk": 0.0},
    )
    made = Runtime(settings, clock)
    made.bench = fed(
        made.bench, {"one": Told("one", walk()), "two": Told("two", course((200, 50.0), (400, 48.0)))}
    )
    yield made
    made.close()


def hold(runtime: Runtime, clock: Clock, *positions: Position) -> Book:
    worth = sum(one.value for one in positions)
    book = Book("live-held", "live", 10_000.0, 10_000.0 - worth, positions, (), BEGIN)
    runtime.store.write(create_book(book, clock.now))
    return book


def bitcoin() -> Position:
    last = float(walk()[199])
    return Position("BTC-USD", "1m", 10.0, last, 0.0, BEGIN, last * 0.97, None, "o1", last, "one")


def ether() -> Position:
    return Position("ETH-USD", "1m", 20.0, 50.0, 0.0, BEGIN, 49.0, None, "o2", 50.0, "two")


def live(runtime: Runtime) -> Book:
    book = active_book(runtime.store, "live")
    assert book is not None
    return book


def disturbed(runtime: Runtime, clock: Clock, before: str) -> CycleReport:
    """A cycle during which the guard takes its turn, in another thread, just before one of the stages."""

    def on_progress(share: float, message: str) -> None:
        if message == f"{before} …":
            clock.now += 2 * SECOND
            with ThreadPoolExecutor(1) as pool:
                pool.submit(settle_world, runtime.bench, "live", lambda share, words: None).result(timeout=30)

    alone = replace(runtime.bench, llm=None)
    request = CycleRequest("BTC-USD", Timeframe.M1, "one", None, Mode.PAPER)
    return run_cycle(request, alone, f"before-{before}", on_progress=on_progress)


def test_the_guard_does_not_wait_for_a_language_model(runtime: Runtime, clock: Clock, model: Hanging) -> None:
    hold(runtime, clock, ether())
    runtime.autopilot.start("ann", "test", ("BTC-USD",), "1m", "one")
    (cycle,) = runtime.autopilot.turn(Step.SIGNALS)
    assert model.asked.wait(60), runtime.jobs.read(cycle).error
    clock.now += 2 * SECOND
    begun = time.perf_counter()
    (guard,) = runtime.autopilot.turn(Step.TRADE)
    guarded = runtime.jobs.wait(guard, 30)
    assert (guarded.state, guarded.error) == (JobState.DONE, None)
    assert runtime.jobs.read(cycle).state is JobState.RUNNING, "it still waits for its model"
    trades = read_trades(runtime.store, "live-held")
    assert trades["exit_reason"].tolist() == [ExitReason.STOP_LOSS.value]
    after_stop = live(runtime)
    time.sleep(max(0.0, 2.5 - (time.perf_counter() - begun)))  # the model thinks on
    model.go.set()
    assert runtime.jobs.wait(cycle, 60).state is JobState.DONE

    report = read_cycle(runtime.store, cycle)
    assert report.order is not None and report.decision is not None and not report.failed
    assert (report.order.status, report.order.submitted_at) == (OrderStatus.ACCEPTED, clock.now)
    assert report.moved_book == after_stop and after_stop.positions == ()
    sizing = report.decision.proposal.sizing
    assert sizing is not None and report.decision.validation is not None
    assert report.decision.validation.state == "shrunk"
    assert report.order.quantity == pytest.approx(sizing.quantity * 0.5, rel=1e-3)
    assert sizing.quantity * report.decision.proposal.price <= after_stop.equity
    book = live(runtime)
    assert (book.cash, book.positions) == (after_stop.cash, ())
    assert [order.id for order in book.orders] == [report.order.id]
    found = replay(runtime.bench, cycle)
    assert found.first_difference is None, found.first_difference
    assert search_flip(runtime.bench, cycle).note == "", "the flip begins at the same decision"

    clock.now += 3 * MINUTE
    runtime.jobs.wait(runtime.autopilot.turn(Step.TRADE)[0], 30)
    fills = read_fills(runtime.store, "live-held", report.order.id)
    assert len(fills) == 1 and fills["time"][0] >= report.order.submitted_at


@pytest.mark.parametrize("before", ["features", "decide", "validate", "risk"])
def test_a_position_that_is_stopped_under_a_cycle_is_not_opened_again_by_it(
    runtime: Runtime, clock: Clock, before: str
) -> None:
    hold(runtime, clock, bitcoin())
    report = disturbed(runtime, clock, before)
    assert not report.failed and report.decision is not None
    assert report.decision.proposal.action is Action.HOLD and report.order is None
    assert "its plan lapsed" in report.decision.proposal.reason
    trades = read_trades(runtime.store, "live-held")
    assert trades["exit_reason"].tolist() == [ExitReason.STOP_LOSS.value]
    book = live(runtime)
    assert report.moved_book == book and (book.positions, book.orders) == ((), ())
    found = replay(runtime.bench, report.id)
    assert found.first_difference is None, found.first_difference


@pytest.mark.parametrize("before", ["collect", "settle"])
def test_a_guard_that_is_quicker_than_the_bars_of_a_cycle(
    runtime: Runtime, clock: Clock, before: str
) -> None:
    hold(runtime, clock, ether())
    report = disturbed(runtime, clock, before)
    assert not report.failed, report.stages[-1].summary
    assert report.moved_book is None, "nothing has moved since it was settled"
    assert report.order is not None and report.order.submitted_at == clock.now
    assert read_trades(runtime.store, "live-held")["symbol"].tolist() == ["ETH-USD"]
    found = replay(runtime.bench, report.id)
    assert found.first_difference is None, found.first_difference


def test_a_cycle_of_the_past_still_cannot_move_a_book_back(runtime: Runtime, clock: Clock) -> None:
    hold(runtime, clock)
    past: datetime = BEGIN - 20 * MINUTE
    request = CycleRequest("BTC-USD", Timeframe.M1, "one", past, Mode.PAPER)
    report = run_cycle(request, replace(runtime.bench, llm=None), "past")
    assert report.stages[-1].stage == "settle" and "cannot go back" in report.stages[-1].summary
