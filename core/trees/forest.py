"""An ensemble of decision trees as flat arrays."""

from dataclasses import dataclass, fields
from functools import cached_property
from typing import TYPE_CHECKING, Any

import numpy as np

from core.errors import GlassboxError

if TYPE_CHECKING:
    from core.trees.shapley import ShapTables

LEAF = -1
"""Stands where a leaf would name its feature."""


@dataclass(frozen=True, eq=False)
class Forest:
    """Trees whose leaves are added up, one sum an output.

    Nodes stand in preorder, tree after tree: the left child of node i is node i + 1. A row goes left where its value is
    below the cut, both as float32; a null goes where `null_left` says. Libraries that ask `value <= threshold` in double
    ask the same of a float32 value as `value < the next float32 after threshold`, so that one rule does for all.

    No object of a library is inside, so it can be pickled and kept; tables made from it are left out of the pickle.
    """

    inputs: int
    """Number of columns of a row."""
    base: np.ndarray
    """(outputs,) float64: what a row starts with."""
    tree_start: np.ndarray
    """(trees + 1,) int32: first node of each tree, and the number of nodes."""
    tree_output: np.ndarray
    """(trees,) int32: the output a tree's values are added to; with vector leaves 0, the first of them."""
    feature: np.ndarray
    """(nodes,) int32: column that is asked about; LEAF at leaves."""
    cut: np.ndarray
    """(nodes,) float32."""
    null_left: np.ndarray
    """(nodes,) bool: whether a null goes left."""
    right: np.ndarray
    """(nodes,) int32: the right child; 0 at leaves."""
    cover: np.ndarray
    """(nodes,) float64: weight of the training rows that came by, as the library counts it for Shapley values."""
    value: np.ndarray
    """(nodes, 1 or outputs) float64: what a leaf adds; 0 elsewhere."""

    @property
    def outputs(self) -> int:
        """Number of sums."""
        return len(self.base)

    @property
    def trees(self) -> int:
        """Number of trees."""
        return len(self.tree_output)

    def margin(self, inputs: np.ndarray) -> np.ndarray:
        """Raw scores, (n, outputs) float64, before any softmax, logistic or calibration.

        Args:
            inputs: (n, columns), taken as float32; finite or null. A row alone and the same row in a block give the
                same numbers, bit for bit.

        Raises:
            GlassboxError: another number of columns than the forest was grown on.
        """
        from core.trees.walking import walk

        rows = self.rows(inputs)
        out = np.empty((len(rows), self.outputs))
        walk(
            rows,
            self.tree_start,
            self.tree_output,
            self.feature,
            self.cut,
            self.null_left,
            self.right,
            self.value,
            self.base,
            out,
        )
        return out

    def shap(self, inputs: np.ndarray) -> np.ndarray:
        """Shapley values of the margin, (n, columns + 1, outputs) float64; the last column is the expected margin.

        Path-dependent TreeSHAP; see `core.trees.shap_tables`, which the first call waits for.
        """
        from core.trees.shapley import shap_values

        return shap_values(self.tables, inputs)

    @cached_property
    def tables(self) -> "ShapTables":
        """What `shap` looks up, made once for each forest in memory."""
        from core.trees.shapley import shap_tables

        return shap_tables(self)

    def rows(self, inputs: np.ndarray) -> np.ndarray:
        """Inputs as the compiled code wants them: (n, columns) float32 in one piece.

        Raises:
            GlassboxError: another shape.
        """
        if inputs.ndim != 2 or inputs.shape[1] != self.inputs:
            raise GlassboxError(
                f"The trees were grown on {self.inputs} columns and were given rows of shape {inputs.shape}: "
                "build the features that the model was trained on."
            )
        # writeable as well: code for read-only arrays would be compiled a second time
        return np.require(inputs, np.float32, ("C", "W"))

    def __getstate__(self) -> dict[str, Any]:
        return {field.name: getattr(self, field.name) for field in fields(self)}
