"""The embedded sample: ranges, size, honesty of dates."""

import csv
import hashlib
import json
import re
from datetime import UTC, datetime, timedelta

import numpy as np
import pandas as pd
import pytest

from core.collect import SampleSource, resample_bars, sample_headlines, sample_series
from core.collect.sample_source import SAMPLE_DIR
from core.errors import NotFound, Unsupported
from core.instruments import resolve
from core.records import Timeframe
from core.tables import check_bars

BTC = resolve("BTC-USD")
EVER, NEVER = datetime(1990, 1, 1, tzinfo=UTC), datetime(2040, 1, 1, tzinfo=UTC)


def day(text: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=UTC)


@pytest.mark.parametrize(
    ("symbol", "timeframe", "world", "first", "clock", "rows"),
    [
        ("BTC-USD", "30m", "sample-crypto-2019", "2017-10-01", "2019-09-30", 34971),
        ("BTC-USD", "1h", "sample-crypto-2019", "2017-10-01", "2019-09-30", 17490),
        ("BTC-USD", "4h", "sample-crypto-2019", "2017-10-01", "2019-09-30", 4375),
        ("ETH-USD", "30m", "sample-crypto-2019", "2017-10-01", "2019-09-30", 34963),
        ("ETH-USD", "1h", "sample-crypto-2019", "2017-10-01", "2019-09-30", 17488),
        ("ETH-USD", "4h", "sample-crypto-2019", "2017-10-01", "2019-09-30", 4375),
        ("ETH-USD", "1d", "sample-crypto-2019", "2017-10-01", "2019-09-30", 730),
        ("BTC-USD", "1d", "sample-btc-2021", "2020-01-01", "2021-10-27", 662),
        ("NVDA", "1d", "sample-nvda", "1999-01-22", "2025-02-14", 6558),
        ("AAPL", "1d", "sample-aapl", "2000-03-01", "2013-03-01", 3270),
    ],
)
def test_series(symbol: str, timeframe: str, world: str, first: str, clock: str, rows: int) -> None:
    source, instrument, frame = SampleSource(), resolve(symbol), Timeframe(timeframe)
    offer = source.offer(instrument, frame)
    assert (offer.world, offer.clock, offer.local) == (world, day(clock), True)
    bars = source.fetch(instrument, frame, EVER, NEVER)
    check_bars(bars, "sample")
    assert len(bars) == rows and bars.index[0] == day(first) and bars.index[-1] == day(clock)


def test_series_of_one_era_share_their_clock() -> None:
    clocks: dict[str, set[datetime]] = {}
    for series in sample_series():
        clocks.setdefault(series.world, set()).add(series.clock)
    assert all(len(times) == 1 for times in clocks.values()) and len(clocks) == 4


def test_hours_are_made_of_their_half_hours() -> None:
    source, start, end = SampleSource(), day("2019-06-22"), day("2019-06-23")
    half = source.fetch(BTC, Timeframe.M30, start, end)
    hour = source.fetch(BTC, Timeframe.H1, start, end)
    assert len(half) == 48 and len(hour) == 24
    assert hour["open"].tolist() == half["open"].iloc[::2].tolist()
    assert hour["close"].tolist() == half["close"].iloc[1::2].tolist()
    assert hour["high"].tolist() == half["high"].to_numpy().reshape(24, 2).max(axis=1).tolist()
    assert hour["volume"].sum() == pytest.approx(half["volume"].sum())


def test_column_order_of_the_package_was_put_right() -> None:
    bar = SampleSource().fetch(BTC, Timeframe.M30, day("2017-10-01"), day("2017-10-02")).iloc[0]
    assert bar[["open", "high", "low", "close"]].tolist() == [4367.1, 4387.5, 4365.0, 4386.3]


def test_stocks_have_no_split_jumps() -> None:
    for symbol, worst in (("AAPL", 0.75), ("NVDA", 0.45)):
        close = SampleSource().fetch(resolve(symbol), Timeframe.D1, EVER, NEVER)["close"]
        assert np.abs(np.diff(np.log(close))).max() < worst
    apple = SampleSource().fetch(resolve("AAPL"), Timeframe.D1, day("2005-02-25"), day("2005-03-02"))
    assert apple["close"].pct_change().abs().max() < 0.02, "2:1 split of 2005-02-28"
    assert apple["volume"].max() / apple["volume"].min() < 2.5


