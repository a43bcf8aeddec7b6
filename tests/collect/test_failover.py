"""Which source is asked for what, and what happens when it fails."""

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta

import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from core.collect import (
    BarRequest,
    Collected,
    Gate,
    Interval,
    Limit,
    Offer,
    SampleSource,
    collect_bars,
    missing,
    union,
)
from core.collect.shaping import between, join_bars
from core.errors import (
    BadData,
    DataUnavailable,
    InputError,
    NotFound,
    RateLimited,
    SourceError,
    Unreachable,
    Unsupported,
)
from core.instruments import resolve
from core.records import Instrument, Timeframe
from core.settings import BadBars
from core.tables import check_bars, empty_bars
from tests.collect.bars import make_bars

BTC, AAPL = resolve("BTC-USD"), resolve("AAPL")
HOUR = timedelta(hours=1)
NOW = datetime(2024, 3, 5, 12, 20, tzinfo=UTC)
NOON = datetime(2024, 3, 5, 12, tzinfo=UTC)


@dataclass
class Venue:
    """A market with bars until its own present; remembers what it was asked."""

    bars: pd.DataFrame
    name: str = "venue"
    world: str = "live"
    history: timedelta | None = None
    delay: timedelta = timedelta()
    adjusted: bool = False
    refuses: str = ""
    error: SourceError | None = None
    limits: tuple[Limit, ...] = ()
    asked: list[Interval] = field(default_factory=list)

    def offer(self, instrument: Instrument, timeframe: Timeframe) -> Offer:
        if self.refuses:
            raise Unsupported(self.refuses)
        return Offer(self.world, None, self.history, self.delay, self.adjusted, False, "A venue for tests.")

    def fetch(
        self, instrument: Instrument, timeframe: Timeframe, start: datetime, end: datetime
    ) -> pd.DataFrame:
        self.asked.append((start, end))
        if self.error:
            raise self.error
        found = between(self.bars, start, end)
        if found.empty:
            raise NotFound("nothing there")
        return found


@dataclass
class Memory:
    """What a store would remember."""

    bars: dict[tuple[str, Timeframe], pd.DataFrame] = field(default_factory=dict)
    covered: dict[tuple[str, Timeframe], tuple[Interval, ...]] = field(default_factory=dict)

    def keep(self, found: Collected, frame: Timeframe) -> Collected:
        key = (found.source, frame)
        self.bars[key] = join_bars(self.bars.get(key, empty_bars()), found.fresh)
        if found.covered:
            self.covered[key] = found.covered
        return found

    def collect(
        self, *venues, start: datetime = NOON - 48 * HOUR, end: datetime = NOW, now: datetime = NOW,
        instrument: Instrument = BTC, timeframe: Timeframe = Timeframe.H1, gate: Gate | None = None,
        forming: bool = False, policy: BadBars = BadBars.DROP,
    ) -> Collected:  # fmt: skip
        found = collect_bars(
            BarRequest(instrument, timeframe, start, end, now, forming), venues,
            lambda name, frame: self.bars.get((name, frame), empty_bars()),
            lambda name, frame: self.covered.get((name, frame), ()),
            gate or Gate(60, lambda: now), policy,
        )  # fmt: skip
        check_bars(found.bars, "collected")
        return self.keep(found, timeframe)


def venue(**more) -> Venue:
    """Hourly bars until the one under way at noon."""
    return Venue(make_bars(NOON - 200 * HOUR, 201, HOUR), **more)


def test_the_first_time_everything_is_asked_and_only_closed_bars_come_back() -> None:
    source, memory = venue(), Memory()
    found = memory.collect(source)
    assert source.asked == [(NOON - 48 * HOUR, NOON)]
    assert found.bars.index[0] == NOON - 48 * HOUR and found.bars.index[-1] == NOON - HOUR
    assert found.fetched == found.covered == ((NOON - 48 * HOUR, NOON),)
    assert (found.source, found.world, found.clock, found.fetched_at, found.stale) == (
        "venue",
        "live",
        None,
        NOW,
        False,
    )
    pd.testing.assert_frame_equal(found.fresh, found.bars)
    assert not found.problems


