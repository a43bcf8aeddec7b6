from datetime import UTC, datetime, timedelta
from pathlib import Path

import duckdb
import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from core.errors import BadData
from core.records import NewsKind, Timeframe
from core.store import Store
from core.store.bars import (
    BarBatch,
    bars_as_of,
    doubled_bars,
    last_bars,
    read_bars,
    read_coverage,
    read_forming,
    replace_coverage,
    replace_forming,
    stored_series,
    upsert_bars,
    upsert_batches,
)
from core.store.news import Wanted, find_headlines
from core.store.schema import MIGRATIONS
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


def test_equal_bars_keep_the_time_at_which_they_were_first_known(store: Store) -> None:
    later = NOW + timedelta(days=1)
    store.write(upsert_bars("BTC-USD", Timeframe.H1, "x", bars("2024-01-01", 4, 10.0), NOW))
    store.write(upsert_bars("BTC-USD", Timeframe.H1, "x", bars("2024-01-01", 6, 10.0), later))
    assert len(bars_as_of(store, "BTC-USD", Timeframe.H1, "x", NOW)) == 4
    assert len(bars_as_of(store, "BTC-USD", Timeframe.H1, "x", later)) == 6


def test_as_of_gives_what_was_closed_and_known_then(store: Store) -> None:
    """Fetched at noon, corrected at one, more fetched at two: every moment sees its own truth."""
    noon = datetime(2024, 1, 1, 12, tzinfo=UTC)
    hour = timedelta(hours=1)
    known = bars("2024-01-01 08:00", 4, 10.0)
    store.write(upsert_bars("BTC-USD", Timeframe.H1, "x", known, noon))
    store.write(upsert_bars("BTC-USD", Timeframe.H1, "x", bars("2024-01-01 09:00", 1, 11.0), noon + hour))
    store.write(upsert_bars("BTC-USD", Timeframe.H1, "x", bars("2024-01-01 12:00", 2, 12.0), noon + 2 * hour))

    def closes(moment: datetime) -> list[float]:
        return bars_as_of(store, "BTC-USD", Timeframe.H1, "x", moment)["close"].tolist()

    assert closes(noon - timedelta(seconds=1)) == []
    assert closes(noon) == [10.0, 10.0, 10.0, 10.0]
    assert closes(noon + hour) == [10.0, 11.0, 10.0, 10.0]
    assert closes(noon + 2 * hour) == [10.0, 11.0, 10.0, 10.0, 12.0, 12.0]
    assert bars_as_of(store, "NONE", Timeframe.H1, "x", noon).empty


@given(
    loads=st.lists(
        st.tuples(st.integers(0, 20), st.integers(1, 8), st.sampled_from([1.0, 2.0, 3.0])),
        min_size=1,
        max_size=8,
    )
)
@settings(max_examples=25, deadline=None)
def test_as_of_is_what_a_diary_of_all_writes_would_say(
    loads: list[tuple[int, int, float]], tmp_path_factory: pytest.TempPathFactory
) -> None:
    opened = Store(tmp_path_factory.mktemp("diary") / "a.duckdb")
    first = datetime(2024, 1, 1, tzinfo=UTC)
    diary: list[dict[pd.Timestamp, float]] = []
    told: dict[pd.Timestamp, float] = {}
    for day, (start, count, level) in enumerate(loads):
        part = bars(str(first + timedelta(hours=start)), count, level)
        opened.write(upsert_bars("A", Timeframe.H1, "x", part, NOW + timedelta(days=day)))
        told = told | dict(zip(part.index, part["close"], strict=True))
        diary.append(told)
    for day, entry in enumerate(diary):
        seen = bars_as_of(opened, "A", Timeframe.H1, "x", NOW + timedelta(days=day))["close"]
        assert dict(seen) == dict(sorted(entry.items()))
    assert doubled_bars(opened) == 0
    opened.close()


def test_several_series_in_one_write(store: Store) -> None:
    batches = [
        BarBatch(name, Timeframe.H1, "x", bars("2024-01-01", 5, level))
        for name, level in (("A", 1.0), ("B", 2.0))
    ]
    store.write(upsert_batches(batches, NOW))
    store.write(upsert_batches(batches, NOW))
    assert [read_bars(store, name, Timeframe.H1, "x")["close"].sum() for name in "AB"] == [5.0, 10.0]
    assert doubled_bars(store) == 0


