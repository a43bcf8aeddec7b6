"""Trees of LightGBM, out of the booster's own text."""

from typing import TYPE_CHECKING, Any

import numpy as np

from core.errors import NotCovered
from core.trees.forest import Forest
from core.trees.growing import Nodes, agreed, below, grow

if TYPE_CHECKING:
    from lightgbm import Booster

CATEGORICAL, NULL_LEFT, MISSING = 1, 2, 12
"""Bits of a `decision_type`; the third is a field of two bits."""
NO_NULLS, ZERO_IS_NULL = 0, 4
"""Values of that field: nulls were not seen in training and are read as 0; zeros and nulls are one (not read here)."""

NAUGHT = float(np.float32(1e-35))
"""Values up to this, of either sign, are read as 0."""


def from_lightgbm(booster: "Booster", outputs: int | None = None) -> Forest:
    """Read a booster of ordinary trees: multiclass, binary or regression, each with raw scores as its outputs.

    A split that met no nulls in training takes a null for 0, as LightGBM does, and so do values of a size up to 1e-35.

    Args:
        booster: a fitted one, read up to its best round, as `Booster.predict` does.
        outputs: how many the caller counts on.

    Raises:
        NotCovered: categories, zero_as_missing, linear leaves, averaged (random forest) boosters.
        GlassboxError: another number of outputs.
    """
    head, *blocks = booster.model_to_string().split("\nend of trees", 1)[0].split("\nTree=")
    about = _fields(head)
    if "average_output" in about:
        raise NotCovered("LightGBM's random forests are not read; train scikit-learn's, or boost.")
    found = int(about["num_tree_per_iteration"])
    agreed(found, outputs, "The LightGBM model")
    trees = [_fields(block) for block in blocks]
    sizes = np.array([2 * int(tree["num_leaves"]) - 1 for tree in trees], np.int64)
    roots = np.cumsum(sizes) - sizes
    parts = [_tree(tree, first) for tree, first in zip(trees, roots.tolist(), strict=True)]
    nodes = Nodes(*(np.concatenate([getattr(part, name) for part in parts]) for name in Nodes.__slots__))
    return grow(
        nodes, roots, np.arange(len(trees)) % found, int(about["max_feature_idx"]) + 1, np.zeros(found)
    )


def _fields(block: str) -> dict[str, str]:
    """The lines `name=value`; a line that is a bare name has an empty value."""
    return {name: value for name, _, value in (line.partition("=") for line in block.splitlines())}


def _tree(tree: dict[str, str], first: int) -> Nodes:
    """One tree's inner nodes, then its leaves; `first` is the number of the first of them.

    A child is the number of an inner node, or that of a leaf with all its bits turned.
    """

    def numbers(name: str, kind: Any = np.float64) -> np.ndarray:
        return np.array(tree.get(name, "").split(), kind)

    splits = int(tree["num_leaves"]) - 1
    decision = numbers("decision_type", np.int64)[:splits]
    missing = decision & MISSING
    if int(tree["num_cat"]) or (decision & CATEGORICAL).any():
        raise NotCovered("LightGBM's categorical splits are not read; give the model numbers.")
    if int(tree.get("is_linear", 0)):
        raise NotCovered("LightGBM's linear leaves are not read; train without linear_tree.")
    if (missing == ZERO_IS_NULL).any():
        raise NotCovered("LightGBM's zero_as_missing is not read; train without it.")
    threshold = numbers("threshold")[:splits]

    def with_leaves(inner: np.ndarray, leaves: Any) -> np.ndarray:
        return np.concatenate([inner, np.broadcast_to(leaves, (splits + 1,))])

    def child(name: str) -> np.ndarray:
        number = numbers(name, np.int64)[:splits]
        return with_leaves(first + np.where(number < 0, splits + ~number, number), -1)

    counts = numbers("leaf_count") if "leaf_count" in tree else np.ones(splits + 1)
    return Nodes(
        left=child("left_child"),
        right=child("right_child"),
        feature=with_leaves(numbers("split_feature", np.int64)[:splits], 0),
        cut=with_leaves(_cuts(threshold), 0),
        null_left=with_leaves(
            np.where(missing == NO_NULLS, threshold >= 0, decision & NULL_LEFT != 0), False
        ),
        cover=with_leaves(numbers("internal_count")[:splits], counts),
        value=with_leaves(np.zeros(splits), numbers("leaf_value"))[:, None],
    )


def _cuts(threshold: np.ndarray) -> np.ndarray:
    """Cuts that a float32 is below exactly where LightGBM finds it at most the threshold."""
    cuts = below(threshold)
    cuts[(threshold >= -NAUGHT) & (threshold < 0)] = -NAUGHT
    cuts[(threshold >= 0) & (threshold < NAUGHT)] = below(np.array([NAUGHT]))[0]
    return cuts
