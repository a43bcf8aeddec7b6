"""Scenarios for a book: shocks by class, all against it at once, its assets' own worst past, gaps and dear exits."""

import math
from collections.abc import Mapping, Sequence
from datetime import datetime
from statistics import NormalDist

import numpy as np

from core.records import AssetClass, Holding, Scenario

SHOCKS: Mapping[AssetClass, float] = {
    AssetClass.CRYPTO: 0.25,
    AssetClass.STOCK: 0.12,
    AssetClass.INDEX: 0.08,
    AssetClass.FX: 0.03,
}
"""A very bad day of each class, in round numbers."""
SPREAD_MULTIPLE = 10.0
GAP = 3.0
"""A gap opens at this multiple of the stop's distance."""


def price_shocks(
    held: Sequence[Holding], shocks: Mapping[AssetClass, float] = SHOCKS
) -> tuple[Scenario, ...]:
    """All prices fall by the shock of their class, all rise by it, and each asset alone moves against its position."""
    kinds = dict.fromkeys(item.kind for item in held)
    told = ", ".join(f"{kind.value} {shocks[kind]:.0%}" for kind in kinds)
    together = tuple(
        Scenario(
            f"All prices {way}",
            f"Every asset {way}s at once: {told}.",
            tuple((item.symbol, sign * shocks[item.kind]) for item in held),
        )
        for way, sign in (("fall", -1.0), ("rise", 1.0))
    )
    alone = tuple(
        Scenario(
            f"{item.symbol} alone",
            f"{item.symbol} {'falls' if item.value > 0 else 'rises'} by {shocks[item.kind]:.0%}; everything else stays.",
            ((item.symbol, _against(item) * shocks[item.kind]),),
        )
        for item in held
    )
    return (*together, *alone) if len(held) > 1 else together if held else ()


def correlated(held: Sequence[Holding], level: float = 0.95) -> tuple[Scenario, ...]:
    """Correlation one, the wrong way: every position moves against the book by its own VaR of a day.

    Nothing diversifies then; the loss is Σ|value|·z·σ, the most that any correlation can make of these deviations.
    """
    known = tuple(item for item in held if item.volatility is not None)
    if not known:
        return ()
    z = NormalDist().inv_cdf(level)
    moves = tuple((item.symbol, _against(item) * z * (item.volatility or 0.0)) for item in known)
    words = f"Every position moves against the book by {z:.2f} deviations of its day; nothing diversifies.{_left_out(held, known)}"
    return (Scenario("Correlation goes to 1", words, moves),)


def volatility_doubles(
    held: Sequence[Holding], correlation: np.ndarray, level: float = 0.95
) -> tuple[Scenario, ...]:
    """Deviations double, correlations stay: the book's Gaussian loss of a day at twice its volatility.

    Each asset moves by its most likely move given that loss, −2·z·(Σw)ᵢ/√(w'Σw), so that the parts add up to it.

    Args:
        correlation: of the held assets' returns, (k, k), in their order.
    """
    if not held or any(item.volatility is None for item in held):
        return ()
    deviation = np.array([item.volatility for item in held], dtype=float)
    covariance = correlation * np.outer(deviation, deviation)
    pulled = covariance @ np.array([item.value for item in held])
    spread = math.sqrt(max(float(np.array([item.value for item in held]) @ pulled), 0.0))
    if spread == 0.0 or not math.isfinite(spread):
        return ()
    z = NormalDist().inv_cdf(level)
    moves = tuple(
        (item.symbol, -2.0 * z * float(part) / spread) for item, part in zip(held, pulled, strict=True)
    )
    words = f"Twice the volatility of a day with the correlations of now; the loss of {level:.0%} confidence ({z:.2f} deviations)."
    return (Scenario("Volatility doubles", words, moves),)


def worst_moves(
    held: Sequence[Holding], returns: np.ndarray, ends: Sequence[datetime], span: str, count: int = 3
) -> tuple[Scenario, ...]:
    """The moments of the past that would cost the book of now most.

    Args:
        returns: simple returns over the span of the held assets at the same times, (n, k), in their order; finite.
        ends: when each ended, n of them.
        span: day or week, for the words.
    """
    if not held or not len(returns):
        return ()
    lost = returns @ np.array([item.value for item in held])
    worst = [int(row) for row in np.argsort(lost, kind="stable")[:count] if lost[row] < 0]
    return tuple(
        Scenario(
            f"{_ordinal(place)}worst {span} again".capitalize(),
            f"Of {len(returns):,} stored {span}s the {_ordinal(place)}worst for these positions, ended {ends[row]:%Y-%m-%d}.",
            tuple((item.symbol, float(move)) for item, move in zip(held, returns[row], strict=True)),
        )
        for place, row in enumerate(worst)
    )


def gap_through_stops(held: Sequence[Holding], multiple: float = GAP) -> tuple[Scenario, ...]:
    """Every position with a stop opens beyond it, at a multiple of its distance: the stop fills there, not at its level."""
    stopped = tuple(item for item in held if item.stop is not None)
    if not stopped:
        return ()
    moves = tuple((item.symbol, _against(item) * multiple * max(item.stop or 0.0, 0.0)) for item in stopped)
    words = f"Every price opens {multiple:g} times as far as its stop; the stop fills at that open, not at its level."
    without = len(held) - len(stopped)
    if without:
        words += f" {without} {'position has' if without == 1 else 'positions have'} no stop and {'is' if without == 1 else 'are'} left out."
    return (Scenario("Gap through the stops", words, moves),)


def wider_spread(
    held: Sequence[Holding], half_spread: float, others: float, multiple: float = SPREAD_MULTIPLE
) -> tuple[Scenario, ...]:
    """Liquidity goes: everything is sold at once at a multiple of the spread, with fee and slippage as they are.

    Args:
        half_spread, others: half the spread, and fee with slippage, as fractions of price.
    """
    if not held:
        return ()
    cost = multiple * half_spread + others
    words = f"All is closed at once at {multiple:g} × the spread: {cost:.2%} of value, fee and slippage included; prices stay."
    return (Scenario("Liquidity goes", words, (), cost),)


def _against(item: Holding) -> float:
    """The sign of a price move that the position loses by."""
    return -1.0 if item.value > 0 else 1.0


def _ordinal(place: int) -> str:
    return ("", "second ", "third ")[place] if place < 3 else f"{place + 1}th "


def _left_out(held: Sequence[Holding], known: Sequence[Holding]) -> str:
    without = len(held) - len(known)
    return f" {without} without enough history left out." if without else ""
