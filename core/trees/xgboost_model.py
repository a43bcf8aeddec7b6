"""Trees of xgboost, out of the booster's own description of itself."""

import json
from typing import TYPE_CHECKING, Any

import numpy as np

from core.errors import NotCovered
from core.trees.forest import Forest
from core.trees.growing import Nodes, agreed, grow

if TYPE_CHECKING:
    from xgboost import Booster

IDENTITY = {
    "multi:softprob",
    "multi:softmax",
    "reg:squarederror",
    "reg:absoluteerror",
    "reg:pseudohubererror",
    "reg:quantileerror",
}
"""Objectives whose `base_score` is a margin; the logistic one's is a probability."""


def from_xgboost(booster: "Booster", outputs: int | None = None) -> Forest:
    """Read a booster of ordinary trees.

    One output for each class of multi:softprob, for each alpha of reg:quantileerror, one for a regression and for
    binary:logistic (the log-odds). Nulls go xgboost's default way. `base_score` is one number for each output since
    xgboost 3.1, before one for all.

    Args:
        booster: a fitted one; all its rounds are read, as `Booster.predict` does.
        outputs: how many the caller counts on.

    Raises:
        NotCovered: dart or linear boosters, categories, vector leaves, other objectives.
        GlassboxError: another number of outputs.
    """
    learner = json.loads(booster.save_raw("json"))["learner"]
    about, booked = learner["learner_model_param"], learner["gradient_booster"]
    if booked["name"] != "gbtree":
        raise NotCovered(
            f"Boosters of xgboost's kind {booked['name']} are not read; train one of the kind gbtree."
        )
    base = _base(learner["objective"]["name"], about)
    agreed(len(base), outputs, "The xgboost model")
    model = booked["model"]
    trees = model["trees"]
    for tree in trees:
        if any(tree["split_type"]):
            raise NotCovered("xgboost's categorical splits are not read; give the model numbers.")
        if int(tree["tree_param"]["size_leaf_vector"]) > 1:
            raise NotCovered("xgboost's multi-output trees are not read; train one tree an output.")
    sizes = np.array([len(tree["left_children"]) for tree in trees])
    roots = np.concatenate([[0], np.cumsum(sizes)[:-1]]) if trees else np.zeros(0, np.int64)
    shift = np.repeat(roots, sizes)

    def joined(key: str, kind: Any) -> np.ndarray:
        return np.array([item for tree in trees for item in tree[key]], kind)

    left, cut = joined("left_children", np.int64), joined("split_conditions", np.float32)
    nodes = Nodes(
        left=np.where(left < 0, -1, left + shift),
        right=joined("right_children", np.int64) + shift,
        feature=joined("split_indices", np.int32),
        cut=cut,
        null_left=joined("default_left", np.bool_),
        cover=joined("sum_hessian", np.float32),
        value=cut[:, None],  # the same field holds a leaf's value
    )
    return grow(nodes, roots, np.array(model["tree_info"]), int(about["num_feature"]), base)


def _base(objective: str, about: dict[str, str]) -> np.ndarray:
    """The margins that trees are added to, (outputs,)."""
    outputs = max(int(about["num_class"]), int(about["num_target"]), 1)
    given = np.array(json.loads(f"[{about['base_score'].strip('[]')}]"), np.float32)
    if objective == "binary:logistic":
        given = np.log(given / (1 - given))
    elif objective not in IDENTITY:
        raise NotCovered(
            f"xgboost's objective {objective} is not read; of classifiers multi:softprob and binary:logistic are."
        )
    return np.broadcast_to(given, (outputs,))
