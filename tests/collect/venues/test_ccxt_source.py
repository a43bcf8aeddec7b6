"""The real ccxt clients against loopback exchanges: pages, pairs, timeframes, and what exchanges say in JSON."""

import subprocess
import sys
from collections.abc import Callable
from datetime import UTC, datetime, timedelta

import pandas as pd
import pytest

from core.collect.venues.ccxt_source import CcxtSource
from core.errors import BadData, NeedsKey, NotFound, RateLimited, SourceError, Unreachable, Unsupported
from core.instruments import resolve
from core.records import Timeframe
from core.settings import ROOT
from tests.collect.loopback import Loopback, Reply
from tests.collect.venues import providers
from tests.collect.venues.providers import BINANCE, BTC, COINBASE, KRAKEN, Row

HOUR = timedelta(hours=1)
NOON = datetime(2024, 3, 5, 12, tzinfo=UTC)
CANDLES = COINBASE + "products/BTC-USD/candles"


def hourly(first: datetime, count: int, step: timedelta = HOUR) -> list[Row]:
    """Bars that can be told apart by their open."""
    return [
        [int((first + n * step).timestamp()), 100.0 + n, 101.0 + n, 99.0 + n, 100.5 + n, 2.0]
        for n in range(count)
    ]


def binance_of(market: list[Row]) -> Callable[[dict[str, str]], Reply]:
    """Binance's rule: the first `limit` bars from `startTime` on."""

    def answer(query: dict[str, str]) -> Reply:
        since, limit = int(query["startTime"]) // 1000, int(query["limit"])
        return Reply(providers.binance_rows([row for row in market if row[0] >= since][: min(limit, 1000)]))

    return answer


def coinbase_of(market: list[Row]) -> Callable[[dict[str, str]], Reply]:
    """Coinbase's rule: the bars from `start` to `end`, both included, and no answer for more than 350 of them."""

    def answer(query: dict[str, str]) -> Reply:
        start, end = int(query["start"]), int(query["end"])
        if end - start > 350 * 3600:
            return Reply(
                {
                    "error": "INVALID_ARGUMENT",
                    "message": "number of candles requested should be less than 350",
                },
                400,
            )
        return Reply(providers.coinbase_rows([row for row in market if start <= row[0] <= end]))

    return answer


@pytest.fixture
def binance(loopback: Loopback) -> CcxtSource:
    providers.binance_markets(loopback)
    return CcxtSource("binance", 5.0, loopback.url)


@pytest.fixture
def kraken(loopback: Loopback) -> CcxtSource:
    providers.kraken_markets(loopback)
    return CcxtSource("kraken", 5.0, loopback.url)


@pytest.fixture
def coinbase(loopback: Loopback) -> CcxtSource:
    providers.coinbase_markets(loopback)
    return CcxtSource("coinbase", 5.0, loopback.url)


def is_whole(bars: pd.DataFrame, market: list[Row]) -> bool:
    return bars["open"].tolist() == [row[1] for row in market] and bars.index.is_unique


# --- pages ---------------------------------------------------------------------------------------------------------


def test_binance_is_asked_page_by_page_for_no_more_than_needed(
    binance: CcxtSource, loopback: Loopback
) -> None:
    market = hourly(NOON, 2500)
    loopback.on(BINANCE + "klines", binance_of(market))
    assert is_whole(binance.fetch(BTC, Timeframe.H1, NOON, NOON + 2400 * HOUR), market[:2400])
    asked = [query["limit"] for path, query, _ in loopback.asked if path.endswith("klines")]
    assert asked == ["1000", "1000", "400"]


def test_at_binance_an_empty_page_is_the_end(binance: CcxtSource, loopback: Loopback) -> None:
    market = hourly(NOON, 10)
    loopback.on(BINANCE + "klines", binance_of(market))
    assert is_whole(binance.fetch(BTC, Timeframe.H1, NOON, NOON + 9000 * HOUR), market)
    assert loopback.count("klines") == 2


def test_at_binance_bars_before_the_first_trade_cost_no_page(binance: CcxtSource, loopback: Loopback) -> None:
    market = hourly(NOON, 10)
    loopback.on(BINANCE + "klines", binance_of(market))
    found = binance.fetch(BTC, Timeframe.H1, datetime(2010, 1, 1, tzinfo=UTC), NOON + 10 * HOUR)
    assert is_whole(found, market) and loopback.count("klines") <= 2


def test_coinbase_is_asked_in_pages_of_300_and_passes_over_empty_ones(
    coinbase: CcxtSource, loopback: Loopback
) -> None:
    market = hourly(NOON + 700 * HOUR, 500)
    loopback.on(CANDLES, coinbase_of(market))
    assert is_whole(coinbase.fetch(BTC, Timeframe.H1, NOON, NOON + 1200 * HOUR), market)
    assert loopback.count("candles") == 4


def test_a_hole_in_the_market_loses_no_bar_around_it(coinbase: CcxtSource, loopback: Loopback) -> None:
    market = [row for n, row in enumerate(hourly(NOON, 900)) if not 200 <= n < 650]
    loopback.on(CANDLES, coinbase_of(market))
    assert is_whole(coinbase.fetch(BTC, Timeframe.H1, NOON, NOON + 900 * HOUR), market)


