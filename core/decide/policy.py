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
    text_cap: float = 2.0,
) -> Proposal:
    """What the policy would like to do.

    A position opens when the fused confidence reaches the threshold, closes when the opposite does, and is
    otherwise left to its stop and target. Nothing is added to a position, and nothing done while an order waits.
    Text moves the position by at most `text_cap` of the largest one from where the numbers alone would have it.

    Args:
        position: held now, or None.
        price: last close, quote currency.
        equity: of the book, quote currency.
        threshold: 0…1.
        working: an order of this symbol waits for its open.
        lot: smallest step of a quantity: a share, a fraction of a coin.
        text_cap: 0 (text moves nothing) … 2 (it may turn a full position around).
    """
    held = position.quantity if position is not None else 0.0
    full = position_size(equity, price, risk.max_position, lot)

    def target(score: float) -> float:
        return _target(score, held, full, threshold, risk.allow_short)

    def hold(reason: str) -> Proposal:
        return Proposal(Action.HOLD, symbol, 0.0, price, None, None, fused.confidence, reason)

    if working:
        return hold("An order of this asset already waits for the next open.")
    asked = target(fused.score)
    numbers = asked if fused.numbers_only is None else target(fused.numbers_only)
    cap = text_cap * full
    wanted = min(max(asked, numbers - cap), numbers + cap)
    change = wanted - held
    if wanted not in (asked, numbers):  # those are whole lots already, or close a position with its dust
        change = math.copysign(_whole_lots(abs(change), lot), change)
    reason = _reason(fused, held, full, threshold, risk.allow_short, equity)
    if wanted != asked:
        reason = f"{reason} {_capped(fused, text_cap)}"
    if change == 0.0:
        return hold(reason)
    if held:
        return Proposal(Action.CLOSE, symbol, change, price, None, None, fused.confidence, reason)
    return Proposal(
        Action.OPEN, symbol, change, price, risk.stop_loss, risk.take_profit, fused.confidence, reason
    )


def _target(score: float, held: float, full: float, threshold: float, allow_short: bool) -> float:
    """The position that a score asks for, in units."""
    if score == 0.0 or abs(score) < threshold or score * held > 0:
        return held
    if held or (score < 0 and not allow_short):
        return 0.0
    return math.copysign(full, score)


def _reason(
    fused: FusedSignal, held: float, full: float, threshold: float, allow_short: bool, equity: float
) -> str:
    """What all signals together lead to, in one sentence."""
    heard = f"confidence {fused.confidence:.2f}"
    if fused.direction is Direction.FLAT:
        return "The signals cancel out." if fused.disagreement > 0 else "No source with a say has an opinion."
    if fused.confidence < threshold:
        return f"The signals say {fused.direction.word}, but their {heard} is below the threshold {threshold:.2f}."
    if held * fused.direction > 0:
        return f"The signals say {fused.direction.word} ({heard}) and the book is already positioned so."
    if held:
        return f"The signals turned {fused.direction.word} ({heard}) against the open position."
    if fused.direction is Direction.DOWN and not allow_short:
        return f"The signals say down ({heard}), and short positions are switched off in the settings."
    if full <= 0:
        return f"The signals say {fused.direction.word} ({heard}), but equity of {equity:,.2f} buys no lot."
    return f"The signals say {fused.direction.word} with {heard}, at or above the threshold {threshold:.2f}."


def _capped(fused: FusedSignal, text_cap: float) -> str:
    alone = fused.numbers_only or 0.0
    return (
        f"The numbers alone say {alone:+.2f}; text may move a position by at most {text_cap:.0%} of the largest one, "
        "and that is done."
    )


def position_size(equity: float, price: float, fraction: float, lot: float = LOT) -> float:
    """`fraction` of equity in units at `price`, rounded down to whole lots."""
    return _whole_lots(fraction * equity / price, lot)


def _whole_lots(quantity: float, lot: float) -> float:
    return math.floor(quantity / lot) * lot
