"""A fitted volatility model: the parameters of every candidate and their past scores; no bars, no library objects."""

from dataclasses import dataclass

import pandas as pd

from core.predict.volatility.candidates import Candidate
from core.records import VolatilityScore


@dataclass(frozen=True, slots=True, eq=False)
class VolatilityModel:
    """Candidates fitted to the whole training part, and for each horizon the one that forecast the past best."""

    horizons: tuple[int, ...]
    """In bars, as asked for."""
    candidates: dict[str, Candidate]
    """By name: ewma, garch, gjr, har; those that could be fitted."""
    scores: tuple[tuple[VolatilityScore, ...], ...]
    """Of each horizon, out of sample, best first; empty where the history was too short for a test."""
    level: float
    """Mean squared log return of the training part."""
    rows: int
    """Bars that it was fitted to."""
    last_opened: pd.Timestamp
    """Open of the last of them."""

    def speaker(self, bars: int) -> str:
        """The candidate with the best past score on a horizon; ewma, which needs no fit, where none was scored."""
        for score in self.scores[self.horizons.index(bars)]:
            if score.model in self.candidates:
                return score.model
        return "ewma"
