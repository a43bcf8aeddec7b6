"""Return quantiles and levels of a row; the hot path."""

from dataclasses import dataclass

import numpy as np

from core.predict.heads.boosted import QuantileModel
from core.predict.heads.conformal import BandState
from core.predict.heads.excursions import Excursions
from core.predict.heads.shrinkage import Shrinkage
from core.records import Levels


@dataclass(frozen=True, slots=True)
class Heads:
    """Quantiles of the return over the horizon, and stop and target distances; can be pickled."""

    model: QuantileModel
    shrinkage: Shrinkage
    outer: BandState
    """Of the 5 … 95 % interval."""
    inner: BandState
    """Of the 25 … 75 % interval."""
    excursions: Excursions
    coverage: float
    """Share of returns that the adapted 5 … 95 % interval held, out of sample; 0.90 is meant."""
    rows: int
    """Rows behind that share."""

    def quantiles(self, inputs: np.ndarray, sigma: np.ndarray) -> np.ndarray:
        """Log returns over the horizon at QUANTILE_LEVELS, (n, 5) float64, ascending in each row.

        Args:
            inputs: (n, features) float32 in the order of training.
            sigma: (n,) standard deviation of the log return over the horizon as known at the row.
        """
        shrunk = self.shrinkage.apply(self.model.raw(inputs), self.model.base)
        return stretched(shrunk, self.outer.factor, self.inner.factor) * sigma[:, None]

    def levels(self, inputs: np.ndarray, sigma: np.ndarray) -> tuple[Levels, ...]:
        """Stop and target distances of each row; see `quantiles` for the arguments."""
        shrunk = self.shrinkage.apply(self.model.raw(inputs), self.model.base)
        return self.excursions.levels(sigma, relative_width(shrunk, self.model.base))


def stretched(quantiles: np.ndarray, outer: "float | np.ndarray", inner: "float | np.ndarray") -> np.ndarray:
    """Quantiles (n, 5) whose distances from the median are multiplied, by one factor or one per row; ascending."""
    middle = quantiles[:, 2:3]
    rows = len(quantiles)
    outer, inner = np.broadcast_to(outer, rows), np.broadcast_to(inner, rows)
    factor = np.column_stack((outer, inner, inner, inner, outer))
    # The inner band is adapted by itself and may outgrow the outer one on a side.
    return np.sort(middle + (quantiles - middle) * factor, axis=1)


def relative_width(quantiles: np.ndarray, base: np.ndarray) -> np.ndarray:
    """Width of the 5 … 95 % interval relative to the base's, (n,)."""
    base = np.broadcast_to(base, quantiles.shape)
    usual = np.maximum(base[:, -1] - base[:, 0], 1e-9)
    return np.maximum((quantiles[:, -1] - quantiles[:, 0]) / usual, 1e-3)
