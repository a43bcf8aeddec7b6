"""When no number is better than the number."""

import numpy as np

from core.evaluate.backtest import Backtest


def refusal(result: Backtest, leak: str = "", trust: float | None = None, least_trust: float = 0.0) -> str:
    """Why the figures of a run would be wrong, in a sentence, the gravest reason first; empty when they may be shown.

    Args:
        leak: what the test for look-ahead found; empty when nothing.
        trust: data-quality score of the bars, 0 … 100.
        least_trust: score below which a figure is not believed.
    """
    equity = result.curves["equity"].to_numpy()
    if leak:
        return (
            f"The strategy sees the future. {leak} Whatever it earned was earned with prices it could not have known: "
            "correct the strategy before testing it."
        )
    if trust is not None and trust < least_trust:
        return (
            f"The bars cannot be trusted: their quality is {trust:.0f} of 100, below the {least_trust:.0f} that a "
            "decision needs. The Market page shows what is wrong with them; choose another source or other dates."
        )
    if not np.isfinite(equity).all():
        return (
            "The equity is not a number at some bars: prices or costs are beyond what can be computed. "
            "Check the bars on the Market page, and the costs."
        )
    if equity.min() <= 0:
        when = result.curves.index[int(np.argmax(equity <= 0))]
        return (
            f"The account was ruined on {when:%Y-%m-%d}: its equity fell to nothing, and no figure after that has a "
            "meaning. Put a smaller share into each position, or set a stop."
        )
    return ""
