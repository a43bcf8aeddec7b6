"""What stands behind the price of a stock or fund, as Yahoo Finance tells it now."""

import math
from collections.abc import Iterator, Mapping
from datetime import datetime, timedelta
from typing import Any

from core.collect.news.plain import moment, plain_text
from core.collect.news.source import NewsAnswer, Validator
from core.collect.source import Limit
from core.collect.venues.yahoo import Yahoo
from core.errors import BadData, NotFound, Unsupported
from core.records import AssetClass, Instrument, NewsKind, Reading

VALUE = "market value"
EARNINGS = "next earnings"
NUMBERS = {
    VALUE: ("marketCap",),
    "trailing P/E": ("trailingPE",),
    "forward P/E": ("forwardPE",),
    "dividend yield (%)": ("trailingAnnualDividendYield", "yield"),
    "52-week low": ("fiftyTwoWeekLow",),
    "52-week high": ("fiftyTwoWeekHigh",),
    "beta": ("beta", "beta3Year"),
    "shares outstanding": ("sharesOutstanding",),
}
"""Name of a figure and where it lies in the answer; the first that is there counts. Yahoo's own `dividendYield` is left
out: one of its answers means a fraction by it, another per cent."""
WORDS = {"sector": "sector", "fund category": "category"}
"""Name of a fact that is no number, and where it lies."""

_MAY_BE_NEGATIVE = ("forward P/E", "beta")
_IN_CURRENCY = ("52-week low", "52-week high")
_WHOLE_CURRENCY = {"GBp": "GBP", "GBX": "GBP", "ZAc": "ZAR", "ILA": "ILS"}
"""Where prices are told in hundredths, market values are told in whole units …"""
_AGAINST_PRICE = ("trailing P/E", "forward P/E", "dividend yield (%)")
"""… and ratios of the two may be off by a hundred: these are left out there."""


class YahooFundamentals:
    """Figures of one stock or fund through yfinance (`info`), once a day. Yahoo tells only what holds now, so each is
    dated to the moment of the question: a report on an earlier day does not see it."""

    name = "yfinance fundamentals"
    kind = NewsKind.NEWS
    limits = (Limit(60, 60.0),)
    about_one = True

    def __init__(self, yahoo: Yahoo, every: timedelta = timedelta(days=1)) -> None:
        self.every = every
        self._yahoo = yahoo

    def offer(self, instrument: Instrument) -> None:
        """Stocks and funds."""
        if instrument.asset_class is not AssetClass.STOCK:
            raise Unsupported(f"Yahoo has fundamentals of stocks and funds, not of {instrument.symbol}")

    def read(
        self, instrument: Instrument, since: datetime, now: datetime, seen: Validator | None
    ) -> NewsAnswer:
        """The figures of now; none where Yahoo has none. Raises SourceError."""
        self.offer(instrument)
        try:
            info = self._yahoo.ask(instrument.symbol, _info)
        except NotFound:
            # asked again when the next day's turn comes, not with every cycle
            return NewsAnswer()
        if not isinstance(info, dict) or "quoteType" not in info:
            raise BadData("Yahoo answered with something that is no quote")
        return NewsAnswer(
            readings=tuple(
                Reading(self.name, name, instrument.symbol, now, value, words, now)
                for name, value, words in (*_numbers(info), *_facts(info, now))
            )
        )


def _info(ticker: Any, timeout: float) -> Any:
    try:
        return ticker.info
    except Exception:
        # yfinance's last request of three is for a figure that is not told: what the others gave, it has kept
        kept = ticker.info
        if not kept:
            raise
        return kept


def _numbers(info: Mapping[str, Any]) -> Iterator[tuple[str, float, str]]:
    """(name, value, currency where it is an amount)."""
    currency = plain_text(info.get("currency"), 5)
    for name, keys in NUMBERS.items():
        found = (_number(info.get(key), name in _MAY_BE_NEGATIVE) for key in keys)
        value = next((number for number in found if number is not None), None)
        if value is None or (name in _AGAINST_PRICE and currency in _WHOLE_CURRENCY):
            continue
        if name == VALUE:
            yield name, value, _WHOLE_CURRENCY.get(currency, currency)
        elif name.endswith("(%)"):
            yield name, value * 100, ""
        else:
            yield name, value, currency if name in _IN_CURRENCY else ""


def _number(found: Any, negative: bool) -> float | None:
    """A number other than 0, which Yahoo writes for what it does not know."""
    try:
        value = float(found)
    except (TypeError, ValueError):
        return None
    right = not isinstance(found, bool) and math.isfinite(value) and (value > 0 or (negative and value < 0))
    return value if right else None


def _facts(info: Mapping[str, Any], now: datetime) -> Iterator[tuple[str, float, str]]:
    """(name, 0, words)."""
    for name, key in WORDS.items():
        if words := plain_text(info.get(key), 60):
            yield name, 0.0, words
    told = (moment(info.get(key)) for key in ("earningsTimestampStart", "earningsTimestamp"))
    coming = sorted(time for time in told if time is not None and time >= now)
    if coming:
        sure = "" if info.get("isEarningsDateEstimate") is False else ", estimated"
        yield EARNINGS, 0.0, f"{coming[0]:%Y-%m-%d}{sure}"
