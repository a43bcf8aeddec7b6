"""Are these forecasts better than those, or were they lucky?"""

import math

import numpy as np


def diebold_mariano(
    worse: np.ndarray, better: np.ndarray, horizon: int = 1
) -> tuple[float | None, float | None]:
    """Test of equal accuracy of two sets of forecasts (Diebold & Mariano 1995), corrected for small samples.

    The difference of losses is taken as uncorrelated from lag `horizon` on, as forecasts over so many steps are. The
    statistic is scaled and held against Student's t with n − 1 degrees of freedom (Harvey, Leybourne & Newbold 1997).
    Where the truncated variance is not positive, Bartlett weights are used, which always are (Newey & West 1987).

    Args:
        worse: (n,) losses of the forecasts to beat.
        better: (n,) losses of the forecasts that may beat them.
        horizon: steps that they look ahead, at least 1.

    Returns:
        Statistic (positive: `better` has the smaller losses) and two-sided p-value; (None, None) where the losses do
        not differ, or with fewer than 3 rows.
    """
    from scipy.stats import t

    gap = np.asarray(worse, dtype=float) - np.asarray(better, dtype=float)
    rows = len(gap)
    if rows < 3 or np.ptp(gap) <= 1e-15 * max(1.0, float(np.abs(gap).max())):
        return None, None
    steps = min(max(horizon, 1), rows // 2)
    spread = _long_run_variance(gap - gap.mean(), steps)
    correction = (rows + 1 - 2 * steps + steps * (steps - 1) / rows) / rows
    statistic = float(gap.mean() / math.sqrt(spread / rows) * math.sqrt(correction))
    return statistic, float(2.0 * t.sf(abs(statistic), rows - 1))


def _long_run_variance(centred: np.ndarray, steps: int) -> float:
    """Variance of a row's gap and twice its covariances with the next `steps` − 1 rows."""
    rows = len(centred)
    lagged = np.array([float(centred[lag:] @ centred[: rows - lag]) / rows for lag in range(steps)])
    plain = lagged[0] + 2.0 * lagged[1:].sum()
    if plain > 1e-12 * lagged[0]:
        return float(plain)
    return float(lagged[0] + 2.0 * ((1.0 - np.arange(1, steps) / steps) * lagged[1:]).sum())
