"""Limits on the market and on the data: nothing is opened in a storm, on old prices or on bad ones."""

import numpy as np

from core.records import Proposal, RiskCheck
from core.risk.context import RiskContext, checked


def volatility_spike(proposal: Proposal, context: RiskContext) -> RiskCheck:
    """Volatility of the last bars over the usual one; too few bars to know what is usual pass, and say so."""
    ratio, limit, unit = context.volatility_ratio, context.risk.max_volatility_ratio, "times the usual"
    ceiling = limit or None
    if ratio is None:
        least = context.risk.volatility_short + context.risk.volatility_long
        words = f"There are too few bars to say what volatility is usual ({least} are asked); this check passes then."
        return checked(proposal, "volatility_spike", None, ceiling, unit, True, words)
    said = f"The last {context.risk.volatility_short} bars moved {ratio:.2f} times as much as usual"
    if not limit:
        return checked(proposal, "volatility_spike", ratio, None, unit, True, f"{said}; no limit is set.")
    return checked(
        proposal, "volatility_spike", ratio, limit, unit, ratio <= limit,
        f"{said}; nothing is opened above {limit:.2f} times.",
    )  # fmt: skip


def stale_data(proposal: Proposal, context: RiskContext) -> RiskCheck:
    """Age of the last closed bar, in bars that the market's calendar expected since."""
    late, limit, unit = context.bars_late, context.risk.max_bars_late, "bars late"
    if late is None:
        return checked(
            proposal, "stale_data", None, limit, unit, False, "How old the last bar is is not known."
        )
    said = (
        "The last bar is the newest that can be"
        if late == 0
        else f"{late} {'bar is' if late == 1 else 'bars are'} missing at the end"
    )
    return checked(
        proposal, "stale_data", late, limit, unit, late <= limit, f"{said}; at most {limit} may be late."
    )


def data_quality(proposal: Proposal, context: RiskContext) -> RiskCheck:
    """Trust in the data: quality score of the bars the decision rests on."""
    score, limit = context.quality, context.minimum_quality
    return checked(
        proposal, "data_quality", score, limit, "of 100 points", score >= limit,
        f"The bars score {score:.0f} of 100; nothing is opened below {limit:.0f}.",
    )  # fmt: skip


def volatility_ratio(closes: np.ndarray, short: int, long: int) -> float | None:
    """Standard deviation of the last `short` log returns over the median of those of the windows before.

    The usual volatility is the median over windows of `short` returns that lie side by side in the `long` returns before
    the last ones.

    Args:
        closes: (n,) oldest first, > 0.

    Returns:
        None with fewer than 1 + short + long closes, or where the usual volatility is 0.
    """
    if len(closes) < 1 + short + long:
        return None
    returns = np.diff(np.log(closes[-(1 + short + long) :]))
    windows = returns[-short - (long // short) * short : -short].reshape(-1, short)
    usual = float(np.median(windows.std(axis=1)))
    return float(returns[-short:].std()) / usual if usual > 0 else None
