"""The size of a position: the smallest of all bounds wins and is named."""

import math
from collections.abc import Collection
from dataclasses import replace

from core.decide.caps import CAPS, Opening, agent
from core.records import SizeCap, Sizing

LOT = 1e-8
"""Smallest step of a quantity, in units of the base."""


def size(
    opening: Opening, equity: float, price: float, lot: float = LOT, without: Collection[str] = ()
) -> Sizing:
    """How large an opening may be.

    Args:
        equity: of the book, quote currency.
        price: last close.
        lot: smallest step of a quantity.
        without: names of bounds to leave out.
    """
    caps = [cap for cap in (bound(opening) for bound in CAPS) if cap.name not in without]
    if "agent" not in without:
        caps.append(agent(opening, _least(caps).share))
    least = _least(caps)
    return Sizing(tuple(caps), least.name, least.share, position_size(equity, price, least.share, lot))


def shrunk(sizing: Sizing, quantity: float, cap: SizeCap) -> Sizing:
    """The same with a further bound that leaves `quantity`."""
    return replace(
        sizing,
        caps=(*sizing.caps, cap),
        bound=cap.name,
        share=min(sizing.share, cap.share),
        quantity=quantity,
    )


def position_size(equity: float, price: float, fraction: float, lot: float = LOT) -> float:
    """`fraction` of equity in units at `price`, rounded down to whole lots; 0 where there is no equity."""
    return max(0.0, whole_lots(fraction * equity / price, lot))


def whole_lots(quantity: float, lot: float) -> float:
    """A quantity rounded down to whole lots."""
    return math.floor(quantity / lot) * lot


def _least(caps: Collection[SizeCap]) -> SizeCap:
    """The first of the smallest."""
    return min(caps, key=lambda cap: cap.share)
