"""Bars from Alpha Vantage, with a key of the user's own: stocks, currencies, crypto."""

from collections.abc import Iterable
from datetime import datetime, timedelta
from typing import Any

import pandas as pd

from core.collect.shaping import between, join_bars
from core.collect.source import LIVE, Limit, Offer
from core.collect.venues.alphavantage_answer import read_answer
from core.collect.wire.http import get_json
from core.errors import NotFound, Unsupported
from core.records import AssetClass, Instrument, Timeframe

_MINUTES = {
    Timeframe.M1: "1min", Timeframe.M5: "5min", Timeframe.M15: "15min", Timeframe.M30: "30min", Timeframe.H1: "60min",
}  # fmt: skip
_COMPACT = 100
"""Bars of an answer without pay."""
_FIRST_MONTH = "2000-01"
_CLASSES = (".A", ".B", ".C")
"""Share classes; any other ending names an exchange, which Alpha Vantage calls otherwise."""


class AlphaVantageSource:
    """Alpha Vantage. A free key gets the newest hundred bars, prices as traded; a paid one adjusted ones in full."""

    name = "alphavantage"

    def __init__(
        self,
        timeout: float,
        key: str | None,
        base_url: str = "https://www.alphavantage.co",
        paid: bool = False,
    ) -> None:
        """`timeout` in seconds for one answer; `paid`: the key is one of a premium plan."""
        self.limits = (Limit(75, 60.0),) if paid else (Limit(5, 60.0), Limit(25, 86_400.0))
        self._timeout = timeout
        self._key = key
        self._base_url = base_url
        self._paid = paid

    def offer(self, instrument: Instrument, timeframe: Timeframe) -> Offer:
        """Daily bars of US stocks, currencies and crypto; shorter ones of US stocks. When there is a key."""
        _question(instrument, timeframe, self._paid)
        if not self._key:
            raise Unsupported("Alpha Vantage needs a key: set GLASSBOX_KEYS__ALPHAVANTAGE")
        stock = instrument.asset_class is AssetClass.STOCK
        adjusted = stock and self._paid
        delay = timedelta(minutes=15)
        if timeframe is not Timeframe.D1 and not self._paid:
            delay = timedelta(days=1)  # free keys get shorter bars when the day is over
        how = "adjusted for splits and dividends" if adjusted else "prices as traded, not adjusted"
        how = (
            how
            if stock
            else f"volume in {instrument.base}"
            if instrument.asset_class is AssetClass.CRYPTO
            else "no volume"
        )
        return Offer(
            world=LIVE, clock=None, history=None if self._paid else _reach(stock, timeframe), delay=delay,
            adjusted=adjusted, local=False,
            note=f"Alpha Vantage, {'' if self._paid else 'the newest hundred bars, '}{how}.",
        )  # fmt: skip

    def fetch(
        self, instrument: Instrument, timeframe: Timeframe, start: datetime, end: datetime
    ) -> pd.DataFrame:
        """Bars with start ≤ open time < end; raises SourceError."""
        self.offer(instrument, timeframe)
        question = _question(instrument, timeframe, self._paid)
        monthly = self._paid and timeframe is not Timeframe.D1
        bars, unserved = None, None
        for month in _months(start, end) if monthly else (None,):
            try:
                page = self._ask(question | ({"month": month} if month else {}), instrument, timeframe)
            except NotFound as err:
                unserved = err
                continue
            bars = page if bars is None else join_bars(bars, page)
        if bars is None and unserved is not None:
            raise unserved
        found = between(bars, start, end) if bars is not None else None
        if found is None or found.empty:
            raise NotFound(
                f"Alpha Vantage has no {timeframe} bars of {instrument.symbol} from {start:%Y-%m-%d} to {end:%Y-%m-%d}"
            )
        return found

    def _ask(self, question: dict[str, str], instrument: Instrument, timeframe: Timeframe) -> pd.DataFrame:
        answer: Any = get_json(
            f"{self._base_url}/query",
            params=question | {"datatype": "json", "apikey": self._key or ""},
            timeout=self._timeout,
            name="Alpha Vantage",
            redirects=False,
        )
        return read_answer(answer, instrument.symbol, timeframe)


def _question(instrument: Instrument, timeframe: Timeframe, paid: bool) -> dict[str, str]:
    """Parameters of the question; Unsupported when there is none."""
    kind, daily, symbol = instrument.asset_class, timeframe is Timeframe.D1, instrument.symbol
    size = "full" if paid else "compact"
    if kind is AssetClass.STOCK and "." in symbol and not symbol.endswith(_CLASSES):
        raise Unsupported(f"Alpha Vantage is asked for shares listed in the US only, not for {symbol}")
    if kind is AssetClass.STOCK and daily:
        function = "TIME_SERIES_DAILY_ADJUSTED" if paid else "TIME_SERIES_DAILY"
        return {"function": function, "symbol": symbol, "outputsize": size}
    if kind is AssetClass.STOCK and timeframe in _MINUTES:
        return {
            "function": "TIME_SERIES_INTRADAY", "symbol": symbol, "interval": _MINUTES[timeframe], "outputsize": size,
            "extended_hours": "false", "adjusted": str(paid).lower(),
        }  # fmt: skip
    if kind is AssetClass.FX and daily:
        return {
            "function": "FX_DAILY",
            "from_symbol": instrument.base,
            "to_symbol": instrument.quote,
            "outputsize": size,
        }
    if kind is AssetClass.CRYPTO and daily:
        return {"function": "DIGITAL_CURRENCY_DAILY", "symbol": instrument.base, "market": instrument.quote}
    raise Unsupported(f"Alpha Vantage has no {timeframe} bars of {symbol}")


def _reach(stock: bool, timeframe: Timeframe) -> timedelta:
    """How far back a hundred bars reach: sessions of 6.5 hours on five days of seven, or every day."""
    if timeframe is Timeframe.D1:
        return timedelta(days=_COMPACT * 7 // 5 if stock else _COMPACT)
    sessions = _COMPACT * timeframe.delta / timedelta(hours=6.5)
    return timedelta(days=max(1, int(sessions * 7 / 5)))


def _months(start: datetime, end: datetime) -> Iterable[str]:
    """The calendar months of New York that hold a moment of the range."""
    first = pd.Timestamp(start).tz_convert("America/New_York").tz_localize(None)
    last = pd.Timestamp(end).tz_convert("America/New_York").tz_localize(None)
    names = [f"{month:%Y-%m}" for month in pd.period_range(first, last, freq="M").to_timestamp()]
    return [name for name in names if name >= _FIRST_MONTH]