def test_doubled_times_are_refused_and_nothing_is_written(store: Store) -> None:
    doubled = pd.concat([bars("2024-01-01", 3, 1.0)] * 2)
    with pytest.raises(BadData, match="two bars of one time"):
        store.write(upsert_bars("A", Timeframe.H1, "x", doubled, NOW))
    assert stored_series(store).empty


@pytest.mark.parametrize("step", ["h", "5D"], ids=["every hour", "one bar in five days"])
def test_the_last_bars_whatever_the_holes_between_them(store: Store, step: str) -> None:
    index = pd.date_range("2020-01-01", periods=300, freq=step, tz="UTC", name="date").as_unit("us")
    written = pd.DataFrame({name: np.arange(300.0) + 1 for name in BAR_COLUMNS}, index=index)
    store.write(upsert_bars("A", Timeframe.H1, "x", written, NOW))
    pd.testing.assert_frame_equal(
        last_bars(store, "A", Timeframe.H1, "x", 50), written.iloc[-50:], check_freq=False
    )
    assert len(last_bars(store, "A", Timeframe.H1, "x", 1000)) == 300
    assert last_bars(store, "B", Timeframe.H1, "x", 5).empty


def test_a_forming_bar_is_kept_apart_until_it_has_closed(store: Store) -> None:
    running = bars("2024-01-01 04:00", 1, 7.0)
    store.write(replace_forming("A", Timeframe.H1, "x", running, NOW))
    assert read_bars(store, "A", Timeframe.H1, "x").empty
    assert read_forming(store, "A", Timeframe.H1, "x")["close"].tolist() == [7.0]
    store.write(replace_forming("A", Timeframe.H1, "x", running * 2, NOW))
    assert read_forming(store, "A", Timeframe.H1, "x")["close"].tolist() == [14.0]
    store.write(upsert_bars("A", Timeframe.H1, "x", bars("2024-01-01 04:00", 1, 8.0), NOW))
    assert read_forming(store, "A", Timeframe.H1, "x").empty
    assert read_bars(store, "A", Timeframe.H1, "x")["close"].tolist() == [8.0]


def test_a_file_of_the_first_version_keeps_its_bars_and_headlines(tmp_path: Path) -> None:
    """The schema before series had numbers, filled and opened again."""
    path = tmp_path / "old.duckdb"
    old = duckdb.connect(str(path))
    old.execute(
        "CREATE TABLE migrations (position INTEGER PRIMARY KEY, name VARCHAR NOT NULL, applied_at TIMESTAMPTZ)"
    )
    for position, (name, statements) in enumerate(MIGRATIONS[:4]):
        old.execute(statements)
        old.execute("INSERT INTO migrations VALUES (?, ?, now())", [position, name])
    old.execute(
        "INSERT INTO bars VALUES ('A', '1h', 'x', TIMESTAMPTZ '2024-01-01 00:00+00', 1, 2, 1, 2, 5, now())"
    )
    old.execute(
        "INSERT INTO bars VALUES ('A', '1h', 'y', TIMESTAMPTZ '2024-01-01 00:00+00', 3, 3, 3, 3, 5, now())"
    )
    old.execute(
        "INSERT INTO headlines VALUES ('k', 'wire', 'Bitcoin rallies', '', ['BTC-USD'], TIMESTAMPTZ '2024-01-01 00:00+00', now())"
    )
    old.close()
    store = Store(path)
    assert [read_bars(store, "A", Timeframe.H1, source)["close"].tolist() for source in "xy"] == [
        [2.0],
        [3.0],
    ]
    assert [item.kind for item in find_headlines(store, Wanted(text="rally"))] == [NewsKind.NEWS]
    store.write(upsert_bars("A", Timeframe.H1, "x", bars("2024-01-01", 2, 9.0), NOW))
    assert read_bars(store, "A", Timeframe.H1, "x")["close"].tolist() == [9.0, 9.0]
    store.close()