def test_the_second_time_nothing_is_asked() -> None:
    source, memory = venue(), Memory()
    first = memory.collect(source)
    again = memory.collect(source, now=NOW + timedelta(minutes=20))
    assert len(source.asked) == 1 and again.fresh.empty and again.fetched_at is None
    pd.testing.assert_frame_equal(again.bars, first.bars)


def test_only_what_is_missing_is_asked() -> None:
    source, memory = venue(), Memory()
    memory.collect(source, start=NOON - 30 * HOUR, end=NOON - 20 * HOUR)
    memory.collect(source, start=NOON - 15 * HOUR, end=NOON - 10 * HOUR)
    source.asked.clear()
    found = memory.collect(source, start=NOON - 40 * HOUR)
    assert source.asked == [
        (NOON - 40 * HOUR, NOON - 30 * HOUR), (NOON - 20 * HOUR, NOON - 15 * HOUR), (NOON - 10 * HOUR, NOON),
    ]  # fmt: skip
    assert len(found.bars) == 40 and found.covered == ((NOON - 40 * HOUR, NOON),)


def test_a_bar_under_way_is_neither_returned_nor_covered() -> None:
    """An exchange whose hours begin at half past: the bar of 11:30 has not closed at 12:20."""
    source, memory = Venue(make_bars(NOON - 30.5 * HOUR, 31, HOUR)), Memory()
    found = memory.collect(source, start=NOON - 10 * HOUR)
    assert found.bars.index[-1] == NOON - 1.5 * HOUR
    assert found.covered[-1][1] == NOON - 0.5 * HOUR
    later = memory.collect(source, start=NOON - 10 * HOUR, now=NOW + timedelta(minutes=15), end=NOW + HOUR)
    assert later.bars.index[-1] == NOON - 0.5 * HOUR


def test_a_source_with_a_delay_is_not_believed_too_early() -> None:
    late = venue(delay=timedelta(minutes=30))
    assert Memory().collect(late).bars.index[-1] == NOON - 2 * HOUR
    assert Memory().collect(late, now=NOW + timedelta(minutes=10)).bars.index[-1] == NOON - HOUR


def test_a_bar_not_yet_published_is_asked_again() -> None:
    source, memory = venue(), Memory()
    whole = source.bars
    source.bars = whole.iloc[:-2]
    assert memory.collect(source).bars.index[-1] == NOON - 2 * HOUR
    source.bars = whole
    found = memory.collect(source)
    assert source.asked[-1] == (NOON - HOUR, NOON) and found.bars.index[-1] == NOON - HOUR


def test_a_closed_market_is_no_failure() -> None:
    source, memory = venue(), Memory()
    memory.collect(source)
    weekend = NOW + timedelta(days=2)
    source.bars = source.bars.iloc[:-1]
    found = memory.collect(source, now=weekend, end=weekend)
    assert not found.problems and not found.stale and found.bars.index[-1] == NOON - HOUR
    assert found.covered[-1][1] > NOON + 20 * HOUR, "a bar absent for so long does not exist"


def test_unusable_bars_are_left_out_and_told() -> None:
    source = venue()
    source.bars.iloc[-5, 2] = -1.0
    found = Memory().collect(source)
    assert len(found.bars) == 47 and "1 bars of BTC-USD cannot be used" in found.problems[0].what


def test_a_shallow_source_is_asked_no_further_back_than_it_reaches() -> None:
    source = venue(history=timedelta(hours=30))
    found = Memory().collect(source)
    assert source.asked == [(NOW - 30 * HOUR, NOON)] and len(found.bars) == 29
    assert "reaches back only 1 days" in found.problems[0].what


# --- failing -----------------------------------------------------------------------------------------------------


def test_the_next_source_serves_and_the_failure_is_told() -> None:
    broken, sound = venue(name="a", error=Unreachable("no answer.")), venue(name="b")
    found = Memory().collect(broken, sound)
    assert found.source == "b"
    assert (found.problems[0].where, found.problems[0].what) == ("collect/a", "No answer.")
    assert found.problems[0].instead == "Bars of b are used."


