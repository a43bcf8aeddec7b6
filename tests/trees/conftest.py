"""Small models of all three libraries, and rows that stand on their thresholds."""

from typing import Any

import numpy as np

from core.trees import Forest

COLUMNS = 6


def rows(seed: int, n: int = 300, nulls: float = 0.1, steps: bool = True) -> np.ndarray:
    """(n, COLUMNS) float32: two columns in coarse steps, the last never worth a split."""
    rng = np.random.default_rng(seed)
    x = rng.normal(size=(n, COLUMNS)).astype(np.float32)
    if steps:
        x[:, :2] = np.round(x[:, :2], 0)
    x[rng.random(x.shape) < nulls] = np.nan
    x[:, -1] = 1.0
    return x


def classes(x: np.ndarray, seed: int) -> np.ndarray:
    """(n,) 0, 1, 2, with something to learn and noise."""
    z = np.nan_to_num(x)
    noise = np.random.default_rng(seed).normal(size=len(x))
    score = z[:, 0] + z[:, 1] * z[:, 2] + np.abs(z[:, 3]) * 0.5 + noise
    return np.digitize(score, [-0.5, 0.8])


def at_the_cuts(forest: Forest, seed: int) -> np.ndarray:
    """Rows whose values are cuts of the forest, the float32 on either side of them, nulls, zeros and extremes."""
    rng = np.random.default_rng(seed)
    inner = forest.feature >= 0
    far = np.array([np.nan, 0.0, 1e-40, 1e-35, -1e-35, 3e38, -3e38], np.float32)
    out = np.empty((120, forest.inputs), np.float32)
    for column in range(forest.inputs):
        cuts = forest.cut[inner & (forest.feature == column)]
        cuts = cuts[np.abs(cuts) < 3e38]  # else the question is only whether the value is null
        beside = [np.nextafter(cuts, np.float32(side * np.inf)) for side in (-1, 1)]
        out[:, column] = rng.choice(np.concatenate([cuts, *beside, far]), len(out))
    return out


def grow_xgboost(seed: int, depth: int, nulls: float = 0.1, rounds: int = 8, **options: Any) -> Any:
    import xgboost

    x = rows(seed, nulls=nulls)
    y = classes(x, seed)
    asked = {"objective": "multi:softprob", "num_class": 3} if "objective" not in options else {}
    label = (
        y if asked else (y > 1) if options["objective"].startswith("binary") else y + np.nan_to_num(x[:, 2])
    )
    matrix = xgboost.DMatrix(x, label=label, weight=np.random.default_rng(seed).random(len(x)) + 0.1)
    fixed = {"max_depth": depth, "seed": seed, "nthread": 1, "subsample": 0.8, "verbosity": 0}
    return xgboost.train(fixed | asked | options, matrix, rounds)


def grow_lightgbm(seed: int, leaves: int, nulls: float = 0.1, rounds: int = 8, **options: Any) -> Any:
    import lightgbm

    x = rows(seed, nulls=nulls)
    fixed = {"objective": "multiclass", "num_class": 3, "num_leaves": leaves, "min_data_in_leaf": 5}
    fixed |= {"num_threads": 1, "verbose": -1, "seed": seed, "bagging_fraction": 0.7, "bagging_freq": 1}
    return lightgbm.train(fixed | options, lightgbm.Dataset(x, classes(x, seed)), rounds)


def grow_sklearn(seed: int, depth: int | None, nulls: float = 0.1, trees: int = 8, weigh: bool = True) -> Any:
    from sklearn.ensemble import RandomForestClassifier

    x = rows(seed, nulls=nulls)
    weight = np.random.default_rng(seed).random(len(x)) + 0.1 if weigh else None
    forest = RandomForestClassifier(trees, max_depth=depth, min_samples_leaf=3, random_state=seed)
    return forest.fit(x, classes(x, seed), sample_weight=weight)
