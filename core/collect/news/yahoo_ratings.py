"""Analysts' upgrades, downgrades and first ratings of a stock from Yahoo Finance."""

from collections.abc import Hashable, Mapping
from datetime import datetime, timedelta
from typing import Any

import pandas as pd

from core.collect.news.plain import plain_text
from core.collect.news.source import NewsAnswer, NewsItem, Validator
from core.collect.source import Limit
from core.collect.venues.yahoo import Yahoo
from core.errors import BadData, NotFound, Unsupported
from core.records import AssetClass, Instrument, NewsKind

HISTORY = timedelta(days=180)
"""Ratings are dated to the second and few: so many days are kept, however little the rest of the news goes back."""

_VERBS = {
    "up": "raises {symbol} to {to} (was {was})",
    "down": "lowers {symbol} to {to} (was {was})",
    "init": "starts {symbol} at {to}",
    "main": "keeps {symbol} at {to}",
    "reit": "repeats {symbol} at {to}",
}


class YahooRatings:
    """Rating changes through yfinance (`upgrades_downgrades`); stocks only."""

    name = "yfinance ratings"
    kind = NewsKind.RATING
    limits = (Limit(60, 60.0),)
    about_one = True

    def __init__(self, yahoo: Yahoo, every: timedelta = timedelta(hours=6)) -> None:
        self.every = every
        self._yahoo = yahoo

    def offer(self, instrument: Instrument) -> None:
        """Stocks."""
        if instrument.asset_class is not AssetClass.STOCK:
            raise Unsupported(f"Analysts rate stocks, not {instrument.symbol}")

    def read(
        self, instrument: Instrument, since: datetime, now: datetime, seen: Validator | None
    ) -> NewsAnswer:
        """Ratings since then or of the last 180 days, whichever is longer; funds have none. Raises SourceError."""
        try:
            table = self._yahoo.ask(instrument.symbol, _ratings)
        except NotFound:
            # Yahoo keeps no ratings of funds and answers with 404
            return NewsAnswer()
        if not isinstance(table.index, pd.DatetimeIndex):
            raise BadData("Yahoo's ratings have no dates")
        oldest = pd.Timestamp(min(since, now - HISTORY))
        recent = table.assign(date=table.index.tz_localize("UTC")).loc[lambda rows: rows["date"] >= oldest]
        items = (_item(instrument.symbol, row) for row in recent.to_dict("records"))
        return NewsAnswer(tuple(item for item in items if item is not None))


def _ratings(ticker: Any, timeout: float) -> pd.DataFrame:
    from yfinance.exceptions import YFDataException

    try:
        return ticker.upgrades_downgrades
    except YFDataException as err:
        if str(err).startswith("No upgrade"):
            raise NotFound(str(err)) from err
        raise


def _item(symbol: str, row: Mapping[Hashable, Any]) -> NewsItem | None:
    """`Morgan Stanley raises AAPL to Overweight (was Equal-Weight)`; None without a firm or a grade."""
    firm, to, was = (plain_text(row.get(name), 60) for name in ("Firm", "ToGrade", "FromGrade"))
    if not firm or not to:
        return None
    verb = _VERBS.get(str(row.get("Action")), _VERBS["main"])
    if not was and "{was}" in verb:
        verb = verb.removesuffix(" (was {was})")
    return NewsItem(
        f"{firm} {verb.format(symbol=symbol, to=to, was=was)}",
        "",
        row["date"].to_pydatetime(),
        _target(row),
        "en",
    )


def _target(row: Mapping[Hashable, Any]) -> str:
    now, before = (row.get(name) for name in ("currentPriceTarget", "priorPriceTarget"))
    if not isinstance(now, (int, float)) or not now > 0:
        return ""
    known = isinstance(before, (int, float)) and before > 0
    return f"Price target {now:g}{f' (was {before:g})' if known else ''}."
