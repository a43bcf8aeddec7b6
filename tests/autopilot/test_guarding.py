"""Open positions are guarded whatever else fails: forecasts off, sources silent for hours, the process gone."""

from collections.abc import Iterator, Mapping
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from core.autopilot import Autopilot
from core.collect.sample_source import SampleSource
from core.errors import Unreachable
from core.pipeline import Workbench
from core.records import Book, ExitReason, Instrument, Position, Step, Timeframe
from core.runtime import Runtime
from core.settings import load_settings
from core.store.autopilot import read_step
from core.store.books import active_book, create_book, read_trades
from tests import quick
from tests.autopilot.test_pilot import AtOnce, Clock

MINUTE = timedelta(minutes=1)
BEGIN = datetime(2026, 1, 5, 12, tzinfo=UTC)
FLAT = Timeframe.M1


class Told:
    """A live source of minute bars around a course, which may be silent."""

    limits = ()

    def __init__(self, name: str, closes: np.ndarray) -> None:
        self.name, self.silent = name, False
        index = pd.date_range(BEGIN - 200 * MINUTE, periods=len(closes), freq="min", name="date").as_unit(
            "us"
        )
        first = np.concatenate([closes[:1], closes[:-1]])
        self.bars = pd.DataFrame(
            {"open": first, "high": np.maximum(first, closes), "low": np.minimum(first, closes), "close": closes,
             "volume": 10.0},
            index=index,
        )  # fmt: skip

    def offer(self, instrument: Instrument, timeframe: Timeframe) -> object:
        told = SampleSource().offer(instrument, Timeframe.H1)
        return replace(told, world="live", clock=None, local=False, history=None)

    def fetch(
        self, instrument: Instrument, timeframe: Timeframe, start: datetime, end: datetime
    ) -> pd.DataFrame:
        if self.silent:
            raise Unreachable("the line is dead")
        return self.bars[(self.bars.index >= start) & (self.bars.index < end)]


def course(*parts: tuple[int, float]) -> np.ndarray:
    """Closes: so many minutes at a price, then the next."""
    return np.concatenate([np.full(minutes, price) for minutes, price in parts])


def fed(bench: Workbench, sources: Mapping[str, Told]) -> Workbench:
    """The workbench with these sources of bars alone."""
    return replace(bench, sources=lambda name: (sources[name],) if name in sources else (), news=())  # type: ignore[arg-type]


@pytest.fixture
def clock() -> Clock:
    made = Clock()
    made.now = BEGIN
    return made


@pytest.fixture
def sources() -> dict[str, Told]:
    """BTC falls through its stop for three minutes; ETH climbs and gives its gain back."""
    return {
        "one": Told("one", course((240, 100.0), (3, 97.0), (400, 100.0))),
        "two": Told("two", course((220, 50.0), (20, 55.0), (400, 53.0))),
    }


@pytest.fixture
def runtime(home: Path, clock: Clock, sources: dict[str, Told]) -> Iterator[Runtime]:
    made = Runtime(load_settings(**quick.OVERRIDES, autopilot={"predictions": False}), clock)
    made.bench = fed(made.bench, sources)
    yield made
    made.close()


def hold(runtime: Runtime) -> None:
    """A book with a stop in BTC and a trailing stop in ETH, begun now."""
    now = runtime.bench.clock()
    btc = Position("BTC-USD", "1m", 10.0, 100.0, 0.0, now, 98.5, None, "o1", 100.0, "one")
    eth = Position("ETH-USD", "1m", 20.0, 50.0, 0.0, now, 49.0, None, "o2", 50.0, "two", trail=0.02)
    book = Book("live-held", "live", 10_000.0, 8_000.0, (btc, eth), (), now)
    runtime.store.write(create_book(book, now))


def guarding(runtime: Runtime) -> tuple[Autopilot, AtOnce]:
    """A pilot that is on, and holds something."""
    jobs = AtOnce(runtime)
    pilot = Autopilot(lambda: runtime.bench, jobs)
    pilot.start("ann", "test", ("BTC-USD", "ETH-USD"), "1m", "one")
    hold(runtime)
    return pilot, jobs


def watch(pilot: Autopilot, clock: Clock, minutes: int) -> None:
    for _ in range(minutes):
        clock.now += MINUTE
        assert pilot.turn(Step.PREDICT) == ()
        pilot.turn(Step.TRADE)


def test_stops_are_met_in_order_however_long_a_source_was_silent(
    runtime: Runtime, clock: Clock, sources: dict[str, Told]
) -> None:
    pilot, jobs = guarding(runtime)
    watch(pilot, clock, 20)
    sources["one"].silent = True
    watch(pilot, clock, 60)
    book = active_book(runtime.store, "live")
    assert book is not None and [p.symbol for p in book.positions] == [
        "BTC-USD"
    ]  # ETH was guarded all the while
    trades = read_trades(runtime.store, "live-held")
    assert trades["exit_reason"].tolist() == [ExitReason.TRAILING_STOP.value]
    assert trades["exit_price"][0] == pytest.approx(55 * 0.98, rel=2e-3)
    step = read_step(runtime.store, Step.TRADE, "live")
    assert step is not None and step.rests_until is None and jobs.failed == []
    sources["one"].silent = False
    watch(pilot, clock, 10)  # the provider's rest of a few minutes ends
    trades = read_trades(runtime.store, "live-held").set_index("symbol")
    fell = BEGIN + 40 * MINUTE
    assert trades.loc["BTC-USD", "exit_reason"] == ExitReason.STOP_LOSS.value
    assert (
        trades.loc["BTC-USD", "exit_time"] <= fell + MINUTE
    )  # at the bar that broke it, not when it was heard of
    assert trades.loc["BTC-USD", "exit_price"] == pytest.approx(98.5, rel=2e-3)


def test_after_a_kill_the_missed_bars_are_met_once(
    runtime: Runtime, clock: Clock, sources: dict[str, Told]
) -> None:
    pilot, jobs = guarding(runtime)
    watch(pilot, clock, 5)
    clock.now += 90 * MINUTE  # nobody watched
    again = Autopilot(lambda: runtime.bench, jobs)
    assert again.resume(2)
    again.turn(Step.TRADE)
    again.turn(Step.TRADE)
    trades = read_trades(runtime.store, "live-held")
    assert sorted(trades["exit_reason"]) == [ExitReason.STOP_LOSS.value, ExitReason.TRAILING_STOP.value]
    assert trades["exit_time"].max() <= BEGIN + 41 * MINUTE
    book = active_book(runtime.store, "live")
    assert book is not None and book.positions == () and book.clock == clock.now
