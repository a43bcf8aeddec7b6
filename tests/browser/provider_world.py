"""A small world of providers on loopback: Yahoo, Binance, feeds and mood, with bars that end at the present."""

import math
from datetime import UTC, datetime, timedelta
from email.utils import format_datetime

from tests.collect.loopback import CHART, Loopback, Reply, yahoo_chart

HOUR = 3600
STORIES = (
    ("coindesk", "Bitcoin rallies as ETF inflows hit a record", 3),
    ("cointelegraph", "Bitcoin rallies as ETF inflows hit record", 4),
    ("cointelegraph", "Exchange hacked: Bitcoin and Ethereum drained from hot wallet", 20),
    ("coindesk", "Regulators open a probe into lending platforms", 30),
    ("coindesk", "Ethereum upgrade goes live without a hitch", 50),
    ("cointelegraph", "Miners sell Bitcoin at the fastest pace of the year", 70),
)
"""(outlet, title, hours ago)."""


def price(second: int, level: float) -> float:
    """A smooth price, the same for every provider."""
    hours = second / HOUR
    return level * (1 + 0.03 * math.sin(hours / 17) + 0.01 * math.sin(hours / 3.1))


def open_world() -> Loopback:
    """The providers, open until `close`; unknown addresses answer 404."""
    world = Loopback()
    for address in ("/fc.yahoo.com/", "/guce.yahoo.com/"):
        world.on(address, Reply("ok"))
    for host in ("query1", "query2"):
        world.on(f"/{host}.finance.yahoo.com/v1/test/getcrumb", Reply("CRUMB"))
    for symbol, level in (("BTC-USD", 60_000.0), ("ETH-USD", 3_000.0)):
        world.on(CHART + symbol, _chart(symbol, level))
    world.on("/finance.yahoo.com/", Reply({"data": {"tickerStream": {"stream": []}}}))
    for outlet, host in (("coindesk", "www.coindesk.com"), ("cointelegraph", "cointelegraph.com")):
        world.on(f"/{host}/", Reply(_feed(outlet), headers={"ETag": f'"{outlet}-1"'}))
    world.on("/feeds.finance.yahoo.com/", Reply(_feed("yahoo")))
    world.on("/api.alternative.me/fng/", Reply(_mood()))
    world.on("/api.coingecko.com/api/v3/search/trending", Reply(_trending()))
    return world


def _chart(symbol: str, level: float):
    def answer(query: dict[str, str]) -> Reply:
        step = {"1h": HOUR, "1d": 24 * HOUR, "15m": 900, "5m": 300, "1m": 60, "30m": 1800}.get(
            query.get("interval", "1d"), HOUR
        )
        now = int(datetime.now(UTC).timestamp())
        start, end = int(query.get("period1", now - 90 * 24 * HOUR)), min(int(query.get("period2", now)), now)
        times = list(range(-(-start // step) * step, end, step))
        return Reply(yahoo_chart(symbol, times, [price(t, level) for t in times], "UTC"))

    return answer


def _feed(outlet: str) -> str:
    now = datetime.now(UTC)
    items = "".join(
        f"<item><title>{title}</title><link>https://{outlet}.test/{hours}</link>"
        f"<pubDate>{format_datetime(now - timedelta(hours=hours))}</pubDate></item>"
        for name, title, hours in STORIES
        if name == outlet
    )
    return f"<?xml version='1.0'?><rss version='2.0'><channel><language>en</language>{items}</channel></rss>"


def _mood() -> dict[str, object]:
    today = int(datetime.now(UTC).timestamp()) // 86400 * 86400
    words = ((25, "Extreme Fear"), (47, "Fear"), (55, "Neutral"), (76, "Greed"), (101, "Extreme Greed"))
    data = []
    for day in range(120):
        value = round(50 + 35 * math.sin(day / 14))
        name = next(word for bound, word in words if value < bound)
        data.append(
            {"value": str(value), "value_classification": name, "timestamp": str(today - 86400 * day)}
        )
    return {"name": "Fear and Greed Index", "data": data, "metadata": {"error": None}}


def _trending() -> dict[str, object]:
    coins = [("bitcoin", "BTC", "Bitcoin"), ("ethereum", "ETH", "Ethereum"), ("solana", "SOL", "Solana")]
    return {
        "coins": [
            {"item": {"id": key, "symbol": symbol, "name": name, "market_cap_rank": rank, "score": rank}}
            for rank, (key, symbol, name) in enumerate(coins)
        ]
    }
