"""Extremely randomised trees that tell the value of every exposure at once, as plain arrays."""

import io
from typing import Any

import numpy as np

from core.trees import Forest
from core.trees.growing import Nodes, below, grow

_FIELDS = ("base", "tree_start", "tree_output", "feature", "cut", "null_left", "right", "cover", "value")


def fit_forest(
    inputs: np.ndarray, targets: np.ndarray, trees: int, leaf: int, seed: int, threads: int
) -> Forest:
    """Extremely randomised trees (Geurts, Ernst & Wehenkel 2006): cuts drawn at random, the best of all inputs taken.

    A tree grown by the same seed is the same whatever the number of threads.

    Args:
        inputs: (m, inputs) float32.
        targets: (m, exposures): one tree tells all of them, so that its cuts serve their differences too.
        trees: how many.
        leaf: fewest rows of a leaf.
    """
    from sklearn.ensemble import ExtraTreesRegressor

    library = ExtraTreesRegressor(
        n_estimators=trees, min_samples_leaf=leaf, max_features=1.0, n_jobs=threads, random_state=seed
    ).fit(inputs, targets)
    return _plain(library, targets.shape[1])


def _plain(library: Any, outputs: int) -> Forest:
    """Out of the arrays of scikit-learn; the mean over trees is taken into the leaves."""
    grown = [tree.tree_ for tree in library.estimators_]
    sizes = np.array([tree.node_count for tree in grown], np.int64)
    roots = np.cumsum(sizes) - sizes
    shift = np.repeat(roots, sizes)
    joined = {
        name: np.concatenate([getattr(tree, name) for tree in grown])
        for name in (
            "children_left", "children_right", "feature", "threshold", "missing_go_to_left",
            "weighted_n_node_samples", "value",
        )
    }  # fmt: skip
    left = joined["children_left"]
    value = joined["value"].reshape(len(left), outputs) / len(grown)
    nodes = Nodes(
        left=np.where(left < 0, -1, left + shift),
        right=joined["children_right"] + shift,
        feature=joined["feature"],
        cut=below(joined["threshold"]),
        null_left=joined["missing_go_to_left"].astype(np.bool_),
        cover=joined["weighted_n_node_samples"],
        value=np.where((left < 0)[:, None], value, 0.0),
    )
    return grow(
        nodes,
        roots,
        np.zeros(len(grown)),
        library.n_features_in_,
        np.zeros(outputs),
    )


def as_bytes(forest: Forest) -> bytes:
    """Arrays of a forest in numpy's own format: nothing in it can run."""
    buffer = io.BytesIO()
    arrays = {name: getattr(forest, name) for name in _FIELDS}
    np.savez_compressed(buffer, inputs=forest.inputs, **arrays)
    return buffer.getvalue()


def from_bytes(content: bytes) -> Forest:
    """The forest that `as_bytes` wrote."""
    with np.load(io.BytesIO(content), allow_pickle=False) as kept:
        return Forest(inputs=int(kept["inputs"]), **{name: kept[name] for name in _FIELDS})


def side_by_side(forests: list[Forest]) -> Forest:
    """One forest whose outputs are those of all, one after the other: a row walks through all at once."""
    width = forests[0].outputs
    nodes = np.cumsum([0, *(len(each.feature) for each in forests)])
    start = [each.tree_start[:-1] + first for each, first in zip(forests, nodes[:-1], strict=True)]
    return Forest(
        inputs=forests[0].inputs,
        base=np.concatenate([each.base for each in forests]),
        tree_start=np.concatenate([*start, nodes[-1:]]).astype(np.int32),
        tree_output=np.concatenate([each.tree_output + width * k for k, each in enumerate(forests)]).astype(np.int32),
        feature=np.concatenate([each.feature for each in forests]),
        cut=np.concatenate([each.cut for each in forests]),
        null_left=np.concatenate([each.null_left for each in forests]),
        right=np.concatenate(
            [np.where(each.feature >= 0, each.right + first, 0) for each, first in zip(forests, nodes, strict=False)]
        ).astype(np.int32),
        cover=np.concatenate([each.cover for each in forests]),
        value=np.concatenate([each.value for each in forests]),
    )  # fmt: skip
