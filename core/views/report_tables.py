"""Tables of a daily report as texts, the same on the page and in its files."""

from collections.abc import Sequence
from dataclasses import dataclass
from math import exp

import pandas as pd

from core.records import (
    DayDecision,
    DayForecast,
    DayLevel,
    DaySource,
    Fundamental,
    MoodDriver,
    NoTrades,
    RiskCheck,
    Technical,
    Trade,
)
from core.views.number import money, percent, plain, price

_LABELS = {
    "rsi_14": "RSI (14)", "adx_14": "Trend strength, ADX (14)", "di_difference_14": "Trend side, +DI less −DI (14)",
    "macd_hist_atr": "MACD above its signal", "sma_20": "Average of 20 bars", "sma_50": "Average of 50 bars",
    "sma_200": "Average of 200 bars", "atr_14": "ATR (14)", "atr_close": "ATR against the price",
    "bb_percent": "Place in the Bollinger bands", "sigma_ratio": "Volatility, 10 bars against 50",
    "volume_ratio": "Volume against 20 bars", "money_flow_14": "Money flow (14)",
}  # fmt: skip


@dataclass(frozen=True, slots=True, eq=False)
class TextTable:
    """Texts in rows."""

    title: str
    rows: pd.DataFrame
    empty: str
    """What is said where there is no row."""
    meanings: dict[str, str]
    """Column → what it means."""
    foreign: tuple[str, ...] = ()
    """Columns whose text was written by others."""


def _table(
    title: str, empty: str, meanings: dict[str, str], rows: Sequence[tuple[str, ...]], *foreign: str
) -> TextTable:
    return TextTable(title, pd.DataFrame(rows, columns=list(meanings), dtype=str), empty, meanings, foreign)


def technicals_table(found: Sequence[Technical]) -> TextTable:
    """Indicators at the last bar of the day."""
    return _table(
        "Technicals", "No indicator: too few bars were known.",
        {"Indicator": "A feature of the program; the Features page tells its formula.", "Value": "At the last bar of the day.",
         "Unit": "What it is measured in.", "Says": "By the customary bounds.", "Meaning": "What it measures."},
        [(_LABELS.get(item.name, item.name), _number(item), item.unit, item.says, item.meaning) for item in found],
    )  # fmt: skip


def _number(item: Technical) -> str:
    return price(item.value) if item.unit == "price" else plain(item.value, 4 if abs(item.value) < 1 else 2)


def fundamentals_table(found: Sequence[Fundamental]) -> TextTable:
    """Figures that a source has read."""
    return _table(
        "Fundamentals", "None was known when the day ended.",
        {"Figure": "What was read.", "Value": "As the source told it.", "Unit": "What it is measured in.",
         "Of (UTC)": "The moment that it speaks of; nothing read after the day is shown.", "Source": "Who told it.",
         "Meaning": "What it is."},
        [
            (item.name, _figure(item), item.unit, f"{item.time:%Y-%m-%d %H:%M}", item.source, item.meaning)
            for item in found
        ],
        "Value", "Unit",
    )  # fmt: skip


def _figure(item: Fundamental) -> str:
    if item.value is None:
        return item.words
    whole = abs(item.value) >= 1000 or item.value == round(item.value)
    return plain(item.value, 0 if whole else 2 if abs(item.value) >= 0.1 else 4)


def levels_table(found: Sequence[DayLevel], close: float | None) -> TextTable:
    """Support and resistance, highest price first."""
    return _table(
        "Levels", "No price at which the market turned more than once was known.",
        {"Price": "Mean of the turns.", "Kind": "Support lies below the last close, resistance above.",
         "Away": "From the last close.", "Touches": "Turns at it.", "Strength": "0 … 1; newer touches count more.",
         "Last touch (UTC)": "When the market turned there last."},
        [
            (price(item.price), item.kind, "–" if close is None else percent(item.price / close - 1.0), f"{item.touches}",
             plain(item.strength), f"{item.last:%Y-%m-%d %H:%M}")
            for item in found
        ],
    )  # fmt: skip


def drivers_table(found: Sequence[MoodDriver]) -> TextTable:
    """Texts that moved the sentiment most."""
    return _table(
        "What moved the sentiment", "No text moved it.",
        {"Headline": "As it was published.", "Source": "Who published it.", "Published (UTC)": "When it could be read.",
         "Score": "−1 bad … 1 good.", "Weight": "Share in the score of its kind."},
        [
            (item.title, item.source, f"{item.published_at:%Y-%m-%d %H:%M}", plain(item.score), percent(item.weight, 0))
            for item in found
        ],
        "Headline", "Source",
    )  # fmt: skip


