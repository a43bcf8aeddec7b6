"""The real yfinance client against a loopback Yahoo."""

import time
from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest

from core.collect import BarRequest, Collected, Gate, Yahoo, YFinanceSource, collect_bars
from core.errors import BadData, NotFound, RateLimited, SourceError, Unreachable, Unsupported
from core.instruments import resolve
from core.records import Timeframe
from core.tables import check_bars, empty_bars
from tests.collect.loopback import CHART, Loopback, LoopbackSession, Reply, yahoo_chart

AAPL, BTC = resolve("AAPL"), resolve("BTC-USD")
MONDAY = datetime(2024, 3, 4, tzinfo=UTC)


def days(start: datetime, count: int) -> list[int]:
    """Midnights in New York (05:00 UTC in winter)."""
    return [int((start + timedelta(days=n, hours=5)).timestamp()) for n in range(count)]


def hours(start: datetime, count: int) -> list[int]:
    return [int((start + timedelta(hours=n)).timestamp()) for n in range(count)]


def test_daily_bars_carry_the_date_of_their_session(loopback: Loopback, yahoo: Yahoo) -> None:
    loopback.on(CHART + "AAPL", Reply(yahoo_chart("AAPL", days(MONDAY, 5), [100.0, 101, 102, 103, 104])))
    bars = YFinanceSource(yahoo).fetch(AAPL, Timeframe.D1, MONDAY, MONDAY + timedelta(days=4))
    assert [str(d) for d in bars.index] == [f"2024-03-0{n} 00:00:00+00:00" for n in range(4, 8)]
    assert bars["close"].tolist() == [100, 101, 102, 103] and bars["volume"].tolist() == [1000.0] * 4
    check_bars(bars, "yfinance")
    asked = next(query for path, query, _ in loopback.asked if "period1" in query)
    assert asked["interval"] == "1d"


def test_rows_without_prices_are_left_out(loopback: Loopback, yahoo: Yahoo) -> None:
    loopback.on(CHART + "AAPL", Reply(yahoo_chart("AAPL", days(MONDAY, 3), [100.0, None, 102])))
    assert len(YFinanceSource(yahoo).fetch(AAPL, Timeframe.D1, MONDAY, MONDAY + timedelta(days=9))) == 2


def test_hours_of_crypto_and_four_hours_built_from_them(loopback: Loopback, yahoo: Yahoo) -> None:
    prices = [100.0 + n for n in range(12)]
    loopback.on(CHART + "BTC-USD", Reply(yahoo_chart("BTC-USD", hours(MONDAY, 12), prices, "UTC")))
    source = YFinanceSource(yahoo)
    assert len(source.fetch(BTC, Timeframe.H1, MONDAY, MONDAY + timedelta(hours=10))) == 10
    four = source.fetch(BTC, Timeframe.H4, MONDAY, MONDAY + timedelta(hours=9))
    assert [d.hour for d in four.index] == [0, 4, 8]
    assert four["open"].tolist() == [100, 104, 108] and four["close"].tolist() == [103, 107, 111]
    assert four["high"].tolist() == pytest.approx([103 * 1.01, 107 * 1.01, 111 * 1.01])
    assert four["volume"].tolist() == [4000.0] * 3


def test_four_hours_of_stocks_are_refused_before_any_request(loopback: Loopback, yahoo: Yahoo) -> None:
    with pytest.raises(Unsupported, match="4h"):
        YFinanceSource(yahoo).offer(AAPL, Timeframe.H4)
    assert not loopback.asked


def test_reach_and_delay_are_told(yahoo: Yahoo) -> None:
    source = YFinanceSource(yahoo)
    assert source.offer(BTC, Timeframe.M30).history == timedelta(days=59)
    assert source.offer(AAPL, Timeframe.D1).history is None
    assert source.offer(BTC, Timeframe.H1).delay == timedelta(0)
    assert source.offer(AAPL, Timeframe.H1).delay == timedelta(minutes=15)


def fail(loopback: Loopback, yahoo: Yahoo, reply: Reply, symbol: str = "AAPL") -> SourceError:
    loopback.on(CHART, reply)
    with pytest.raises(SourceError) as caught:
        YFinanceSource(yahoo).fetch(resolve(symbol), Timeframe.D1, MONDAY, MONDAY + timedelta(days=5))
    assert "<" not in str(caught.value) and len(str(caught.value)) < 200
    return caught.value


