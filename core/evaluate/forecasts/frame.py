"""The frame of out-of-sample forecasts: which columns hold what.

One row for each scored label in the order of time, indexed by the open of its bar (UTC): `fold`; `start`, `touch`,
`end` (bar positions of the label's span; touch settles it, end is its vertical barrier); `outcome` (0 down, 1 flat,
2 up); `uniqueness`; `p_*` forecasts and `base_*` class shares of the training part for down, flat, up; `forward` and
`path_return` (log returns to `end` and to `touch`); `sigma` (of the return to `end`); `q05` … `q95` forecast quantiles
of `forward` and `b05` … `b95` those of the training part, null without such a head; `regime`; `m_NAME_*` of each member.
"""

import re

import numpy as np
import pandas as pd

from core.records import QUANTILE_LEVELS

CLASSES = ("down", "flat", "up")
_MEMBER = re.compile(r"m_(.+)_down")


def probabilities(frame: pd.DataFrame, prefix: str = "p") -> np.ndarray:
    """(n, 3) forecasts (`p`), base rates (`base`) or one member's forecasts (`m_NAME`)."""
    return frame[[f"{prefix}_{name}" for name in CLASSES]].to_numpy(dtype=float)


def member_names(frame: pd.DataFrame) -> tuple[str, ...]:
    """Members whose own forecasts the frame holds."""
    found = (_MEMBER.fullmatch(str(column)) for column in frame.columns)
    return tuple(match.group(1) for match in found if match)


def quantiles(frame: pd.DataFrame, letter: str = "q") -> np.ndarray:
    """(n, 5) quantiles of the return to the end of the horizon at QUANTILE_LEVELS; NaN where there are none."""
    names = [f"{letter}{round(100 * level):02d}" for level in QUANTILE_LEVELS]
    if not set(names) <= set(frame.columns):
        return np.full((len(frame), len(names)), np.nan)
    return frame[names].to_numpy(dtype=float)


def horizon_bars(frame: pd.DataFrame) -> int:
    """Bars that a label looks ahead, at least 1."""
    if frame.empty:
        return 1
    return max(int(np.median(frame["end"].to_numpy() - frame["start"].to_numpy())), 1)
