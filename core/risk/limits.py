"""Risk limits: each a small pure function from a proposal and its surroundings to a check with its number.

Every check guards the opening of positions: a proposal that closes one or moves its stop passes, and where it would not
have, the check says that this is always allowed.
"""

from core.records import Action, Proposal, RiskCheck
from core.risk.context import RiskContext, Rule
from core.risk.losses import daily_loss, drawdown, losing_streak, system_state
from core.risk.market import data_quality, stale_data, volatility_spike
from core.risk.positions import (
    cash,
    max_position,
    max_positions,
    reward_to_risk,
    stop_distance,
    symbol_exposure,
    total_exposure,
)
from core.risk.tail import book_cvar, book_var, correlation

RULES: tuple[Rule, ...] = (
    system_state,
    max_position,
    max_positions,
    symbol_exposure,
    total_exposure,
    correlation,
    daily_loss,
    drawdown,
    losing_streak,
    stop_distance,
    reward_to_risk,
    cash,
    book_var,
    book_cvar,
    volatility_spike,
    stale_data,
    data_quality,
)


def check(proposal: Proposal, context: RiskContext, rules: tuple[Rule, ...] = RULES) -> tuple[RiskCheck, ...]:
    """Every rule, also after the first that refuses; none when nothing is proposed."""
    return () if proposal.action is Action.HOLD else tuple(rule(proposal, context) for rule in rules)
