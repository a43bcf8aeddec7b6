from datetime import UTC, datetime, timedelta

import numpy as np
import pandas as pd

from core.records import Headline, Timeframe
from core.store import Store
from core.store.market import (
    read_bars,
    read_coverage,
    read_headlines,
    replace_coverage,
    save_headlines,
    stored_series,
    upsert_bars,
)
from core.tables import BAR_COLUMNS, check_bars

NOW = datetime(2024, 2, 1, tzinfo=UTC)


def bars(first: str, count: int, level: float) -> pd.DataFrame:
    index = pd.date_range(first, periods=count, freq="h", tz="UTC", name="date").as_unit("us")
    return pd.DataFrame({name: np.full(count, level) for name in BAR_COLUMNS}, index=index)


def test_bars_come_back_as_they_went_in(store: Store) -> None:
    written = bars("2024-01-01", 48, 10.0)
    store.write(upsert_bars("BTC-USD", Timeframe.H1, "x", written, NOW))
    read = read_bars(store, "BTC-USD", Timeframe.H1, "x")
    pd.testing.assert_frame_equal(check_bars(read, "store"), written, check_freq=False)


def test_a_second_write_replaces_only_its_own_times_and_source(store: Store) -> None:
    store.write(upsert_bars("BTC-USD", Timeframe.H1, "x", bars("2024-01-01", 4, 10.0), NOW))
    store.write(upsert_bars("BTC-USD", Timeframe.H1, "y", bars("2024-01-01", 4, 99.0), NOW))
    gappy = bars("2024-01-01", 6, 11.0).iloc[[1, 5]]
    store.write(upsert_bars("BTC-USD", Timeframe.H1, "x", gappy, NOW))
    assert read_bars(store, "BTC-USD", Timeframe.H1, "x")["close"].tolist() == [10.0, 11.0, 10.0, 10.0, 11.0]
    assert read_bars(store, "BTC-USD", Timeframe.H1, "y")["close"].tolist() == [99.0] * 4


def test_reading_is_half_open_and_empty_where_nothing_is(store: Store) -> None:
    store.write(upsert_bars("BTC-USD", Timeframe.H1, "x", bars("2024-01-01", 4, 10.0), NOW))
    start = datetime(2024, 1, 1, 1, tzinfo=UTC)
    read = read_bars(store, "BTC-USD", Timeframe.H1, "x", start, start + timedelta(hours=2))
    assert [stamp.hour for stamp in read.index] == [1, 2]
    assert check_bars(read_bars(store, "NONE", Timeframe.H1, "x"), "store").empty


def test_coverage_and_series(store: Store) -> None:
    spans = ((NOW, NOW + timedelta(days=1)), (NOW + timedelta(days=3), NOW + timedelta(days=4)))
    store.write(
        upsert_bars("BTC-USD", Timeframe.H1, "x", bars("2024-01-01", 4, 10.0), NOW),
        replace_coverage("BTC-USD", Timeframe.H1, "x", spans, NOW),
    )
    store.write(replace_coverage("BTC-USD", Timeframe.H1, "x", spans[:1], NOW))
    assert read_coverage(store, "BTC-USD", Timeframe.H1, "x") == spans[:1]
    assert stored_series(store).iloc[0][["symbol", "bars"]].tolist() == ["BTC-USD", 4]


def headline(name: str, published: datetime, source: str = "wire", symbol: str = "BTC-USD") -> Headline:
    return Headline(name, source, f"title {name}", "", (symbol,), published, NOW)


def test_headlines_by_time_symbol_and_world(store: Store) -> None:
    hour = timedelta(hours=1)
    store.write(
        save_headlines(
            [headline("old", NOW - 9 * hour), headline("new", NOW - hour), headline("future", NOW + hour),
             headline("sample", NOW - hour, "sample"), headline("other", NOW - hour, symbol="AAPL")]
        )
    )  # fmt: skip
    real = read_headlines(store, "BTC-USD", NOW - 5 * hour, NOW, sample=False)
    assert [item.id for item in real] == ["new"]
    assert [item.id for item in read_headlines(store, "BTC-USD", NOW - 5 * hour, NOW, sample=True)] == [
        "sample"
    ]


def test_a_known_headline_keeps_its_first_fetch_and_gains_symbols(store: Store) -> None:
    store.write(save_headlines([headline("a", NOW)]))
    later = Headline("a", "wire", "title a", "", ("ETH-USD",), NOW, NOW + timedelta(days=1))
    store.write(save_headlines([later]))
    (read,) = read_headlines(store, "ETH-USD", NOW, NOW, sample=False)
    assert read.symbols == ("BTC-USD", "ETH-USD")
    assert read.fetched_at == NOW
