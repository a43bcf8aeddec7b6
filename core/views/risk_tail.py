"""What the book of now may lose: by method, against its own past, in scenarios, and by position."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import pandas as pd

from core.pipeline import Workbench
from core.records import Book, Contributions, Holding, StressLoss, VarBacktest, VarEstimate, VarMethod
from core.risk.measures import (
    all_methods,
    backtest_var,
    contributions,
    correlated,
    gap_through_stops,
    price_shocks,
    stress,
    volatility_doubles,
    wider_spread,
    worst_moves,
)
from core.risk.positions import base_of
from core.risk.tail import correlation_of
from core.views.number import money
from core.views.risk_history import FEWEST, HeldHistory, held_history, holdings

MOST_DAYS = 1_000
"""Days of the past that a VaR is held against."""


@dataclass(frozen=True, slots=True, eq=False)
class BookTail:
    """Everything that is read off the common past of the positions."""

    estimates: tuple[VarEstimate, ...]
    """Over one day, as shares of equity, by every method."""
    chosen: VarMethod
    equity: float
    correlations: pd.DataFrame
    """Of the positions' returns, assets as rows and columns; NaN where too few are common."""
    counts: pd.DataFrame
    window: str
    """What the correlations are measured over, in words."""
    symbols: tuple[str, ...]
    weights: tuple[float, ...]
    parts: Contributions | None
    """Of the volatility of a day; None with too little history."""
    losses: tuple[StressLoss, ...]
    basis: str
    """What the value at risk rests on, in words."""
    problems: tuple[str, ...]


def book_tail(bench: Workbench, book: Book) -> BookTail:
    """VaR and CVaR, correlations, contributions and stress of a book at its own clock."""
    risk, past = bench.settings.risk, held_history(bench, book)
    days = past.days(risk.var_bars)
    held = holdings(book, past, risk.var_bars)
    correlations, counts = _correlations(past, risk.correlation_bars)
    enough = len(days) > FEWEST
    return BookTail(
        estimates=all_methods(past.book_days(risk.var_bars), risk.var_level) if len(days) else (),
        chosen=risk.var_method,
        equity=book.equity,
        correlations=correlations,
        counts=counts,
        window=f"{risk.correlation_bars} bars of {past.timeframe.value}",
        symbols=past.symbols,
        weights=tuple(float(weight) for weight in past.weights),
        parts=contributions(past.weights, np.atleast_2d(np.cov(days, rowvar=False))) if enough else None,
        losses=_losses(bench, book, past, held, days),
        basis=_basis(past, days, risk.var_level),
        problems=past.problems,
    )


@dataclass(frozen=True, slots=True, eq=False)
class VarHistory:
    """One method held against the past, with the book of now."""

    found: VarBacktest
    times: pd.DatetimeIndex
    """End of each judged day."""
    words: str
    """What was held against what."""


def var_history(bench: Workbench, book: Book, method: VarMethod) -> VarHistory:
    """Each day of the past against the VaR of the window before it."""
    risk, past = bench.settings.risk, held_history(bench, book)
    window = risk.var_bars + 1 - past.step
    reach = window + (MOST_DAYS + 1) * past.step
    returns = past.book_days()[-reach:]
    window = min(window, max(len(returns) // 2, 1))  # a short past is split between learning and judging
    found = backtest_var(returns, risk.var_level, method, window, past.step)
    index = pd.DatetimeIndex(past.closes.index)[-len(returns) :] if len(returns) else pd.DatetimeIndex([])
    words = (
        f"The positions of now, carried back with their present weights. Each day is held against the VaR of the "
        f"{window:,} overlapping days known before it ({past.timeframe.value} bars); judged days do not overlap."
    )
    return VarHistory(found, index[found.rows] if len(index) else index, words)


def _losses(
    bench: Workbench, book: Book, past: HeldHistory, held: tuple[Holding, ...], days: np.ndarray
) -> tuple[StressLoss, ...]:
    costs, level = bench.settings.costs, bench.settings.risk.var_level
    with_past = tuple(item for item in held if item.symbol in past.symbols)
    scenarios = [
        *price_shocks(held),
        *correlated(held, level),
        *gap_through_stops(held),
        *wider_spread(held, costs.half_spread, costs.fee + costs.slippage),
    ]
    if len(days) > FEWEST and (days.std(axis=0) > 0).all():
        rho = np.atleast_2d(np.corrcoef(days, rowvar=False))
        scenarios += volatility_doubles(with_past, rho, level)
    for span, word, count in (("D", "day", 3), ("W", "week", 1)):
        closes = past.ends(span)
        moves = closes.pct_change().iloc[1:]
        ends = [end.to_pydatetime() for end in pd.DatetimeIndex(moves.index)]
        scenarios += worst_moves(with_past, moves.to_numpy(), ends, word, count)
    return tuple(sorted(stress(held, scenarios, book.equity), key=lambda loss: loss.pnl))


def _correlations(past: HeldHistory, window: int) -> tuple[pd.DataFrame, pd.DataFrame]:
    short = [base_of(symbol) for symbol in past.symbols]
    names = short if len(set(short)) == len(short) else list(past.symbols)
    values = pd.DataFrame(np.eye(len(names)), index=names, columns=names)
    closes = past.closes.to_numpy()
    common = min(window, max(len(closes) - 1, 0))
    for i, one in enumerate(names):
        for j, other in enumerate(names[:i]):
            found = correlation_of(closes[:, [i, j]], window)
            values.loc[one, other] = values.loc[other, one] = np.nan if found is None else found
    return values, pd.DataFrame(common, index=names, columns=names)


def _basis(past: HeldHistory, days: np.ndarray, level: float) -> str:
    if not len(days):
        return ""
    lap = ", overlapping" if past.step > 1 else ""
    return (
        f"Loss over one day that {(1 - level) * 100:.3g}% of the days exceed, read off {len(days):,} past days{lap} "
        f"({past.timeframe.value} bars), with the positions and weights of now."
    )


def stress_frame(losses: Sequence[StressLoss]) -> pd.DataFrame:
    """Scenarios: scenario, pnl, share, words, parts; worst first."""
    return pd.DataFrame(
        [
            {
                "scenario": loss.name,
                "pnl": loss.pnl,
                "share": loss.share,
                "words": loss.words,
                "parts": ", ".join(f"{symbol} {money(part)}" for symbol, part in loss.parts),
            }
            for loss in losses
        ],
        columns=["scenario", "pnl", "share", "words", "parts"],
    )
