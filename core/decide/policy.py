"""From the fused signal and the book to a proposal."""

import math

from core.records import Action, Direction, FusedSignal, Position, Proposal
from core.settings import RiskSettings

LOT = 1e-8
"""Smallest step of a quantity, in units of the base."""


def propose(
    symbol: str,
    fused: FusedSignal,
    position: Position | None,
    price: float,
    equity: float,
    risk: RiskSettings,
    threshold: float,
    working: bool,
    lot: float = LOT,
) -> Proposal:
    """What the policy would like to do.

    A position opens when the fused confidence reaches the threshold, closes when the opposite does, and is
    otherwise left to its stop and target. Nothing is added to a position, and nothing done while an order waits.

    Args:
        position: held now, or None.
        price: last close, quote currency.
        equity: of the book, quote currency.
        threshold: 0…1.
        working: an order of this symbol waits for its open.
        lot: smallest step of a quantity: a share, a fraction of a coin.
    """

    def hold(reason: str) -> Proposal:
        return Proposal(Action.HOLD, symbol, 0.0, price, None, None, fused.confidence, reason)

    heard = f"confidence {fused.confidence:.2f}"
    if working:
        return hold("An order of this asset already waits for the next open.")
    if fused.direction is Direction.FLAT:
        return hold(
            "The signals cancel out." if fused.disagreement > 0 else "No source with a say has an opinion."
        )
    if fused.confidence < threshold:
        return hold(
            f"The signals say {fused.direction.word}, but their {heard} is below the threshold {threshold:.2f}."
        )
    if position is not None and position.quantity * fused.direction > 0:
        return hold(
            f"The signals say {fused.direction.word} ({heard}) and the book is already positioned so."
        )
    if position is not None:
        return Proposal(
            Action.CLOSE, symbol, -position.quantity, price, None, None, fused.confidence,
            f"The signals turned {fused.direction.word} ({heard}) against the open position.",
        )  # fmt: skip
    if fused.direction is Direction.DOWN and not risk.allow_short:
        return hold(f"The signals say down ({heard}), and short positions are switched off in the settings.")
    size = position_size(equity, price, risk.max_position, lot)
    if size <= 0:
        return hold(
            f"The signals say {fused.direction.word} ({heard}), but equity of {equity:,.2f} buys no lot."
        )
    return Proposal(
        Action.OPEN, symbol, size * fused.direction, price, risk.stop_loss, risk.take_profit, fused.confidence,
        f"The signals say {fused.direction.word} with {heard}, at or above the threshold {threshold:.2f}.",
    )  # fmt: skip


def position_size(equity: float, price: float, fraction: float, lot: float = LOT) -> float:
    """`fraction` of equity in units at `price`, rounded down to whole lots."""
    return math.floor(fraction * equity / price / lot) * lot
