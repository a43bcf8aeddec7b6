"""What is suspicious about a backtest, in sentences."""

from collections.abc import Sequence

import numpy as np

from core.evaluate.backtest import Backtest
from core.records import Costs, Metrics, Neighbour

FEWEST_TRADES = 30
ABSURD_CAGR, ABSURD_SHARPE, ABSURD_WINS = 2.0, 5.0, 0.9


def warnings(
    result: Backtest, costs: Costs, neighbours: Sequence[Neighbour] = (), quote: str = "USD"
) -> tuple[str, ...]:
    """Reasons not to believe the headline, the gravest first; empty when none is seen.

    Args:
        neighbours: the same run with each parameter a step away, where there are any.
        quote: currency of the amounts.
    """
    found = [
        *_broken(result),
        *_free(costs),
        *_few(result.metrics),
        *_one_trade(result, quote),
        *_absurd(result.metrics),
        *_cliff(result.metrics, neighbours),
        *_thin(result.metrics, costs),
        *_hit_rate(result.metrics),
    ]
    return tuple(found)


def _broken(result: Backtest) -> list[str]:
    from core.execute.layout import REJECTED

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
    return found


def _free(costs: Costs) -> list[str]:
    if not costs.free:
        return []
    return ["All costs are switched off: no real account trades for free."]


def _few(metrics: Metrics) -> list[str]:
    if metrics.trades >= FEWEST_TRADES:
        return []
    return [
        f"Only {metrics.trades} closed trades: far too few to tell skill from luck ({FEWEST_TRADES} is a bare minimum)."
    ]


def _one_trade(result: Backtest, quote: str) -> list[str]:
    if result.trades.empty or result.metrics.total_return <= 0:
        return []
    best, profit = float(result.trades["pnl"].max()), float(result.trades["pnl"].sum())
    if not best > 0.5 * profit > 0:
        return []
    amount = f"${best:,.2f}" if quote == "USD" else f"{best:,.2f} {quote}"
    return [f"One trade made more than half of the profit ({amount}): without it little is left."]


def _absurd(metrics: Metrics) -> list[str]:
    found = []
    if metrics.cagr is not None and metrics.cagr > ABSURD_CAGR:
        found.append(
            f"{metrics.cagr:.0%} a year is more than anybody keeps up: look for a leak or a lucky stretch."
        )
    if metrics.sharpe is not None and metrics.sharpe > ABSURD_SHARPE:
        found.append(
            f"A Sharpe ratio of {metrics.sharpe:.1f} is beyond what any fund has kept up: suspect a look at the future, "
            "bad bars, or fills that nobody would have got."
        )
    if (
        metrics.win_rate is not None
        and metrics.trades >= FEWEST_TRADES
        and metrics.win_rate > ABSURD_WINS
        and (metrics.profit_factor is None or metrics.profit_factor > 2)
    ):
        found.append(
            f"{metrics.win_rate:.0%} of the trades won, and their gains dwarf the losses: suspect a look at the future."
        )
    return found


def _cliff(metrics: Metrics, neighbours: Sequence[Neighbour]) -> list[str]:
    """A profit that most steps away from it halve, or that one step turns into a loss."""
    if metrics.total_return <= 0 or not neighbours:
        return []
    returns = np.array([near.total_return for near in neighbours])
    worst = neighbours[int(returns.argmin())]
    if not (np.median(returns) < metrics.total_return / 2 or worst.total_return < 0):
        return []
    return [
        f"The result stands on a cliff: with {worst.parameter} {worst.value:g} it is {worst.total_return:+.1%} instead of "
        f"{metrics.total_return:+.1%} (median of {len(neighbours)} neighbours {np.median(returns):+.1%})."
    ]


def _thin(metrics: Metrics, costs: Costs) -> list[str]:
    edge, side = metrics.expectancy, costs.fee + costs.half_spread + costs.slippage
    if edge is None or not 0 < edge < 2 * side:
        return []
    return [
        "A trade earns less on average than it pays in costs: a little more slippage turns it into a loss."
    ]


def _hit_rate(metrics: Metrics) -> list[str]:
    low, needed = metrics.win_rate_low, metrics.break_even_rate
    if low is None or needed is None or low > needed:
        return []
    return [
        f"The share of winners is {metrics.win_rate:.0%} (95 % interval from {low:.0%}), and these wins and losses break "
        f"even at {needed:.0%}: no evidence of an edge."
    ]
