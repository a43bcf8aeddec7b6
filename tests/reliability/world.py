"""A small market on loopback: one-minute bars made here from a seed, served as Binance's public API serves them.

The exchange has a clock of its own, which whoever replays the market sets: it never serves what has not happened yet.
"""

from dataclasses import dataclass
from datetime import datetime, timedelta

import numpy as np

from tests.collect.loopback import Loopback, Reply

ASSETS = (
    "BTC-USD", "ETH-USD", "SOL-USD", "XRP-USD", "BNB-USD", "DOGE-USD", "ADA-USD", "AVAX-USD", "LINK-USD", "DOT-USD",
)  # fmt: skip
MINUTE = 60
BEFORE = timedelta(days=3)
"""What the exchange knows from before the course begins."""
_API = "/api.binance.com/api/v3/"
_SECONDS = {"m": 60, "h": 3600, "d": 86_400}
_LEVELS = (60_000.0, 3_000.0, 150.0, 0.6, 500.0, 0.12, 0.45, 35.0, 15.0, 7.0)


@dataclass(frozen=True, slots=True)
class Minutes:
    """One-minute bars of one asset: columns open, high, low, close, volume."""

    first: int
    """Open time of the first bar, Unix seconds."""
    values: np.ndarray

    def between(self, since: int, until: int, step: int) -> list[list[float]]:
        """Bars of `step` seconds as [open time, open, high, low, close, volume], from minutes that open in
        since ≤ time < until; the last one may be under way."""
        low = max(0, (since - self.first) // MINUTE)
        rows, width = self.values[low : max(low, (until - self.first) // MINUTE)], step // MINUTE
        start = self.first + low * MINUTE
        served = []
        for at in range(0, len(rows), width):
            part = rows[at : at + width]
            served.append(
                [start + at * MINUTE, part[0, 0], part[:, 1].max(), part[:, 2].min(), part[-1, 3], part[:, 4].sum()]
            )  # fmt: skip
        return served


def make_minutes(number: int, first: datetime, count: int, seed: int) -> Minutes:
    """Prices of asset `number`: a share of a common market, its own noise, and drifts of some hours that a trend
    follower may find."""
    common, own = np.random.default_rng(seed), np.random.default_rng([seed, number])
    loud = np.exp(0.5 * np.sin(np.arange(count) / 1440 * 2 * np.pi / 3.1))
    market = common.normal(0, 0.0004, count) * loud
    hours = count // 180 + 2
    drift = np.repeat(own.normal(0, 0.00008, hours), 180)[:count]
    returns = 0.6 * market + own.normal(0, 0.0006, count) * loud + drift
    close = _LEVELS[number] * np.exp(np.cumsum(returns))
    opened = np.concatenate(([_LEVELS[number]], close[:-1]))
    reach = np.abs(own.normal(0, 0.0003, (2, count)))
    values = np.column_stack(
        (
            opened,
            np.maximum(opened, close) * (1 + reach[0]),
            np.minimum(opened, close) * (1 - reach[1]),
            close,
            own.uniform(1, 20, count) * 50_000 / _LEVELS[number],
        )
    )
    return Minutes(int(first.timestamp()), values)


class Exchange:
    """The loopback server of the market; close it at the end."""

    def __init__(self, start: datetime, days: float, assets: int, seed: int = 5) -> None:
        first = start - BEFORE
        count = int((timedelta(days=days) + BEFORE).total_seconds()) // MINUTE + 1
        self._now = int(start.timestamp())
        self._bars = {
            _listed(symbol): make_minutes(number, first, count, seed)
            for number, symbol in enumerate(ASSETS[:assets])
        }
        self._server = Loopback()
        self._server.on(_API + "exchangeInfo", Reply({"timezone": "UTC", "symbols": _markets(self._bars)}))
        self._server.on(_API + "klines", self._klines)
        self._server.on("/clock", self._set)
        self.served = 0
        """Answers with bars."""

    @property
    def url(self) -> str:
        """Base address."""
        return self._server.url

    def close(self) -> None:
        """Serve no more."""
        self._server.close()

    def _set(self, query: dict[str, str]) -> Reply:
        self._now = int(float(query["now"]))
        self._server.asked.clear()
        return Reply({"now": self._now})

    def _klines(self, query: dict[str, str]) -> Reply:
        step = int(query["interval"][:-1]) * _SECONDS[query["interval"][-1]]
        since = -(-int(query["startTime"]) // 1000 // step) * step
        until = min(self._now, since + min(int(query.get("limit", 500)), 1000) * step)
        self.served += 1
        rows = self._bars[query["symbol"]].between(since, until, step)
        return Reply([[r[0] * 1000, *map(repr, map(float, r[1:])), (r[0] + step) * 1000 - 1] for r in rows])


def _listed(symbol: str) -> str:
    return symbol.split("-")[0] + "USDT"


def _markets(bars: dict[str, Minutes]) -> list[dict[str, object]]:
    return [
        {
            "symbol": name, "status": "TRADING", "baseAsset": name[:-4], "quoteAsset": "USDT", "baseAssetPrecision": 8,
            "quotePrecision": 8, "isSpotTradingAllowed": True, "permissions": ["SPOT"], "filters": [],
            "orderTypes": ["LIMIT"],
        }
        for name in bars
    ]  # fmt: skip
