"""Friction: the trades of a run priced again with other costs and later entries."""

from dataclasses import dataclass

import numpy as np
import pandas as pd

from core.evaluate.monte_carlo.paths import simulate
from core.evaluate.monte_carlo.trades import shares_of_account, skip_draws, trade_draws
from core.records import Costs, ExitReason, StressCell

MULTIPLES = (0.0, 0.5, 1.0, 2.0, 3.0, 5.0)
"""Of the costs."""
DELAYS = (0, 1, 2, 3, 5)
"""Bars that entries come late."""
CELL_PATHS = 1_000


@dataclass(frozen=True, slots=True, eq=False)
class Repricing:
    """Trades taken apart into prices without costs, and costs."""

    sign: np.ndarray
    """+1 long, −1 short, (n,)."""
    weight: np.ndarray
    """Value at entry over the account before it, (n,)."""
    entry: np.ndarray
    """Price before half-spread and slippage, (n,)."""
    leave: np.ndarray
    """The same of the exit."""
    entry_friction: float
    """Half-spread and slippage of an entry, as a fraction of price."""
    leave_friction: np.ndarray
    """0 where a limit order (a target) closed the trade, (n,)."""
    fees: np.ndarray
    """Fees and borrow over the value at entry, (n,)."""
    first: np.ndarray
    """Row of the entry's bar, (n,); −1 where the bars are not known."""
    last: np.ndarray
    """Row of the exit's bar."""
    opens: np.ndarray
    """Open of every bar of the run; empty when they are not at hand."""


def take_apart(
    trades: pd.DataFrame, costs: Costs, initial_cash: float, opens: pd.Series | None = None
) -> Repricing:
    """Undo what half-spread and slippage did to the prices of closed trades.

    Args:
        trades: quantity, entry_time, entry_price, exit_time, exit_price, fees, pnl, exit_reason.
        costs: that they were filled with.
        opens: of the run's bars, index date; None: entries cannot be delayed.
    """
    ordered = trades.sort_values("exit_time", kind="stable")
    quantity = ordered["quantity"].to_numpy(float)
    sign = np.sign(quantity)
    paid, got = ordered["entry_price"].to_numpy(float), ordered["exit_price"].to_numpy(float)
    friction = costs.half_spread + costs.slippage
    leave = np.where(ordered["exit_reason"].to_numpy() == ExitReason.TAKE_PROFIT.value, 0.0, friction)
    unknown = np.full(len(ordered), -1)
    known = opens is not None and len(opens) > 0
    return Repricing(
        sign=sign,
        weight=shares_of_account(trades, initial_cash)[1],
        entry=paid / (1 + sign * friction),
        leave=got / (1 - sign * leave),
        entry_friction=friction,
        leave_friction=leave,
        fees=ordered["fees"].to_numpy(float) / (np.abs(quantity) * paid),
        first=opens.index.get_indexer(pd.Index(ordered["entry_time"])) if known else unknown,  # type: ignore[union-attr]
        last=opens.index.get_indexer(pd.Index(ordered["exit_time"])) if known else unknown,  # type: ignore[union-attr]
        opens=opens.to_numpy(float) if known else np.zeros(0),  # type: ignore[union-attr]
    )


def repriced(parts: Repricing, cost_multiple: float = 1.0, delay: int = 0) -> np.ndarray:
    """Account returns of the trades at other costs and later entries, in order of exits, (n,).

    An entry comes `delay` bars later at that bar's open, at the latest at the open of the bar of its exit, with the same
    share of the account. Exits stay where they were: to leave out the trades that ended before their entry would be to
    know beforehand which ones were stopped out. Multiple 1 and delay 0 give the trades as they were.
    """
    entry = parts.entry
    if delay > 0 and len(parts.opens):
        later = np.minimum(parts.first + delay, parts.last)
        moved = (parts.first >= 0) & (later > parts.first)
        entry = np.where(moved, parts.opens[np.where(moved, later, 0)], entry)
    paid = entry * (1 + parts.sign * cost_multiple * parts.entry_friction)
    got = parts.leave * (1 - parts.sign * cost_multiple * parts.leave_friction)
    gross = parts.sign * (got / paid - 1)
    returns: np.ndarray = np.maximum(parts.weight * (gross - cost_multiple * parts.fees), -1.0)
    return returns


def stress_surface(parts: Repricing, seed: int) -> tuple[StressCell, ...]:
    """Every multiple of the costs at every delay; delays only where the opens are known."""
    delays = DELAYS if len(parts.opens) else (0,)
    return tuple(_cell(parts, multiple, delay, seed) for delay in delays for multiple in MULTIPLES)


def _cell(parts: Repricing, multiple: float, delay: int, seed: int) -> StressCell:
    from core.evaluate.monte_carlo.kernel import DRAWDOWN, END

    returns = repriced(parts, multiple, delay)
    actual = simulate(skip_draws(returns, 0.0), 1, len(returns), seed).facts[:, 0]
    drawn = simulate(trade_draws(returns), CELL_PATHS, min(len(returns), 1_000), seed).facts[END]
    return StressCell(
        multiple, delay, float(actual[END] - 1), float(actual[DRAWDOWN]), float((drawn < 1).mean())
    )
