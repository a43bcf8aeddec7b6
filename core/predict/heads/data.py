"""What the heads learn from: rows in time order with what the price did after each."""

from dataclasses import dataclass, fields

import numpy as np

from core.errors import InputError


@dataclass(frozen=True, slots=True)
class HeadData:
    """Labelled rows in time order; positions count closed bars."""

    inputs: np.ndarray
    """(n, features) float32; nulls allowed."""
    sigma: np.ndarray
    """(n,) standard deviation of the log return over the horizon as known at the row, above 0."""
    forward: np.ndarray
    """(n,) log return from the row's close to the close at the end of the horizon."""
    adverse: np.ndarray
    """(n,) ≤ 0: log distance from the close to the lowest low within the horizon."""
    favourable: np.ndarray
    """(n,) ≥ 0: the same to the highest high."""
    start: np.ndarray
    """(n,) position of each row's bar, ascending."""
    end: np.ndarray
    """(n,) position of the last bar of its horizon."""
    weight: np.ndarray
    """(n,) average uniqueness in (0, 1]; its sum counts the independent rows."""

    def __post_init__(self) -> None:
        """Every array has one entry per row, and there is a scale to measure by.

        Raises:
            InputError: naming what does not fit.
        """
        rows = len(self.inputs)
        odd = [field.name for field in fields(self) if len(getattr(self, field.name)) != rows]
        if odd:
            raise InputError(f"Heads need one entry per row: {', '.join(odd)} differ from {rows} input rows.")
        if not (np.all(self.sigma > 0.0) and np.isfinite(self.forward).all()):
            raise InputError(
                "Heads need rows with a volatility above 0 and a known return; leave out the others."
            )

    @property
    def scaled(self) -> np.ndarray:
        """(n,) returns in units of their σ: what is learnt."""
        return self.forward / self.sigma
