"""The limits on a book as a whole, with nothing proposed: what is used of each."""

from core.records import Action, Position, Proposal, RiskCheck
from core.risk.context import RiskContext, Rule
from core.risk.losses import daily_loss, drawdown, losing_streak, system_state
from core.risk.positions import max_position, max_positions, symbol_exposure, total_exposure
from core.risk.tail import book_cvar, book_var, correlation

WORST: tuple[Rule, ...] = (max_position, symbol_exposure, correlation)
"""Told of the position that uses most of it."""
WHOLE: tuple[Rule, ...] = (
    system_state,
    max_positions,
    total_exposure,
    book_var,
    book_cvar,
    daily_loss,
    drawdown,
    losing_streak,
)


def usage(context: RiskContext) -> tuple[RiskCheck, ...]:
    """Each limit on the book with what is used of it; `passed` says whether it is kept.

    Args:
        context: `symbols` and `closes` of what is held.
    """
    positions = context.book.positions
    if not positions:
        idle = Proposal(Action.OPEN, "", 0.0, 0.0, None, None, 0.0, "")
        return tuple(rule(idle, context) for rule in WHOLE)
    whole = tuple(rule(_unchanged(positions[0]), context) for rule in WHOLE)
    worst = tuple(
        max((rule(_unchanged(position), context) for position in positions), key=_used) for rule in WORST
    )
    return (*whole, *worst)


def _unchanged(position: Position) -> Proposal:
    """An opening of nothing: what is held, held against the limits."""
    return Proposal(Action.OPEN, position.symbol, 0.0, position.last_price, None, None, 0.0, "")


def _used(check: RiskCheck) -> float:
    return float("-inf") if check.value is None else check.value
