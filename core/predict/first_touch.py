"""The compiled loop behind the triple barrier."""

import numba
import numpy as np


@numba.njit(cache=True, nogil=True)
def first_touch(
    close: np.ndarray, upper: np.ndarray, lower: np.ndarray, horizon: int, unknown: int
) -> tuple[np.ndarray, np.ndarray]:
    """Direction and settling bar of each row's label; see `triple_barrier`."""
    rows = len(close)
    direction = np.full(rows, np.nan)
    end = np.full(rows, unknown, dtype=np.int64)
    for row in range(rows):
        if not (upper[row] > lower[row]):
            continue
        last = row + horizon
        for ahead in range(row + 1, min(last, rows - 1) + 1):
            if close[ahead] >= upper[row]:
                direction[row] = 1.0
            elif close[ahead] <= lower[row]:
                direction[row] = -1.0
            elif ahead == last:
                direction[row] = 0.0
            else:
                continue
            end[row] = ahead
            break
    return direction, end
