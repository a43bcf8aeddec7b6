"""How often a discovery is false: power and false discovery rates of a Sharpe ratio test.

All in Convention.NULL (López de Prado, Lipton & Zoonekynd 2025): each hypothesis brings its own variance.
"""

from core.evaluate.significance.sharpe import NORMAL, Convention, SharpeSample, psr, sharpe_error


def power(
    sample: SharpeSample, alternative: float, threshold: float = 0.0, level: float = 0.05
) -> float | None:
    """Probability that a test at `level` finds a strategy whose true per-bar Sharpe ratio is `alternative`: 1 − β.

    Only the sample's length, moments and autocorrelation count, not its ratio. None where an error is not defined.
    """
    under = sharpe_error(sample, Convention.NULL, threshold)
    over = sharpe_error(sample, Convention.NULL, alternative)
    if under is None or over is None:
        return None
    critical = threshold + NORMAL.inv_cdf(1.0 - level) * under
    return 1.0 - NORMAL.cdf((critical - alternative) / over)


def planned_false_discovery(prior: float, power: float, level: float = 0.05) -> float:
    """pFDR: share of false ones among all that a test at `level` lets pass.

    Args:
        prior: share of strategies that have an edge, 0 < prior < 1; an assumption, not a measurement.
        power: of the test.
    """
    false = level * (1.0 - prior)
    return false / (false + power * prior)


def observed_false_discovery(
    sample: SharpeSample, alternative: float, prior: float, threshold: float = 0.0
) -> float | None:
    """oFDR: probability that there is no edge, given a ratio at least as high as the observed one.

    None where an error is not defined, or where neither hypothesis could give such a ratio.
    """
    chances = [psr(sample, Convention.NULL, hypothesis) for hypothesis in (threshold, alternative)]
    if chances[0] is None or chances[1] is None:
        return None
    false, true = (1.0 - chances[0]) * (1.0 - prior), (1.0 - chances[1]) * prior
    return false / (false + true) if false + true > 0.0 else None
