"""One day of the live world written by hand, so that every number of its report can be computed in the head."""

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta

import numpy as np
import pandas as pd

from core.execute import new_book
from core.pipeline import Workbench, run_cycle
from core.records import (
    AutopilotState,
    CycleReport,
    CycleRequest,
    EquityPoint,
    ExitReason,
    Fill,
    ItemSentiment,
    Mode,
    Order,
    OrderStatus,
    OrderType,
    Reading,
    Side,
    SourceCall,
    Timeframe,
    Trade,
)
from core.store.autopilot import save_switch
from core.store.bars import upsert_bars
from core.store.books import create_book, save_book
from core.store.calls import save_call
from core.store.cycles import close_cycle, open_cycle
from core.store.news import save_readings

DAY = date(2024, 3, 5)
START = datetime(2024, 3, 5, tzinfo=UTC)
STOP = START + timedelta(days=1)
NOW = datetime(2024, 3, 6, 9, tzinfo=UTC)
SOURCE = "yfinance"
HOSTILE = "<script>alert(1)</script> [free coins](https://evil.test) | **now** www.evil.test & $x$"
"""A headline that wants to be markup, a link and a second column."""


def at(hour: float, day: int = 5) -> datetime:
    """An hour of a day in March."""
    return datetime(2024, 3, day, tzinfo=UTC) + timedelta(hours=hour)


def quiet_then_rising() -> pd.DataFrame:
    """Hourly bars: weeks between 99 and 101, then 24 bars that rise by one an hour, from 100 to 124."""
    before = pd.date_range(pd.Timestamp("2024-02-10", tz="UTC"), START, freq="h", inclusive="left", unit="us")
    calm = pd.DataFrame({"open": 100.0, "high": 101.0, "low": 99.0, "close": 100.0, "volume": 1.0}, before)
    hour = np.arange(24.0)
    day = pd.DataFrame(
        {"open": 100 + hour, "high": 102 + hour, "low": 99 + hour, "close": 101 + hour, "volume": 2.0},
        pd.date_range(START, periods=24, freq="h", unit="us"),
    )
    bars = pd.concat([calm, day])
    bars.index.name = "date"
    return bars


def traded_day(bench: Workbench, headline: str = "Coin rises") -> CycleReport:
    """Store the day: bars, a figure, calls, a book with two trades, the autopilot's switch and one cycle.

    The book begins the day with 10,000; a coin bought at 90 the day before is sold at 103 at 02:00; at 03:00 two coins are
    bought at 100; its equity reaches 10,100 at 10:00 and ends at 10,060.
    """
    store, bars = bench.store, quiet_then_rising()
    series = ("BTC-USD", Timeframe.H1, SOURCE)
    store.write(upsert_bars(*series, bars[bars.index < pd.Timestamp(START)], at(12, 4)))
    store.write(upsert_bars(*series, bars[bars.index >= pd.Timestamp(START)], at(0.1, 6)))
    store.write(
        save_readings([Reading("community", "circulating supply", "BTC-USD", at(9), 1_000.0, "", at(9))])
    )
    store.write(save_call(SourceCall(SOURCE, at(1), 0.2, "ok", 24, "", None)))
    store.write(save_call(SourceCall(SOURCE, at(2), 0.2, "Unreachable", 0, "<b>no answer</b>", None)))
    store.write(save_switch(AutopilotState(True, at(0, 1), "Ada", ("BTC-USD", "ETH-USD"), "1h", SOURCE)))
    _book(bench)
    return _cycle(bench, headline)


def _book(bench: Workbench) -> None:
    book = new_book("live-told", "live", 10_000.0)
    fills = [
        _fill("o0", Side.BUY, 1.0, 90.0, at(5, 4), "entry"), _fill("o0", Side.SELL, 1.0, 103.0, at(2), "take_profit"),
        _fill("o1", Side.BUY, 2.0, 100.0, at(3), "entry"),
    ]  # fmt: skip
    trade = Trade(
        "BTC-USD", 1.0, at(5, 4), 90.0, at(2), 103.0, 0.5, 12.5, 12.5 / 90, ExitReason.TAKE_PROFIT, "o0"
    )
    marks = [(at(23, 4), 10_000.0), (at(10), 10_100.0), (at(23), 10_060.0)]
    bench.store.write(
        create_book(book, at(0, 1)),
        save_book(
            replace(book, clock=at(23)), [_order("o0", "d0"), _order("o1", "d1")], fills, [trade],
            [EquityPoint(time, equity, 9_000.0) for time, equity in marks],
        ),
    )  # fmt: skip


