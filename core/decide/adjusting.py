"""When the stop or the target of a held position moves. A stop is only ever drawn nearer.

Two things draw the stop to `sizing.adjust_atr` average true ranges from the last close:

* the market has turned volatile (probability of a volatile regime at least one half), or
* the numbers no longer speak for the position, though not loudly enough against it to close it.

The numbers alone are asked: anybody can write text, and no text shall throw a position out. Moves of less than a tenth of
an average true range are not worth telling. Beside it the trailing stop and the break-even move of the order go on; the
level nearest to the price is the one that holds.

Where the levels of a forecast with skill are asked for (`sizing.levels`), the target goes with them.
"""

import math
from dataclasses import dataclass

from core.decide.surroundings import Surroundings
from core.records import Position
from core.settings import Settings

VOLATILE = 0.5
"""Probability of a volatile regime from which the market counts as volatile."""
_LEAST = 0.1
"""Least move, in average true ranges."""


@dataclass(frozen=True, slots=True)
class Adjustment:
    """Levels to move to; None where a level stays."""

    stop: float | None
    target: float | None
    reason: str


def adjustment(
    position: Position, price: float, numbers: float, around: Surroundings, settings: Settings
) -> Adjustment | None:
    """What is to be moved; None when nothing is.

    Args:
        price: last close, quote currency.
        numbers: fused score without the sources that read text, −1 … 1.
    """
    if not settings.sizing.adjust or around.atr is None or position.leaving is not None:
        return None
    side = math.copysign(1.0, position.quantity)
    stop, why = _stop(position, side, price, numbers, around, settings)
    target = _target(position, side, price, around, settings)
    if stop is None and target is None:
        return None
    said = []
    if stop is not None:
        said.append(f"{why}: the stop moves to {stop:,.6g}, {abs(stop / price - 1):.2%} from the last close.")
    if target is not None:
        said.append(f"The forecast's level moves the target to {target:,.6g}.")
    return Adjustment(stop, target, " ".join(said))


def asks_for_care(side: float, numbers: float, volatile: float | None) -> str:
    """Why a position's stop is to be drawn nearer; empty when it is not.

    Args:
        side: 1 long, −1 short.
    """
    if volatile is not None and volatile >= VOLATILE:
        return f"The market is in a volatile regime ({volatile:.0%} likely)"
    return f"The numbers ({numbers:+.2f}) no longer speak for the position" if numbers * side <= 0.0 else ""


def _stop(
    position: Position, side: float, price: float, numbers: float, around: Surroundings, settings: Settings
) -> tuple[float | None, str]:
    why = asks_for_care(side, numbers, around.volatile)
    reach = (around.atr or 0.0) * price
    level = price - side * settings.sizing.adjust_atr * reach
    if not why or reach <= 0.0 or level <= 0.0:
        return None, ""
    if position.stop is not None and (level - position.stop) * side < _LEAST * reach:
        return None, ""
    return level, why


def _target(
    position: Position, side: float, price: float, around: Surroundings, settings: Settings
) -> float | None:
    if not settings.sizing.levels or around.levels is None:
        return None
    far = around.levels.target_long if side > 0 else around.levels.target_short
    level, least = position.entry_price * (1.0 + side * far), _LEAST * (around.atr or 0.0) * price
    if far <= 0.0 or level <= 0.0 or (level - price) * side <= least:
        return None
    if position.target is not None and abs(level - position.target) < least:
        return None
    return level
