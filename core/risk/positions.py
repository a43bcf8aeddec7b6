"""Limits on positions: how large, how many, how much together, paid from what, left at which loss."""

from core.errors import UnknownSymbol
from core.instruments import resolve
from core.records import Action, Book, Proposal, RiskCheck
from core.risk.context import EDGE, RiskContext, checked


def max_position(proposal: Proposal, context: RiskContext) -> RiskCheck:
    """Value of the position after the trade, as a share of equity."""
    name, unit = "max_position", "% of equity"
    equity, limit = context.book.equity, context.risk.max_position
    if not equity > 0:
        return checked(proposal, name, None, limit * 100, unit, False, "The book has no equity.")
    after = abs(context.held(proposal.symbol) + proposal.quantity) * proposal.price / equity
    return checked(
        proposal, name, after * 100, limit * 100, unit, after <= limit * EDGE,
        f"The position {_would(proposal)} {after:.2%} of equity; at most {limit:.2%} is allowed.",
    )  # fmt: skip


def max_positions(proposal: Proposal, context: RiskContext) -> RiskCheck:
    """Positions open after the trade, orders that wait included."""
    taken = {p.symbol for p in context.book.positions} | {o.symbol for o in context.book.orders}
    opens = proposal.action is Action.OPEN and proposal.quantity
    after = len(taken | {proposal.symbol} if opens else taken)
    limit = context.risk.max_positions
    return checked(
        proposal, "max_positions", after, limit, "positions", after <= limit,
        f"{after} {'position' if after == 1 else 'positions'} {_would(proposal, after)} open; at most {limit} at a time.",
    )  # fmt: skip


def symbol_exposure(proposal: Proposal, context: RiskContext) -> RiskCheck:
    """Value held in one asset over all its pairs, longs plus shorts, orders of them that wait included."""
    name, unit = "symbol_exposure", "% of equity"
    risk, equity, asset = context.risk, context.book.equity, base_of(proposal.symbol)
    limit = risk.max_symbol_exposure or risk.max_position
    if not equity > 0:
        return checked(proposal, name, None, limit * 100, unit, False, "The book has no equity.")
    others = sum(
        abs(p.value)
        for p in context.book.positions
        if p.symbol != proposal.symbol and base_of(p.symbol) == asset
    )
    others += sum(
        risk.max_position * equity
        for o in context.book.orders
        if not o.reduce_only and base_of(o.symbol) == asset
    )
    own = abs(context.held(proposal.symbol) + proposal.quantity) * proposal.price
    after = (others + own) / equity
    return checked(
        proposal, name, after * 100, limit * 100, unit, after <= limit * EDGE,
        f"All that is held of {asset} {_would(proposal)} {after:.2%} of equity; at most {limit:.2%} is allowed.",
    )  # fmt: skip


def total_exposure(proposal: Proposal, context: RiskContext) -> RiskCheck:
    """Value of all positions after the trade, longs plus shorts, orders that wait included."""
    name, unit = "total_exposure", "% of equity"
    equity, limit = context.book.equity, context.risk.max_exposure
    if not equity > 0:
        return checked(proposal, name, None, limit * 100, unit, False, "The book has no equity.")
    others = gross(context.book, but=proposal.symbol) + context.waiting()
    after = (others + abs(context.held(proposal.symbol) + proposal.quantity) * proposal.price) / equity
    return checked(
        proposal, name, after * 100, limit * 100, unit, after <= limit * EDGE,
        f"All positions together {_would(proposal, 2)} {after:.2%} of equity; at most {limit:.2%} is allowed.",
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
    waiting, kept = sum(not order.reduce_only for order in book.orders), context.waiting()
    free = book.cash - bound - kept
    words = f"The order needs ${need:,.2f} with its costs; the book has ${free:,.2f} free"
    if kept > 0:
        words += f" beside ${kept:,.2f} kept for {waiting} waiting {'order' if waiting == 1 else 'orders'}"
    return checked(proposal, "cash", need, free, "$", need <= free, f"{words}.")


def stop_distance(proposal: Proposal, context: RiskContext) -> RiskCheck:
    """A position opens only with a stop, no wider than the setting."""
    stop, limit = proposal.stop, context.risk.stop_loss
    if stop is None:
        words = "The order carries no stop."
        return checked(proposal, "stop_distance", None, limit * 100, "% of price", False, words)
    return checked(
        proposal, "stop_distance", stop * 100, limit * 100, "% of price", 0 < stop <= limit,
        f"The stop is {stop:.2%} from the fill; at most {limit:.2%} is allowed.",
    )  # fmt: skip


def reward_to_risk(proposal: Proposal, context: RiskContext) -> RiskCheck:
    """Net profit at the target over net loss at the stop, all costs of the round trip included."""
    costs, least = context.costs, context.risk.min_reward_to_risk
    enter = costs.fee + costs.half_spread + costs.slippage
    if proposal.stop is None or proposal.target is None or not proposal.stop > 0:
        words = "There is no stop and target to compare."
        return checked(proposal, "reward_to_risk", None, least, "times", False, words)
    win = proposal.target - enter - (costs.fee if costs.maker is None else costs.maker)
    loss = proposal.stop + 2 * enter
    return checked(
        proposal, "reward_to_risk", win / loss, least, "times", win / loss >= least,
        f"After costs the target pays {win:.2%} and the stop costs {loss:.2%}: {win / loss:.2f} times; "
        f"at least {least:.2f} is asked.",
    )  # fmt: skip


def gross(book: Book, but: str = "") -> float:
    """Longs plus shorts, in quote currency, without one symbol."""
    return sum(abs(p.value) for p in book.positions if p.symbol != but)


def base_of(symbol: str) -> str:
    """What is bought: BTC for BTC-USD; the symbol itself where it cannot be read."""
    try:
        return resolve(symbol).base
    except UnknownSymbol:
        return symbol


def _would(proposal: Proposal, count: int = 1) -> str:
    """What a proposal would bring; what is, where it changes nothing."""
    return "would be" if proposal.quantity else "is" if count == 1 else "are"