def _fill(order: str, side: Side, units: float, price: float, time: datetime, why: str) -> Fill:
    return Fill(order, "BTC-USD", side, units, price, price, 0.2, time, why)


def _order(name: str, cycle: str) -> Order:
    return Order(
        name, cycle, "BTC-USD", Side.BUY, OrderType.MARKET, 2.0, 0.02, 0.04, False, OrderStatus.FILLED, at(3), "",
        timeframe="1h", data_source=SOURCE,
    )  # fmt: skip


def _cycle(bench: Workbench, headline: str) -> CycleReport:
    """A cycle of the sample that ordered, moved into the day."""
    signals = bench.settings.signals.model_copy(update={"threshold": 0.0})
    eager = replace(bench, settings=bench.settings.model_copy(update={"signals": signals}))
    noon = datetime(2019, 6, 26, 12, tzinfo=UTC)
    long_ago = replace(eager, clock=lambda: at(0, 1))
    made = run_cycle(CycleRequest("BTC-USD", Timeframe.H1, "sample", noon, Mode.PAPER), long_ago, "sampled")
    assert made.order is not None and made.sentiment is not None
    item = ItemSentiment("h1", headline, "feed", at(1), 0.5, 0.8, ())
    told = replace(
        made, id="d1", request=CycleRequest("BTC-USD", Timeframe.H1, SOURCE, None, Mode.PAPER), as_of=at(3),
        world="live", book_id="live-told", data_source=SOURCE, order=replace(made.order, id="o1", cycle_id="d1"),
        started_at=at(3.01), sentiment=replace(made.sentiment, score=0.5, items=(item,)),
    )  # fmt: skip
    bench.store.write(open_cycle("d1", told.request, told.started_at))
    bench.store.write(close_cycle(told))
    return told


def afterwards(bench: Workbench) -> None:
    """What comes after the day: other values of its bars, new bars, figures, fills, trades, marks and calls."""
    store, bars = bench.store, quiet_then_rising()
    later = bars.iloc[-30:] * 5.0
    fresh = bars.iloc[-6:].set_axis(pd.date_range(STOP, periods=6, freq="h", unit="us", name="date"))
    series = ("BTC-USD", Timeframe.H1, SOURCE)
    store.write(upsert_bars(*series, pd.concat([later, fresh]), at(8, 6)))
    store.write(
        save_readings([Reading("community", "circulating supply", "BTC-USD", at(8), 7.0, "", at(1, 6))])
    )
    store.write(save_call(SourceCall(SOURCE, at(1, 6), 0.2, "Unreachable", 0, "later", None)))
    store.write(save_switch(AutopilotState(True, at(3, 6), "Ada", ("SOL-USD",), "1h", SOURCE)))
    book = replace(new_book("live-told", "live", 10_000.0), clock=at(5, 6))
    trade = Trade("BTC-USD", 2.0, at(3), 100.0, at(1, 6), 70.0, 0.5, -60.5, -0.3, ExitReason.STOP_LOSS, "o1")
    store.write(
        save_book(
            book, [_order("o9", "d9")], [_fill("o1", Side.SELL, 2.0, 70.0, at(1, 6), "stop_loss")], [trade],
            [EquityPoint(at(0, 6), 9_000.0, 9_000.0), EquityPoint(at(4, 6), 20_000.0, 9_000.0)],
        )
    )  # fmt: skip
    request = CycleRequest(
        "BTC-USD", Timeframe.H1, "sample", datetime(2019, 6, 26, 20, tzinfo=UTC), Mode.PAPER
    )
    run_cycle(request, replace(bench, clock=lambda: at(6, 6)), "later")
