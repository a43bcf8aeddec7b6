"""The real yfinance client against a loopback Yahoo."""

import time
from datetime import UTC, datetime, timedelta

import pytest

from core.collect import Yahoo, YFinanceSource
from core.errors import BadData, NotFound, RateLimited, SourceError, Unreachable, Unsupported
from core.instruments import resolve
from core.records import Timeframe
from core.tables import check_bars
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
