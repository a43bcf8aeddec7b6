"""Parameters of the candidates from a training part."""

from collections.abc import Mapping, Sequence

import numpy as np

from core.predict.volatility.candidates import Candidate, Ewma, Har, har_inputs
from core.predict.volatility.garch_fit import fit_garch
from core.predict.volatility.realised import proportion, sums_ahead

ROWS_NEEDED = 250
"""Returns below which GARCH and HAR are not fitted."""
EWMA, GARCH, GJR, HAR = "ewma", "garch", "gjr", "har"


def estimate(
    returns: np.ndarray,
    variance: np.ndarray,
    horizons: Sequence[int],
    before: Mapping[str, Candidate] | None = None,
) -> dict[str, Candidate]:
    """Every candidate that can be fitted, by name.

    Args:
        returns: (n,) log returns of the training part.
        variance: (n,) bar variances, see `bar_variance`.
        horizons: in bars.
        before: the same for a shorter history; stands in where a fit fails.
    """
    found: dict[str, Candidate] = {**(before or {}), EWMA: Ewma()}
    if len(returns) < ROWS_NEEDED:
        return found
    for name, asymmetric in ((GARCH, False), (GJR, True)):
        fitted = fit_garch(returns, asymmetric)
        if fitted is not None:
            found[name] = fitted
    regressed = fit_har(returns, variance, horizons)
    if regressed is not None:
        found[HAR] = regressed
    return found


def fit_har(returns: np.ndarray, variance: np.ndarray, horizons: Sequence[int]) -> Har | None:
    """Non-negative least squares, rows weighted by the inverse of their 22-bar mean.

    Variance spreads with its level, so plain least squares would listen to the wildest days alone. No coefficient below
    zero: no forecast below zero.
    """
    from scipy.optimize import nnls

    factor = proportion(returns, variance)
    inputs = har_inputs(factor * variance)
    level = float(inputs[:, 1].mean())
    if not level > 0.0:
        return None
    weight = 1.0 / np.maximum(inputs[:, 3], 0.05 * level)
    coefficients = np.empty((len(horizons), inputs.shape[1]))
    for place, bars in enumerate(horizons):
        mean = sums_ahead(factor * variance, bars) / bars
        known = np.isfinite(mean)
        known[: min(22, len(known))] = False
        if known.sum() < ROWS_NEEDED // 2:
            return None
        # In units of the level, so that the constant is no smaller than the other coefficients.
        rows = inputs[known] * np.array([level, 1.0, 1.0, 1.0]) * weight[known, None]
        solved, _ = nnls(rows, mean[known] * weight[known])
        coefficients[place] = solved * np.array([level, 1.0, 1.0, 1.0])
    return Har(tuple(horizons), coefficients, factor)
