"""Bounds on the size of a position: each a small pure function from an opening to the largest share that it allows.

A bound that does not apply stands at the largest position and says why. Shares are rounded down to a hundredth of a per
cent of equity, so that what is told is what is done.
"""

import math
from collections.abc import Callable
from dataclasses import dataclass

from core.decide.kelly import chance_of_target, kelly_fraction
from core.decide.surroundings import Surroundings
from core.decide.volatility import volatility_share
from core.records import AgentOpinion, Costs, MetaOpinion, SizeCap
from core.settings import Settings

_STEP = 1e-4


@dataclass(frozen=True, slots=True)
class Opening:
    """A position that might be opened, and what bounds it."""

    way: int
    """1 long, −1 short."""
    confidence: float
    disagreement: float
    stop: float
    """Fraction from the fill."""
    target: float
    meta: MetaOpinion | None
    agent: AgentOpinion | None
    around: Surroundings
    settings: Settings

    @property
    def most(self) -> float:
        """The largest position that the risk limits allow, as a share of equity."""
        return self.settings.risk.max_position


Cap = Callable[[Opening], SizeCap]


def max_position(opening: Opening) -> SizeCap:
    """What the risk limits allow."""
    return SizeCap("max_position", opening.most, f"One position may be {opening.most:.2%} of equity at most.")


def volatility(opening: Opening) -> SizeCap:
    """Target volatility over the asset's own."""
    aim, own = opening.settings.sizing.target_volatility, opening.around.volatility
    if aim == 0.0:
        return _idle("volatility", opening, "no target is set")
    if own is None:
        return _idle("volatility", opening, "the volatility is not known")
    share = _down(volatility_share(aim, own))
    words = (
        f"A target of {aim:.1%} a year over a volatility of {own:.1%} a year leaves {share:.2%} of equity."
    )
    return SizeCap("volatility", share, words)


def kelly(opening: Opening) -> SizeCap:
    """A share of the Kelly fraction, from a probability that has earned belief."""
    part = opening.settings.sizing.kelly
    if part == 0.0:
        return _idle("kelly", opening, "it is switched off")
    belief = _belief(opening)
    if belief is None:
        return _idle("kelly", opening, "no probability that has earned belief speaks for this trade")
    p, who = belief
    enter, leave = _costs(opening.around.costs)
    win, loss = opening.target - enter - leave, opening.stop + 2 * enter
    whole = kelly_fraction(p, win, loss)
    share = _down(min(1.0, part * whole))
    words = (
        f"{who} gives the target {p:.1%}; it pays {max(win, 0.0):.2%} and the stop costs {loss:.2%}, so Kelly's share is "
        f"{whole:.2f} of equity, and {part:g} times that is {'all of it' if share == 1.0 else f'{share:.2%}'}."
    )
    return SizeCap("kelly", share, words)


def confidence(opening: Opening) -> SizeCap:
    """Half the largest position at the threshold, all of it at full confidence."""
    if not opening.settings.sizing.by_confidence:
        return _idle("confidence", opening, "it is switched off")
    bar = opening.settings.signals.threshold
    beyond = 1.0 if bar >= 1.0 else min(1.0, max(0.0, (opening.confidence - bar) / (1.0 - bar)))
    share = _down(opening.most * (0.5 + 0.5 * beyond))
    words = (
        f"Half of {opening.most:.2%} at the threshold {bar:.2f}, all of it at 1; "
        f"a confidence of {opening.confidence:.2f} leaves {share:.2%} of equity."
    )
    return SizeCap("confidence", share, words)


def disagreement(opening: Opening) -> SizeCap:
    """The less the more the sources contradict each other."""
    if not opening.settings.sizing.by_disagreement:
        return _idle("disagreement", opening, "it is switched off")
    share = _down(opening.most * (1.0 - opening.disagreement))
    words = (
        f"{opening.most:.2%} × (1 − {opening.disagreement:.2f} disagreement) leaves {share:.2%} of equity."
    )
    return SizeCap("disagreement", share, words)


def regime(opening: Opening) -> SizeCap:
    """The less the likelier a volatile regime is."""
    left, chance = opening.settings.sizing.volatile_regime, opening.around.volatile
    if left == 1.0:
        return _idle("regime", opening, "it is switched off")
    if chance is None:
        return _idle("regime", opening, "the regime is not known")
    share = _down(opening.most * (1.0 - chance * (1.0 - left)))
    words = (
        f"A volatile regime leaves {left:.0%} of the largest position; with a probability of {chance:.0%} that is "
        f"{share:.2%} of equity."
    )
    return SizeCap("regime", share, words)


def trust(opening: Opening) -> SizeCap:
    """The less the worse the bars are."""
    if not opening.settings.sizing.by_trust:
        return _idle("trust", opening, "it is switched off")
    score = opening.around.trust
    if score is None:
        return _idle("trust", opening, "the quality of the data is not known")
    share = _down(opening.most * score)
    words = f"The bars score {100 * score:.0f} of 100, which leaves {share:.2%} of equity."
    return SizeCap("trust", share, words)


def agent(opening: Opening, share: float) -> SizeCap:
    """What the agent leaves of `share`, the least of the other bounds: w × (1 − clip(e × way, 0, 1)) goes; never more."""
    said = opening.agent
    if said is None:
        return _idle("agent", opening, "no agent was trained")
    if not said.earned or said.weight <= 0.0:
        return _idle("agent", opening, "the agent has not earned a say")
    part = min(1.0, max(0.0, said.exposure * opening.way))
    factor = 1.0 - min(1.0, said.weight) * (1.0 - part)
    left = share if factor >= 1.0 else min(share, _down(share * factor))
    words = (
        f"The agent would hold {said.exposure:+.2f}; with a say of {said.weight:.2f} it leaves {factor:.0%} of "
        f"{share:.2%}, which is {left:.2%} of equity."
    )
    return SizeCap("agent", left, words)


CAPS: tuple[Cap, ...] = (max_position, volatility, kelly, confidence, disagreement, regime, trust)


def _belief(opening: Opening) -> tuple[float, str] | None:
    """The chance of the target by whoever has earned belief, and who that is: the meta-model, else the first forecast
    with skill that leans this way."""
    if opening.meta is not None and opening.meta.earned:
        return opening.meta.probability, "The meta-model"
    for lean in opening.around.leans:
        p = lean.up if opening.way > 0 else 1.0 - lean.up
        if 0.5 < p < 1.0 and lean.distance > 0.0:
            return chance_of_target(p, lean.distance, opening.stop, opening.target), lean.source
    return None


def _costs(costs: Costs | None) -> tuple[float, float]:
    """Of a market fill, and of a target, as fractions of the value."""
    if costs is None:
        return 0.0, 0.0
    leave = costs.fee if costs.maker is None else costs.maker
    return costs.fee + costs.half_spread + costs.slippage, leave


def _idle(name: str, opening: Opening, why: str) -> SizeCap:
    return SizeCap(name, opening.most, f"Does not apply: {why}.")


def _down(share: float) -> float:
    """A share of 0.0001 and its multiples; what is a multiple but for rounding stays it."""
    return max(0.0, math.floor(share / _STEP + 1e-6) * _STEP)
