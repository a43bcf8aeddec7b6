"""A stored backtest with its headline numbers."""

from dataclasses import dataclass

import pandas as pd

from core.pipeline import Workbench
from core.records import BacktestSummary
from core.signals import STRATEGIES, Strategy
from core.store.backtests import list_backtests, read_backtest
from core.views.number import Number, money, percent, plain


@dataclass(frozen=True, slots=True)
class BacktestView:
    """Everything the backtest page draws."""

    summary: BacktestSummary
    curves: pd.DataFrame
    trades: pd.DataFrame
    numbers: tuple[Number, ...]


def backtest(bench: Workbench, backtest_id: str) -> BacktestView:
    """Read one backtest.

    Raises:
        UnknownId: no such backtest.
    """
    summary, curves, trades = read_backtest(bench.store, backtest_id)
    return BacktestView(summary, curves, trades.assign(symbol=summary.symbol), _numbers(summary))


def backtests(bench: Workbench) -> pd.DataFrame:
    """The newest backtests."""
    return list_backtests(bench.store)


def strategy_choices() -> tuple[Strategy, ...]:
    """The strategies that can be tested."""
    return tuple(STRATEGIES.values())


def _numbers(summary: BacktestSummary) -> tuple[Number, ...]:
    m, hold = summary.metrics, summary.hold
    interval = (
        f"95 % interval {m.win_rate_low:.0%} to {m.win_rate_high:.0%} (Wilson); these wins and losses break even at "
        f"{percent(m.break_even_rate, 0)}."
        if m.win_rate_low is not None and m.win_rate_high is not None
        else "No trade was closed."
    )
    return (
        Number("Return", percent(m.total_return), "Growth of the account over the whole period, after costs.", f"hold {percent(hold.total_return)}"),
        Number("Sharpe", plain(m.sharpe), "Mean over standard deviation of per-bar returns, annualised, risk-free rate 0.", f"hold {plain(hold.sharpe)}"),
        Number("Worst drawdown", percent(m.max_drawdown), "Largest fall from a peak.", f"hold {percent(hold.max_drawdown)}"),
        Number("Growth a year", percent(m.cagr), "Compound growth a year (CAGR).", f"hold {percent(hold.cagr)}"),
        Number("Trades", str(m.trades), "Closed round trips."),
        Number("Trades won", percent(m.win_rate, 0), interval),
        Number("Profit factor", plain(m.profit_factor), "Sum of profits over sum of losses; above 1 earns money."),
        Number("Paid in fees", money(m.costs), f"Fees and borrow of closed trades; in the market {m.exposure:.0%} of the time."),
    )  # fmt: skip
