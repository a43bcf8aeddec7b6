"""Bars at which the price turned, each with the bar from which that is known."""

from dataclasses import dataclass

import numpy as np
import pandas as pd

ATR = 14
"""Bars of the mean true range that heights and tolerances are measured in."""


@dataclass(frozen=True, slots=True, eq=False)
class Pivots:
    """Turns of the price in the order in which they became known."""

    row: np.ndarray
    """(k,) int64: bar of the turn."""
    confirmed: np.ndarray
    """(k,) int64: bar from which the turn is known; at it and after it, never before."""
    price: np.ndarray
    """(k,) float64: high of a top, low of a bottom."""
    top: np.ndarray
    """(k,) bool: True for a top."""


@dataclass(frozen=True, slots=True, eq=False)
class Arrays:
    """Bars as the compiled loops take them: contiguous float64 of one length."""

    open: np.ndarray
    high: np.ndarray
    low: np.ndarray
    close: np.ndarray

    @property
    def fell(self) -> np.ndarray:
        """(n,) bool: bars that closed below their open; their high is taken to have come first."""
        return self.close < self.open


def frozen(values: np.ndarray) -> np.ndarray:
    """A contiguous read-only view (a copy only where needed), so that loops are compiled for one kind of array."""
    view = np.ascontiguousarray(values).view()
    view.flags.writeable = False
    return view


def arrays_of(bars: pd.DataFrame) -> Arrays:
    """The four prices of bars (core.tables)."""
    return Arrays(*(frozen(bars[name].to_numpy(dtype=np.float64)) for name in ("open", "high", "low", "close")))  # fmt: skip


def pivots_of(bars: pd.DataFrame, span: int = 5) -> Pivots:
    """Fractal pivots (Williams 1995, «Trading Chaos»): above (below) the `span` bars on either side.

    Args:
        bars: core.tables bars, any number of them.
        span: bars on either side; a pivot at row i is known from row i + span.
    """
    from core.patterns.turning import fractals

    prices = arrays_of(bars)
    tops, bottoms = fractals(prices.high, prices.low, span)
    row = np.concatenate((np.flatnonzero(tops), np.flatnonzero(bottoms)))
    top = np.arange(len(row)) < int(tops.sum())
    order = np.lexsort((top != prices.fell[row], row))
    row, top = row[order], top[order]
    return Pivots(row, row + span, np.where(top, prices.high[row], prices.low[row]), top)
