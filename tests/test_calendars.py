"""Which bars a market has: against published trading hours and holidays."""

import subprocess
import sys
from datetime import UTC, datetime, timedelta

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from core.calendars import calendar_name, expected_opens, has_bars, last_expected, next_expected
from core.collect.sample_source import SampleSource
from core.instruments import resolve
from core.records import AssetClass, Timeframe

# pandas 3 deprecates what exchange_calendars still calls
pytestmark = pytest.mark.filterwarnings("ignore::pandas.errors.Pandas4Warning")

BTC, AAPL, EURUSD, TOYOTA = (resolve(name) for name in ("BTC-USD", "AAPL", "EURUSD=X", "7203.T"))
H1, D1, M30 = Timeframe.H1, Timeframe.D1, Timeframe.M30


def utc(text: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=UTC)


def clock(symbol: str, timeframe: Timeframe, day: str, until: str | None = None) -> list[str]:
    """Open times from `day` on, for one day or until another, as UTC hours (a date for daily bars)."""
    start = utc(day)
    end = utc(until) if until else start + timedelta(days=1)
    opens = expected_opens(resolve(symbol), timeframe, start, end)
    return [f"{t:%m-%d}" if timeframe is D1 else f"{t:%H:%M}" for t in opens]


@pytest.mark.parametrize(
    ("symbol", "name"),
    [
        ("BTC-USD", "24/7"), ("EURUSD=X", "24/5"), ("AAPL", "XNYS"), ("BRK.B", "XNYS"), ("VOD.L", "XLON"),
        ("SAP.DE", "XETR"), ("MC.PA", "XPAR"), ("ASML.AS", "XAMS"), ("ENI.MI", "XMIL"), ("NESN.SW", "XSWX"),
        ("7203.T", "XTKS"), ("0700.HK", "XHKG"), ("SHOP.TO", "XTSE"), ("BHP.AX", "XASX"), ("T", "XNYS"),
        ("NOVO-B.CO", "XCSE"), ("^GSPC", "XNYS"), ("^VIX", "XNYS"), ("^FTSE", "XLON"), ("^GDAXI", "XETR"),
        ("^N225", "XTKS"), ("^HSI", "XHKG"),
    ],
)  # fmt: skip
def test_the_symbol_tells_the_calendar(symbol: str, name: str) -> None:
    assert calendar_name(resolve(symbol)) == name


NEW_YORK_WINTER = [f"{hour}:30" for hour in range(14, 21)]
NEW_YORK_SUMMER = [f"{hour}:30" for hour in range(13, 20)]


@pytest.mark.parametrize(
    ("symbol", "timeframe", "day", "expected"),
    [
        pytest.param("AAPL", H1, "2024-01-16", NEW_YORK_WINTER, id="a full day in New York"),
        pytest.param("AAPL", H1, "2024-07-03", ["13:30", "14:30", "15:30", "16:30"], id="closes at 17:00 UTC before 4 July"),
        pytest.param("AAPL", H1, "2024-11-29", ["14:30", "15:30", "16:30", "17:30"], id="closes at 18:00 UTC after Thanksgiving"),
        pytest.param("AAPL", H1, "2024-03-29", [], id="Good Friday"),
        pytest.param("AAPL", D1, "2024-03-29", [], id="Good Friday, daily"),
        pytest.param("AAPL", D1, "2001-09-12", [], id="after 11 September 2001"),
        pytest.param("AAPL", H1, "2024-03-08", NEW_YORK_WINTER, id="Friday before daylight saving"),
        pytest.param("AAPL", H1, "2024-03-11", NEW_YORK_SUMMER, id="Monday in daylight saving"),
        pytest.param("AAPL", H1, "2024-11-01", NEW_YORK_SUMMER, id="Friday in daylight saving"),
        pytest.param("AAPL", H1, "2024-11-04", NEW_YORK_WINTER, id="Monday after daylight saving"),
        pytest.param("VOD.L", H1, "2024-03-28", [f"{hour:02}:00" for hour in range(8, 17)], id="London in winter, the last hour is short"),
        pytest.param("VOD.L", H1, "2024-04-02", [f"{hour:02}:00" for hour in range(7, 16)], id="London in summer"),
        pytest.param("7203.T", H1, "2024-07-03", ["00:00", "01:00", "02:00", "03:30", "04:30", "05:30"], id="Tokyo's lunch, close at 15:00"),
        pytest.param("7203.T", M30, "2024-11-06", ["00:00", "00:30", "01:00", "01:30", "02:00", "03:30", "04:00", "04:30", "05:00", "05:30", "06:00"], id="Tokyo closes at 15:30 from 5 November 2024"),
        pytest.param("0700.HK", H1, "2024-07-03", ["01:30", "02:30", "03:30", "05:00", "06:00", "07:00"], id="Hong Kong's lunch"),
        pytest.param("EURUSD=X", H1, "2024-03-08", [f"{hour:02}:00" for hour in range(22)], id="currencies stop on Friday 17:00 New York"),
        pytest.param("EURUSD=X", H1, "2024-03-10", ["21:00", "22:00", "23:00"], id="and start on Sunday, now in daylight saving"),
        pytest.param("EURUSD=X", H1, "2024-01-07", ["22:00", "23:00"], id="and in winter an hour later"),
        pytest.param("EURUSD=X", H1, "2024-12-25", ["22:00", "23:00"], id="Christmas ends at 17:00 New York"),
        pytest.param("EURUSD=X", H1, "2024-03-09", [], id="no currencies on Saturday"),
        pytest.param("BTC-USD", Timeframe.H4, "2024-02-29", ["00:00", "04:00", "08:00", "12:00", "16:00", "20:00"], id="crypto on a leap day"),
        pytest.param("BTC-USD", D1, "2024-12-25", ["12-25"], id="crypto at Christmas"),
    ],
)  # fmt: skip
def test_a_day_has_the_bars_that_were_published(
    symbol: str, timeframe: Timeframe, day: str, expected: list[str]
) -> None:
    assert clock(symbol, timeframe, day) == expected