def test_kraken_serves_its_newest_720_bars_and_says_so(kraken: CcxtSource, loopback: Loopback) -> None:
    market = hourly(NOON, 721)  # 720 closed ones and the one under way
    loopback.on(KRAKEN + "OHLC", Reply(providers.kraken_rows(market)))
    found = kraken.fetch(BTC, Timeframe.H1, NOON - 5000 * HOUR, NOON + 721 * HOUR)
    assert is_whole(found, market) and loopback.count("OHLC") == 1
    assert kraken.offer(BTC, Timeframe.M1).history == timedelta(minutes=719)
    assert kraken.offer(BTC, Timeframe.D1).history == timedelta(days=719)


def test_the_others_reach_back_without_limit(binance: CcxtSource, coinbase: CcxtSource) -> None:
    assert binance.offer(BTC, Timeframe.M1).history is None
    assert coinbase.offer(BTC, Timeframe.H4).history is None


# --- timeframes ----------------------------------------------------------------------------------------------------


def test_four_hours_of_coinbase_are_built_from_whole_hours(coinbase: CcxtSource, loopback: Loopback) -> None:
    market = hourly(NOON, 10)
    loopback.on(CANDLES, coinbase_of(market))
    found = coinbase.fetch(BTC, Timeframe.H4, NOON + HOUR, NOON + 12 * HOUR)
    assert [moment.hour for moment in found.index] == [16], "12:00 opens too early, 20:00 is not complete"
    assert found.iloc[0].tolist() == [104.0, 108.0, 103.0, 107.5, 8.0]
    asked = next(query for path, query, _ in loopback.asked if path.endswith("candles"))
    assert asked["granularity"] == "ONE_HOUR" and int(asked["start"]) == NOON.timestamp()


@pytest.mark.parametrize(
    ("timeframe", "interval"),
    [("1m", "1"), ("5m", "5"), ("15m", "15"), ("30m", "30"), ("1h", "60"), ("4h", "240"), ("1d", "1440")],
)
def test_kraken_has_every_timeframe_itself(
    kraken: CcxtSource, loopback: Loopback, timeframe: str, interval: str
) -> None:
    frame = Timeframe(timeframe)
    market = hourly(datetime(2024, 3, 5, tzinfo=UTC), 5, frame.delta)
    loopback.on(KRAKEN + "OHLC", Reply(providers.kraken_rows(market)))
    start = datetime(2024, 3, 5, tzinfo=UTC)
    assert is_whole(kraken.fetch(BTC, frame, start, start + 5 * frame.delta), market)
    assert next(query for path, query, _ in loopback.asked if "OHLC" in path)["interval"] == interval


def test_a_row_off_the_grid_is_left_out(binance: CcxtSource, loopback: Loopback) -> None:
    market = hourly(NOON, 3)
    odd = [market[-1][0] + 3607, *market[-1][1:]]
    loopback.on(BINANCE + "klines", Reply(providers.binance_rows([*market, odd])))
    assert is_whole(binance.fetch(BTC, Timeframe.H1, NOON, NOON + 5 * HOUR), market)


# --- pairs ---------------------------------------------------------------------------------------------------------


def test_at_binance_dollars_are_usdt_and_the_note_says_so(binance: CcxtSource, loopback: Loopback) -> None:
    loopback.on(BINANCE + "klines", binance_of(hourly(NOON, 2)))
    binance.fetch(BTC, Timeframe.H1, NOON, NOON + 2 * HOUR)
    assert next(query for path, query, _ in loopback.asked if "klines" in path)["symbol"] == "BTCUSDT"
    assert "USDT, which is taken as dollars" in binance.offer(BTC, Timeframe.H1).note


def test_where_dollars_are_traded_no_coin_stands_for_them(kraken: CcxtSource, coinbase: CcxtSource) -> None:
    for source in (kraken, coinbase):
        assert "USDT" not in source.offer(BTC, Timeframe.H1).note


@pytest.mark.parametrize("symbol", ["ETH-USD", "BTC-EUR", "ZZZ-USD"])
def test_a_pair_that_is_not_listed_is_not_found_before_bars_are_asked(
    binance: CcxtSource, loopback: Loopback, symbol: str
) -> None:
    with pytest.raises(NotFound, match="lists no"):
        binance.fetch(resolve(symbol), Timeframe.H1, NOON, NOON + HOUR)
    assert loopback.count("klines") == 0


@pytest.mark.parametrize("symbol", ["AAPL", "EURUSD=X", "^GSPC"])
def test_only_crypto_is_offered(symbol: str) -> None:
    with pytest.raises(Unsupported, match="crypto only"):
        CcxtSource("kraken", 1.0).offer(resolve(symbol), Timeframe.H1)


def test_an_exchange_that_ccxt_does_not_know_is_unsupported(loopback: Loopback) -> None:
    with pytest.raises(Unsupported, match="nowhere"):
        CcxtSource("nowhere", 1.0, loopback.url).fetch(BTC, Timeframe.H1, NOON, NOON + HOUR)