def test_ranges_are_half_open_and_misses_name_what_there_is() -> None:
    source = SampleSource()
    assert len(source.fetch(BTC, Timeframe.H1, day("2019-01-01"), day("2019-01-02"))) == 24
    with pytest.raises(NotFound, match="2017-10-01 to 2019-09-30"):
        source.fetch(BTC, Timeframe.H1, day("2024-01-01"), day("2024-02-01"))
    with pytest.raises(Unsupported, match="30m, 1h, 4h"):
        source.offer(BTC, Timeframe.M5)
    with pytest.raises(Unsupported, match="not MSFT"):
        source.offer(resolve("MSFT"), Timeframe.D1)


def test_the_folder_is_small_and_its_files_are_those_of_the_provenance() -> None:
    files = [path for path in SAMPLE_DIR.iterdir() if path.is_file()]
    assert sum(path.stat().st_size for path in files) < 2_000_000
    told = dict(
        re.findall(r"^\| (\S+) \|.*`([0-9a-f]{64})` \|$", (SAMPLE_DIR / "PROVENANCE.md").read_text(), re.M)
    )
    stored = {entry["file"] for entry in json.loads((SAMPLE_DIR / "catalogue.json").read_text())}
    assert set(told) == stored | {"headlines.csv"}
    for name, digest in told.items():
        assert hashlib.sha256((SAMPLE_DIR / name).read_bytes()).hexdigest() == digest, name


def test_headlines_are_dated_at_the_end_of_a_day_of_their_series() -> None:
    with (SAMPLE_DIR / "headlines.csv").open() as file:
        rows = list(csv.DictReader(file))
    assert len(rows) >= 150 and len({(row["published_at"], row["title"]) for row in rows}) == len(rows)
    spans = {s.symbol: [] for s in sample_series()}
    for series in sample_series():
        spans[series.symbol].append((series.first, series.clock))
    for row in rows:
        at = datetime.fromisoformat(row["published_at"])
        assert at.utcoffset() == timedelta(0) and (at.hour, at.minute) == (23, 59)
        assert row["source"] == "sample" and 10 < len(row["title"]) < 110
        for symbol in row["symbols"].split():
            # NVDA headlines may be older than the prices of the other eras, never than its own
            assert any(first <= at <= clock for first, clock in spans[symbol]), row


def test_headlines_of_an_asset() -> None:
    now = day("2026-01-01")
    apple = sample_headlines(resolve("AAPL"), now)
    assert {h.symbols for h in apple} == {("AAPL",)} and {h.source for h in apple} == {"sample"}
    assert [h.published_at for h in apple] == sorted(h.published_at for h in apple)
    assert any("iPhone" in h.title and h.published_at.date() == day("2007-01-09").date() for h in apple)
    both = [h for h in sample_headlines(BTC, now) if "ETH-USD" in h.symbols]
    assert both and len({h.id for h in sample_headlines(BTC, now)}) == len(sample_headlines(BTC, now))
    assert sample_headlines(resolve("MSFT"), now) == ()


@pytest.mark.parametrize(
    ("date", "column", "low", "high"),
    [
        ("2017-12-17", "high", 19_800, 20_000),
        ("2018-12-15", "low", 3_100, 3_300),
        ("2019-04-02", "high", 5_000, 5_200),
    ],
)
def test_prices_of_well_known_days(date: str, column: str, low: float, high: float) -> None:
    bars = SampleSource().fetch(BTC, Timeframe.H1, day(date), day(date) + timedelta(days=1))
    extreme = bars[column].max() if column == "high" else bars[column].min()
    assert low < extreme < high


def test_resampling_drops_buckets_cut_at_the_edges_and_keeps_holes() -> None:
    half = SampleSource().fetch(BTC, Timeframe.M30, day("2019-06-22"), day("2019-06-23"))
    cut = resample_bars(half.iloc[1:-1], Timeframe.M30, Timeframe.H1)
    assert cut.index[0].hour == 1 and cut.index[-1].hour == 22
    holed = resample_bars(half.drop(half.index[10]), Timeframe.M30, Timeframe.H1)
    assert len(holed) == 24 and holed["open"].iloc[5] == half["open"].iloc[11]
    assert isinstance(holed.index, pd.DatetimeIndex) and str(holed.index.tz) == "UTC"
