"""Bars from Yahoo Finance: stocks, indices, currencies, crypto."""

from datetime import datetime, timedelta
from typing import Any

import pandas as pd

from core.collect.shaping import between, resample_bars, shape_bars
from core.collect.source import LIVE, Limit, Offer
from core.collect.venues.yahoo import Yahoo
from core.errors import BadData, NotFound, Unsupported
from core.records import AssetClass, Instrument, Timeframe

_REACH = {
    Timeframe.M1: timedelta(days=7),
    Timeframe.M5: timedelta(days=59),
    Timeframe.M15: timedelta(days=59),
    Timeframe.M30: timedelta(days=59),
    Timeframe.H1: timedelta(days=729),
    Timeframe.H4: timedelta(days=729),
}
"""How far back Yahoo serves intraday bars, a day inside its limits of 8, 60 and 730 days; daily bars have none."""


class YFinanceSource:
    """Yahoo through yfinance; prices adjusted for splits and dividends.

    Daily bars carry the date of their session at 00:00 UTC, so that they follow each other by days and close, for
    every exchange west of Tokyo's dawn, before the next one opens. Four-hour bars are built from hourly ones, and only
    for crypto, whose hours follow the UTC grid.
    """

    name = "yfinance"
    limits = (Limit(60, 60.0), Limit(1500, 3600.0))
    """Yahoo publishes none; more than this was seen to end in refusals."""

    def __init__(self, yahoo: Yahoo) -> None:
        """`yahoo` holds the client, its time-out and its cache folder."""
        self._yahoo = yahoo

    def offer(self, instrument: Instrument, timeframe: Timeframe) -> Offer:
        """Everything but 4h bars of markets that close."""
        crypto = instrument.asset_class is AssetClass.CRYPTO
        if timeframe is Timeframe.H4 and not crypto:
            raise Unsupported(
                f"Yahoo has no 4h bars, and they are built from hours only for crypto, not for {instrument.symbol}"
            )
        return Offer(
            world=LIVE,
            clock=None,
            history=_REACH.get(timeframe),
            delay=timedelta() if crypto else timedelta(minutes=15),
            adjusted=True,
            local=False,
            note="Yahoo Finance, adjusted for splits and dividends"
            + (", volume in the quote currency." if crypto else ", exchange prices up to 15 minutes late."),
        )

    def fetch(
        self, instrument: Instrument, timeframe: Timeframe, start: datetime, end: datetime
    ) -> pd.DataFrame:
        """Bars with start ≤ open time < end; raises SourceError."""
        built = timeframe is Timeframe.H4
        native = Timeframe.H1 if built else timeframe
        # a built bar needs all its hours, a daily one its session's local midnight
        margin = timeframe.delta if built or timeframe is Timeframe.D1 else timedelta()

        def history(ticker: Any, timeout: float) -> pd.DataFrame:
            return ticker.history(
                start=start - margin, end=end + margin, interval=native.value, auto_adjust=True, actions=False,
                timeout=timeout,
            )  # fmt: skip

        served = self._yahoo.ask(instrument.symbol, history)
        if timeframe is Timeframe.D1 and len(served):
            served = served.set_axis(
                pd.DatetimeIndex(served.index).tz_localize(None).normalize().tz_localize("UTC")
            )
        try:
            bars = shape_bars(served).sort_index()
        except (TypeError, ValueError) as err:
            raise BadData("Yahoo's bars cannot be read as numbers") from err
        bars = between(resample_bars(bars, native, timeframe) if built else bars, start, end)
        if bars.empty:
            raise NotFound(
                f"Yahoo has no {timeframe} bars of {instrument.symbol} from {start:%Y-%m-%d} to {end:%Y-%m-%d}"
            )
        return bars
