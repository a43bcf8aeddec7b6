"""Bars from CryptoCompare (now CoinDesk Data), with a key of the user's own."""

from datetime import datetime, timedelta
from typing import Any

import pandas as pd

from core.collect.shaping import between
from core.collect.source import LIVE, Limit, Offer
from core.collect.venues.rows import to_bars
from core.collect.wire.http import get_json
from core.errors import BadData, NeedsKey, NotFound, RateLimited, SourceError, Unsupported
from core.records import AssetClass, Instrument, Timeframe

_ENDPOINTS = {
    Timeframe.M1: ("histominute", 1), Timeframe.M5: ("histominute", 5), Timeframe.M15: ("histominute", 15),
    Timeframe.M30: ("histominute", 30), Timeframe.H1: ("histohour", 1), Timeframe.H4: ("histohour", 4),
    Timeframe.D1: ("histoday", 1),
}  # fmt: skip
_PAGE = 2000
"""Most points of one answer, counted before they are put together to longer bars."""
_MINUTES_KEPT = timedelta(days=7)
_COLUMNS = ("time", "open", "high", "low", "close", "volumefrom")


class CryptoCompareSource:
    """CryptoCompare's historical endpoints; one average over exchanges."""

    name = "cryptocompare"
    limits = (Limit(30, 60.0),)

    def __init__(
        self, timeout: float, key: str | None, base_url: str = "https://min-api.cryptocompare.com"
    ) -> None:
        """`timeout` in seconds for one answer."""
        self._timeout = timeout
        self._key = key
        self._base_url = base_url

    def offer(self, instrument: Instrument, timeframe: Timeframe) -> Offer:
        """Crypto, when there is a key."""
        if instrument.asset_class is not AssetClass.CRYPTO:
            raise Unsupported(f"CryptoCompare has crypto only, not {instrument.symbol}")
        if not self._key:
            raise Unsupported("CryptoCompare needs a key: set GLASSBOX_KEYS__CRYPTOCOMPARE")
        minutes = _ENDPOINTS[timeframe][0] == "histominute"
        return Offer(
            world=LIVE, clock=None, history=_MINUTES_KEPT if minutes else None, delay=timedelta(minutes=1),
            adjusted=False, local=False, note=f"CryptoCompare, average over exchanges, volume in {instrument.base}.",
        )  # fmt: skip

    def fetch(
        self, instrument: Instrument, timeframe: Timeframe, start: datetime, end: datetime
    ) -> pd.DataFrame:
        """Bars with start ≤ open time < end, page by page backwards; raises SourceError."""
        self.offer(instrument, timeframe)
        first, until, rows = int(start.timestamp()), int(end.timestamp()) - 1, list[list[Any]]()
        while until >= first:
            page = self._ask(instrument, timeframe, first, until)
            traded = [row for row in page if any(row[1:5])]
            rows += traded
            oldest = min((row[0] for row in page), default=until + 1)
            if not traded or oldest > until:
                break  # before the first trade all prices are zero
            until = oldest - 1
        bars = between(to_bars(rows, timeframe, "CryptoCompare"), start, end)
        if bars.empty:
            raise NotFound(
                f"CryptoCompare has no {timeframe} bars of {instrument.symbol} from {start:%Y-%m-%d} to {end:%Y-%m-%d}"
            )
        return bars

    def _ask(self, instrument: Instrument, timeframe: Timeframe, first: int, until: int) -> list[list[Any]]:
        """Rows [open time in s, open, high, low, close, volume] up to `until`, as many as one answer holds."""
        endpoint, every = _ENDPOINTS[timeframe]
        wanted = (until - first) // timeframe.seconds + 1
        answer = get_json(
            f"{self._base_url}/data/v2/{endpoint}",
            params={
                "fsym": instrument.base, "tsym": instrument.quote, "limit": str(min(wanted, _PAGE // every)),
                "toTs": str(until), "aggregate": str(every), "aggregatePredictableTimePeriods": "true",
            },
            headers={"authorization": f"Apikey {self._key}"},
            timeout=self._timeout,
            name="CryptoCompare",
            redirects=False,
        )  # fmt: skip
        if not isinstance(answer, dict):
            raise BadData("CryptoCompare answered with something that is not market data")
        if answer.get("Response") == "Error":
            raise _refusal(str(answer.get("Message", "")).lower(), instrument.symbol)
        try:
            rows = [row for row in answer["Data"]["Data"] if row["time"] is not None]
            return [[int(row["time"]), *(_number(row.get(name)) for name in _COLUMNS[1:])] for row in rows]
        except (KeyError, TypeError, ValueError, AttributeError, OverflowError) as err:
            raise BadData("CryptoCompare's bars cannot be read as times and numbers") from err


def _number(value: Any) -> float | None:
    return None if value is None else float(value)


def _refusal(said: str, symbol: str) -> SourceError:
    """What an error of status 200 means, told in our words: the sentence may repeat the key."""
    if "rate limit" in said:
        return RateLimited("CryptoCompare asks to slow down")
    if "api key" in said or "auth" in said:
        return NeedsKey("CryptoCompare refuses the key: correct GLASSBOX_KEYS__CRYPTOCOMPARE")
    if any(part in said for part in ("market does not exist", "no data", "fsym", "tsym")):
        return NotFound(f"CryptoCompare does not know {symbol}")
    return BadData("CryptoCompare reports an error of its own")
