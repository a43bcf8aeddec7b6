"""Rows in time order → what a network reads: each with those before it, imputed and scaled."""

from dataclasses import dataclass

import numpy as np

WINDOW = 16
"""Rows that a network reads, the one asked about included."""

_WIDEST = 5.0
"""Standard deviations beyond which an input says no more."""


@dataclass(frozen=True, slots=True, eq=False)
class Scaling:
    """Imputer and scaler as they were fitted to the training part."""

    fill: np.ndarray
    """(f,) medians, taken for nulls."""
    centre: np.ndarray
    """(f,) means."""
    scale: np.ndarray
    """(f,) standard deviations; 1 where an input never changes."""

    @classmethod
    def of(cls, inputs: np.ndarray) -> "Scaling":
        """Fit to the rows (n, f) of a training part."""
        from sklearn.impute import SimpleImputer
        from sklearn.preprocessing import StandardScaler

        imputer = SimpleImputer(strategy="median", keep_empty_features=True)
        scaler = StandardScaler().fit(imputer.fit_transform(inputs.astype(np.float64)))
        return cls(imputer.statistics_, scaler.mean_, scaler.scale_)

    def apply(self, inputs: np.ndarray) -> np.ndarray:
        """(n, f) float64 without nulls, in standard deviations, cut at ±5."""
        filled = np.where(np.isnan(inputs), self.fill, inputs)
        return np.clip((filled - self.centre) / self.scale, -_WIDEST, _WIDEST)


def windows(rows: np.ndarray, size: int) -> np.ndarray:
    """Each row with the size − 1 before it, (n, size, f), oldest first; before the first row it is repeated."""
    early = np.repeat(rows[:1], size - 1, axis=0)
    seen = np.lib.stride_tricks.sliding_window_view(
        np.concatenate([early, rows]), size, axis=0, writeable=True
    )
    return np.moveaxis(seen, 2, 1)
