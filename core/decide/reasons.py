"""Reasons in plain words."""

from core.records import Direction, FusedSignal
from core.settings import Settings


def reason_of(fused: FusedSignal, held: float, full: float, equity: float, settings: Settings) -> str:
    """What all signals together lead to, in one sentence.

    Args:
        held: units of the position, signed.
        full: units of the largest position.
        equity: of the book, quote currency.
    """
    threshold, allow_short = settings.signals.threshold, settings.risk.allow_short
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


def capped(fused: FusedSignal, text_cap: float) -> str:
    """That text was not allowed to move the position further."""
    alone = fused.numbers_only or 0.0
    return (
        f"The numbers alone say {alone:+.2f}; text may move a position by at most {text_cap:.0%} of the largest one, "
        "and that is done."
    )


def but(reason: str, words: str) -> str:
    """A reason, and what speaks against it."""
    lower = words[:1].lower() + words[1:] if words[:4] == "The " else words
    return f"{reason} But {lower}"