def test_a_week_of_currencies_has_five_days() -> None:
    assert clock("EURUSD=X", D1, "2024-03-04", "2024-03-18") == [
        f"03-{day:02}" for day in (4, 5, 6, 7, 8, 11, 12, 13, 14, 15)
    ]


def test_the_year_2024_had_252_sessions_in_new_york_and_366_days_of_crypto() -> None:
    assert len(clock("AAPL", D1, "2024-01-01", "2025-01-01")) == 252
    assert len(clock("BTC-USD", D1, "2024-01-01", "2025-01-01")) == 366


@pytest.mark.parametrize("symbol", ["NVDA", "AAPL"])
def test_the_sample_of_stocks_has_every_session_and_no_other(symbol: str) -> None:
    source = SampleSource()
    [series] = [item for item in source.series if item.symbol == symbol]
    bars = source.fetch(resolve(symbol), D1, series.first, series.clock + timedelta(days=1))
    expected = expected_opens(resolve(symbol), D1, series.first, series.clock + timedelta(days=1))
    assert bars.index.equals(expected)


def test_bounds_are_half_open_and_the_index_is_that_of_bars() -> None:
    opens = expected_opens(BTC, H1, utc("2024-01-01T00:00:01"), utc("2024-01-01T03:00"))
    assert list(opens) == [pd.Timestamp("2024-01-01T01", tz="UTC"), pd.Timestamp("2024-01-01T02", tz="UTC")]
    assert opens.dtype == pd.DatetimeTZDtype("us", "UTC") and opens.name == "date"
    assert clock("AAPL", H1, "2024-07-03T13:30", "2024-07-03T14:30") == ["13:30"]


@pytest.mark.parametrize(
    ("symbol", "timeframe", "now", "delay", "expected"),
    [
        pytest.param("BTC-USD", H1, "2024-01-01T10:59:59", 0, "2024-01-01T09:00", id="the hour under way has not closed"),
        pytest.param("BTC-USD", H1, "2024-01-01T11:00:00", 0, "2024-01-01T10:00", id="it closes on the hour"),
        pytest.param("BTC-USD", H1, "2024-01-01T11:00:00", 15, "2024-01-01T09:00", id="a quarter of an hour late"),
        pytest.param("AAPL", H1, "2024-07-06T12:00", 15, "2024-07-05T19:30", id="on Saturday: Friday's last hour"),
        pytest.param("AAPL", H1, "2024-07-04T12:00", 15, "2024-07-03T16:30", id="on a holiday: the hour of the early close"),
        pytest.param("AAPL", D1, "2024-07-05T23:00", 0, "2024-07-03T00:00", id="a daily bar closes at midnight UTC"),
        pytest.param("AAPL", D1, "2024-07-08T12:00", 0, "2024-07-05T00:00", id="on Monday: Friday"),
        pytest.param("EURUSD=X", H1, "2024-03-10T12:00", 0, "2024-03-08T21:00", id="currencies over a weekend"),
        pytest.param("7203.T", H1, "2024-07-03T03:20", 0, "2024-07-03T02:00", id="during Tokyo's lunch"),
    ],
)  # fmt: skip
def test_the_newest_bar_that_should_be_there(
    symbol: str, timeframe: Timeframe, now: str, delay: int, expected: str
) -> None:
    assert last_expected(resolve(symbol), timeframe, utc(now), timedelta(minutes=delay)) == utc(expected)


