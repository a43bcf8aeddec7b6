"""What the forecasts would have been worth as signals, after costs."""

from dataclasses import dataclass

import numpy as np
import pandas as pd

from core.evaluate.forecasts.frame import probabilities
from core.evaluate.forecasts.overlap import effective_rows
from core.evaluate.metrics import break_even, wilson
from core.evaluate.significance import block_length

MARGIN = 0.02
"""Advantage of up over down, beyond the base rates', from which a forecast counts as a signal (as in the fusion)."""
_FEWEST = 20
"""Signals below which a resample says nothing."""
_REPS = 2_000


@dataclass(frozen=True, slots=True)
class SignalScores:
    """Hit rate and expectancy of the signals; None without any."""

    signals: int
    effective: float
    hit_rate: float | None = None
    hit_low: float | None = None
    hit_high: float | None = None
    break_even: float | None = None
    expectancy: float | None = None
    expectancy_low: float | None = None
    expectancy_high: float | None = None


def lean(frame: pd.DataFrame, prefix: str = "p") -> np.ndarray:
    """What up gained over down on their base rates, (n,) −1 … 1."""
    gain = probabilities(frame, prefix) - probabilities(frame, "base")
    lead: np.ndarray = gain[:, 2] - gain[:, 0]
    return lead


def score_signals(frame: pd.DataFrame, cost: float, margin: float = MARGIN, seed: int = 0) -> SignalScores:
    """Take every row that leans by more than `margin` as a trade to where its label was settled.

    Trades that overlap are not independent: intervals are those of the number of spans that they amount to, and the
    bootstrap draws blocks at least as long as the trades that are open at once.

    Args:
        cost: of entry and exit together, as a fraction of the price.
        seed: of the bootstrap.
    """
    lead, settled = lean(frame), frame["path_return"].to_numpy(dtype=float)
    rows = (np.abs(lead) > margin) & np.isfinite(settled)
    count = int(rows.sum())
    if count == 0:
        return SignalScores(0, 0.0)
    gross = np.sign(lead[rows]) * np.expm1(settled[rows])
    effective = effective_rows(frame["start"].to_numpy()[rows], frame["touch"].to_numpy()[rows])
    won = gross > 0.0
    rate = float(won.mean())
    low, high = wilson(rate * effective, effective) or (None, None)
    lost = -gross[~won]
    needed = break_even(
        float(gross[won].mean()) if won.any() else 0.0, float(lost.mean()) if len(lost) else 0.0, cost
    )
    net = gross - cost
    low_mean, high_mean = mean_interval(net, count / max(effective, 1.0), seed)
    return SignalScores(count, effective, rate, low, high, needed, float(net.mean()), low_mean, high_mean)


def mean_interval(values: np.ndarray, overlap: float, seed: int = 0) -> tuple[float | None, float | None]:
    """95 % interval of a mean by stationary block bootstrap (Politis & Romano 1994); None below 20 values.

    Args:
        values: (n,) in the order of time.
        overlap: values that share a bar on average; no block is shorter on average.
    """
    if len(values) < _FEWEST or np.ptp(values) == 0.0:
        return None, None
    from core.evaluate.significance.resampling import draw  # numba is slow to import

    block = min(max(block_length(values), overlap), len(values) / 3.0)
    means = draw(np.ascontiguousarray(values), block, seed, 0, _REPS)[:, 1]
    low, high = np.quantile(means, [0.025, 0.975])
    return float(low), float(high)
