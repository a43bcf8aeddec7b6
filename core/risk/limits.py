"""Risk limits: each a small pure function from a proposal and its surroundings to a check with its number.

A check that only guards the opening of positions passes when a proposal closes one: getting out is always allowed.
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
    held = context.book.position(proposal.symbol)
    after = abs((held.quantity if held else 0.0) + proposal.quantity) * proposal.price / context.book.equity
    limit = context.risk.max_position
    return RiskCheck(
        "max_position", after * 100, limit * 100, "% of equity", _closing(proposal) or after <= limit * (1 + 1e-9),
        f"The position would be {after:.2%} of equity; at most {limit:.2%} is allowed.",
    )  # fmt: skip


def max_positions(proposal: Proposal, context: RiskContext) -> RiskCheck:
    """Positions open after the trade, orders that wait included."""
    taken = {p.symbol for p in context.book.positions} | {o.symbol for o in context.book.orders}
    after = len(taken if _closing(proposal) else taken | {proposal.symbol})
    limit = context.risk.max_positions
    return RiskCheck(
        "max_positions", after, limit, "positions", _closing(proposal) or after <= limit,
        f"{after} {'position' if after == 1 else 'positions'} would be open; at most {limit} at a time.",
    )  # fmt: skip


def daily_loss(proposal: Proposal, context: RiskContext) -> RiskCheck:
    """Loss since 00:00 UTC, as a share of the equity then."""
    loss = max(0.0, 1.0 - context.book.equity / context.day_start_equity)
    limit = context.risk.max_daily_loss
    return RiskCheck(
        "daily_loss", loss * 100, limit * 100, "% since 00:00 UTC", _closing(proposal) or loss < limit,
        f"The book has lost {loss:.2%} since 00:00 UTC; from {limit:.2%} on nothing new is opened.",
    )  # fmt: skip


def stop_distance(proposal: Proposal, context: RiskContext) -> RiskCheck:
    """A position opens only with a stop, no wider than the setting."""
    limit = context.risk.stop_loss
    stop = proposal.stop
    if stop is None:
        passed, words = (
            _closing(proposal),
            "The order carries no stop." if not _closing(proposal) else "A closing order needs no stop.",
        )
    else:
        passed, words = (
            0 < stop <= limit,
            f"The stop is {stop:.2%} from the fill; at most {limit:.2%} is allowed.",
        )
    return RiskCheck(
        "stop_distance", None if stop is None else stop * 100, limit * 100, "% of price", passed, words
    )


def reward_to_risk(proposal: Proposal, context: RiskContext) -> RiskCheck:
    """Net profit at the target over net loss at the stop, all costs of the round trip included."""
    costs = context.costs
    enter = costs.fee + costs.half_spread + costs.slippage
    if proposal.stop is None or proposal.target is None:
        return RiskCheck(
            "reward_to_risk",
            None,
            MINIMUM_REWARD_TO_RISK,
            "times",
            _closing(proposal),
            "There is no bracket to compare.",
        )
    win = proposal.target - enter - costs.fee
    loss = proposal.stop + 2 * enter
    ratio = win / loss
    return RiskCheck(
        "reward_to_risk", ratio, MINIMUM_REWARD_TO_RISK, "times", ratio >= MINIMUM_REWARD_TO_RISK,
        f"After costs the target pays {win:.2%} and the stop costs {loss:.2%}: {ratio:.2f} times; "
        f"at least {MINIMUM_REWARD_TO_RISK:.2f} is asked.",
    )  # fmt: skip


def cash(proposal: Proposal, context: RiskContext) -> RiskCheck:
    """Cash for a purchase with its costs; for a short, equity that covers its value. No leverage."""
    rate = context.costs.fee + context.costs.half_spread + context.costs.slippage
    need = abs(proposal.quantity) * proposal.price * (1 + rate)
    at_hand = context.book.cash if proposal.quantity > 0 else context.book.equity
    kind = "in cash" if proposal.quantity > 0 else "of equity"
    return RiskCheck(
        "cash", need, at_hand, "$", _closing(proposal) or need <= at_hand,
        f"The order needs ${need:,.2f} with its costs; the book has ${at_hand:,.2f} {kind}.",
    )  # fmt: skip


def data_quality(proposal: Proposal, context: RiskContext) -> RiskCheck:
    """Quality score of the bars the decision rests on."""
    score, limit = context.quality, context.minimum_quality
    return RiskCheck(
        "data_quality", score, limit, "of 100 points", _closing(proposal) or score >= limit,
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


def _closing(proposal: Proposal) -> bool:
    return proposal.action is Action.CLOSE