def forecasts_table(found: DayForecast | None, quote: str) -> TextTable:
    """The last forecasts of the day."""
    rows = []
    for item in found.forecasts if found else ():
        span = "–"
        if found is not None and item.quantiles:
            low, *_, high = (found.price * exp(level) for level in item.quantiles)
            span = f"{price(low)} … {price(high)} {quote}".strip()
        rows.append(
            (item.horizon, f"{item.bars}", percent(item.p_up, 0), percent(item.p_flat, 0), percent(item.p_down, 0), span,
             "yes" if item.edge else "no evidence")
        )  # fmt: skip
    return _table(
        "Forecasts", "No forecast was made that day.",
        {"Horizon": "How far ahead.", "Bars": "Until its end.", "Up": "Probability that the upper barrier is reached first.",
         "Flat": "Probability that neither is reached.", "Down": "Probability that the lower barrier is reached first.",
         "9 of 10": "The price at the end lies in here nine times of ten.",
         "Edge": "Whether the model beats knowing nothing, out of sample."},
        rows,
    )  # fmt: skip


def decisions_table(found: Sequence[DayDecision]) -> TextTable:
    """What was decided, and what became of it by the end of the day."""
    return _table(
        "Decisions and what became of them", "Nothing was ordered, denied or failed.",
        {"At (UTC)": "The moment that the cycle saw.", "Verdict": "ordered, denied by a risk rule, or failed.",
         "Units": "Change of the position; negative sells.", "Confidence": "Agreement of the weighted signals, 0 to 1.",
         "Became": "By the end of the day.", "Profit": "Of the round trip that it began, after costs.",
         "Passport": "Id of the cycle; its passport tells everything.", "Why": "The decision in its own words."},
        [
            (f"{item.as_of:%Y-%m-%d %H:%M}", item.verdict, f"{item.quantity:+.6g}".replace("-", "−") if item.quantity else "–",
             plain(item.confidence), item.became, "–" if item.profit is None else money(item.profit),
             item.cycle_id, item.words)
            for item in found
        ],
        "Why",
    )  # fmt: skip


def no_trades_table(found: Sequence[NoTrades]) -> TextTable:
    """Cycles that ended without a trade, by reason."""
    return _table(
        "Why there was no trade", "No cycle ended without a trade.",
        {"Stopped by": "The gate that stopped an opening; a dash where none was at stake.", "Times": "Cycles of the day.",
         "Last (UTC)": "The moment that the last of them saw.", "Passport": "Id of the last one.",
         "For example": "The last one in its own words."},
        [
            (item.gate or "–", f"{item.times}", f"{item.last:%Y-%m-%d %H:%M}", item.cycle_id, item.words)
            for item in found
        ],
        "For example",
    )  # fmt: skip


def trades_table(found: Sequence[Trade]) -> TextTable:
    """Round trips that ended that day."""
    return _table(
        "Trades that ended", "No trade ended.",
        {"Side": "Long or short.", "Units": "Held.", "Entry (UTC)": "When it began.", "at": "Average entry price.",
         "Exit (UTC)": "When it ended.", "at ": "Average exit price.", "Ended by": "Stop, target, signal …",
         "P&L": "After all costs."},
        [
            ("long" if item.quantity > 0 else "short", f"{abs(item.quantity):.6g}", f"{item.entry_time:%Y-%m-%d %H:%M}",
             price(item.entry_price), f"{item.exit_time:%Y-%m-%d %H:%M}", price(item.exit_price),
             item.exit_reason.value.replace("_", " "), money(item.pnl))
            for item in found
        ],
    )  # fmt: skip


def checks_table(checks: Sequence[RiskCheck]) -> TextTable:
    """Limits on a book and what was used of them."""
    return _table(
        "Limits", "No limit was looked at.",
        {"Limit": "Name of the rule.", "Used": "When the day ended.", "Allowed": "By today's settings.",
         "Kept": "Whether it was.", "In words": "What is compared with what."},
        [
            (check.name.replace("_", " "), plain(check.value), plain(check.limit), "yes" if check.passed else "no", check.meaning)
            for check in checks
        ],
    )  # fmt: skip


def sources_table(found: Sequence[DaySource]) -> TextTable:
    """Providers that were asked."""
    return _table(
        "Sources", "No provider was asked that day.",
        {"Source": "Who was asked.", "Calls": "That day.", "Failed": "Of those.",
         "Last answer (UTC)": "The last success up to the end of the day.", "Why it failed": "The last reason."},
        [
            (item.source, f"{item.calls}", f"{item.failed}",
             f"{item.last_success:%Y-%m-%d %H:%M}" if item.last_success else "none", item.reason or "–")
            for item in found
        ],
        "Why it failed",
    )  # fmt: skip
