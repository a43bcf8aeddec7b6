"""A fitted regime model: parameters only, so that it can be stored beside the models that it weighs."""

from dataclasses import dataclass

import numpy as np
import pandas as pd

from core.predict.regimes.observations import Scaling
from core.records import RegimeKind


@dataclass(frozen=True, slots=True, eq=False)
class RegimeModel:
    """A Gaussian hidden Markov model of bars; states ordered by the variance of the return, calmest first."""

    transition: np.ndarray
    """(R, R) probability of going from state (row) to state (column) within a bar."""
    means: np.ndarray
    """(R, 3) of the scaled observations."""
    variances: np.ndarray
    """(R, 3) of the scaled observations; diagonal covariance."""
    scaling: Scaling
    drift: np.ndarray
    """(R,) mean log return a bar."""
    volatility: np.ndarray
    """(R,) standard deviation of the log return of a bar."""
    efficiency: np.ndarray
    """(R,) mean efficiency over the last 20 bars, 0 … 1."""
    autocorrelation: np.ndarray
    """(R,) of the log return with that of the bar before."""
    share: np.ndarray
    """(R,) of the training bars."""
    kinds: tuple[RegimeKind, ...]
    log_likelihood: float
    """Of the scaled observations of the training part."""
    rows: int
    """Bars that it was fitted to."""
    last_opened: pd.Timestamp
    """Open of the last bar that it was fitted to."""

    @property
    def states(self) -> int:
        """Number of hidden states."""
        return len(self.drift)

    @property
    def stationary(self) -> np.ndarray:
        """(R,) long-run shares of the states; where the filter starts, because nothing is known before its window."""
        equations = np.vstack((self.transition.T - np.eye(self.states), np.ones(self.states)))
        solved = np.linalg.lstsq(equations, np.append(np.zeros(self.states), 1.0), rcond=None)[0]
        shares = np.clip(solved, 0.0, None)
        return np.asarray(shares / shares.sum())

    @property
    def expected_bars(self) -> np.ndarray:
        """(R,) how long a visit lasts on average: 1 / (1 − probability of staying)."""
        return np.asarray(1.0 / np.maximum(1.0 - np.diag(self.transition), 1e-9))
