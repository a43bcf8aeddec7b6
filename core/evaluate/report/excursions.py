"""How far each trade went against us and for us before it ended (MAE and MFE, Sweeney 1997)."""

import numpy as np
import pandas as pd


def excursions(
    trades: pd.DataFrame, bars: pd.DataFrame, within: bool = False
) -> tuple[np.ndarray, np.ndarray]:
    """Maximum adverse and favourable excursion of each trade, as fractions of its entry price.

    Only prices that were certainly seen while the position was open count: on an entry bar that was filled at its open
    the whole bar, on one that was filled within it the fill and the close; on the exit bar the open and the exit price, because which of its extremes came before the exit is not
    known; between them every bar whole. A trade that ends on its entry bar has seen its entry and its exit.

    Args:
        trades: quantity (signed), entry_time, entry_price, exit_time, exit_price.
        bars: the bars of the run, which hold all those times.
        within: whether entries were limit or stop orders: then only a fill exactly at the open is taken for one.

    Returns:
        (mae, mfe): mae ≤ 0 ≤ mfe, each (number of trades,).
    """
    from core.evaluate.report.excursion_scan import scan  # brings numba

    first = bars.index.get_indexer(pd.DatetimeIndex(trades["entry_time"]))
    last = bars.index.get_indexer(pd.DatetimeIndex(trades["exit_time"]))
    if (first < 0).any() or (last < 0).any():
        raise ValueError("a trade's entry or exit is not among these bars")
    opens, highs, lows = (
        np.ascontiguousarray(bars[n].to_numpy(), np.float64) for n in ("open", "high", "low")
    )
    quantity, entry, end = (
        np.ascontiguousarray(trades[n].to_numpy(), np.float64)
        for n in ("quantity", "entry_price", "exit_price")
    )
    at_open = entry == opens[first] if within else np.ones(len(first), dtype=bool)
    closes = np.ascontiguousarray(bars["close"].to_numpy(), np.float64)
    mae, mfe = scan(
        opens,
        highs,
        lows,
        closes,
        first.astype(np.int64),
        last.astype(np.int64),
        quantity,
        entry,
        end,
        at_open,
    )
    return mae, mfe
