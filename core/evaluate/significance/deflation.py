"""What the best of many tries shows by luck alone, and what is left of a Sharpe ratio after that."""

import math

from core.evaluate.significance.sharpe import NORMAL, Convention, SharpeSample, psr

_EULER = 0.5772156649015329


def expected_max(trials: float) -> float:
    """Expected maximum of that many independent standard normal draws; 0 for one (or fewer).

    (1 − γ)·Φ⁻¹(1 − 1/N) + γ·Φ⁻¹(1 − 1/(N·e)), γ Euler's constant (Bailey & López de Prado 2014).
    """
    if trials <= 1.0:
        return 0.0
    first, second = NORMAL.inv_cdf(1.0 - 1.0 / trials), NORMAL.inv_cdf(1.0 - 1.0 / (trials * math.e))
    return max((1.0 - _EULER) * first + _EULER * second, 0.0)


def expected_max_sharpe(trials: float, variance: float) -> float:
    """Sharpe ratio that the best of `trials` worthless tries is expected to show, when theirs vary by `variance`.

    Per bar when the variance is that of per-bar ratios. Tries are taken as independent: a fine grid of one idea counts
    as more tries than it is, so the hurdle errs on the strict side.
    """
    return math.sqrt(max(variance, 0.0)) * expected_max(trials)


def dsr(sample: SharpeSample, trials: float, variance: float, convention: Convention) -> float | None:
    """Deflated Sharpe ratio: the PSR against `expected_max_sharpe` (Bailey & López de Prado 2014)."""
    return psr(sample, convention, expected_max_sharpe(trials, variance))


def min_backtest_length(trials: float, sharpe: float = 1.0) -> float:
    """MinBTL: years below which the best of `trials` worthless tries is expected to show that yearly Sharpe ratio.

    (E[max] / SR)² (Bailey, Borwein, López de Prado & Zhu 2014): 45 tries reach a ratio of 1 in five years.

    Raises:
        ValueError: the ratio is not positive.
    """
    if sharpe <= 0.0:
        raise ValueError(f"A backtest length needs a Sharpe ratio above 0, not {sharpe:g}.")
    return (expected_max(trials) / sharpe) ** 2
