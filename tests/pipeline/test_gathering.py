"""Bars on their way from providers into the store: asked once, judged, kept, compared."""

import threading
import time
from collections.abc import Callable
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta

import pandas as pd
import pytest

from core.collect import Limit, Offer
from core.collect.shaping import between
from core.errors import DataUnavailable, NotFound, SourceError, Unreachable, Unsupported
from core.instruments import resolve
from core.pipeline import Workbench
from core.pipeline.at_hand import stored_or_sample
from core.pipeline.gathering import gather
from core.records import Instrument, Timeframe
from core.settings import BadBars
from core.store.bars import bars_as_of, read_bars, read_forming, stored_series
from core.store.quality import latest_quality, read_rejected
from tests.collect.bars import make_bars

BTC = resolve("BTC-USD")
HOUR = timedelta(hours=1)
NOON = datetime(2024, 3, 5, 12, tzinfo=UTC)
NOW = NOON + timedelta(minutes=20)


@dataclass
class Venue:
    """A live provider with two hundred days of hours."""

    name: str = "a"
    bars: pd.DataFrame = field(default_factory=lambda: make_bars(NOON - 4800 * HOUR, 4801, HOUR))
    error: SourceError | None = None
    seconds: float = 0.0
    limits: tuple[Limit, ...] = ()
    asked: int = 0

    def offer(self, instrument: Instrument, timeframe: Timeframe) -> Offer:
        if timeframe is not Timeframe.H1:
            raise Unsupported("hours only")
        return Offer("live", None, None, timedelta(), False, False, f"Venue {self.name}.")

    def fetch(
        self, instrument: Instrument, timeframe: Timeframe, start: datetime, end: datetime
    ) -> pd.DataFrame:
        self.asked += 1
        time.sleep(self.seconds)
        if self.error:
            raise self.error
        found = between(self.bars, start, end)
        if found.empty:
            raise NotFound("nothing there")
        return found


@pytest.fixture
def at(bench: Workbench) -> Callable[..., Workbench]:
    """A workbench whose live providers are these, and whose clock stands at `now`."""

    def make(*venues: Venue, now: datetime = NOW, **collect: object) -> Workbench:
        settings = bench.settings.model_copy(
            update={"collect": bench.settings.collect.model_copy(update=collect)}
        )
        return replace(bench, settings=settings, sources=lambda name: venues, news=(), clock=lambda: now)

    return make


