"""Limits on the book as a whole: what moves together, and what a bad day may cost."""

import numpy as np

from core.records import Proposal, RiskCheck, VarEstimate
from core.risk.context import EDGE, RiskContext, checked
from core.risk.measures.value_at_risk import value_at_risk

FEWEST_COMMON = 30
"""Returns that two assets must have in common for a correlation."""


def correlation(proposal: Proposal, context: RiskContext) -> RiskCheck:
    """Correlation of returns with each open position, turned round where one is long and the other short.

    A pair with too few common returns passes, and is named: the limits on exposure still hold for it.
    """
    risk, name, unit = context.risk, "correlation", "of returns"
    limit = risk.max_correlation
    side = np.sign(context.held(proposal.symbol) + proposal.quantity) or 1.0
    found: list[tuple[float, str]] = []
    unknown: list[str] = []
    for position in context.book.positions:
        if position.symbol == proposal.symbol:
            continue
        known = pair_correlation(context, proposal.symbol, position.symbol)
        if known is None:
            unknown.append(position.symbol)
        else:
            found.append((float(known * side * np.sign(position.quantity)), position.symbol))
    left = (
        f" With {', '.join(unknown)} it has fewer than {FEWEST_COMMON} returns in common; that passes."
        if unknown
        else ""
    )
    if not found:
        words = left.strip() or "No other position is open."
        return checked(proposal, name, None, limit, unit, True, words)
    worst, symbol = max(found)
    words = (
        f"Over {risk.correlation_bars} bars its returns correlate most with the position in {symbol}: {worst:.2f}; "
        f"at most {limit:.2f} is allowed.{left}"
    )
    return checked(proposal, name, worst, limit, unit, worst <= limit * EDGE, words)


def book_var(proposal: Proposal, context: RiskContext) -> RiskCheck:
    """Value at risk of the book over one day after the trade."""
    found = tail_of(proposal, context)
    return _tail_check(proposal, context, "var", found, found.var, context.risk.max_var)


def book_cvar(proposal: Proposal, context: RiskContext) -> RiskCheck:
    """Expected shortfall of the book over one day after the trade."""
    found = tail_of(proposal, context)
    return _tail_check(proposal, context, "cvar", found, found.es, context.risk.max_cvar)


def _tail_check(
    proposal: Proposal, context: RiskContext, name: str, found: VarEstimate, loss: float | None, limit: float
) -> RiskCheck:
    """A method that refuses passes, and its reason is told: exposure, daily loss and the breaker still hold."""
    unit, ceiling = "% of equity a day", limit * 100 or None
    if not context.book.equity > 0:
        return checked(proposal, name, None, ceiling, unit, False, "The book has no equity.")
    if not proposal.quantity and not context.book.positions:
        return checked(proposal, name, 0.0, ceiling, unit, True, "Nothing is held, so no day costs anything.")
    told = f"{found.method.label} {'VaR' if name == 'var' else 'CVaR'} at {found.level:.4g}"
    if loss is None:
        words = f"{told} has no number, and this check passes then. {found.words}"
        return checked(proposal, name, None, ceiling, unit, True, words)
    loss = max(loss, 0.0)
    verb = "would be" if proposal.quantity else "is"
    said = f"{told} of the book over one day {verb} {loss:.2%} of equity, from {found.count:,} past days that overlap"
    said = said if context.bars_per_day > 1 else said.removesuffix(" that overlap")
    if not limit:
        return checked(proposal, name, loss * 100, None, unit, True, f"{said}; no limit is set.")
    return checked(
        proposal, name, loss * 100, limit * 100, unit, loss <= limit * EDGE,
        f"{said}; at most {limit:.2%} is allowed.",
    )  # fmt: skip


def tail_of(proposal: Proposal, context: RiskContext) -> VarEstimate:
    """Value at risk and expected shortfall of the book after a trade, over one day, by the method of the settings."""
    risk = context.risk
    return value_at_risk(day_returns(proposal, context), risk.var_level, risk.var_method)


def day_returns(proposal: Proposal, context: RiskContext) -> np.ndarray:
    """Past returns over one day of the book as it would stand after a trade: Σ weight × simple return of a day.

    Days overlap where bars are shorter than one. A position that has no history beside the asset's is taken to move
    with the asset in the direction that hurts: its weight adds to the asset's.

    Returns:
        (m,) with the weights of now; empty where too little is known.
    """
    equity, symbol = context.book.equity, proposal.symbol
    if not equity > 0 or not len(context.closes):
        return np.empty(0)
    own = (context.held(symbol) + proposal.quantity) * proposal.price / equity
    known, weights = [0], []
    for position in context.book.positions:
        if position.symbol == symbol:
            continue
        column = _column(context, position.symbol)
        weight = position.value / equity
        if column is None or len(_common(context.closes[:, [0, column]])) <= FEWEST_COMMON:
            own += abs(weight) * (np.sign(own) or np.sign(weight))
        else:
            known.append(column)
            weights.append(weight)
    closes = _common(context.closes[:, known])[-(context.risk.var_bars + 1) :]
    step = max(1, round(context.bars_per_day))
    if len(closes) <= step:
        return np.empty(0)
    moves = closes[step:] / closes[:-step] - 1.0
    total: np.ndarray = moves @ np.array([own, *weights])
    return total


def pair_correlation(context: RiskContext, one: str, other: str) -> float | None:
    """Pearson correlation of the log returns of two symbols over the bars that both have; None where that is too few."""
    first, second = _column(context, one), _column(context, other)
    if first is None or second is None:
        return None
    return correlation_of(context.closes[:, [first, second]], context.risk.correlation_bars)


def correlation_of(closes: np.ndarray, window: int) -> float | None:
    """Pearson correlation of log returns between the last `window` + 1 rows that both columns have.

    Args:
        closes: (n, 2), > 0, null where there is no bar.

    Returns:
        −1…1; None with fewer than 30 common returns, or where one price does not move.
    """
    returns = np.diff(np.log(_common(closes)[-(window + 1) :]), axis=0)
    if len(returns) < FEWEST_COMMON:
        return None
    centred = returns - returns.mean(axis=0)
    spread = np.sqrt((centred**2).sum(axis=0))
    if not (spread > 0).all():
        return None
    return float(np.clip((centred[:, 0] * centred[:, 1]).sum() / (spread[0] * spread[1]), -1.0, 1.0))


def _common(closes: np.ndarray) -> np.ndarray:
    """The rows in which every column has a price."""
    rows: np.ndarray = closes[np.isfinite(closes).all(axis=1)]
    return rows


def _column(context: RiskContext, symbol: str) -> int | None:
    return context.symbols.index(symbol) if symbol in context.symbols else None
