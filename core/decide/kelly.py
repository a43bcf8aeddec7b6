"""How much of the equity a bet deserves, and the chance that a target is reached before a stop."""

import math


def kelly_fraction(p: float, win: float, loss: float = 1.0) -> float:
    """Share of the equity that makes it grow fastest: f = p / loss − (1 − p) / win; Kelly 1956, Thorp 2006.

    With `loss` 1 this is the textbook's p − q / b. Never below 0: a bet that loses on average is not made.

    Args:
        p: chance of the gain, 0 … 1.
        win: gained by a unit of the position, a fraction of its value.
        loss: lost by a unit, a fraction of its value; above 0.
    """
    if not win > 0.0:
        return 0.0
    return max(0.0, p / loss - (1.0 - p) / win)


def chance_of_target(p: float, distance: float, stop: float, target: float) -> float:
    """Chance that a price reaches `target` before `stop`, given how it would do between two equally far levels.

    A Brownian motion that reaches +d before −d with probability p has 2μ/σ² = ln(p / (1 − p)) / d; its scale function
    then tells the chance between any two levels (Karatzas & Shreve 1991, 5.5). It takes the drift to last until one is
    reached. Without a drift it is stop / (stop + target).

    Args:
        p: 0 … 1, both excluded.
        distance: of the two equal levels, a fraction of the price.
        stop: distance of the stop, a fraction.
        target: distance of the target, a fraction.
    """
    pull = math.log(p / (1.0 - p)) / distance
    if abs(pull) * (stop + target) < 1e-9:
        return stop / (stop + target)
    pull = max(-700.0 / (stop + target), min(700.0 / (stop + target), pull))
    return -math.expm1(-pull * stop) / -math.expm1(-pull * (stop + target))
