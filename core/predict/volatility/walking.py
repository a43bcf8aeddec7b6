"""How good each candidate was on the past: refitted at a few points, each time on what came before only."""

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise

import numpy as np

from core.predict.volatility.candidates import Candidate
from core.predict.volatility.estimation import ROWS_NEEDED, estimate
from core.predict.volatility.realised import proportion, sums_ahead
from core.records import VolatilityScore

REFITS = 4
"""Test blocks, each forecast with parameters from the bars before it."""
_FIRST = 0.4
"""Of the history, before the first of them."""
_LEAST = 1e-4
"""Of the long-run variance, below which no forecast goes: a still price is no promise."""


@dataclass(frozen=True, slots=True, eq=False)
class Walk:
    """Forecasts out of sample and what came; rows count returns (return t ends with bar t + 1)."""

    horizons: tuple[int, ...]
    rows: np.ndarray
    """(m,) rows that were forecast at."""
    forecasts: dict[str, np.ndarray]
    """Candidate → (m, horizons) sums of variance over the horizon."""
    realised: np.ndarray
    """(m, horizons) realised variance of the same returns; null while it is not complete."""
    fitted: dict[str, Candidate]
    """Parameters of the last block."""

    def scores(self, place: int) -> tuple[VolatilityScore, ...]:
        """Of every candidate on one horizon (by number), best first; rows in which the price stood still do not count."""
        came = self.realised[:, place]
        counted = np.isfinite(came) & (came > 0.0)
        if not counted.any():
            return ()
        found = [
            VolatilityScore(
                name, float(qlike(came[counted], said[counted, place]).mean()), int(counted.sum())
            )
            for name, said in self.forecasts.items()
        ]
        return tuple(sorted(found, key=lambda score: score.qlike))


def qlike(realised: np.ndarray, forecast: np.ndarray) -> np.ndarray:
    """RV/F − ln(RV/F) − 1, both variances: 0 for a perfect forecast; Patton 2011, robust to noise in RV."""
    ratio = realised / forecast
    return np.asarray(ratio - np.log(ratio) - 1.0)


def ahead(
    candidate: Candidate, returns: np.ndarray, variance: np.ndarray, horizons: Sequence[int], level: float
) -> np.ndarray:
    """What a candidate says at each row, kept above a ten-thousandth of the long-run variance, (n, horizons)."""
    least = _LEAST * level * np.asarray(horizons, dtype=np.float64)
    return np.asarray(np.maximum(candidate.ahead(returns, variance, horizons), least))


def walk(returns: np.ndarray, variance: np.ndarray, horizons: Sequence[int]) -> Walk | None:
    """Expanding windows: the parameters of a block come from the bars before it, its states from the bars up to each row.

    Returns:
        None when there is no block to test on. A candidate that could not be fitted for every block is left out.
    """
    first = max(int(_FIRST * len(returns)), ROWS_NEEDED)
    if first >= len(returns):
        return None
    edges = np.linspace(first, len(returns), REFITS + 1).round().astype(int)
    said: dict[str, list[np.ndarray]] = {}
    came: list[np.ndarray] = []
    fitted: dict[str, Candidate] = {}
    for begin, end in pairwise(edges.tolist()):
        level = float(np.mean(returns[:begin] ** 2))
        fitted = estimate(returns[:begin], variance[:begin], horizons, fitted)
        for name, candidate in fitted.items():
            block = ahead(candidate, returns[:end], variance[:end], horizons, level)[begin:]
            said.setdefault(name, []).append(block)
        scaled = proportion(returns[:begin], variance[:begin]) * variance
        came.append(np.column_stack([sums_ahead(scaled, bars)[begin:end] for bars in horizons]))
    return Walk(
        tuple(horizons),
        np.arange(edges[0], edges[-1]),
        {name: np.concatenate(blocks) for name, blocks in said.items() if len(blocks) == REFITS},
        np.concatenate(came),
        fitted,
    )
