"""Change points: when the manner of a market changed, as seen afterwards. For reading, never for a decision.

Whether a bar is a change point depends on bars that came after it, so nothing that trades may know it.
"""

import numpy as np
import pandas as pd

from core.predict.regimes.observations import PATH_BARS, fit_scaling, observations

SEEN_AFTERWARDS = "seen afterwards; never used for a decision"
"""What is said wherever change points are shown."""
_SHORTEST = 30
"""Bars between two change points."""
_MOST = 6_000
"""Newest bars that are searched."""


def change_points(bars: pd.DataFrame) -> pd.DatetimeIndex:
    """Open times of the bars from which the level of return or range was another one, ascending.

    PELT (Killick, Fearnhead & Eckley 2012; ruptures, least squares) with a BIC penalty. The noise that the penalty is
    measured in allows for autocorrelation: range clusters, and without it every cluster would be a change.

    Args:
        bars: closed bars, see core.tables; the newest 6,000 are searched.
    """
    from ruptures import KernelCPD

    searched = bars.iloc[-_MOST:]
    scaling = fit_scaling(searched) if len(searched) > PATH_BARS + 4 * _SHORTEST else None
    if scaling is None:
        return pd.DatetimeIndex(searched.index[:0])
    seen = observations(searched, scaling)[PATH_BARS:, :2]
    signal = seen / _long_run_deviation(seen)
    penalty = (signal.shape[1] + 1) * np.log(len(signal))
    ends = KernelCPD(kernel="linear", min_size=_SHORTEST).fit(signal).predict(pen=penalty)
    return pd.DatetimeIndex(searched.index[PATH_BARS + np.array(ends[:-1], dtype=np.int64)])


def _long_run_deviation(seen: np.ndarray) -> np.ndarray:
    """√ of each column's long-run variance, taking its differences from a moving level as an AR(1)."""
    level = pd.DataFrame(seen).rolling(10 * _SHORTEST, min_periods=1, center=True).mean().to_numpy()
    noise = seen - level
    coupled = (noise[1:] * noise[:-1]).sum(axis=0) / (noise**2).sum(axis=0)
    inflation = np.sqrt((1.0 + coupled) / (1.0 - coupled))
    return np.asarray(noise.std(axis=0) * np.maximum(inflation, 1.0))
