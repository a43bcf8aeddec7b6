"""The Sharpe ratio of a sample, how far it can be off, and how long a record must be before it counts.

Everything is per bar, never annualised; skewness and Pearson (not excess) kurtosis are the plain moments of the
sample, without bias correction. Every function that needs the estimator's variance names the convention it uses,
because the two in the literature answer differently from the same data (PSR .913 or .987 in the test's example).
"""

import math
from dataclasses import dataclass
from enum import StrEnum
from statistics import NormalDist

import numpy as np

NORMAL = NormalDist()
_ROUNDING = 1e-12
"""Deviations below this share of the largest return are rounding, not variation."""


class Convention(StrEnum):
    """Which form of the variance of a Sharpe ratio; its value says it in words."""

    BAILEY = "Bailey & López de Prado 2012/2014: variance at the observed Sharpe ratio, T − 1"
    """The form that most software quotes; returns taken as independent."""
    NULL = "López de Prado, Lipton & Zoonekynd 2025: variance under the null hypothesis, T"
    """The form of a test: the variance that the ratio would have if the threshold were true; knows autocorrelation."""


@dataclass(frozen=True, slots=True)
class SharpeSample:
    """A per-bar Sharpe ratio with what decides how far to trust it."""

    sharpe: float
    """Per bar; sample deviation (ddof 1)."""
    observations: int
    skewness: float = 0.0
    kurtosis: float = 3.0
    """Pearson's: 3 for normal returns."""
    autocorrelation: float = 0.0
    """Of first order, −1 < ρ < 1; only Convention.NULL takes it into account."""


def sharpe_sample(returns: np.ndarray) -> SharpeSample | None:
    """Sharpe ratio and moments of a return series (n,).

    Returns:
        None where the ratio is not defined: fewer than two returns, no variation, or values that are not finite.
    """
    x = np.asarray(returns, dtype=float)
    if len(x) < 2 or not np.isfinite(x).all():
        return None
    largest = float(np.abs(x).max())
    if largest == 0.0:
        return None
    x = x / largest  # the ratio has no scale, and this one keeps the powers below finite
    mean = float(x.mean())
    centred = x - mean
    squares = float(centred @ centred)
    deviation = math.sqrt(squares / (len(x) - 1))
    if deviation < _ROUNDING:
        return None
    z = centred / math.sqrt(squares / len(x))
    square = z * z
    return SharpeSample(mean / deviation, len(x), float(square @ z) / len(x), float(square @ square) / len(x))


def sharpe_error(sample: SharpeSample, convention: Convention, threshold: float = 0.0) -> float | None:
    """Standard error of a per-bar Sharpe ratio.

    With R = 1 − γ₃·SR + (γ₄ − 1)/4·SR²: √(R / (T − 1)) at the observed SR (Bailey & López de Prado 2012, after Mertens
    2002), or √(R / T) at the threshold, its three terms widened for AR(1) returns (López de Prado, Lipton & Zoonekynd
    2025).

    Returns:
        None where it is not defined: fewer than two observations, or returns of which two values explain all.
    """
    if convention is Convention.BAILEY:
        return _root(_spread(sample, sample.sharpe, 0.0), sample.observations - 1)
    return _root(_spread(sample, threshold, sample.autocorrelation), sample.observations)


def psr(sample: SharpeSample, convention: Convention, threshold: float = 0.0) -> float | None:
    """Probabilistic Sharpe ratio: Φ((SR − threshold) / error); None where the error is not defined."""
    error = sharpe_error(sample, convention, threshold)
    return None if error is None else NORMAL.cdf((sample.sharpe - threshold) / error)


def min_track_record(
    sample: SharpeSample, convention: Convention, threshold: float = 0.0, confidence: float = 0.95
) -> float | None:
    """MinTRL: observations after which this Sharpe ratio would be told from the threshold.

    1 + R·(z / (SR − threshold))² in the 2012 form, R·(z / (SR − threshold))² with the null's R in the 2025 form.

    Returns:
        None where no length would do: the ratio is not above the threshold.
    """
    distance = sample.sharpe - threshold
    if distance <= 0.0:
        return None
    needed = (NORMAL.inv_cdf(confidence) / distance) ** 2
    if convention is Convention.BAILEY:
        return 1.0 + _spread(sample, sample.sharpe, 0.0) * needed
    return _spread(sample, threshold, sample.autocorrelation) * needed


def _spread(sample: SharpeSample, at: float, rho: float) -> float:
    """R: T times the variance of a Sharpe ratio whose true value is `at`; 1 for normal returns around 0."""
    mean = (1.0 + rho) / (1.0 - rho)
    skewed = 1.0 + rho / (1.0 - rho) + rho * rho / (1.0 - rho * rho)
    squared = (1.0 + rho * rho) / (1.0 - rho * rho)
    return mean - skewed * sample.skewness * at + squared * (sample.kurtosis - 1.0) / 4.0 * at * at


def _root(spread: float, count: int) -> float | None:
    return math.sqrt(spread / count) if count > 0 and spread > _ROUNDING else None
