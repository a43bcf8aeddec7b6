"""How Alpha Vantage answers: bars by local time of the exchange, or a sentence of refusal with status 200."""

import re
from collections.abc import Mapping
from typing import Any

import pandas as pd

from core.collect.shaping import shape_bars
from core.errors import BadData, NeedsKey, NotFound, RateLimited, SourceError
from core.records import Timeframe

_COLUMN = re.compile(r"\d+a?\. ([a-z ]+?)(?: \(.*)?")
"""`1. open`, or `1a. open (EUR)` beside `1b. open (USD)`."""
_ZONES = {"US/Eastern": "America/New_York"}
"""Systems without the old names of zones know the new ones."""


def read_answer(answer: Any, symbol: str, timeframe: Timeframe) -> pd.DataFrame:
    """Bars in order of time; daily ones carry their date at 00:00 UTC.

    Raises:
        SourceError: what a sentence instead of bars means; BadData when there is neither.
    """
    if not isinstance(answer, dict):
        raise BadData("Alpha Vantage answered with something that is not market data")
    series = next((part for name, part in answer.items() if "Time Series" in name), None)
    if series is None:
        said = " ".join(str(answer.get(name, "")) for name in ("Note", "Information", "Error Message"))
        raise _refusal(said.lower(), symbol)
    if not isinstance(series, dict):
        raise BadData("Alpha Vantage's bars are not where they belong")
    try:
        return _to_bars(series, timeframe, _zone(answer))
    except (ValueError, TypeError, KeyError, AttributeError, OverflowError) as err:
        raise BadData("Alpha Vantage's bars cannot be read as times and numbers") from err


def _refusal(said: str, symbol: str) -> SourceError:
    """Told in our words: the sentence may repeat the key."""
    if "premium endpoint" in said or "premium feature" in said:
        return NeedsKey("Alpha Vantage serves this to paid plans only")
    # the sentence of the rate limit also praises premium plans, and names the key
    if "rate limit" in said or "call frequency" in said or "per day" in said or "per second" in said:
        return RateLimited("Alpha Vantage's free questions are used up (25 a day, 5 a minute)")
    if "apikey" in said or "api key" in said:
        return NeedsKey("Alpha Vantage refuses the key: correct GLASSBOX_KEYS__ALPHAVANTAGE")
    if "invalid api call" in said:
        return NotFound(f"Alpha Vantage does not know {symbol}")
    return BadData("Alpha Vantage answered without bars")


def _zone(answer: Mapping[str, Any]) -> str:
    meta = answer.get("Meta Data")
    told = [str(zone) for name, zone in meta.items() if "Time Zone" in name] if isinstance(meta, dict) else []
    zone = told[0] if told else "US/Eastern"
    return _ZONES.get(zone, zone)


def _to_bars(series: Mapping[str, Any], timeframe: Timeframe, zone: str) -> pd.DataFrame:
    rows = {moment: _row(row) for moment, row in series.items() if row is not None}
    names = ["open", "high", "low", "close", "adjusted close", "volume", "split coefficient"]
    table = (
        pd.DataFrame.from_dict(rows, orient="index", columns=None).reindex(columns=names).astype("float64")
    )
    local = pd.DatetimeIndex(pd.to_datetime(pd.Index(list(rows), dtype="str")))
    if timeframe is Timeframe.D1:
        table.index = local.normalize().tz_localize("UTC")
    else:
        # stocks do not trade in the hour that clocks repeat or leave out
        table.index = local.tz_localize(zone, ambiguous="NaT", nonexistent="NaT").tz_convert("UTC")
    table = table[table.index.notna()].sort_index()
    return _minutely(shape_bars(_adjusted(table)))


def _row(row: Mapping[str, Any]) -> dict[str, Any]:
    """Values by the name of their column, whatever number stands before it."""
    found = {}
    for name, value in row.items():
        match = _COLUMN.fullmatch(str(name))
        if match:
            found[match[1]] = value
    return found


def _adjusted(table: pd.DataFrame) -> pd.DataFrame:
    """Prices by the factor of the adjusted close; volume by the splits of later days. As served where none is told."""
    factor = (table["adjusted close"] / table["close"]).fillna(1.0)
    splits = table["split coefficient"].fillna(1.0)
    later = splits[::-1].cumprod()[::-1] / splits
    prices = {name: table[name] * factor for name in ("open", "high", "low", "close")}
    return table.assign(**prices, volume=table["volume"] * later)


def _minutely(bars: pd.DataFrame) -> pd.DataFrame:
    """Without a bar under way, whose time has seconds; without doubles."""
    whole = bars[pd.DatetimeIndex(bars.index).as_unit("s").asi8 % 60 == 0]
    return whole[~whole.index.duplicated(keep="last")]
