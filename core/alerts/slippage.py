"""Fills that cost far more than the cost model says: the market jumped, or the order was too large for it."""

from collections.abc import Iterable
from datetime import datetime

from core.collect import LIVE
from core.pipeline import Workbench
from core.records import Alert, AlertKind, Costs, Severity
from core.store import happenings as seen

LEAST = 0.001
"""Share of the price below which nothing is odd, however small the model's share is."""


def notice_slippage(bench: Workbench, since: datetime) -> Iterable[Alert]:
    """Fills away from the price before costs, and stops that were left beyond their level."""
    usual = usual_slippage(bench.settings.costs.record())
    far = max(LEAST, bench.settings.alerts.slippage * usual)
    for world, order, symbol, reason, price, reference, paid, time in seen.filled_away(
        bench.store, far, since
    ):
        words = (
            f"{symbol} filled at {price:,.6g} ({reason.replace('_', ' ')}), {paid:.2%} worse than {reference:,.6g}; the cost "
            f"model expects {usual:.2%}."
        )
        key = f"slippage:{order}:{reason}:{time.timestamp():.0f}"
        yield Alert(key, AlertKind.ANOMALY, Severity.WARNING, time, symbol, words, world == LIVE)
    for world, order, symbol, price, level, beyond, time in seen.stopped_away(bench.store, far, since):
        words = (
            f"The stop of {symbol} at {level:,.6g} was left at {price:,.6g}, {beyond:.2%} beyond it; the cost model expects "
            f"{usual:.2%}."
        )
        key = f"slippage:{order}:stop:{time.timestamp():.0f}"
        yield Alert(key, AlertKind.ANOMALY, Severity.WARNING, time, symbol, words, world == LIVE)


def usual_slippage(costs: Costs) -> float:
    """What the cost model takes of the price of every market or stop order, as a share; volatility and impact come on
    top of it in its own fills and are what an anomaly is made of."""
    return costs.half_spread + costs.slippage