def test_an_empty_answer_is_not_found(loopback: Loopback, yahoo: Yahoo) -> None:
    assert isinstance(fail(loopback, yahoo, Reply(yahoo_chart("AAPL", [], []))), NotFound)


def test_an_unknown_symbol_is_not_found(loopback: Loopback, yahoo: Yahoo) -> None:
    said = {
        "chart": {
            "result": None,
            "error": {"code": "Not Found", "description": "No data found, symbol may be delisted"},
        }
    }
    loopback.on("/query1.finance.yahoo.com/v7", Reply({"quoteResponse": {"result": [], "error": None}}))
    loopback.on(
        "/query2.finance.yahoo.com/v10",
        Reply({"quoteSummary": {"result": None, "error": {"code": "Not Found"}}}, 404),
    )
    error = fail(loopback, yahoo, Reply(said, 404), "NOPE")
    assert isinstance(error, NotFound) and "NOPE" in str(error)


def test_too_many_requests(loopback: Loopback, yahoo: Yahoo) -> None:
    assert isinstance(fail(loopback, yahoo, Reply("Too Many Requests", 429)), RateLimited)


def test_a_server_error_and_then_the_answer(loopback: Loopback, yahoo: Yahoo) -> None:
    error = fail(loopback, yahoo, Reply("Internal Server Error", 500))
    assert isinstance(error, Unreachable) and "500" in str(error)
    loopback.on(CHART, Reply(yahoo_chart("AAPL", days(MONDAY, 5), [100.0] * 5)))
    bars = YFinanceSource(yahoo).fetch(AAPL, Timeframe.D1, MONDAY, MONDAY + timedelta(days=5))
    assert len(bars) == 5, "the refusal must not be remembered"


def test_garbage(loopback: Loopback, yahoo: Yahoo) -> None:
    assert isinstance(fail(loopback, yahoo, Reply("<html><body>Sorry</body></html>")), BadData)
    assert isinstance(
        fail(loopback, yahoo, Reply({"chart": {"error": None, "result": [{"meta": {}}]}})), BadData
    )


def test_garbage_is_not_remembered(loopback: Loopback, yahoo: Yahoo) -> None:
    assert isinstance(fail(loopback, yahoo, Reply("<html>maintenance</html>")), BadData)
    loopback.on(CHART, Reply(yahoo_chart("AAPL", days(MONDAY, 5), [100.0] * 5)))
    assert len(YFinanceSource(yahoo).fetch(AAPL, Timeframe.D1, MONDAY, MONDAY + timedelta(days=5))) == 5


def test_silence_ends_at_the_time_out(loopback: Loopback, yahoo: Yahoo, yahoo_cache) -> None:
    loopback.on(CHART, Reply("", delay=30))
    loopback.on("/fc.yahoo.com/", Reply("ok", delay=30))
    patient = Yahoo(yahoo_cache, 0.5, yahoo._make_session)
    begun = time.monotonic()
    assert isinstance(fail(loopback, patient, Reply("", delay=30)), Unreachable)
    assert time.monotonic() - begun < 2.0, "one deadline over all requests"


def test_nobody_listens(loopback: Loopback, yahoo: Yahoo) -> None:
    gone = Yahoo(yahoo._cache_dir, 2.0, lambda: LoopbackSession("http://127.0.0.1:9"))
    assert isinstance(fail(loopback, gone, Reply("")), Unreachable)


# --- days that are different ---------------------------------------------------------------------------------------

NEW_YORK = ZoneInfo("America/New_York")


def opens(day: str) -> list[int]:
    """The seven hourly opens of a session in New York, 9:30 to 15:30."""
    first = datetime.fromisoformat(f"{day}T09:30").replace(tzinfo=NEW_YORK)
    return [int(first.timestamp()) + 3600 * n for n in range(7)]


CLOCKS = pytest.mark.parametrize(
    ("friday", "monday", "hours"),
    [
        ("2024-03-08", "2024-03-11", [14, 13]),  # clocks go forward on the 10th
        ("2024-11-01", "2024-11-04", [13, 14]),  # and back on the 3rd
    ],
)


