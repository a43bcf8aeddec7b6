"""Compile, or load from the cache, what the first model and its first explanation call."""

import numpy as np

from core.trees.growing import Nodes, grow


def warm() -> None:
    """Grow, walk, tabulate and explain a single split."""
    split = Nodes(
        left=np.array([1, -1, -1]),
        right=np.array([2, 0, 0]),
        feature=np.zeros(3, np.int32),
        cut=np.zeros(3, np.float32),
        null_left=np.ones(3, np.bool_),
        cover=np.array([2.0, 1.0, 1.0]),
        value=np.array([[0.0], [-1.0], [1.0]]),
    )
    forest = grow(split, np.array([0]), np.array([0]), 1, np.zeros(1))
    row = np.zeros((1, 1), np.float32)
    forest.margin(row)
    forest.shap(row)
