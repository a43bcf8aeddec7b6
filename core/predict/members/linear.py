"""A linear model of the inputs as they come: imputing and scaling folded into the coefficients."""

from dataclasses import dataclass

import numpy as np

_BLOCK = 4096
"""Rows at a time: the products of a block are held at once."""


@dataclass(frozen=True, slots=True, eq=False)
class Linear:
    """score = filled inputs · weights + bias."""

    weights: np.ndarray
    """(f, 3) per unit of the input."""
    bias: np.ndarray
    """(3,)"""
    fill: np.ndarray
    """(f,) training medians, taken for nulls."""
    centre: np.ndarray
    """(f,) training means of the filled inputs."""

    def score(self, inputs: np.ndarray) -> np.ndarray:
        """Scores (n, 3) float64 of inputs (n, f).

        Each row is summed for itself: a matrix product would round differently for one row than for a block.
        """
        score = np.empty((len(inputs), len(self.bias)))
        towards = np.ascontiguousarray(self.weights.T)
        for first in range(0, len(inputs), _BLOCK):
            # In C order: the sum of a row must not depend on how the block lies in memory.
            rows = inputs[first : first + _BLOCK].astype(np.float64, order="C")
            filled = np.where(np.isnan(rows), self.fill, rows)
            score[first : first + _BLOCK] = (filled[:, None, :] * towards).sum(axis=2) + self.bias
        return score
