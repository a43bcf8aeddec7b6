"""Trades drawn again: with replacement, in another order, or with some missed."""

import numpy as np
import pandas as pd

from core.evaluate.monte_carlo.paths import Draws


def account_returns(trades: pd.DataFrame, initial_cash: float) -> np.ndarray:
    """Each trade's profit over the account before it, in the order of exits; their product is the account's growth.

    Args:
        trades: closed round trips with exit_time and pnl, net of costs.
        initial_cash: of the account.
    """
    return shares_of_account(trades, initial_cash)[0]


def shares_of_account(trades: pd.DataFrame, initial_cash: float) -> tuple[np.ndarray, np.ndarray]:
    """Account returns, and each position's value at entry over the account before it, both (n,) in order of exits.

    After the account fell to nothing, both are 0.
    """
    ordered = trades.sort_values("exit_time", kind="stable")
    pnl = ordered["pnl"].to_numpy(float)
    before = initial_cash + np.concatenate(([0.0], np.cumsum(pnl)[:-1]))
    alive = np.logical_and.accumulate(before > 0)
    safe = np.where(alive, before, 1.0)
    value = np.abs(ordered["quantity"].to_numpy(float)) * ordered["entry_price"].to_numpy(float)
    returns = np.where(alive, np.maximum(pnl / safe, -1.0), 0.0)
    return returns, np.where(alive, value / safe, 0.0)


def trade_draws(returns: np.ndarray) -> Draws:
    """Trades with replacement."""
    from core.evaluate.monte_carlo.kernel import SINGLES

    return Draws(SINGLES, 1.0 + returns, np.zeros(1))


def shuffle_draws(returns: np.ndarray) -> Draws:
    """The same trades in another order (Fisher & Yates): over all of them the end is that of the run."""
    from core.evaluate.monte_carlo.kernel import ORDER

    return Draws(ORDER, 1.0 + returns, np.zeros(1), longest=len(returns))


def skip_draws(returns: np.ndarray, share: float) -> Draws:
    """The actual order, each trade missed with this chance; share 0 is the run itself."""
    from core.evaluate.monte_carlo.kernel import SKIPS

    return Draws(SKIPS, 1.0 + returns, np.array([share]), longest=len(returns))