@pytest.mark.parametrize(
    ("symbol", "timeframe", "start", "end", "expected"),
    [
        ("AAPL", H1, "2024-07-06", "2024-07-08", False),
        ("AAPL", H1, "2024-07-03T17:00", "2024-07-05T13:30", False),
        ("AAPL", H1, "2024-07-03T16:30", "2024-07-03T16:31", True),
        ("AAPL", H1, "2024-07-03T16:31", "2024-07-05T13:30", False),
        ("AAPL", D1, "2024-07-04", "2024-07-05", False),
        ("BTC-USD", H1, "2024-07-06", "2024-07-08", True),
        ("BTC-USD", H1, "2024-07-06T00:01", "2024-07-06T01:00", False),
        ("EURUSD=X", H1, "2024-03-08T22:00", "2024-03-10T21:00", False),
        ("AAPL", H1, "2024-07-08", "2024-07-08", False),
        ("INFY.NS", D1, "2031-01-01", "2031-01-02", True),
    ],
)
def test_whether_anything_can_trade(
    symbol: str, timeframe: Timeframe, start: str, end: str, expected: bool
) -> None:
    assert has_bars(resolve(symbol), timeframe, utc(start), utc(end)) is expected


def test_where_a_calendar_does_not_reach_nothing_is_expected_and_nothing_ruled_out() -> None:
    old = utc("1994-06-01"), utc("1994-07-01")
    assert len(expected_opens(TOYOTA, D1, *old)) == 0 and has_bars(TOYOTA, D1, *old)
    assert last_expected(TOYOTA, D1, old[1]) is None
    athens = resolve("OPAP.AT")  # a calendar that the library may fail to build
    assert has_bars(athens, D1, utc("2024-06-03"), utc("2024-06-08"))


@pytest.mark.parametrize("symbol", ["BTC-USD", "EURUSD=X", "AAPL", "7203.T"])
@settings(max_examples=60, deadline=None)
@given(
    minutes=st.integers(0, 700_000),
    hours=st.integers(1, 400),
    timeframe=st.sampled_from(list(Timeframe)),
)
def test_all_questions_agree_with_each_other(
    symbol: str, minutes: int, hours: int, timeframe: Timeframe
) -> None:
    instrument, begin = resolve(symbol), utc("2023-01-01") + timedelta(minutes=minutes)
    end = begin + timedelta(hours=hours)
    opens = expected_opens(instrument, timeframe, begin, end)
    assert (np.diff(opens.asi8) > 0).all()
    assert not len(opens) or (begin <= opens[0] and opens[-1] < end)
    assert has_bars(instrument, timeframe, begin, end) == (len(opens) > 0)
    middle = begin + timedelta(hours=hours // 2)
    halves = [expected_opens(instrument, timeframe, *span) for span in ((begin, middle), (middle, end))]
    assert [*halves[0], *halves[1]] == list(opens)
    following = next_expected(instrument, timeframe, begin)
    assert not len(opens) or following == opens[0]
    due = last_expected(instrument, timeframe, end + timeframe.delta - timedelta(seconds=1))
    assert not len(opens) or due == opens[-1]


def test_crypto_and_currencies_never_load_the_library() -> None:
    code = (
        "import sys; from datetime import *; from core.calendars import *; from core.instruments import resolve;"
        "from core.records import Timeframe as T; a, b = datetime(2024,1,1,tzinfo=UTC), datetime(2024,2,1,tzinfo=UTC);"
        "[expected_opens(resolve(s), T.H1, a, b) for s in ('BTC', 'EURUSD=X')];"
        "print('exchange_calendars' in sys.modules)"
    )
    out = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert out.stdout.strip() == "False"


def test_a_million_minutes_of_a_market_that_never_closes_are_a_million() -> None:
    start = utc("2022-01-01")
    assert len(expected_opens(BTC, Timeframe.M1, start, start + timedelta(minutes=1_000_000))) == 1_000_000


@pytest.mark.parametrize(
    ("symbol", "price", "tick", "lot"),
    [
        ("AAPL", 189.5, 0.01, 1.0), ("AAPL", 1.0, 0.01, 1.0), ("AAPL", 0.85, 0.0001, 1.0),
        ("EURUSD=X", 1.08, 0.00001, 1.0), ("USDJPY=X", 150.0, 0.001, 1.0), ("^GSPC", 5000.0, 0.01, 1.0),
        ("BTC-USD", 95_000.0, 0.01, 1e-8), ("ETH-USD", 3000.0, 0.01, 1e-8), ("SOL-USD", 25.0, 0.001, 1e-8),
        ("XRP-USD", 0.5, 1e-5, 1e-8), ("DOGE-USD", 0.08, 1e-6, 1e-8), ("SHIB-USD", 0.00002, 1e-8, 1e-8),
    ],
)  # fmt: skip
def test_ticks_and_lots(symbol: str, price: float, tick: float, lot: float) -> None:
    instrument = resolve(symbol)
    assert (instrument.tick(price), instrument.lot) == (tick, lot)


@given(st.floats(1e-6, 1e6))
def test_a_crypto_price_has_at_most_nine_digits(price: float) -> None:
    tick = BTC.tick(price)
    assert BTC.asset_class is AssetClass.CRYPTO and 1e-8 <= tick <= 0.01
    assert price / tick < 1e9 or tick == 0.01
