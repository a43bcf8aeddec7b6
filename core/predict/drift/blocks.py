"""Blocks of consecutive rows: how long they must be, and how they are drawn."""

import numpy as np


def block_rows(rows: int, wanted: int, block: int, generator: np.random.Generator) -> np.ndarray:
    """Row numbers of `wanted` rows out of a ring of `rows`, in blocks of consecutive ones, (wanted,)."""
    count = -(-wanted // block)
    starts = generator.integers(0, rows, count)
    return ((starts[:, None] + np.arange(block)) % rows).ravel()[:wanted]


def memory(columns: np.ndarray, most: int) -> int:
    """Rows of a block that keeps the dependence of the slowest column, 1 … most.

    The longest of the columns' optimal circular blocks (Politis & White 2004, corrected 2009, as in `arch`), tripled:
    those are optimal for a variance, and a distribution of slow columns needs longer ones, or its null is too narrow.

    Args:
        columns: (n, features); nulls are passed over, and so are columns that do not vary.
        most: rows of the shorter stretch that is compared.
    """
    from arch.bootstrap import optimal_block_length

    longest = 1.0
    for column in columns.T:
        known = column[~np.isnan(column)].astype(float)
        if len(known) < 20 or np.ptp(known) == 0.0:
            continue
        length = float(optimal_block_length(known)["circular"].iloc[0])
        if np.isfinite(length):
            longest = max(longest, length)
    return int(min(max(round(3.0 * longest) if longest > 1.0 else 1, 1), max(most, 1)))
