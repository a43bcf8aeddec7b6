"""What pages, notebooks and commands are told about stored data."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from core import views
from core.errors import InputError
from core.pipeline import Workbench
from core.records import Headline, NewsKind, Reading, Rejected, SourceCall, Timeframe
from core.runtime import Runtime
from core.settings import load_settings
from core.store.bars import upsert_bars
from core.store.calls import save_call
from core.store.news import Wanted, save_headlines, save_readings
from core.store.quality import save_rejected
from tests import quick
from tests.collect.bars import make_bars

HOUR = timedelta(hours=1)
NOON = datetime(2024, 3, 5, 12, tzinfo=UTC)


@pytest.fixture
def bench(home: Path) -> Iterator[Workbench]:
    opened = Runtime(load_settings(home=home, **quick.OVERRIDES), clock=lambda: NOON)
    yield opened.bench
    opened.close()


def store_hours(
    bench: Workbench, symbol: str, count: int = 300, seed: int = 0, source: str = "yfinance"
) -> pd.DataFrame:
    bars = make_bars(NOON - count * HOUR, count, HOUR, seed=seed)
    bench.store.write(upsert_bars(symbol, Timeframe.H1, source, bars, NOON))
    return bars


def test_correlations_stand_on_the_bars_that_both_have(bench: Workbench) -> None:
    store_hours(bench, "BTC-USD")
    store_hours(bench, "ETH-USD")  # the same walk
    store_hours(bench, "SOL-USD", seed=5)
    store_hours(bench, "ADA-USD", count=10, seed=6)
    both = views.comparison(bench, ("BTC-USD", "eth", "SOL-USD", "ADA-USD"), Timeframe.H1, "auto", 1000)
    found = both.correlations
    assert found.loc["BTC-USD", "ETH-USD"] == pytest.approx(1.0)
    assert abs(found.loc["BTC-USD", "SOL-USD"]) < 0.3
    assert np.isnan(found.loc["BTC-USD", "ADA-USD"]) and both.counts.loc["BTC-USD", "ADA-USD"] == 9
    assert both.closes.index[0] == NOON - 10 * HOUR, "from the first moment that all have"
    names = list(found.columns)
    assert abs(names.index("BTC-USD") - names.index("ETH-USD")) == 1, (
        "those that move together stand together"
    )


def test_what_cannot_be_compared_is_told(bench: Workbench) -> None:
    store_hours(bench, "BTC-USD")
    both = views.comparison(bench, ("BTC-USD", "XRP-USD"), Timeframe.H1, "yfinance", 500)
    assert "XRP-USD has no stored 1h bars" in both.problems[0]
    eras = views.comparison(bench, ("BTC-USD", "ETH-USD"), Timeframe.H1, "auto", 500)
    assert "no moment in common" in eras.problems[0] and eras.closes.empty
    assert views.comparable(bench, "BTC-USD", Timeframe.H1, "auto") == ["BTC-USD"]
    assert set(views.comparable(bench, "BTC-USD", Timeframe.H1, "sample")) == {"BTC-USD", "ETH-USD"}


def test_the_market_marks_holes_repairs_and_disagreement(bench: Workbench) -> None:
    bars = make_bars(NOON - 400 * HOUR, 400, HOUR)
    bench.store.write(upsert_bars("BTC-USD", Timeframe.H1, "yfinance", bars.drop(bars.index[350:353]), NOON))
    bench.store.write(upsert_bars("BTC-USD", Timeframe.H1, "ccxt:kraken", bars.iloc[-50:] * 1.2, NOON))
    spoilt = Rejected(bars.index[380].to_pydatetime(), 1, 2, 3, 4, 5, "high below low", "repaired")
    bench.store.write(save_rejected("BTC-USD", Timeframe.H1, "yfinance", [spoilt], NOON))
    view = views.market(bench, "BTC-USD", Timeframe.H1, "auto", 200)
    assert view.source == "yfinance" and set(view.series["source"]) == {"yfinance", "ccxt:kraken"}
    assert view.missing == ((bars.index[350].to_pydatetime(), bars.index[353].to_pydatetime()),)
    assert view.flags["repaired"].sum() == 1 and view.flags["disagrees"].sum() >= 40
    assert view.flags.loc[bars.index[380], "was"].startswith("high below low")
    assert view.flags["trust"].iloc[-1] < view.flags["trust"].iloc[5]
    assert list(view.rejected["reason"]) == ["high below low"]


def headline(key: str, hours: float, **more: object) -> Headline:
    moment = NOON - hours * HOUR
    return replace(Headline(key, "wire", f"Bitcoin rallies {key}", "", ("BTC-USD",), moment, moment), **more)  # type: ignore[arg-type]


def show(
    bench: Workbench, text: str = "", days: int = 7, everything: bool = False, source: str = "auto"
) -> views.News:
    wanted = Wanted(text=text, first_of_story=True)
    return views.news(bench, "BTC-USD", Timeframe.H1, source, wanted, days, everything)


def test_a_story_is_listed_once_with_the_items_that_retell_it(bench: Workbench) -> None:
    bench.store.write(
        save_headlines(
            [headline("first", 5, cluster="first"), headline("again", 4, cluster="first"), headline("thrice", 3, cluster="first"),
             headline("alone", 2, cluster="alone"), headline("elsewhere", 1, symbols=("AAPL",), cluster="elsewhere"),
             headline("undated", 1, dated=False, cluster="undated"), headline("old", 24 * 30, cluster="old")]
        )
    )  # fmt: skip
    view = show(bench)
    assert dict(zip(view.items["title"].str[16:], view.items["outlets"], strict=True)) == {
        "undated": 1, "alone": 1, "first": 3,
    }  # fmt: skip
    numbers = {number.label: number.value for number in view.numbers}
    assert (numbers["Stories"], numbers["Undated"]) == ("3", "1")
    assert len(show(bench, everything=True).items) == 4
    assert list(show(bench, text="alone").items["title"]) == ["Bitcoin rallies alone"]
    with pytest.raises(InputError):
        show(bench, text='""')


def test_foreign_words_and_ratings_are_not_scored(bench: Workbench) -> None:
    bench.store.write(
        save_headlines([headline("de", 1, language="de"), headline("r", 2, kind=NewsKind.RATING), headline("en", 3, language="en")])
    )  # fmt: skip
    items = show(bench).items.set_index("title")["score"]
    assert items.isna().tolist() == [True, True, False] and items.iloc[2] > 0.3


def test_mood_is_told_with_its_change_over_a_week(bench: Workbench) -> None:
    day = timedelta(days=1)
    bench.store.write(
        save_readings(
            [Reading("x", "fear and greed", "", NOON - n * day, 50.0 - n, "Neutral", NOON) for n in range(20)]
        )
    )
    (mood,) = (number for number in show(bench).numbers if number.label == "Fear & Greed")
    assert (mood.value, mood.delta) == ("50", "+7")


def test_the_sample_has_its_own_news_and_the_search_knows_them(bench: Workbench) -> None:
    everything = show(bench, days=3650, source="sample")
    assert len(everything.items) > 50 and everything.sample and everything.mood.empty
    some = show(bench, text="futures", days=3650, source="sample")
    assert 0 < len(some.items) < len(everything.items)
    assert some.items["title"].str.contains("future", case=False).all()


def test_health_tells_each_provider(bench: Workbench) -> None:
    ok = SourceCall("yfinance", NOON - HOUR, 0.4, "ok", 100, "", None)
    bad = SourceCall("ccxt:kraken", NOON - HOUR, 0.1, "Unreachable", 0, "down", None)
    bench.store.write(save_call(ok), save_call(bad))
    table = views.health(bench).sources.set_index("source")
    assert (
        table.loc["yfinance", "state"] == "answers"
        and table.loc["ccxt:kraken", "state"] == "failed last time"
    )
    assert (
        table.loc["ccxt:kraken", "last_reason"] == "down"
        and table.loc["sample", "state"] == "on this machine"
    )
    assert (
        "of 60 in minute" in table.loc["yfinance", "left"]
        and table.loc["news fear and greed", "state"] == "not asked yet"
    )
    assert views.health(bench).doubled == 0
