"""SHAP values by the library `shap`, where core.trees does not cover a model."""

from typing import Any

import numpy as np


def library_shap(model: Any, inputs: np.ndarray) -> np.ndarray | None:
    """Path-dependent TreeSHAP of a three-class model of the raw margin.

    Slower than core.trees by orders of magnitude, and the reference it is tested against.

    Args:
        model: xgboost.Booster or lightgbm.Booster; anything else is not covered.
        inputs: (n, f) float32.

    Returns:
        (n, f + 1, 3), the last column the base; None for what is not covered.
    """
    # By name, so that a library that the model was not made with is never imported.
    maker = type(model).__module__.partition(".")[0]
    if type(model).__name__ != "Booster" or maker not in ("xgboost", "lightgbm"):
        return None
    import shap

    explainer = shap.TreeExplainer(model, feature_perturbation="tree_path_dependent")
    shares = np.asarray(explainer.shap_values(inputs), dtype=np.float64)
    base = np.broadcast_to(np.asarray(explainer.expected_value, dtype=np.float64), (len(inputs), 1, 3))
    return np.concatenate((shares, base), axis=1)