def test_a_failing_source_is_left_alone_for_a_while() -> None:
    moment = [NOW]
    gate = Gate(60, lambda: moment[0])
    broken, sound = venue(name="a", error=BadData("garbage")), venue(name="b")
    for _ in range(3):
        found = Memory().collect(broken, sound, gate=gate)
    assert len(broken.asked) == 1 and "Left alone until 12:21:00" in found.problems[0].what
    moment[0] += timedelta(seconds=60)
    broken.error = None
    assert Memory().collect(broken, sound, gate=gate).source == "a"


def test_a_source_may_ask_for_a_longer_rest() -> None:
    moment = [NOW]
    gate = Gate(10, lambda: moment[0])
    broken, sound = venue(name="a", error=RateLimited("slow down", 300.0)), venue(name="b")
    Memory().collect(broken, sound, gate=gate)
    moment[0] += timedelta(seconds=299)
    Memory().collect(broken, sound, gate=gate)
    assert len(broken.asked) == 1
    moment[0] += timedelta(seconds=1)
    Memory().collect(broken, sound, gate=gate)
    assert len(broken.asked) == 2


def test_an_unknown_symbol_does_not_rest_the_source() -> None:
    gate = Gate(60, lambda: NOW)
    source = venue(error=NotFound("no such symbol"))
    for _ in range(2):
        with pytest.raises(DataUnavailable):
            Memory().collect(source, gate=gate)
    assert len(source.asked) == 2


def test_a_resting_source_still_serves_what_is_cached() -> None:
    source, memory, gate = venue(), Memory(), Gate(60, lambda: NOW)
    memory.collect(source)
    source.error = Unreachable("no answer")
    with pytest.raises(DataUnavailable):
        memory.collect(source, gate=gate, timeframe=Timeframe.M15)
    assert gate.resting("venue") and not memory.collect(source, gate=gate).problems


def test_when_all_fail_the_stored_bars_are_served_as_stale() -> None:
    first, second, memory = venue(name="a"), venue(name="b"), Memory()
    memory.collect(first, now=NOW - 5 * HOUR, end=NOW - 5 * HOUR)
    first.error = second.error = Unreachable("no network")
    found = memory.collect(first, second, SampleSource())
    assert found.stale and found.source == "a" and found.fetched_at is None
    assert found.bars.index[-1] == NOON - 6 * HOUR
    assert [p.where for p in found.problems] == ["collect/a", "collect/b", "collect/cache"]
    assert "Stored bars of a are used" in found.problems[-1].instead


def test_when_nothing_is_left_every_reason_is_told() -> None:
    broken, other = venue(name="a", error=Unreachable("no answer.")), venue(name="b", refuses="has no hours")
    with pytest.raises(DataUnavailable) as caught:
        Memory().collect(broken, other)
    text = str(caught.value)
    assert "1h bars of BTC-USD" in text and "a: no answer;" in text and "b: has no hours" in text
    assert caught.value.reasons == {"a": "no answer.", "b": "has no hours"}


def test_a_name_typed_as_a_symbol_is_answered_with_the_symbol() -> None:
    with pytest.raises(DataUnavailable, match=r"Did you mean AAPL \(Apple\)"):
        Memory().collect(venue(error=NotFound("no such symbol")), instrument=resolve("apple"))


def test_a_source_that_reaches_back_little_comes_after_the_cache_of_one_that_reaches_far() -> None:
    deep, shallow, memory = venue(name="deep"), venue(name="shallow", history=12 * HOUR), Memory()
    memory.collect(deep, now=NOW - HOUR, end=NOW - HOUR)
    deep.error = Unreachable("no answer")
    assert memory.collect(deep, shallow).source == "deep"
    assert Memory().collect(deep, shallow).source == "shallow"


def test_the_sample_is_another_world_and_tells_its_clock() -> None:
    broken = venue(error=Unreachable("no network"))
    found = Memory().collect(broken, SampleSource())
    clock = datetime(2019, 9, 30, tzinfo=UTC)
    assert (found.source, found.world, found.clock) == ("sample", "sample-crypto-2019", clock)
    assert found.bars.index[-1] == clock, "the bar that opens at the clock can fill an order decided then"
    assert clock + HOUR - found.bars.index[0] == pytest.approx(NOW - (NOON - 48 * HOUR), abs=HOUR)
    assert "their clock stands at 2019-09-30 00:00 UTC" in found.problems[0].instead


