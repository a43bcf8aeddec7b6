"""What is suspicious about a backtest, and what it assumed, in sentences."""

from core.evaluate.backtest import Backtest, Rules
from core.records import Costs, Metrics


def warnings(result: Backtest, costs: Costs) -> tuple[str, ...]:
    """Reasons not to believe the headline, the gravest first; empty when none is seen."""
    from core.execute.matching import REJECTED

    metrics, trades = result.metrics, result.trades
    found = []
    if float(result.curves["equity"].min()) <= 0:
        found.append(
            "The account was ruined: its equity fell to nothing, and figures after that mean nothing."
        )
    if refused := int((result.fills["kind"] == REJECTED).sum()):
        found.append(
            f"{refused} orders were rejected because cash did not cover them: take a smaller share of equity, "
            "which leaves room for costs and gaps."
        )
    if costs.fee + costs.half_spread + costs.slippage == 0:
        found.append("All costs are switched off: no real account trades for free.")
    if metrics.trades < 30:
        found.append(
            f"Only {metrics.trades} closed trades: far too few to tell skill from luck (30 is a bare minimum)."
        )
    if len(trades) and metrics.total_return > 0:
        best = float(trades["pnl"].max())
        if best > 0.5 * float(trades["pnl"].sum()) > 0:
            found.append(
                f"One trade made more than half of the profit (${best:,.2f}): without it little is left."
            )
    if metrics.cagr is not None and metrics.cagr > 2:
        found.append(
            f"{metrics.cagr:.0%} a year is more than anybody keeps up: look for a leak or a lucky stretch."
        )
    if metrics.expectancy is not None and 0 < metrics.expectancy < 2 * (
        costs.fee + costs.half_spread + costs.slippage
    ):
        found.append(
            "A trade earns less on average than it pays in costs: a little more slippage turns it into a loss."
        )
    if metrics.win_rate_low is not None and metrics.break_even_rate is not None:
        found += _hit_rate(metrics)
    return tuple(found)


def _hit_rate(metrics: Metrics) -> list[str]:
    low, needed = metrics.win_rate_low, metrics.break_even_rate
    if low is None or needed is None or low > needed:
        return []
    return [
        f"The share of winners is {metrics.win_rate:.0%} (95 % interval from {low:.0%}), and these wins and losses break "
        f"even at {needed:.0%}: no evidence of an edge."
    ]


def assumptions(rules: Rules, costs: Costs) -> tuple[str, ...]:
    """What the simulation took for granted."""
    size = "one unit" if rules.size < 0 else f"{rules.size:.0%} of equity"
    return (
        "A signal is read at a bar's close and filled at the next bar's open.",
        f"Each position is {size}; one at a time; {'long and short' if rules.short else 'long only'}.",
        f"Stop {rules.stop:.1%} and target {rules.target:.1%} from the fill; when one bar touches both, the stop counts.",
        "A gap beyond a level fills at the open; a target fills only when the price trades through it.",
        f"Each side pays {costs.fee:.2%} fee; market and stop fills also {costs.half_spread:.3%} half-spread and "
        f"{costs.slippage:.3%} slippage; a short pays {costs.borrow:.1%} a year.",
        "There is no leverage: what an order needs must be free cash, and a short binds as much as it is worth.",
        "Buy and hold, drawn beside it, puts all cash into the asset at the first open and pays the same costs.",
        "Orders do not move the market, and always find their volume.",
        "An open position at the end is valued at the last close and is not counted as a trade.",
    )
