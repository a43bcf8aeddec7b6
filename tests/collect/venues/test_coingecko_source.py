"""The real pycoingecko client against a loopback CoinGecko."""

import time
from datetime import UTC, datetime, timedelta

import pytest

from core.collect import CoinGeckoSource
from core.errors import BadData, NeedsKey, NotFound, RateLimited, SourceError, Unreachable, Unsupported
from core.instruments import resolve
from core.records import Timeframe
from core.tables import check_bars
from tests.collect.loopback import Loopback, Reply

BTC = resolve("BTC-USD")
NOW = datetime(2024, 3, 5, 12, 5, tzinfo=UTC)
MIDNIGHT = datetime(2024, 3, 5, tzinfo=UTC)
OHLC = "/api/v3/coins/bitcoin/ohlc"


def ask(
    loopback: Loopback,
    reply: Reply,
    timeframe: Timeframe = Timeframe.M30,
    back: float = 1,
    key: str | None = None,
):
    loopback.on("/api/v3/", reply)
    source = CoinGeckoSource(0.5, key, f"{loopback.url}/api/v3/", lambda: NOW)
    return source.fetch(BTC, timeframe, NOW - timedelta(days=back), NOW)


def rows(step: timedelta, count: int) -> list[list[float]]:
    """Closes at and after midnight; open 100, 101, …"""
    return [
        [int((MIDNIGHT + step * n).timestamp() * 1000), 100 + n, 102 + n, 99 + n, 101 + n] for n in range(count)
    ]  # fmt: skip


def test_the_time_of_a_row_is_its_close(loopback: Loopback) -> None:
    bars = ask(loopback, Reply(rows(timedelta(minutes=30), 4)))
    assert bars.index[0] == MIDNIGHT - timedelta(minutes=30)
    assert bars.iloc[0].tolist() == [100, 102, 99, 101, 0]
    check_bars(bars, "coingecko")
    path, query, _ = loopback.asked[0]
    assert path == OHLC and query == {"vs_currency": "usd", "days": "1"}


@pytest.mark.parametrize(("back", "days"), [(3, "7"), (10, "14"), (29, "30"), (400, "30")])
def test_four_hours_ask_for_as_few_days_as_reach(loopback: Loopback, back: float, days: str) -> None:
    ask(loopback, Reply(rows(timedelta(hours=4), 3)), Timeframe.H4, back)
    assert loopback.asked[0][1]["days"] == days


def test_a_row_off_the_grid_is_unfinished(loopback: Loopback) -> None:
    answer = rows(timedelta(minutes=30), 3)
    answer.append([answer[-1][0] + 7 * 60_000, 103, 104, 102, 103])
    assert len(ask(loopback, Reply(answer))) == 3


def test_the_key_goes_along(loopback: Loopback) -> None:
    ask(loopback, Reply(rows(timedelta(minutes=30), 2)), key="demo-1")
    assert loopback.asked[0][1]["x_cg_demo_api_key"] == "demo-1"


def failure(loopback: Loopback, reply: Reply) -> SourceError:
    with pytest.raises(SourceError) as caught:
        ask(loopback, reply)
    return caught.value


@pytest.mark.parametrize("body", ["Throttled", {"status": {"error_code": 429, "error_message": "slow down"}}])
def test_too_many_requests(loopback: Loopback, body: object) -> None:
    error = failure(loopback, Reply(body, 429, {"Retry-After": "17"}))
    assert isinstance(error, RateLimited) and error.retry_after == 17


@pytest.mark.parametrize(
    "body", ["no", {"status": {"error_code": 10002, "error_message": "API Key Missing"}}]
)
def test_a_refused_key(loopback: Loopback, body: object) -> None:
    error = failure(loopback, Reply(body, 401))
    assert isinstance(error, NeedsKey) and "GLASSBOX_KEYS__COINGECKO" in str(error)


def test_an_unknown_coin(loopback: Loopback) -> None:
    assert isinstance(failure(loopback, Reply({"error": "coin not found"}, 404)), NotFound)


def test_a_server_error(loopback: Loopback) -> None:
    assert isinstance(failure(loopback, Reply(b"\xff\xfe broken", 503)), Unreachable)


@pytest.mark.parametrize(
    "body", ["<html>", {"prices": []}, [[1, 2]], [["a", "b", "c", "d", "e"]], b"\xff\xfe\xfa"]
)
def test_garbage(loopback: Loopback, body: object) -> None:
    assert isinstance(failure(loopback, Reply(body)), BadData)


def test_an_empty_answer(loopback: Loopback) -> None:
    assert isinstance(failure(loopback, Reply([])), NotFound)


def test_silence(loopback: Loopback) -> None:
    begun = time.monotonic()
    assert isinstance(failure(loopback, Reply([], delay=10)), Unreachable)
    assert time.monotonic() - begun < 2


def test_what_is_not_served_is_said_not_invented() -> None:
    source = CoinGeckoSource(1.0)
    for symbol, timeframe in (
        ("AAPL", Timeframe.M30),
        ("BTC-USD", Timeframe.H1),
        ("BTC-USD", Timeframe.D1),
        ("ZZZ-USD", Timeframe.H4),
    ):
        with pytest.raises(Unsupported):
            source.offer(resolve(symbol), timeframe)
    assert "volume" in source.offer(BTC, Timeframe.H4).note