def test_two_hundred_requests_at_once_ask_the_provider_once(at: Callable[..., Workbench]) -> None:
    venue = Venue(seconds=0.2)
    bench = at(venue, cross_check_bars=0)
    together, found, errors = threading.Barrier(200), [], []

    def ask() -> None:
        together.wait()
        try:
            found.append(gather(bench, BTC, Timeframe.H1, "auto", None))
        except Exception as err:  # noqa: BLE001 (the test shows it)
            errors.append(err)

    threads = [threading.Thread(target=ask) for _ in range(200)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert not errors and venue.asked == 1
    assert {len(item.bars) for item in found} == {len(found[0].bars)}


def test_what_was_served_is_stored_before_anything_else_can_fail(at: Callable[..., Workbench]) -> None:
    bench = at(Venue())
    found = gather(bench, BTC, Timeframe.H1, "auto", None)
    pd.testing.assert_frame_equal(
        read_bars(bench.store, "BTC-USD", Timeframe.H1, "a"), found.bars, check_freq=False
    )
    assert len(bars_as_of(bench.store, "BTC-USD", Timeframe.H1, "a", NOW)) == len(found.bars)
    assert bars_as_of(bench.store, "BTC-USD", Timeframe.H1, "a", NOW - HOUR).empty


def test_a_second_provider_confirms_the_newest_bars(at: Callable[..., Workbench]) -> None:
    one, other = Venue("a"), Venue("b")
    bench = at(one, other, cross_check_bars=100)
    found = gather(bench, BTC, Timeframe.H1, "auto", None)
    assert len(read_bars(bench.store, "BTC-USD", Timeframe.H1, "b")) == 99, (
        "those that opened in the last 100 hours"
    )
    assert found.collected.source == "a" and not found.collected.fallback
    gather(bench, BTC, Timeframe.H1, "auto", None)
    assert (one.asked, other.asked) == (1, 1)
    assert stored_or_sample(bench, BTC, Timeframe.H1, "auto", 50).source == "a", (
        "not the one that only compares"
    )


def test_disagreement_of_two_providers_lowers_the_trust(at: Callable[..., Workbench]) -> None:
    agreeing = gather(at(Venue("a"), Venue("b")), BTC, Timeframe.H1, "auto", None).quality
    other = Venue("d")
    other.bars = other.bars * 1.08
    differing = gather(at(Venue("c"), other), BTC, Timeframe.H1, "auto", None).quality
    assert differing.score < agreeing.score - 5


def test_a_provider_that_only_compares_may_fail(at: Callable[..., Workbench]) -> None:
    found = gather(at(Venue("a"), Venue("b", error=Unreachable("down"))), BTC, Timeframe.H1, "auto", None)
    assert found.collected.source == "a" and not found.problems


def test_a_fallback_is_told_and_costs_trust(at: Callable[..., Workbench]) -> None:
    sound = gather(at(Venue("a")), BTC, Timeframe.H1, "auto", None)
    fallen = gather(at(Venue("x", error=Unreachable("down")), Venue("b")), BTC, Timeframe.H1, "auto", None)
    assert fallen.collected.source == "b" and "Down" in fallen.problems[0].what
    assert fallen.quality.score < sound.quality.score


def test_refused_bars_lie_in_quarantine_also_when_nobody_else_serves(at: Callable[..., Workbench]) -> None:
    spoilt = Venue("a")
    spoilt.bars.iloc[-9, 2] = -1.0
    bench = at(spoilt, bad_bars=BadBars.REFUSE)
    with pytest.raises(DataUnavailable):
        gather(bench, BTC, Timeframe.H1, "auto", None)
    (row,) = read_rejected(bench.store, "BTC-USD", Timeframe.H1, "a")
    assert (row.action, row.low) == ("refused", -1.0) and stored_series(bench.store).empty


def test_dropped_bars_cost_trust_in_every_later_load(at: Callable[..., Workbench]) -> None:
    spoilt = Venue("a")
    spoilt.bars.iloc[-9, 2] = -1.0
    first = gather(at(spoilt), BTC, Timeframe.H1, "auto", None)
    again = gather(at(spoilt), BTC, Timeframe.H1, "auto", None)
    assert spoilt.asked == 1 and first.quality.score == again.quality.score < 100


def test_the_bar_under_way_is_stored_apart_and_replaced_when_it_has_closed(
    at: Callable[..., Workbench],
) -> None:
    venue = Venue("a")
    bench = at(venue)
    gather(bench, BTC, Timeframe.H1, "auto", None, forming=True)
    assert list(read_forming(bench.store, "BTC-USD", Timeframe.H1, "a").index) == [pd.Timestamp(NOON)]
    assert read_bars(bench.store, "BTC-USD", Timeframe.H1, "a").index[-1] == NOON - HOUR
    venue.bars = make_bars(NOON - 4800 * HOUR, 4802, HOUR)
    later = at(venue, now=NOW + HOUR)
    gather(later, BTC, Timeframe.H1, "auto", None)
    assert read_forming(later.store, "BTC-USD", Timeframe.H1, "a").empty
    assert read_bars(later.store, "BTC-USD", Timeframe.H1, "a").index[-1] == NOON


def test_quality_is_stored_with_each_load(at: Callable[..., Workbench]) -> None:
    bench = at(Venue("a"))
    found = gather(bench, BTC, Timeframe.H1, "auto", None)
    bench.store.write(*found.writes)
    assert latest_quality(bench.store, "BTC-USD", Timeframe.H1, "a") == found.quality