def test_the_sample_does_not_depend_on_the_wall_clock() -> None:
    one = Memory().collect(SampleSource())
    later = NOW + timedelta(days=400)
    two = Memory().collect(SampleSource(), start=NOON - 48 * HOUR + timedelta(days=400), end=later, now=later)
    pd.testing.assert_frame_equal(one.bars, two.bars)


def test_travelling_inside_the_sample() -> None:
    start, end = datetime(2019, 1, 1, tzinfo=UTC), datetime(2019, 1, 3, tzinfo=UTC)
    found = Memory().collect(SampleSource(), start=start, end=end)
    assert found.bars.index[0] == start and found.bars.index[-1] == end - HOUR


def test_what_the_cache_has_of_the_sample_is_not_fresh() -> None:
    memory = Memory()
    assert len(memory.collect(SampleSource()).fresh) == 48
    assert memory.collect(SampleSource()).fresh.empty


@pytest.mark.parametrize(
    ("start", "end", "said"),
    [(NOON, NOON - HOUR, "swapped"), (NOON, NOON, "swapped"), (NOON.replace(tzinfo=None), NOW, "time zone")],
)
def test_dates_that_cannot_be(start: datetime, end: datetime, said: str) -> None:
    with pytest.raises(InputError, match=said):
        Memory().collect(venue(), start=start, end=end)


# --- what is worth a question ---------------------------------------------------------------------------------------


def test_a_weekend_is_not_asked_for() -> None:
    """On Saturday the week is known to its last bar; nobody has more."""
    friday = datetime(2024, 3, 8, tzinfo=UTC)
    source, memory = Venue(make_bars(friday - timedelta(days=4), 5, timedelta(days=1))), Memory()
    ask = {"instrument": AAPL, "timeframe": Timeframe.D1, "start": friday - timedelta(days=4)}
    memory.collect(source, now=friday + timedelta(hours=30), end=friday + timedelta(hours=30), **ask)
    source.asked.clear()
    sunday = friday + timedelta(days=2, hours=12)
    assert len(memory.collect(source, now=sunday, end=sunday, **ask).bars) == 5
    assert source.asked == []
    monday = friday + timedelta(days=3, hours=30)
    source.bars = make_bars(friday - timedelta(days=4), 8, timedelta(days=1)).drop(
        [pd.Timestamp(friday + timedelta(days=n)) for n in (1, 2)]
    )
    assert len(memory.collect(source, now=monday, end=monday, **ask).bars) == 6


def test_longer_bars_are_built_from_stored_shorter_ones_without_a_question() -> None:
    source, memory = venue(), Memory()
    hours = memory.collect(source).bars
    source.asked.clear()
    found = memory.collect(source, timeframe=Timeframe.H4)
    assert source.asked == [] and len(found.bars) == 12
    assert found.bars["close"].iloc[-1] == hours["close"].iloc[-1]
    assert found.bars["high"].iloc[0] == hours["high"].iloc[:4].max()
    pd.testing.assert_frame_equal(found.fresh, found.bars)


def test_the_bar_under_way_is_fetched_only_for_the_eye() -> None:
    source, memory = venue(), Memory()
    assert memory.collect(source).forming is None
    found = memory.collect(source, forming=True)
    assert found.forming is not None and list(found.forming.index) == [pd.Timestamp(NOON)]
    assert found.bars.index[-1] == NOON - HOUR and found.covered == ((NOON - 48 * HOUR, NOON),)


def test_bad_bars_are_dropped_repaired_or_refused_as_the_policy_says() -> None:
    bars = make_bars(NOON - 200 * HOUR, 201, HOUR)
    bars.iloc[-5, 1] = bars.iloc[-5, 3] * 0.5  # a high below its own close
    spoilt, sound = Venue(bars, name="spoilt"), venue(name="sound")
    dropped = Memory().collect(spoilt, sound)
    assert dropped.source == "spoilt" and len(dropped.bars) == 47
    assert [(name, row.action) for name, rows in dropped.rejected for row in rows] == [("spoilt", "dropped")]
    repaired = Memory().collect(spoilt, sound, policy=BadBars.REPAIR)
    assert len(repaired.bars) == 48 and repaired.rejected[0][1][0].high == bars.iloc[-5, 1]
    refused = Memory().collect(spoilt, sound, policy=BadBars.REFUSE)
    assert refused.source == "sound" and refused.fallback
    assert [(name, row.action) for name, rows in refused.rejected for row in rows] == [("spoilt", "refused")]
    with pytest.raises(DataUnavailable) as caught:
        Memory().collect(spoilt, policy=BadBars.REFUSE)
    assert caught.value.rejected[0][0] == "spoilt"


