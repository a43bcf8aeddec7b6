"""What stands behind the price of an asset, as sources had told it when the day ended."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date

from core.pipeline.day_span import DaySpan
from core.records import AssetClass, DaySource, Fundamental, Instrument, Reading
from core.store import Store
from core.store.reports import figures_known


@dataclass(frozen=True, slots=True)
class Told:
    """How a figure is told: its name, what it is measured in, and what it means."""

    name: str
    unit: str
    """Empty where the source names it with the figure: a currency, or where it is no number."""
    meaning: str


_MARKET_VALUE = "market value"
_SUPPLY = "circulating supply"
_EARNINGS = "next earnings"
FIGURES = {
    _MARKET_VALUE: Told(_MARKET_VALUE, "", "What all shares were worth at the last price, by Yahoo."),
    "trailing P/E": Told(
        "trailing P/E", "ratio", "The price over the earnings per share of the last twelve months."
    ),
    "forward P/E": Told(
        "forward P/E", "ratio", "The price over the earnings per share that analysts expect; below 0 they expect a loss."
    ),
    "dividend yield (%)": Told(
        "dividend yield", "%", "What was paid out in the last twelve months, as a share of the price."
    ),
    "52-week low": Told("52-week low", "", "The lowest price of the last 52 weeks, as Yahoo tells it."),
    "52-week high": Told("52-week high", "", "The highest price of the last 52 weeks, as Yahoo tells it."),
    "beta": Told(
        "beta", "ratio", "How far it moved with its market, by monthly returns of some years: 1 as far, 2 twice as far."
    ),
    "shares outstanding": Told("shares outstanding", "shares", "Shares of this class that are issued and held."),
    "sector": Told("sector", "", "The branch in which Yahoo files the company."),
    "fund category": Told("fund category", "", "The kind of fund, as Morningstar calls it."),
    _EARNINGS: Told(_EARNINGS, "", "The day (UTC) on which the next quarter is reported, as it was known then."),
    _SUPPLY: Told(_SUPPLY, "coins", "Coins that are in circulation."),
    "total supply": Told("total supply", "coins", "Coins that exist, with those that are locked."),
    "maximum supply": Told("maximum supply", "coins", "Coins that there can ever be."),
    "total value locked (USD)": Told("total value locked", "USD", "Worth of what is deposited in its protocols."),
    "watchlists": Told("watchlists", "people", "Users of CoinGecko who watch it."),
    "commits in 4 weeks": Told("commits in 4 weeks", "commits", "Changes to its public source code."),
}  # fmt: skip
"""Figures that a source may have read, by the names of core.collect.news: yahoo_fundamentals and community."""

ASKED_OF = {AssetClass.CRYPTO: "community", AssetClass.STOCK: "yfinance fundamentals"}
"""Which source is asked for them."""


def day_fundamentals(
    store: Store, instrument: Instrument, span: DaySpan, close: float | None
) -> tuple[Fundamental, ...]:
    """The newest figures that had been read by the end of the day, each with the moment that it speaks of.

    Sources tell only what holds when they are asked: what was read after the day is no part of it, however late the
    report is written.

    Args:
        close: last close of the day; the value of all coins is their supply times it.
    """
    known = figures_known(store, instrument.symbol, tuple(FIGURES), min(span.until, span.texts_known))
    told = [_told(reading) for reading in known if not _over(reading, span.start.date())]
    supply = next((item for item in told if item.name == _SUPPLY), None)
    if supply is not None and supply.value is not None and close is not None:
        meaning = "What all coins in circulation were worth at the last close."
        value = replace(
            supply, name=_MARKET_VALUE, value=supply.value * close, unit=instrument.quote, meaning=meaning
        )
        told.insert(0, value)  # fmt: skip
    return tuple(told)


def _told(reading: Reading) -> Fundamental:
    """A value of 0 with words is no number."""
    told = FIGURES[reading.name]
    if reading.value == 0.0 and reading.words:
        return Fundamental(
            told.name, None, reading.source, reading.time, "", told.meaning, reading.words
        )  # fmt: skip
    unit = told.unit or reading.words
    return Fundamental(told.name, reading.value, reading.source, reading.time, unit, told.meaning)


def _over(reading: Reading, day: date) -> bool:
    """Whether the day that was to come had gone by."""
    return reading.name == _EARNINGS and date.fromisoformat(reading.words[:10]) < day


def unread(
    instrument: Instrument, told: Sequence[Fundamental], sources: Sequence[DaySource], span: DaySpan
) -> str:
    """What is to be said when their source failed that day and none was read; else nothing.

    Args:
        sources: all that were asked that day.
    """
    asked = next(
        (item for item in sources if item.source == f"news {ASKED_OF.get(instrument.asset_class)}"), None
    )
    if span.past or asked is None or not asked.failed or any(item.time >= span.start for item in told):
        return ""
    older = " Those below are older." if told else ""
    return (
        f"No fundamentals of it were read that day: {asked.source} failed {asked.failed} of {asked.calls} times, and the "
        f"table of sources says why.{older}"
    )
