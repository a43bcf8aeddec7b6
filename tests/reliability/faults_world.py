"""Every provider on one loopback server, by a clock of the test's, each on a bad day when the test says so."""

import math
import random
from collections.abc import Callable
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from email.utils import format_datetime
from enum import Enum
from typing import Any

from tests.collect.loopback import CHART, Loopback, Reply, yahoo_chart
from tests.collect.news import answers

Row = list[float]
"""[open time in seconds, open, high, low, close, volume]."""
Query = dict[str, str]

LEVELS = {
    "BTC": 60_000.0, "ETH": 3_000.0, "SOL": 150.0, "XRP": 2.2, "ADA": 0.7, "DOGE": 0.2, "LTC": 110.0, "BNB": 650.0,
    "DOT": 5.0, "LINK": 18.0,
}  # fmt: skip
"""Coin → price around which it moves."""
SECONDS = {"1m": 60, "5m": 300, "15m": 900, "30m": 1800, "1h": 3600, "4h": 14400, "1d": 86400}
COINS = {"bitcoin": "BTC", "ethereum": "ETH", "solana": "SOL"}
KRAKEN = {"XXBTZUSD": "BTC", "XETHZUSD": "ETH", "SOLUSD": "SOL"}


class Fault(Enum):
    """What goes wrong with an answer."""

    TIME_OUT = "time-out"
    SLOW_DOWN = "429"
    SLOW_DOWN_UNTIL = "429 with Retry-After"
    BROKEN = "500"
    CUT = "cut connection"
    TRICKLE = "slow bytes"
    GARBAGE = "garbage"
    TYPES = "wrong types"
    EMPTY = "empty answer"
    FUTURE = "bars from the future"
    DATES = "dates off"


HOSTS = {
    "yfinance": "/query2.finance.yahoo.com/v8/", "binance": "/api.binance.com/", "kraken": "/api.kraken.com/",
    "coinbase": "/api.coinbase.com/", "cryptocompare": "/min-api.cryptocompare.com/",
    "coingecko": "/api.coingecko.com/api/v3/coins/", "feeds": "/www.coindesk.com/", "yahoo news": "/finance.yahoo.com/",
    "fear and greed": "/api.alternative.me/", "trending": "/api.coingecko.com/api/v3/search/",
    "gdelt": "/api.gdeltproject.org/", "reddit": "/www.reddit.com/", "newsapi": "/newsapi.org/",
}  # fmt: skip
"""Provider → where it is asked; the host comes first in the path."""
PRICES = frozenset({"yfinance", "binance", "kraken", "coinbase", "cryptocompare", "coingecko"})
TEXTS = frozenset(HOSTS) - PRICES


