"""Trees of scikit-learn, out of the arrays of its forests."""

from typing import Any

import numpy as np

from core.errors import NotCovered
from core.trees.forest import Forest
from core.trees.growing import Nodes, agreed, below, grow


def from_sklearn(forest: Any, scale: np.ndarray | None = None, outputs: int | None = None) -> Forest:
    """Read a fitted RandomForestClassifier (or ExtraTreesClassifier): outputs are class probabilities × `scale`.

    A leaf holds the shares of all classes; the mean over trees is taken into the leaves. Class c of the forest goes to
    output c when classes are whole numbers 0, 1, …; an output whose class the forest never saw stays 0.

    Args:
        forest: of one outcome.
        scale: (outputs,) factors; an unseen class's is not looked at.
        outputs: how many; default: the length of `scale`, or else the forest's own number of classes.

    Raises:
        NotCovered: several outcomes, or classes that are not 0, 1, ….
        GlassboxError: a class beyond the outputs.
    """
    if forest.n_outputs_ != 1 or not hasattr(forest, "classes_"):
        raise NotCovered("Only scikit-learn's forests that classify one outcome are read.")
    classes = np.asarray(forest.classes_)
    if not np.array_equal(classes, classes.astype(np.int64)) or classes.min() < 0:
        raise NotCovered(f"Classes must be numbered 0, 1, …; the scikit-learn forest has {classes.tolist()}.")
    classes = classes.astype(np.int64)
    wanted = outputs or (len(scale) if scale is not None else int(classes.max()) + 1)
    agreed(max(wanted, int(classes.max()) + 1), wanted, "The scikit-learn forest")
    factor = np.ones(wanted) if scale is None else np.asarray(scale, np.float64)
    grown = [tree.tree_ for tree in forest.estimators_]
    sizes = np.array([tree.node_count for tree in grown], np.int64)
    roots = np.cumsum(sizes) - sizes
    shift = np.repeat(roots, sizes)

    def joined(name: str) -> np.ndarray:
        return np.concatenate([getattr(tree, name) for tree in grown])

    left = joined("children_left")
    share = joined("value")[:, 0, :]
    value = np.zeros((len(left), wanted))
    value[:, classes] = share / share.sum(1, keepdims=True) * factor[classes] / len(grown)
    nodes = Nodes(
        left=np.where(left < 0, -1, left + shift),
        right=joined("children_right") + shift,
        feature=joined("feature"),
        cut=below(joined("threshold")),
        null_left=joined("missing_go_to_left").astype(np.bool_),
        cover=joined("weighted_n_node_samples"),
        value=value,
    )
    return grow(nodes, roots, np.zeros(len(grown)), forest.n_features_in_, np.zeros(wanted))
