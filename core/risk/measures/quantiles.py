"""Value at risk and expected shortfall of a return series, by named methods: what software disagrees about most.

Both are given as losses: .02 means that two per cent are lost. R20 of the tests has a 95 % VaR of .02041, .02100,
.02145 or .03000, depending on the method alone.
"""

from enum import StrEnum
from statistics import NormalDist

import numpy as np

_NORMAL = NormalDist()
_ROUNDING = 1e-14
"""Deviations below this share of the largest return are rounding, not variation."""


class TailMethod(StrEnum):
    """How the quantile is found; its value says it in words."""

    LINEAR = "historical, linear quantile"
    """Between the two ranks around it, as empyrical does."""
    MILDER = "historical, the milder rank"
    """As skfolio does."""
    HARSHER = "historical, the harsher rank"
    """As riskfolio does."""
    NORMAL = "normal distribution"
    """As quantstats does."""
    CORNISH_FISHER = "Cornish-Fisher expansion"
    """Normal, bent by sample skewness and excess kurtosis; VaR only, and refused where it is not monotone."""


_QUANTILE = {TailMethod.LINEAR: "linear", TailMethod.MILDER: "higher", TailMethod.HARSHER: "lower"}


def value_at_risk(
    returns: np.ndarray, tail: float = 0.05, method: TailMethod = TailMethod.LINEAR
) -> float | None:
    """Loss that is exceeded in a share `tail` of the bars; None for fewer than two returns, or where refused."""
    x = np.asarray(returns, dtype=float)
    if len(x) < 2:
        return None
    if method in _QUANTILE:
        return -float(np.quantile(x, tail, method=_QUANTILE[method]))  # type: ignore[call-overload]
    z: float | None = _NORMAL.inv_cdf(tail)
    if method is TailMethod.CORNISH_FISHER:
        z = cornish_fisher(tail, *_shape(x))
    return None if z is None else -float(x.mean() + z * x.std(ddof=1))


def expected_shortfall(
    returns: np.ndarray, tail: float = 0.05, method: TailMethod = TailMethod.LINEAR
) -> float | None:
    """Mean loss in the worst share `tail` (CVaR); None for fewer than two returns.

    Historical methods take the mean of the ranks up to the quantile's lower one; the normal one −μ + σ·φ(z)/tail.

    Raises:
        ValueError: Cornish-Fisher, which has no accepted form for it.
    """
    x = np.asarray(returns, dtype=float)
    if method is TailMethod.CORNISH_FISHER:
        raise ValueError("The Cornish-Fisher expansion gives a value at risk, not an expected shortfall.")
    if len(x) < 2:
        return None
    if method is TailMethod.NORMAL:
        return float(x.std(ddof=1)) * _NORMAL.pdf(_NORMAL.inv_cdf(tail)) / tail - float(x.mean())
    k = int(tail * (len(x) - 1))
    return -float(np.partition(x, k)[: k + 1].mean())


def cornish_fisher(tail: float, skewness: float, excess: float) -> float | None:
    """Quantile of the bent normal distribution; None where the expansion is not monotone over the whole tail.

    z + (z² − 1)·s/6 + (z³ − 3z)·k/24 − (2z³ − 5z)·s²/36 (Cornish & Fisher 1938). Its slope in z must stay positive
    from the quantile outwards (to 0.01 %), or a rarer loss would come out smaller.
    """
    z = _NORMAL.inv_cdf(tail)
    farther = np.linspace(min(_NORMAL.inv_cdf(1e-4), z), max(z, 0.0), 400)
    s, k = skewness, excess
    slope = 1.0 + farther * s / 3.0 + (farther**2 - 1.0) * k / 8.0 - (6.0 * farther**2 - 5.0) * s * s / 36.0
    if not (slope > 0.0).all():
        return None
    return z + (z * z - 1.0) * s / 6.0 + (z**3 - 3.0 * z) * k / 24.0 - (2.0 * z**3 - 5.0 * z) * s * s / 36.0


def _shape(x: np.ndarray) -> tuple[float, float]:
    """Skewness and excess kurtosis, without bias correction; 0 where nothing varies."""
    centred = x - x.mean()
    largest = float(np.abs(centred).max())
    if largest <= _ROUNDING * float(np.abs(x).max()):
        return 0.0, 0.0
    centred = centred / largest  # neither has a scale, and this one keeps the powers away from zero
    spread = float(np.mean(centred**2))
    return float(np.mean(centred**3)) / spread**1.5, float(np.mean(centred**4)) / spread**2 - 3.0
