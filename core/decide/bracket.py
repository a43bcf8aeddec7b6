"""Where the stop and the target of a new position rest, as fractions from its fill."""

from core.decide.surroundings import Surroundings
from core.records import Costs
from core.settings import Settings


def bracket(way: int, around: Surroundings, settings: Settings) -> tuple[float, float, str]:
    """Stop, target, and a sentence where they are not those of the risk limits.

    The stop is the tightest of the limit, `risk.atr_stop` average true ranges, and the level of a forecast with skill
    (`sizing.levels`); it is never wider than the limit. The level's target is taken where it pays for the risk after all
    costs as the risk rules ask.

    Args:
        way: 1 long, −1 short.
    """
    risk = settings.risk
    stop, target, said = risk.stop_loss, risk.take_profit, []
    if risk.atr_stop > 0.0 and around.atr is not None and 0.0 < risk.atr_stop * around.atr < stop:
        stop = risk.atr_stop * around.atr
        said.append(f"The stop is {risk.atr_stop:g} average true ranges of {around.atr:.2%}: {stop:.2%}.")
    if settings.sizing.levels and around.levels is not None:
        own = around.levels
        near, far = (own.stop_long, own.target_long) if way > 0 else (own.stop_short, own.target_short)
        if 0.0 < near < stop:
            stop = near
            said.append(f"Three of four comparable entries stayed within {near:.2%}: that is the stop.")
        if far > 0.0 and reward_to_risk(stop, far, around.costs) >= risk.min_reward_to_risk:
            target = far
            said.append(f"Half of them reached {far:.2%}: that is the target.")
    return stop, target, " ".join(said)


def reward_to_risk(stop: float, target: float, costs: Costs | None) -> float:
    """Net gain at the target over net loss at the stop, as the risk rule counts it."""
    if costs is None:
        return target / stop
    enter = costs.fee + costs.half_spread + costs.slippage
    leave = costs.fee if costs.maker is None else costs.maker
    return (target - enter - leave) / (stop + 2 * enter)
