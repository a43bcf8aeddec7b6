"""A backtest's figures as texts: in the currency of the account, with interval and meaning."""

import math
from collections.abc import Callable

import pandas as pd

from core.records import BacktestSummary, Interval, MetricIntervals, Metrics
from core.views.number import Number, percent, plain


def amount(value: float | None, quote: str) -> str:
    """An amount in the quote currency: $1,234.50, or 1,234.50 EUR."""
    if value is None or not math.isfinite(value):
        return "–"
    sign = "−" if value < 0 else ""
    return f"{sign}${abs(value):,.2f}" if quote == "USD" else f"{sign}{abs(value):,.2f} {quote}"


def headline(summary: BacktestSummary) -> tuple[Number, ...]:
    """The eight numbers that a report opens with; none when it is refused."""
    if summary.refusal:
        return ()
    m, hold, quote = summary.metrics, summary.hold, summary.quote
    final = summary.initial_cash * (1 + m.total_return)
    paid = summary.costs_paid.total if summary.costs_paid else m.costs
    won = (
        f"95 % interval {percent(m.win_rate_low, 0)} to {percent(m.win_rate_high, 0)} (Wilson); these wins and losses break even at "
        f"{percent(m.break_even_rate, 0)}."
        if m.win_rate_low is not None and m.win_rate_high is not None
        else "No trade was closed."
    )
    return (
        Number("Return", percent(m.total_return), f"Growth of the account over the whole period, after costs: from {amount(summary.initial_cash, quote)} to {amount(final, quote)}.", f"hold {percent(hold.total_return)}"),
        Number("Sharpe", plain(m.sharpe), f"Mean over standard deviation of per-bar returns, annualised, risk-free rate 0.{_within(summary.intervals, 'sharpe')}", f"hold {plain(hold.sharpe)}"),
        Number("Worst drawdown", percent(m.max_drawdown), f"Largest fall from a peak.{_within(summary.intervals, 'max_drawdown')}", f"hold {percent(hold.max_drawdown)}"),
        Number("Growth a year", percent(m.cagr), f"Compound growth a year (CAGR); not told below one month.{_within(summary.intervals, 'cagr')}", f"hold {percent(hold.cagr)}"),
        Number("Trades", f"{m.trades:,}", "Closed round trips; turnover is traded value over mean equity.", f"{m.turnover:.1f} × turnover a year"),
        Number("Trades won", percent(m.win_rate, 0), won, f"break-even {percent(m.break_even_rate, 0)}"),
        Number("Profit factor", plain(m.profit_factor), "Sum of profits over sum of losses, after costs; above 1 earns money.", f"{percent(m.expectancy)} a trade"),
        Number("Paid for trading", amount(paid, quote), "Fees, half-spread, slippage and borrow of the whole run; the tab Costs splits them.", f"in the market {percent(m.exposure, 0)}"),
    )  # fmt: skip


_FIGURES = (
    ("total_return", "Return", percent, "Growth of the account, after costs."),
    ("cagr", "Growth a year", percent, "Compound yearly growth (CAGR)."),
    ("volatility", "Volatility", percent, "Standard deviation of per-bar returns, a year."),
    ("sharpe", "Sharpe", plain, "Mean over standard deviation of returns, a year, risk-free rate 0."),
    ("sortino", "Sortino", plain, "Mean over downside deviation, a year."),
    ("calmar", "Calmar", plain, "Growth a year over the worst drawdown."),
    ("max_drawdown", "Worst drawdown", percent, "Largest fall from a peak."),
    ("exposure", "In the market", percent, "Share of bars with a position."),
    ("turnover", "Turnover", plain, "Traded value over mean equity, a year."),
    ("win_rate", "Trades won", percent, "Share of closed trades with a gain after costs."),
    ("expectancy", "Mean trade", percent, "Mean net return of a trade."),
    ("profit_factor", "Profit factor", plain, "Profits over losses."),
    ("holding_bars", "Holding time", plain, "Mean bars from entry to exit."),
)
_OF_TRADES = {"win_rate", "expectancy", "profit_factor", "holding_bars"}


def metrics_table(summary: BacktestSummary) -> pd.DataFrame:
    """Each figure with its 95 % interval beside buy and hold, as texts: figure, strategy, interval, hold, meaning."""
    rows = []
    for name, label, text, meaning in _FIGURES:
        value, other = getattr(summary.metrics, name), getattr(summary.hold, name)
        rows.append(
            {
                "figure": label,
                "strategy": text(value),
                "interval": _interval(summary.intervals, summary.metrics, name, text),
                "hold": "–" if name in _OF_TRADES else text(other),
                "meaning": meaning,
            }
        )
    return pd.DataFrame(rows)


def interval_words(intervals: MetricIntervals | None) -> str:
    """How the intervals were made."""
    if intervals is None:
        return "No interval: too few returns, or none that vary."
    return (
        f"{percent(intervals.level, 0)} intervals: {intervals.method}, mean block {intervals.block:.0f} bars, "
        f"{intervals.reps:,} resamples, seed {intervals.seed}; of trades won: Wilson. They cannot show a kind of market "
        "that these bars do not hold."
    )


def _interval(
    intervals: MetricIntervals | None, metrics: Metrics, name: str, text: Callable[[float | None], str]
) -> str:
    if name == "win_rate":
        low, high = metrics.win_rate_low, metrics.win_rate_high
        return "–" if low is None or high is None else f"{text(low)} … {text(high)}"
    found: Interval | None = getattr(intervals, name, None)
    return f"{text(found.low)} … {text(found.high)}" if found else "–"


def _within(intervals: MetricIntervals | None, name: str) -> str:
    found: Interval | None = getattr(intervals, name, None)
    if found is None:
        return ""
    text = plain if name == "sharpe" else percent
    return f" Block-bootstrap 95 % interval {text(found.low)} to {text(found.high)}."
