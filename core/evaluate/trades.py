"""Round trips out of the matching core's log."""

import numpy as np
import pandas as pd

from core.records import ExitReason

EXIT_REASONS = np.array(
    [
        "", ExitReason.SIGNAL.value, ExitReason.STOP_LOSS.value, ExitReason.TAKE_PROFIT.value, "",
        ExitReason.TRAILING_STOP.value, ExitReason.TIME_LIMIT.value,
    ]
)  # fmt: skip
"""By the core's kind of event."""


def round_trips(log: np.ndarray, dates: pd.Index) -> pd.DataFrame:
    """A row for each exit; an open position is left out. Where a position was built in parts, its average price counts,
    and its time is that of its first part.

    Args:
        log: (k, LOG_COLUMNS): bar, asset, then the columns of an event, in the order they happened.
        dates: of the bars.
    """
    from core.execute.layout import ENTRY, FILLS

    done = log[np.isin(log[:, 2], FILLS)]
    kind = done[:, 2]
    entries, exits = done[kind == ENTRY], done[kind != ENTRY]
    paired = entries[: len(exits)]
    whole = (
        len(exits) <= len(entries)
        and bool(np.all(kind[0::2] == ENTRY))
        and not bool(np.any(kind[1::2] == ENTRY))
        and bool(np.array_equal(paired[:, 3], -exits[:, 3]))
        and not bool(done[:, 1].any())
    )
    if whole:
        first, paid = paired[:, 0].astype(np.int64), paired[:, 4]
    else:
        first, paid = _averaged(done)
    last, quantity, got = exits[:, 0].astype(np.int64), -exits[:, 3], exits[:, 4]
    fees = exits[:, 6] + exits[:, 7]
    pnl = quantity * (got - paid) - fees
    return pd.DataFrame(
        {
            "quantity": quantity,
            "entry_time": dates[first],
            "entry_price": paid,
            "exit_time": dates[last],
            "exit_price": got,
            "fees": fees,
            "pnl": pnl,
            "return_": pnl / (np.abs(quantity) * paid),
            "exit_reason": EXIT_REASONS[exits[:, 2].astype(np.int64)],
            "bars": last - first,
        }
    )


def _averaged(done: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Bar and average price of the entry of each exit, walking through fills as the core averages them."""
    from core.execute.layout import ENTRY

    held: dict[int, tuple[float, float, int]] = {}  # asset → quantity, average, bar of its first part
    first, paid = [], []
    for bar, asset, kind, change, price in done[:, :5].tolist():
        quantity, average, since = held.get(int(asset), (0.0, 0.0, int(bar)))
        if kind == ENTRY:
            total = quantity + change
            average = price if quantity == 0.0 else (quantity * average + change * price) / total
            held[int(asset)] = total, average, since if quantity != 0.0 else int(bar)
        else:
            first.append(since)
            paid.append(average)
            held[int(asset)] = quantity + change, average, since
    return np.array(first, dtype=np.int64), np.array(paid, dtype=float)