@dataclass
class Prices:
    """A smooth price of each coin, the same at every provider, with crashes where the test wants one."""

    crashes: list[tuple[str, datetime, float]] = field(default_factory=list)
    """(coin, since when, share of the price that is lost within five minutes; it comes back over six hours)."""

    def at(self, coin: str, second: float) -> float:
        hours = second / 3600
        value = LEVELS[coin] * (1 + 0.02 * math.sin(hours / 17) + 0.006 * math.sin(hours / 3.1))
        for fallen, since, share in self.crashes:
            age = second - since.timestamp()
            if fallen == coin and 0 <= age < 6 * 3600:
                value *= 1 - share * min(1.0, age / 300) * (1 - age / (6 * 3600))
        return value

    def rows(self, coin: str, step: int, start: int, end: int) -> list[Row]:
        """Bars whose open time lies in [start, end)."""
        first = -(-start // step) * step
        return [self._row(coin, step, second) for second in range(first, end, step)]

    def _row(self, coin: str, step: int, second: int) -> Row:
        seen = [self.at(coin, second + step * part / 6) for part in range(7)]
        return [second, seen[0], max(seen) * 1.0004, min(seen) * 0.9996, seen[-1], 10.0 + second % 7]


class World:
    """The server, its clock and its faults."""

    def __init__(self, clock: Callable[[], datetime], patience: float) -> None:
        """`patience`: seconds that our clients wait; a time-out and a trickle last longer."""
        self.clock, self.patience = clock, patience
        self.prices = Prices()
        self.faults: dict[str, Fault] = {}
        """Provider → what is wrong with it now."""
        self.when_asked: Callable[[], None] = lambda: None
        """Called with every question, so that a test can act in the middle of a job."""
        self.server = Loopback()
        self._random = random.Random(5)
        for provider, prefix in HOSTS.items():
            self.server.on(prefix, self._guarded(provider, _ROUTES[provider]))
        for path, served in _EXTRA.items():
            provider = next((name for name, prefix in HOSTS.items() if path.startswith(prefix)), "")
            self.server.on(path, self._guarded(provider, served))
        for host in ("fc.yahoo.com", "guce.yahoo.com"):
            self.server.on(f"/{host}/", Reply("ok"))
        for host in ("query1", "query2"):
            self.server.on(f"/{host}.finance.yahoo.com/v1/test/getcrumb", Reply("CRUMB"))
        for symbol in LEVELS:
            self.server.on(f"{CHART}{symbol}-USD", self._guarded("yfinance", _yahoo(symbol)))

    def now(self, provider: str = "") -> int:
        """Seconds since 1970 by a provider's clock."""
        ahead = 7200 if self.faults.get(provider) is Fault.FUTURE else 0
        return int(self.clock().timestamp()) + ahead

    def bars(self, provider: str, coin: str, step: int, start: int, end: int | None = None) -> list[Row]:
        """What a provider has, up to the bar under way by its clock, its dates as they are now."""
        now = self.now(provider)
        early = self.faults.get(provider) is Fault.FUTURE
        found = self.prices.rows(coin, step, start, now if end is None or early else min(end, now))
        if self.faults.get(provider) is Fault.DATES:
            return [[row[0] + 97, *row[1:]] for row in found]
        return found

    def fail(self, providers: frozenset[str], fault: Fault) -> None:
        """Let these providers have a bad day."""
        self.faults.update(dict.fromkeys(providers & set(HOSTS), fault))

    def heal(self) -> None:
        """All is well again."""
        self.faults.clear()

    def close(self) -> None:
        self.server.close()

    def _guarded(self, provider: str, served: "Served") -> Callable[[Query], Reply]:
        def answer(query: Query) -> Reply:
            self.when_asked()
            reply = served(self, query)
            fault = self.faults.get(provider)
            return reply if fault is None else self.spoilt(reply, fault)

        return answer

    def spoilt(self, reply: Reply, fault: Fault) -> Reply:
        """A good answer on a bad day; the two of the clock are in the bars themselves."""
        match fault:
            case Fault.TIME_OUT:
                return replace(reply, delay=self.patience * 2)
            case Fault.SLOW_DOWN:
                return Reply("slow down", 429)
            case Fault.SLOW_DOWN_UNTIL:
                return Reply("slow down", 429, {"Retry-After": "90"})
            case Fault.BROKEN:
                return Reply('{"error": "oops"}', 500)
            case Fault.CUT:
                return replace(reply, cut=True)
            case Fault.TRICKLE:
                return replace(reply, pace=self.patience / 20)
            case Fault.GARBAGE:
                return Reply(self._random.randbytes(400))
            case Fault.TYPES:
                return replace(reply, body=_mistyped(reply.body))
            case Fault.EMPTY:
                return Reply("")
        return reply


Served = Callable[[World, Query], Reply]


def _mistyped(body: Any) -> Any:
    """Every number is a word, every list of numbers an object, text is a number."""
    if isinstance(body, dict):
        return {key: _mistyped(value) for key, value in body.items()}
    if isinstance(body, list):
        return (
            {"0": "many"} if body and not isinstance(body[0], (dict, list)) else [_mistyped(b) for b in body]
        )
    return 42 if isinstance(body, (str, bytes)) else "many"


def _yahoo(coin: str) -> Served:
    def answer(world: World, query: Query) -> Reply:
        step = SECONDS.get(query.get("interval", "1d"), 86400)
        start = int(query.get("period1", world.now() - 90 * 86400))
        rows = world.bars("yfinance", coin, step, start, int(query.get("period2", world.now())))
        chart = yahoo_chart(f"{coin}-USD", [int(row[0]) for row in rows], [1.0] * len(rows), "UTC")
        quote = chart["chart"]["result"][0]["indicators"]
        for place, name in enumerate(("open", "high", "low", "close", "volume"), start=1):
            quote["quote"][0][name] = [row[place] for row in rows]
        quote["adjclose"][0]["adjclose"] = [row[4] for row in rows]
        return Reply(chart)

    return answer


def _binance(world: World, query: Query) -> Reply:
    coin, step = query["symbol"].removesuffix("USDT"), SECONDS[query["interval"]]
    start, most = int(query.get("startTime", "0")) // 1000, int(query.get("limit", "500"))
    rows = world.bars("binance", coin, step, start)[:most]
    tail = ["1", 10, "1", "1", "0"]
    return Reply([[r[0] * 1000, *(str(v) for v in r[1:]), (r[0] + step) * 1000 - 1, *tail] for r in rows])


def _binance_markets(world: World, query: Query) -> Reply:
    found = [
        {
            "symbol": f"{coin}USDT", "status": "TRADING", "baseAsset": coin, "quoteAsset": "USDT",
            "baseAssetPrecision": 8, "quotePrecision": 8, "isSpotTradingAllowed": True, "permissions": ["SPOT"],
            "filters": [], "orderTypes": ["LIMIT"],
        }
        for coin in LEVELS
    ]  # fmt: skip
    return Reply({"timezone": "UTC", "symbols": found})


def _kraken(world: World, query: Query) -> Reply:
    coin, step = KRAKEN[query["pair"]], int(query["interval"]) * 60
    rows = world.bars("kraken", coin, step, world.now("kraken") - 720 * step)
    found = [[r[0], *(str(v) for v in r[1:5]), "1", str(r[5]), 3] for r in rows]
    return Reply({"error": [], "result": {query["pair"]: found, "last": rows[-1][0] if rows else 0}})


def _kraken_markets(world: World, query: Query) -> Reply:
    names = {"XXBTZUSD": ("XBTUSD", "XXBT"), "XETHZUSD": ("ETHUSD", "XETH"), "SOLUSD": ("SOLUSD", "SOL")}
    found = {
        key: {
            "altname": name, "wsname": f"{name[:-3]}/USD", "base": base, "quote": "ZUSD", "pair_decimals": 1,
            "lot_decimals": 8, "lot_multiplier": 1, "leverage_buy": [], "fees": [[0, 0.26]],
            "fees_maker": [[0, 0.16]], "ordermin": "0.0001",
        }
        for key, (name, base) in names.items()
    }  # fmt: skip
    return Reply({"error": [], "result": found})


def _coinbase_bars(coin: str) -> Served:
    steps = {
        "ONE_MINUTE": 60,
        "FIVE_MINUTE": 300,
        "FIFTEEN_MINUTE": 900,
        "THIRTY_MINUTE": 1800,
        "ONE_HOUR": 3600,
    }

    def answer(world: World, query: Query) -> Reply:
        step = steps.get(query.get("granularity", ""), 86400)
        rows = world.bars("coinbase", coin, step, int(query["start"]), int(query["end"]) + step)
        names = ("open", "high", "low", "close", "volume")
        candles = [
            {"start": str(int(row[0])), **{n: str(v) for n, v in zip(names, row[1:], strict=True)}}
            for row in reversed(rows)
        ]
        return Reply({"candles": candles})

    return answer


def _coinbase_markets(world: World, query: Query) -> Reply:
    found = [
        {
            "product_id": f"{coin}-USD", "base_currency_id": coin, "quote_currency_id": "USD", "product_type": "SPOT",
            "base_increment": "0.00000001", "quote_increment": "0.01", "base_min_size": "0.00000001",
            "quote_min_size": "1", "base_max_size": "1000", "quote_max_size": "1000000", "price": "1",
            "trading_disabled": False, "status": "online",
        }
        for coin in LEVELS
    ]  # fmt: skip
    found = [] if query.get("product_type") == "FUTURE" else found
    return Reply({"products": found, "num_products": len(found)})


def _compare(world: World, query: Query) -> Reply:
    step, until = int(query.get("aggregate", "1")), int(query["toTs"])
    step *= 3600
    start = until - int(query["limit"]) * step
    names = ("time", "open", "high", "low", "close", "volumefrom")
    rows = world.bars("cryptocompare", query["fsym"], step, start, until + 1)
    data = [dict(zip(names, row, strict=True)) | {"volumeto": 1.0} for row in rows]
    return Reply({"Response": "Success", "Message": "", "Data": {"Aggregated": False, "Data": data}})


def _gecko(coin: str) -> Served:
    def answer(world: World, query: Query) -> Reply:
        rows = world.bars("coingecko", coin, 1800, world.now("coingecko") - 86400)
        return Reply([[(row[0] + 1800) * 1000, *row[1:5]] for row in rows])

    return answer


def _community(world: World, query: Query) -> Reply:
    return Reply(answers.coin(last_updated=f"{world.clock():%Y-%m-%dT%H:%M:%S.000Z}"))


STORIES = (
    "Bitcoin rallies as inflows hit a record",
    "Exchange hacked: Bitcoin drained",
    "Ethereum upgrade goes live",
)


def _feed(world: World, query: Query) -> Reply:
    hour = world.clock().replace(minute=0, second=0, microsecond=0)
    items = [
        (f"{STORIES[hour.hour % 3]}, part {hour:%d%H}", f"https://c.test/{hour:%d%H}", hour),
        ("Bitcoin miners sell", "https://c.test/old", hour - timedelta(hours=9)),
    ]
    return Reply(answers.rss(*items, language="en"), headers={"Date": format_datetime(hour)})


def _fear(world: World, query: Query) -> Reply:
    today = int(world.clock().timestamp()) // 86400 * 86400
    days = [(str(40 + day % 20), str(today - 86400 * day), "Fear") for day in range(40)]
    return Reply(answers.fear_and_greed(*days))


def _reddit(world: World, query: Query) -> Reply:
    posted = world.clock().timestamp() - 3600
    return Reply(answers.reddit(answers.reddit_post("Bitcoin is going places", posted)))


def _gdelt(world: World, query: Query) -> Reply:
    seen = (world.clock() - timedelta(hours=2)).strftime("%Y%m%dT%H%M%SZ")
    return Reply(answers.gdelt(answers.gdelt_article("Bitcoin steady as traders wait", seen)))


def _newsapi(world: World, query: Query) -> Reply:
    at = f"{world.clock() - timedelta(hours=30):%Y-%m-%dT%H:%M:%SZ}"
    return Reply(answers.newsapi(answers.newsapi_article("Ethereum gains", at)))


def _nothing(world: World, query: Query) -> Reply:
    return Reply('{"code": 404}', 404)


_ROUTES: dict[str, Served] = {
    "yfinance": _nothing, "binance": _nothing, "kraken": _nothing, "coinbase": _nothing, "cryptocompare": _compare,
    "coingecko": _community, "feeds": _feed, "yahoo news": lambda world, query: Reply(answers.yahoo_news()),
    "fear and greed": _fear, "trending": lambda world, query: Reply(answers.trending(("bitcoin", "Bitcoin", "BTC"))),
    "gdelt": _gdelt, "reddit": _reddit, "newsapi": _newsapi,
}  # fmt: skip
_EXTRA: dict[str, Served] = {
    "/api.binance.com/api/v3/klines": _binance,
    "/api.binance.com/api/v3/exchangeInfo": _binance_markets,
    "/api.kraken.com/0/public/OHLC": _kraken,
    "/api.kraken.com/0/public/AssetPairs": _kraken_markets,
    "/api.coinbase.com/api/v3/brokerage/market/products": _coinbase_markets,
    **{
        f"/api.coinbase.com/api/v3/brokerage/market/products/{coin}-USD/candles": _coinbase_bars(coin)
        for coin in LEVELS
    },
    **{f"/api.coingecko.com/api/v3/coins/{key}/ohlc": _gecko(coin) for key, coin in COINS.items()},
}