@CLOCKS
def test_the_change_of_clocks_shifts_the_open_by_an_hour_and_loses_no_bar(
    loopback: Loopback, yahoo: Yahoo, friday: str, monday: str, hours: list[int]
) -> None:
    times = opens(friday) + opens(monday)
    loopback.on(CHART + "AAPL", Reply(yahoo_chart("AAPL", times, [100.0 + n for n in range(14)])))
    start = datetime.fromisoformat(friday).replace(tzinfo=UTC)
    bars = YFinanceSource(yahoo).fetch(AAPL, Timeframe.H1, start, start + timedelta(days=5))
    assert [int(moment.timestamp()) for moment in bars.index] == times
    assert [bars.index[0].hour, bars.index[7].hour] == hours and bars.index[0].minute == 30
    assert bars["open"].tolist() == [100.0 + n for n in range(14)]


@CLOCKS
def test_days_stay_days_when_the_clocks_change(
    loopback: Loopback, yahoo: Yahoo, friday: str, monday: str, hours: list[int]
) -> None:
    """Yahoo's times of days are midnights of New York: 05:00 UTC in winter, 04:00 in summer."""
    days = [datetime.fromisoformat(day).replace(tzinfo=NEW_YORK) for day in (friday, monday)]
    loopback.on(
        CHART + "AAPL", Reply(yahoo_chart("AAPL", [int(day.timestamp()) for day in days], [100.0, 101]))
    )
    start = datetime.fromisoformat(friday).replace(tzinfo=UTC)
    bars = YFinanceSource(yahoo).fetch(AAPL, Timeframe.D1, start, start + timedelta(days=5))
    assert [f"{moment:%Y-%m-%d %H:%M}" for moment in bars.index] == [f"{friday} 00:00", f"{monday} 00:00"]


def test_on_the_day_of_a_split_everything_is_fetched_again(loopback: Loopback, yahoo: Yahoo) -> None:
    """Ten sessions are held; then Yahoo divides all earlier prices by four, as on 2020-08-31."""
    sessions = [MONDAY + timedelta(days=n) for n in range(12) if n % 7 < 5]
    prices = [400.0 + n for n in range(10)]

    def serving(factor: float, count: int) -> None:
        def answer(query: dict[str, str]) -> Reply:
            shown = [
                (int((day + timedelta(hours=5)).timestamp()), price * factor)
                for day, price in zip(sessions[:count], prices[:count], strict=True)
            ]
            shown = [
                row
                for row in shown
                if int(query.get("period1", 0)) <= row[0] < int(query.get("period2", 9e9))
            ]
            return Reply(yahoo_chart("AAPL", [row[0] for row in shown], [row[1] for row in shown]))

        loopback.on(CHART + "AAPL", answer)

    def update(now: datetime, held: Collected | None) -> Collected:
        return collect_bars(
            BarRequest(AAPL, Timeframe.D1, MONDAY, now, now),
            [YFinanceSource(yahoo)],
            lambda name, frame: held.bars if held and frame is Timeframe.D1 else empty_bars(),
            lambda name, frame: held.covered + held.fetched if held and frame is Timeframe.D1 else (),
            Gate(60.0, lambda: now),
        )

    serving(1.0, 8)
    first = update(sessions[7] + timedelta(days=1, hours=1), None)
    assert first.bars["close"].tolist() == prices[:8]
    serving(0.25, 10)
    second = update(sessions[9] + timedelta(days=1, hours=1), first)
    assert second.bars["close"].tolist() == [price / 4 for price in prices], (
        "no jump between old and new prices"
    )
    assert "split or dividend" in second.problems[0].what
    serving(0.25, 10)
    loopback.asked.clear()
    third = update(sessions[9] + timedelta(days=1, hours=2), second)
    assert third.bars.equals(second.bars) and not third.problems


def test_a_rate_limit_tells_how_long_to_wait(loopback: Loopback, yahoo: Yahoo) -> None:
    error = fail(loopback, yahoo, Reply("Too Many Requests", 429, {"Retry-After": "120"}))
    assert isinstance(error, RateLimited) and error.retry_after == 120
    loopback.on(CHART, Reply(yahoo_chart("AAPL", days(MONDAY, 1), [1.0])))
    YFinanceSource(yahoo).fetch(AAPL, Timeframe.D1, MONDAY, MONDAY + timedelta(days=6))
    again = fail(loopback, yahoo, Reply("Too Many Requests", 429))
    assert isinstance(again, RateLimited) and again.retry_after is None, (
        "the wait of an earlier refusal is over"
    )