def test_any_other_exchange_of_ccxt_serves_bars_too(loopback: Loopback) -> None:
    """Bitstamp, which is in no table of ours; it serves pages that end with the time asked for."""
    market = hourly(NOON, 4)
    listed = [{"name": "BTC/USD", "url_symbol": "btcusd", "trading": "Enabled", "base_decimals": 8,
               "counter_decimals": 0, "minimum_order": "10.0 USD", "base_currency": "BTC", "counter_currency": "USD",
               "market_symbol": "btcusd", "market_type": "SPOT"}]  # fmt: skip
    names = ("timestamp", "open", "high", "low", "close", "volume")
    ohlc = [{name: str(value) for name, value in zip(names, row, strict=True)} for row in market]
    loopback.on("/www.bitstamp.net/api/v2/trading-pairs-info", Reply(listed))
    loopback.on("/www.bitstamp.net/api/v2/markets", Reply(listed))
    loopback.on("/www.bitstamp.net/api/v2/ohlc/btcusd", Reply({"data": {"ohlc": ohlc, "pair": "BTC/USD"}}))
    source = CcxtSource("bitstamp", 5.0, loopback.url)
    assert is_whole(source.fetch(BTC, Timeframe.H1, NOON, NOON + 4 * HOUR), market)
    assert "USDT or USDC where it lists no dollars" in source.offer(BTC, Timeframe.H1).note


# --- cost ----------------------------------------------------------------------------------------------------------


def test_markets_are_loaded_once_and_without_what_no_bar_needs(
    binance: CcxtSource, loopback: Loopback
) -> None:
    loopback.on(BINANCE + "klines", binance_of(hourly(NOON, 2)))
    for _ in range(3):
        binance.fetch(BTC, Timeframe.H1, NOON, NOON + 2 * HOUR)
    asked = [(path, query) for path, query, _ in loopback.asked if "klines" not in path]
    assert asked == [(BINANCE + "exchangeInfo", {"showPermissionSets": "false"})]


def test_a_closed_network_fails_at_once_and_loads_no_ccxt() -> None:
    script = """
import sys
from datetime import datetime, timedelta, UTC
from core.collect.venues.ccxt_source import CcxtSource
from core.errors import Unreachable
from core.instruments import resolve
from core.records import Timeframe
source = CcxtSource("binance", 1.0, known=lambda host, seconds: False)
source.offer(resolve("BTC"), Timeframe.H1)
now = datetime.now(UTC)
try:
    source.fetch(resolve("BTC"), Timeframe.H1, now - timedelta(hours=3), now)
except Unreachable as err:
    print(err, sorted({"ccxt", "requests"} & set(sys.modules)))
"""
    ran = subprocess.run([sys.executable, "-c", script], cwd=ROOT, capture_output=True, text=True, check=True)
    assert ran.stdout.strip() == "binance cannot be reached (the address of its host is not known here) []"


# --- what exchanges say --------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("status", "said", "kind"),
    [
        (400, {"code": -1121, "msg": "Invalid symbol."}, NotFound),
        (400, {"code": -1100, "msg": "Illegal characters found in parameter."}, NotFound),
        (429, {"code": -1003, "msg": "Too much request weight used."}, RateLimited),
        (418, {"code": -1003, "msg": "Way too much request weight used; IP banned."}, RateLimited),
        (403, "<html>WAF</html>", Unreachable),
        (451, {"code": 0, "msg": "Service unavailable from a restricted location."}, Unreachable),
        (400, {"code": -2014, "msg": "API-key format invalid."}, NeedsKey),
        (200, {"code": -1000, "msg": "An unknown error occured."}, SourceError),
        (200, [[1, 2], [3]], SourceError),
        (200, {"rows": []}, SourceError),
    ],
)  # fmt: skip
def test_binance_says(
    binance: CcxtSource, loopback: Loopback, status: int, said: object, kind: type[SourceError]
) -> None:
    loopback.on(BINANCE + "klines", Reply(said, status, {"Retry-After": "30"}))
    with pytest.raises(kind) as caught:
        binance.fetch(BTC, Timeframe.H1, NOON, NOON + HOUR)
    assert "{" not in str(caught.value)
    if kind is RateLimited:
        assert caught.value.retry_after == 30


@pytest.mark.parametrize(
    ("said", "kind"),
    [
        ("EAPI:Rate limit exceeded", RateLimited),
        ("EGeneral:Too many requests", RateLimited),
        ("EService:Unavailable", Unreachable),
        ("EGeneral:Temporary lockout", RateLimited),
        ("EGeneral:Permission denied", NeedsKey),
        ("EGeneral:Whatever", BadData),
    ],
)
def test_kraken_says_with_status_200(
    kraken: CcxtSource, loopback: Loopback, said: str, kind: type[SourceError]
) -> None:
    loopback.on(KRAKEN + "OHLC", Reply({"error": [said]}))
    with pytest.raises(kind):
        kraken.fetch(BTC, Timeframe.H1, NOON, NOON + HOUR)
