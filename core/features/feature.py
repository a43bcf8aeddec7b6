"""What a feature is, and what a family of them is."""

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np

from core.features.prices import Prices


@dataclass(frozen=True, slots=True)
class Feature:
    """One column that is computed from bars closed at its own time and before."""

    name: str
    family: str
    warmup: int
    """Leading bars whose value is null. For a recursive indicator the length after which its start no
    longer matters: the error is below 1e-4 of the feature's size."""
    unit: str
    """What it is measured in: ATR (average true range of 14 bars), σ (standard deviation of one bar's log return over
    50 bars), price, fraction, 0 … 100, 0 … 1, −1 … 1, ratio, count."""
    words: str
    """What it says in plain English, short enough for an axis."""
    formula: str
    source: str
    """Library function, paper or book that defines it."""
    model: bool = True
    """True: free of the price's scale, fed to models. False: shown only, or a raw level for charts and strategies; `not_fed` says why."""
    outside: bool = False
    """True: needs more than the bars (headlines, another asset) and is null where that is not known."""

    @property
    def not_fed(self) -> str:
        """Why models do not learn from it, in words; empty when they do."""
        if self.model:
            return ""
        if self.family == "sentiment":
            return "shown, not fed to models: anybody can write a headline, so text moves a decision through the capped sentiment signal alone"
        if self.family == "candle":
            return "a rare candle pattern for charts and strategies, not fed to models"
        return "a level for charts and strategies, not fed to models"


@dataclass(frozen=True, slots=True)
class Family:
    """Features that share intermediate results, so one function computes them together."""

    name: str
    features: tuple[Feature, ...]
    compute: Callable[[Prices], dict[str, np.ndarray]]
    """Prices → one new float64 array of their length per feature, in any order."""
    words: str
    """What the family tells."""
