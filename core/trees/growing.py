"""Nodes as the libraries number them, made into a `Forest`."""

from dataclasses import dataclass

import numpy as np

from core.errors import GlassboxError
from core.trees.forest import LEAF, Forest


@dataclass(frozen=True, slots=True)
class Nodes:
    """All nodes of all trees, in any order."""

    left: np.ndarray
    """(nodes,) int32: number of the left child, negative at leaves."""
    right: np.ndarray
    """(nodes,) int32."""
    feature: np.ndarray
    """(nodes,) int32; anything at leaves."""
    cut: np.ndarray
    """(nodes,) float32: left where below; anything at leaves."""
    null_left: np.ndarray
    """(nodes,) bool."""
    cover: np.ndarray
    """(nodes,)."""
    value: np.ndarray
    """(nodes, 1 or outputs); anything at inner nodes."""


def grow(nodes: Nodes, roots: np.ndarray, tree_output: np.ndarray, inputs: int, base: np.ndarray) -> Forest:
    """Put the nodes in preorder; see `Forest` for the arguments."""
    from core.trees.walking import preorder

    def ints(values: np.ndarray) -> np.ndarray:
        return np.require(values, np.int32, ("C", "W"))

    order, right, start = preorder(ints(nodes.left), ints(nodes.right), ints(roots))
    leaf = nodes.left[order] < 0
    return Forest(
        inputs=inputs,
        base=np.array(base, np.float64),
        tree_start=start,
        tree_output=np.array(tree_output, np.int32),
        feature=np.where(leaf, LEAF, nodes.feature[order]).astype(np.int32),
        cut=np.where(leaf, 0, nodes.cut[order]).astype(np.float32),
        null_left=nodes.null_left[order] & ~leaf,
        right=right,
        cover=nodes.cover[order].astype(np.float64),
        value=np.where(leaf[:, None], nodes.value[order], 0.0).astype(np.float64),
    )


def below(threshold: np.ndarray) -> np.ndarray:
    """Cuts so that a float32 is below the cut exactly where it is at most the threshold, a double."""
    with np.errstate(over="ignore"):
        near = threshold.astype(np.float32)
        down = np.where(near > threshold, np.nextafter(near, np.float32(-np.inf)), near)
        return np.nextafter(down, np.float32(np.inf))


def agreed(found: int, wanted: int | None, what: str) -> None:
    """Check the number of outputs that the caller counts on.

    Raises:
        GlassboxError: the model has another.
    """
    if wanted is not None and found != wanted:
        raise GlassboxError(
            f"{what} has {found} outputs, not {wanted}: it is not the model that was asked for."
        )
