"""Drawdowns as episodes: from a peak down to a trough and back to the peak."""

import numpy as np
import pandas as pd


def worst_drawdowns(equity: pd.Series, most: int = 5) -> pd.DataFrame:
    """The deepest falls from a peak, deepest first; they never overlap.

    Args:
        equity: value at each close, (n,), positive, index of time.
        most: rows that are kept.

    Returns:
        Columns depth (negative fraction), peak, trough, recovered (times; recovered is NaT while below the peak),
        falling (bars from peak to trough), lasting (bars from peak to recovery, or to the end).
    """
    values, times = equity.to_numpy(dtype="float64"), equity.index
    peaks = np.maximum.accumulate(values)
    below = values < peaks
    starts = np.flatnonzero(below & ~np.r_[False, below[:-1]])
    ends = np.flatnonzero(~below & np.r_[False, below[:-1]])
    open_end = len(ends) < len(starts)
    ends = np.r_[ends, len(values)] if open_end else ends
    rows = [_episode(values, int(start), int(end)) for start, end in zip(starts, ends, strict=True)]
    found = pd.DataFrame(rows, columns=["depth", "peak", "trough", "end"])
    found = found.sort_values("depth", kind="stable").head(most).reset_index(drop=True)
    last = len(values) - 1
    end = found["end"].to_numpy(dtype="int64")
    recovered = pd.Series(times[np.minimum(end, last)]).where(end <= last)
    return pd.DataFrame(
        {
            "depth": found["depth"].astype("float64"),
            "peak": times[found["peak"].to_numpy(dtype="int64")],
            "trough": times[found["trough"].to_numpy(dtype="int64")],
            "recovered": recovered,
            "falling": (found["trough"] - found["peak"]).astype("int64"),
            "lasting": np.minimum(end, last) - found["peak"].to_numpy(dtype="int64"),
        }
    )


def _episode(values: np.ndarray, start: int, end: int) -> tuple[float, int, int, int]:
    """(depth, bar of the peak, bar of the trough, first bar back at the peak) of one stretch below a peak."""
    trough = start + int(values[start:end].argmin())
    return float(values[trough] / values[start - 1] - 1.0), start - 1, trough, end
