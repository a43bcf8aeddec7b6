"""Every provider of bars as its own server would speak, and as our source asks it."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any

from core.collect import BarSource, Yahoo, YFinanceSource
from core.collect.venues.alphavantage_source import AlphaVantageSource
from core.collect.venues.ccxt_source import CcxtSource
from core.collect.venues.coingecko_source import CoinGeckoSource
from core.collect.venues.cryptocompare_source import CryptoCompareSource
from core.instruments import resolve
from core.records import Instrument, Timeframe
from tests.collect.loopback import CHART, Loopback, Reply, yahoo_chart

KEY = "secret-key-of-mine"
NOON = datetime(2024, 3, 5, 12, tzinfo=UTC)
NOW = NOON + timedelta(minutes=20)
BTC, AAPL = resolve("BTC-USD"), resolve("AAPL")

Row = list[Any]
"""[open time in seconds, open, high, low, close, volume]; a price may be text or None."""


@dataclass(frozen=True)
class Provider:
    """One provider: where it is asked, what a good answer looks like, and our source on the loopback server."""

    name: str
    path: str
    body: Callable[[list[Row]], Any]
    """Its own format for these rows."""
    make: Callable[[Loopback, Callable[[float], Yahoo], float], BarSource]
    """(server, Yahoo with a time-out, time-out in seconds) → our source."""
    instrument: Instrument = BTC
    timeframe: Timeframe = Timeframe.H1
    before: Callable[[Loopback], None] = lambda loopback: None
    """Answers to what its client asks first: markets."""
    markets: str = ""
    """Where it is asked for its markets."""
    has_volume: bool = True
    extend: Callable[[Any], None] | None = None
    """Adds fields that nobody knows to an answer; None where an answer is a bare list of rows."""


def rows(count: int = 6, step: timedelta = timedelta(hours=1), until: datetime = NOON) -> list[Row]:
    """Sound bars whose last one opens a step before `until`."""
    first = until - count * step
    return [
        [int((first + n * step).timestamp()), 100.0 + n, 102.0 + n, 99.0 + n, 101.0 + n, 5.0 + n]
        for n in range(count)
    ]


def yahoo_rows(served: list[Row]) -> Any:
    ordered = sorted(row[0] for row in served)
    answer = yahoo_chart("BTC-USD", ordered, [1.0] * len(ordered), "UTC")
    chart = answer["chart"]["result"][0]
    chart["timestamp"] = [row[0] for row in served]
    for place, name in enumerate(("open", "high", "low", "close", "volume"), start=1):
        chart["indicators"]["quote"][0][name] = [row[place] for row in served]
    chart["indicators"]["adjclose"][0]["adjclose"] = [row[4] for row in served]
    return answer


def coingecko_rows(served: list[Row]) -> Any:
    return [[(row[0] + 1800) * 1000, *row[1:5]] for row in served]


def binance_rows(served: list[Row]) -> Any:
    return [
        [
            row[0] * 1000,
            *(None if v is None else str(v) for v in row[1:]),
            row[0] * 1000 + 3_599_999,
            "1",
            10,
            "1",
            "1",
            "0",
        ]
        for row in served
    ]


def kraken_rows(served: list[Row]) -> Any:
    found = [
        [
            row[0],
            *(None if v is None else str(v) for v in row[1:5]),
            "1",
            None if row[5] is None else str(row[5]),
            3,
        ]
        for row in served
    ]
    return {"error": [], "result": {"XXBTZUSD": found, "last": served[-1][0] if served else 0}}


def coinbase_rows(served: list[Row]) -> Any:
    names = ("open", "high", "low", "close", "volume")
    return {
        "candles": [
            {
                "start": str(row[0]),
                **{n: None if v is None else str(v) for n, v in zip(names, row[1:], strict=True)},
            }
            for row in reversed(served)
        ]
    }


def alphavantage_rows(served: list[Row]) -> Any:
    names = ("1. open", "2. high", "3. low", "4. close", "5. volume")
    series = {
        datetime.fromtimestamp(row[0], UTC).strftime("%Y-%m-%d"): {
            n: None if v is None else str(v) for n, v in zip(names, row[1:], strict=True)
        }
        for row in reversed(served)
    }
    return {"Meta Data": {"2. Symbol": "AAPL", "5. Time Zone": "US/Eastern"}, "Time Series (Daily)": series}


def cryptocompare_rows(served: list[Row]) -> Any:
    names = ("time", "open", "high", "low", "close", "volumefrom")
    data = [dict(zip(names, row, strict=True)) | {"volumeto": 1.0} for row in served]
    return {"Response": "Success", "Message": "", "Data": {"Aggregated": False, "Data": data}}


def binance_markets(loopback: Loopback) -> None:
    market = {
        "symbol": "BTCUSDT", "status": "TRADING", "baseAsset": "BTC", "quoteAsset": "USDT", "baseAssetPrecision": 8,
        "quotePrecision": 8, "isSpotTradingAllowed": True, "permissions": ["SPOT"], "filters": [], "orderTypes": ["LIMIT"],
    }  # fmt: skip
    loopback.on("/api.binance.com/api/v3/exchangeInfo", Reply({"timezone": "UTC", "symbols": [market]}))


def kraken_markets(loopback: Loopback) -> None:
    market = {
        "altname": "XBTUSD", "wsname": "XBT/USD", "base": "XXBT", "quote": "ZUSD", "pair_decimals": 1, "lot_decimals": 8,
        "lot_multiplier": 1, "leverage_buy": [], "fees": [[0, 0.26]], "fees_maker": [[0, 0.16]], "ordermin": "0.0001",
    }  # fmt: skip
    loopback.on("/api.kraken.com/0/public/AssetPairs", Reply({"error": [], "result": {"XXBTZUSD": market}}))


def coinbase_markets(loopback: Loopback) -> None:
    market = {
        "product_id": "BTC-USD", "base_currency_id": "BTC", "quote_currency_id": "USD", "product_type": "SPOT",
        "base_increment": "0.00000001", "quote_increment": "0.01", "base_min_size": "0.00000001", "quote_min_size": "1",
        "base_max_size": "1000", "quote_max_size": "1000000", "price": "1", "trading_disabled": False, "status": "online",
    }  # fmt: skip

    def answer(query: dict[str, str]) -> Reply:
        """The list of spot pairs; its client asks for futures too, of which there are none."""
        found = [] if query.get("product_type") == "FUTURE" else [market]
        return Reply({"products": found, "num_products": len(found)})

    loopback.on("/api.coinbase.com/api/v3/brokerage/market/products", answer)


def _surprise(*path: str | int) -> Callable[[Any], None]:
    """Puts an unknown field into the object that is found by these keys."""

    def extend(body: Any) -> None:
        for key in path:
            body = body[key]
        body["tomorrow"] = []

    return extend


def _longer_rows(body: Any) -> None:
    for row in body:
        row.append("tomorrow")


BINANCE, KRAKEN, COINBASE = (
    "/api.binance.com/api/v3/",
    "/api.kraken.com/0/public/",
    "/api.coinbase.com/api/v3/brokerage/market/",
)

PROVIDERS = (
    Provider(
        "yfinance", CHART + "BTC-USD", yahoo_rows, lambda server, yahoo, timeout: YFinanceSource(yahoo(timeout)),
        extend=_surprise("chart", "result", 0, "meta"),
    ),
    Provider(
        "coingecko", "/api/v3/coins/bitcoin/ohlc", coingecko_rows,
        lambda server, yahoo, timeout: CoinGeckoSource(timeout, KEY, f"{server.url}/api/v3/", lambda: NOW),
        timeframe=Timeframe.M30, has_volume=False,
    ),
    Provider(
        "ccxt:binance", BINANCE + "klines", binance_rows,
        lambda server, yahoo, timeout: CcxtSource("binance", timeout, server.url),
        before=binance_markets, markets=BINANCE + "exchangeInfo", extend=_longer_rows,
    ),
    Provider(
        "ccxt:kraken", KRAKEN + "OHLC", kraken_rows,
        lambda server, yahoo, timeout: CcxtSource("kraken", timeout, server.url),
        before=kraken_markets, markets=KRAKEN + "AssetPairs", extend=_surprise("result"),
    ),
    Provider(
        "ccxt:coinbase", COINBASE + "products/BTC-USD/candles", coinbase_rows,
        lambda server, yahoo, timeout: CcxtSource("coinbase", timeout, server.url),
        before=coinbase_markets, markets=COINBASE + "products", extend=_surprise("candles", 0),
    ),
    Provider(
        "alphavantage", "/query", alphavantage_rows,
        lambda server, yahoo, timeout: AlphaVantageSource(timeout, KEY, server.url),
        instrument=AAPL, timeframe=Timeframe.D1, extend=_surprise("Time Series (Daily)", "2024-03-01"),
    ),
    Provider(
        "cryptocompare", "/data/v2/histohour", cryptocompare_rows,
        lambda server, yahoo, timeout: CryptoCompareSource(timeout, KEY, server.url),
        extend=_surprise("Data", "Data", 0),
    ),
)  # fmt: skip
