"""Where the money went that trading cost: fee, half-spread, slippage, borrow."""

import numpy as np
import pandas as pd

from core.records import Costs, CostSplit


def split_costs(fills: pd.DataFrame, costs: Costs, last_close: float, profit: float) -> CostSplit:
    """Split what a run lost to trading, an open position at the end included.

    The price concession of a fill is signed quantity × (price − reference). Where the matching core tells how much of
    it was slippage (column slippage), that is used; else it is shared in the proportion of the two rates. Gross is
    what the fills at their references and the last close would have made; whatever it exceeds profit, fees and
    concessions by was paid for holding: borrow.

    Args:
        fills: executed events: quantity (signed), price, reference, fee and, where known, slippage.
        costs: the rates.
        last_close: at which an open position is valued.
        profit: last equity less the initial cash.

    Returns:
        Amounts in the quote currency; gross less their sum is the profit.
    """
    quantity, reference = (fills[name].to_numpy(dtype=np.float64) for name in ("quantity", "reference"))
    conceded = float((quantity * (fills["price"].to_numpy(dtype=np.float64) - reference)).sum())
    if "slippage" in fills.columns:
        slippage = float(fills["slippage"].sum())
    else:
        rate = costs.half_spread + costs.slippage
        slippage = conceded * costs.slippage / rate if rate > 0 else 0.0
    fee = float(fills["fee"].sum())
    worth = quantity.sum() * last_close
    gross = float(worth - (quantity * reference).sum())
    borrow = gross - fee - conceded - profit
    rounding = 1e-12 * float((np.abs(quantity) * reference).sum())
    return CostSplit(fee, conceded - slippage, slippage, borrow if abs(borrow) > rounding else 0.0)