def test_a_used_up_limit_leads_to_the_next_source() -> None:
    limited, sound, gate = venue(name="a", limits=(Limit(1, 60.0),)), venue(name="b"), Gate(60, lambda: NOW)
    assert Memory().collect(limited, sound, gate=gate).source == "a"
    found = Memory().collect(limited, sound, gate=gate)
    assert found.source == "b" and "1 questions in 1 minute" in found.problems[0].what
    assert len(limited.asked) == 1


# --- splits and dividends ------------------------------------------------------------------------------------------


def stock(factor: float = 1.0, count: int = 60) -> pd.DataFrame:
    bars = make_bars(datetime(2024, 1, 1, tzinfo=UTC), count, timedelta(days=1))
    bars.iloc[:, :4] *= factor
    return bars


def daily(memory: Memory, source: Venue, days: int) -> Collected:
    now = datetime(2024, 1, 1, 3, tzinfo=UTC) + timedelta(days=days)
    return memory.collect(
        source, start=now - timedelta(days=40), end=now, now=now, instrument=AAPL, timeframe=Timeframe.D1
    )


def test_a_split_between_two_updates_fetches_everything_again() -> None:
    source, memory = Venue(stock(), adjusted=True), Memory()
    daily(memory, source, 50)
    source.bars = stock(0.5)
    found = daily(memory, source, 52)
    assert "split or dividend" in found.problems[0].what
    assert found.bars["close"].pct_change().abs().max() < 0.05, "no jump between old and new prices"
    pd.testing.assert_frame_equal(
        memory.bars["venue", Timeframe.D1].loc[found.bars.index], found.bars, check_freq=False
    )


def test_without_one_only_the_new_days_and_one_known_day_are_asked() -> None:
    source, memory = Venue(stock(), adjusted=True), Memory()
    daily(memory, source, 50)
    source.bars = stock(1.000001)
    source.asked.clear()
    found = daily(memory, source, 52)
    last = datetime(2024, 1, 1, tzinfo=UTC) + timedelta(days=49)
    assert source.asked == [(last, last + timedelta(days=3))] and not found.problems


# --- any order of updates ------------------------------------------------------------------------------------------

FAILURE = st.sampled_from([None, None, None, Unreachable("down"), RateLimited("slow"), BadData("rubbish")])
STEP = st.tuples(st.integers(0, 100), st.integers(1, 60), st.integers(0, 100), FAILURE)


@settings(max_examples=60, deadline=None)
@given(st.lists(STEP, min_size=1, max_size=6), st.sets(st.integers(0, 199), max_size=40))
def test_any_updates_in_any_order_end_in_what_one_fetch_would_give(steps: list, holes: set[int]) -> None:
    begin = NOON - 200 * HOUR
    whole = make_bars(begin, 200, HOUR)
    whole = whole.drop(whole.index[sorted(holes)])
    memory = Memory()
    source = Venue(whole)

    def at_now(now: datetime) -> Callable[..., pd.DataFrame]:
        return lambda: whole.loc[: pd.Timestamp(now)]

    for offset, size, wait, error in sorted(steps, key=lambda step: step[2]):
        source.error = error
        now = begin + (offset + size + wait) * HOUR
        source.bars = at_now(now)()
        start, end = begin + offset * HOUR, begin + (offset + size) * HOUR
        wanted = between(whole, start, min(end, now))
        try:
            found = memory.collect(source, start=start, end=end, now=now)
        except DataUnavailable:
            assert wanted.empty or error
            continue
        if found.stale:
            assert found.bars.index.isin(wanted.index).all()
            continue
        pd.testing.assert_frame_equal(
            found.bars, wanted[wanted.index + HOUR <= pd.Timestamp(now)], check_freq=False
        )
        assert found.covered == union(found.covered)
        assert not missing((start, min(end, found.covered[-1][1])), found.covered)
