"""Risk limits: each a small pure function from a proposal and its surroundings to a check with its number.

Every check guards the opening of positions: a proposal that closes one passes, and where it would not have, the
check says that closing is always allowed.
"""

from collections.abc import Callable
from dataclasses import dataclass

from core.records import Action, Book, Costs, Proposal, RiskCheck
from core.settings import RiskSettings

MINIMUM_REWARD_TO_RISK = 1.0
"""Net profit at the target over net loss at the stop."""


@dataclass(frozen=True, slots=True)
class RiskContext:
    """What the checks look at."""

    book: Book
    day_start_equity: float
    """Equity at 00:00 UTC of the cycle's day."""
    quality: float
    """Score of the bars, 0…100."""
    minimum_quality: float
    risk: RiskSettings
    costs: Costs


Rule = Callable[[Proposal, RiskContext], RiskCheck]


def max_position(proposal: Proposal, context: RiskContext) -> RiskCheck:
    """Value of the position after the trade, as a share of equity."""
    equity, limit = context.book.equity, context.risk.max_position
    if not equity > 0:
        return _checked(
            proposal, "max_position", None, limit * 100, "% of equity", False, "The book has no equity."
        )
    held = context.book.position(proposal.symbol)
    after = abs((held.quantity if held else 0.0) + proposal.quantity) * proposal.price / equity
    return _checked(
        proposal, "max_position", after * 100, limit * 100, "% of equity", after <= limit * (1 + 1e-9),
        f"The position would be {after:.2%} of equity; at most {limit:.2%} is allowed.",
    )  # fmt: skip


def max_positions(proposal: Proposal, context: RiskContext) -> RiskCheck:
    """Positions open after the trade, orders that wait included."""
    taken = {p.symbol for p in context.book.positions} | {o.symbol for o in context.book.orders}
    after = len(taken if _closing(proposal) else taken | {proposal.symbol})
    limit = context.risk.max_positions
    return _checked(
        proposal, "max_positions", after, limit, "positions", after <= limit,
        f"{after} {'position' if after == 1 else 'positions'} would be open; at most {limit} at a time.",
    )  # fmt: skip


def daily_loss(proposal: Proposal, context: RiskContext) -> RiskCheck:
    """Loss since 00:00 UTC, as a share of the equity then."""
    start, limit = context.day_start_equity, context.risk.max_daily_loss
    if not start > 0:
        words = "The book had no equity at 00:00 UTC."
        return _checked(proposal, "daily_loss", None, limit * 100, "% since 00:00 UTC", False, words)
    loss = max(0.0, 1.0 - context.book.equity / start)
    return _checked(
        proposal, "daily_loss", loss * 100, limit * 100, "% since 00:00 UTC", loss < limit,
        f"The book has lost {loss:.2%} since 00:00 UTC; from {limit:.2%} on nothing new is opened.",
    )  # fmt: skip


def stop_distance(proposal: Proposal, context: RiskContext) -> RiskCheck:
    """A position opens only with a stop, no wider than the setting."""
    stop, limit = proposal.stop, context.risk.stop_loss
    if stop is None:
        words = "The order carries no stop."
        return _checked(proposal, "stop_distance", None, limit * 100, "% of price", False, words)
    return _checked(
        proposal, "stop_distance", stop * 100, limit * 100, "% of price", 0 < stop <= limit,
        f"The stop is {stop:.2%} from the fill; at most {limit:.2%} is allowed.",
    )  # fmt: skip


def reward_to_risk(proposal: Proposal, context: RiskContext) -> RiskCheck:
    """Net profit at the target over net loss at the stop, all costs of the round trip included."""
    costs, least = context.costs, MINIMUM_REWARD_TO_RISK
    enter = costs.fee + costs.half_spread + costs.slippage
    if proposal.stop is None or proposal.target is None or not proposal.stop > 0:
        words = "There is no stop and target to compare."
        return _checked(proposal, "reward_to_risk", None, least, "times", False, words)
    win = proposal.target - enter - (costs.fee if costs.maker is None else costs.maker)
    loss = proposal.stop + 2 * enter
    return _checked(
        proposal, "reward_to_risk", win / loss, least, "times", win / loss >= least,
        f"After costs the target pays {win:.2%} and the stop costs {loss:.2%}: {win / loss:.2f} times; "
        f"at least {least:.2f} is asked.",
    )  # fmt: skip


def cash(proposal: Proposal, context: RiskContext) -> RiskCheck:
    """Cash for the position with its costs, without leverage, as the matching core will ask for it at the open.

    A short binds twice its value: what its sale brought in, and as much as cover. An order that waits to open a
    position has the largest position kept free for it.
    """
    book, costs = context.book, context.costs
    side = 1.0 if proposal.quantity > 0 else -1.0
    value = abs(proposal.quantity) * proposal.price * (1.0 + side * (costs.half_spread + costs.slippage))
    need = value + max(value * costs.fee, costs.minimum_fee)
    bound = 2.0 * sum(max(-position.value, 0.0) for position in book.positions)
    waiting = sum(not order.reduce_only for order in book.orders)
    kept = waiting * context.risk.max_position * max(book.equity, 0.0)
    free = book.cash - bound - kept
    words = f"The order needs ${need:,.2f} with its costs; the book has ${free:,.2f} free"
    if kept > 0:
        words += f" beside ${kept:,.2f} kept for {waiting} waiting {'order' if waiting == 1 else 'orders'}"
    return _checked(proposal, "cash", need, free, "$", need <= free, f"{words}.")


def data_quality(proposal: Proposal, context: RiskContext) -> RiskCheck:
    """Quality score of the bars the decision rests on."""
    score, limit = context.quality, context.minimum_quality
    return _checked(
        proposal, "data_quality", score, limit, "of 100 points", score >= limit,
        f"The bars score {score:.0f} of 100; nothing is opened below {limit:.0f}.",
    )  # fmt: skip


RULES: tuple[Rule, ...] = (
    max_position,
    max_positions,
    daily_loss,
    stop_distance,
    reward_to_risk,
    cash,
    data_quality,
)


def check(proposal: Proposal, context: RiskContext) -> tuple[RiskCheck, ...]:
    """Every rule, also after the first that refuses; none when nothing is proposed."""
    return () if proposal.action is Action.HOLD else tuple(rule(proposal, context) for rule in RULES)


def _checked(
    proposal: Proposal, name: str, value: float | None, limit: float, unit: str, within: bool, meaning: str
) -> RiskCheck:
    """The check of an opening; a closing passes whatever the number."""
    if _closing(proposal) and not within:
        return RiskCheck(name, value, limit, unit, True, f"{meaning} Closing is always allowed.")
    return RiskCheck(name, value, limit, unit, within, meaning)


def _closing(proposal: Proposal) -> bool:
    return proposal.action is Action.CLOSE
