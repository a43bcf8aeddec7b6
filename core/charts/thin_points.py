"""Fewer marks than pixels: the weightiest of each moment stay."""

import numpy as np
import pandas as pd

from core.charts.time_axis import plain_times

MOST_MARKS = 1_500
"""Marks drawn at once; more lie on top of each other."""
_MOMENTS = 300
"""Parts that the time is cut into; about as many as a narrow screen can tell apart."""


def weightiest(
    times: pd.Index, weights: np.ndarray, groups: np.ndarray, most: int = MOST_MARKS
) -> np.ndarray:
    """Positions of the marks to draw, in time order: in every moment and group the heaviest first.

    Args:
        times: of the marks.
        weights: how much each matters; NaN counts as nothing.
        groups: what must not crowd out each other, e.g. sources.
        most: marks that remain.

    Returns:
        All positions when there are few enough. The heaviest mark of all always stays.
    """
    moments = plain_times(times).astype("int64")
    by_time = np.argsort(moments, kind="stable")
    if len(by_time) <= most:
        return by_time
    first, last = moments.min(), moments.max()
    frame = pd.DataFrame(
        {
            "moment": (moments - first) * _MOMENTS // max(last - first + 1, 1),
            "group": groups,
            "weight": np.nan_to_num(np.asarray(weights, dtype="float64"), nan=0.0),
        }
    ).sort_values("weight", ascending=False, kind="stable")
    rank = frame.groupby(["moment", "group"]).cumcount()
    kept = frame.assign(rank=rank).sort_values(["rank", "weight"], ascending=[True, False], kind="stable")
    chosen = kept.index[:most].to_numpy()
    return chosen[np.argsort(moments[chosen], kind="stable")]
