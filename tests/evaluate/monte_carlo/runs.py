"""Small runs that the Monte Carlo tests share."""

import numpy as np
import pandas as pd

from core.evaluate.monte_carlo import Source
from core.records import Costs

COSTS = Costs(fee=0.001, half_spread=0.0002, slippage=0.0003, borrow=0.0)


def autoregressive(seed: int, coefficient: float, count: int) -> np.ndarray:
    """x_t = c x_{t−1} + ε_t, begun at ε_0; the generator's normals in order."""
    shocks = np.random.default_rng(seed).standard_normal(count)
    values = np.empty(count)
    values[0] = shocks[0]
    for t in range(1, count):
        values[t] = coefficient * values[t - 1] + shocks[t]
    return values


def made_run(bars: int = 600, seed: int = 3, every: int = 10, cash: float = 10_000.0) -> Source:
    """A run that holds half its account for six bars out of every ten, long and short in turn, through real fills."""
    rng = np.random.default_rng(seed)
    index = pd.date_range("2020-01-01", periods=bars, freq="D", tz="UTC", name="date")
    opens = 100 * np.exp(np.cumsum(0.02 * rng.standard_t(4, bars) + 0.001))
    rows, equity, value = [], np.full(bars, cash), cash
    friction = COSTS.half_spread + COSTS.slippage
    for number, first in enumerate(range(1, bars - every, every)):
        sign, last = (1 if number % 3 else -1), first + 6
        paid, got = opens[first] * (1 + sign * friction), opens[last] * (1 - sign * friction)
        quantity = sign * 0.5 * value / paid
        fees = COSTS.fee * abs(quantity) * (paid + got)
        pnl = quantity * (got - paid) - fees
        value += pnl
        equity[last:] = value
        rows.append(
            (
                quantity,
                index[first],
                paid,
                index[last],
                got,
                fees,
                pnl,
                pnl / (abs(quantity) * paid),
                "signal",
                6,
            )
        )
    names = [
        "quantity",
        "entry_time",
        "entry_price",
        "exit_time",
        "exit_price",
        "fees",
        "pnl",
        "return_",
        "exit_reason",
        "bars",
    ]
    trades = pd.DataFrame(rows, columns=names)
    return Source("BTC-USD", "1d", "made", equity, trades, cash, COSTS, 365.0, pd.Series(opens, index))
