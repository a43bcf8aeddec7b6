"""What every member of the ensemble is once it is fitted: opinions about rows, whatever library they come from."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, Protocol

import numpy as np

from core.predict.members.linear import Linear
from core.settings import PredictSettings
from core.trees import Forest

CLASSES = 3
"""Down, flat, up."""


class Network(Protocol):
    """A fitted neural network behind its scaler and imputer."""

    def score(self, inputs: np.ndarray) -> np.ndarray:
        """Log probabilities (n, 3) float64 of rows (n, f) in time order."""


@dataclass(frozen=True, slots=True, eq=False)
class FittedMember:
    """One model of the ensemble, fitted. Exactly one of `forest`, `linear` and `network` is there."""

    name: str
    forest: Forest | None
    """Trees as flat arrays: xgboost, lightgbm, forest."""
    linear: Linear | None
    """Coefficients on the inputs as they come: logistic."""
    network: Network | None
    """lstm, gru, cnn, transformer."""
    shift: np.ndarray
    """(3,) added to the score, so that 0 says what the class shares say."""
    library: Any
    """The library's own fitted object, for whoever wants to check."""
    window: int = 1
    """Rows that an opinion looks at, the one asked about included."""
    remarks: tuple[str, ...] = ()
    """What of the settings this member could not follow, in words."""

    def opinion(self, inputs: np.ndarray) -> np.ndarray:
        """What the member adds to the class shares it was fitted to, in logs, up to a constant per row.

        Args:
            inputs: (n, f) float32, nulls allowed. With a `window` over 1, consecutive rows in time order: each row
                is seen with the window − 1 before it, and where there are fewer, the first is repeated.

        Returns:
            (n, 3) float64; the same for a row alone as for a row in a block.
        """
        return self._score(inputs) + self.shift

    def _score(self, inputs: np.ndarray) -> np.ndarray:
        if self.forest is not None:
            return self.forest.margin(inputs)
        if self.linear is not None:
            return self.linear.score(inputs)
        if self.network is not None:
            return self.network.score(inputs)
        raise ValueError(f"Member {self.name} has nothing to ask.")


FitMember = Callable[[np.ndarray, np.ndarray, np.ndarray, PredictSettings, tuple[str, ...]], FittedMember]
"""fit(inputs (n, f) float32, outcome (n,) class numbers, weight (n,) average uniqueness, settings, names (f,))."""
