"""Limits on losses: of the day, from the peak, in a row; and the state that they leave the book in."""

from core.records import Proposal, RiskCheck, SystemState
from core.risk.breaker import reached
from core.risk.context import RiskContext, checked


def daily_loss(proposal: Proposal, context: RiskContext) -> RiskCheck:
    """Loss since 00:00 UTC, as a share of the equity then."""
    start, limit = context.day_start_equity, context.risk.max_daily_loss
    if not start > 0:
        words = "The book had no equity at 00:00 UTC."
        return checked(proposal, "daily_loss", None, limit * 100, "% since 00:00 UTC", False, words)
    loss = max(0.0, 1.0 - context.book.equity / start)
    return checked(
        proposal, "daily_loss", loss * 100, limit * 100, "% since 00:00 UTC", loss < limit,
        f"The book has lost {loss:.2%} since 00:00 UTC; from {limit:.2%} on nothing new is opened.",
    )  # fmt: skip


def drawdown(proposal: Proposal, context: RiskContext) -> RiskCheck:
    """Loss from the peak since the book began or was reset, against the breaker."""
    limit, lost, unit = context.risk.max_drawdown, context.state.drawdown, "% below the peak"
    said = f"The book is {lost:.2%} below its peak"
    if limit == 0:
        return checked(proposal, "drawdown", lost * 100, None, unit, True, f"{said}; no limit is set.")
    return checked(
        proposal, "drawdown", lost * 100, limit * 100, unit, not reached(lost, limit),
        f"{said}; at {limit:.2%} the breaker trips.",
    )  # fmt: skip


def losing_streak(proposal: Proposal, context: RiskContext) -> RiskCheck:
    """Trades lost in a row: too many are followed by a pause."""
    state, limit, unit = context.state, context.risk.losing_streak, "losses in a row"
    count = state.losing_streak
    said = f"{count} {'trade was' if count == 1 else 'trades were'} lost in a row"
    if limit == 0:
        return checked(proposal, "losing_streak", count, None, unit, True, f"{said}; no limit is set.")
    until, now = state.cooling_until, context.moment
    cooling = until is not None and (now is None or now < until)
    if cooling and until is not None:
        words = f"{said}: nothing is opened until {until:%Y-%m-%d %H:%M} UTC."
    elif count >= limit:
        words = f"{said}, and the pause of {context.risk.cooling_hours:g} hours after the last one is over."
    else:
        words = f"{said}; {limit} are followed by a pause of {context.risk.cooling_hours:g} hours."
    return checked(proposal, "losing_streak", count, limit, unit, not cooling, words)


def system_state(proposal: Proposal, context: RiskContext) -> RiskCheck:
    """Nothing is opened while the system is REDUCING or HALTED."""
    state = context.state
    active = state.state is SystemState.ACTIVE
    words = "The system is ACTIVE." if active else f"The system is {state.state.value}. {state.reason}"
    return checked(proposal, "system_state", None, None, "", active, words)
