"""What a simulation took for granted, in sentences."""

import math

from core.evaluate.backtest import Rules
from core.records import Costs, OrderType


def assumptions(rules: Rules, costs: Costs) -> tuple[str, ...]:
    """What the simulation took for granted."""
    size = "one unit" if rules.size < 0 else f"{rules.size:.0%} of equity"
    return (
        _entry(rules),
        f"Each position is {size}; one at a time; {'long and short' if rules.short else 'long only'}.",
        _bracket(rules),
        *_moving(rules),
        "A gap beyond a level fills at the open; a target fills only when the price trades through it.",
        f"Each side pays {costs.fee:.2%} fee; market and stop fills also {costs.half_spread:.3%} half-spread and "
        f"{costs.slippage:.3%} slippage; a short pays {costs.borrow:.1%} a year.",
        *_further_costs(costs),
        "There is no leverage: what an order needs must be free cash, and a short binds as much as it is worth.",
        "Buy and hold, drawn beside it, puts all cash into the asset at the first open and pays the same costs.",
        _size_of_market(costs),
        "An open position at the end is valued at the last close and is not counted as a trade.",
    )


def _entry(rules: Rules) -> str:
    late = f", {rules.latency} bars late" if rules.latency else ""
    if rules.entry is OrderType.MARKET:
        return f"A signal is read at a bar's close and filled at the next bar's open{late}."
    life = "until the opinion changes" if rules.entry_bars is None else f"for {rules.entry_bars} bars"
    return (
        f"A signal is read at a bar's close; a {rules.entry.value} order {rules.entry_offset:.2%} from it then waits "
        f"{life}{late}. Closing by signal is always a market order at the next open."
    )


def _bracket(rules: Rules) -> str:
    if math.isnan(rules.stop) and math.isnan(rules.target):
        return "There is neither stop nor target: a position ends by signal."
    if math.isnan(rules.stop):
        return f"Target {rules.target:.1%} from the fill; there is no stop."
    if math.isnan(rules.target):
        return f"Stop {rules.stop:.1%} from the fill; there is no target."
    return f"Stop {rules.stop:.1%} and target {rules.target:.1%} from the fill; when one bar touches both, the stop counts."


def _moving(rules: Rules) -> list[str]:
    found = []
    if not math.isnan(rules.trail):
        found.append(f"A trailing stop follows {rules.trail:.1%} behind the best price since the entry.")
    if not math.isnan(rules.break_even):
        found.append(f"From a gain of {rules.break_even:.1%} the stop rests at the entry price.")
    if rules.time_limit is not None:
        found.append(f"A position is closed after {rules.time_limit} bars.")
    return found


def _further_costs(costs: Costs) -> list[str]:
    found = []
    if costs.maker is not None:
        found.append(f"Limit orders and targets pay {costs.maker:.2%} instead of the fee.")
    if costs.minimum_fee:
        found.append(f"A fill pays at least {costs.minimum_fee:,.2f} in fees.")
    if costs.volatility_slippage:
        found.append(
            f"Slippage grows by {costs.volatility_slippage:g} standard deviations of a bar's return."
        )
    if costs.funding:
        found.append(f"A long pays, and a short receives, {costs.funding:.1%} a year of funding.")
    if costs.ticks:
        found.append("Levels are rounded to the asset's tick.")
    return found


def _size_of_market(costs: Costs) -> str:
    moves = (
        f"Orders move the market by the square-root law (Y = {costs.impact:g})"
        if costs.impact
        else "Orders do not move the market"
    )
    volume = (
        f"fill at most {costs.participation:.1%} of the last bar's volume in one bar"
        if costs.participation
        else "always find their volume"
    )
    return f"{moves}, and {volume}."
