"""What agents are held against, as exposures over the tested bars."""

import numpy as np

STEPS = 4
"""The volatility-targeted position moves in quarters of the largest one: finer steps would be eaten by costs."""
AHEAD = 20
"""Bars over which the supervised signal foretells the return: as far as a discount of 0.95 looks."""
_TREES = 100


def held(n: int) -> np.ndarray:
    """The largest long position, bought once."""
    return np.ones(n)


def volatility_target(sigma: np.ndarray, usual: float) -> np.ndarray:
    """A long position that shrinks as volatility rises above its usual value, in steps, with a step of patience.

    Moreira & Muir (2017) scale by variance; by volatility, as here, is what desks do.

    Args:
        sigma: (n,) volatility known at each close; null counts as the usual one.
        usual: median volatility of the learning part.
    """
    asked = np.clip(usual / np.where(sigma > 0, sigma, usual), 0.0, 1.0)
    levels = np.empty(len(asked))
    now = round(float(asked[0]) * STEPS) / STEPS
    for i, want in enumerate(asked):
        if abs(want - now) >= 1.0 / STEPS:
            now = round(float(want) * STEPS) / STEPS
        levels[i] = now
    return levels


def shuffled(levels: np.ndarray, rng: np.random.Generator) -> np.ndarray:
    """The same stretches of exposure in another order: as many changes, as much of each exposure, no timing."""
    begin = np.r_[0, np.flatnonzero(np.diff(levels)) + 1]
    stretches = np.split(levels, begin[1:])
    return np.concatenate([stretches[i] for i in rng.permutation(len(stretches))])


def supervised(
    learn_rows: np.ndarray, learn_closes: np.ndarray, rows: np.ndarray, cost: float, levels: tuple[float, ...]
) -> np.ndarray:
    """The sign of a foretold return where it is larger than a round trip costs; else as before.

    Extremely randomised trees learn the log return over the next AHEAD bars from the same inputs (without the book).

    Args:
        learn_rows: (m, inputs) of the learning part.
        learn_closes: (m,).
        rows: (n, inputs) of the tested part.
        cost: of a round trip, as a fraction of its value.
        levels: exposures that may be chosen of.
    """
    from sklearn.ensemble import ExtraTreesRegressor

    ahead = min(AHEAD, max(len(learn_closes) // 4, 1))
    target = np.log(learn_closes[ahead:] / learn_closes[:-ahead])
    leaf = max(20, len(target) // 50)
    trees = ExtraTreesRegressor(_TREES, min_samples_leaf=leaf, max_features=1.0, n_jobs=1, random_state=0)
    foretold = trees.fit(learn_rows[:-ahead], target).predict(rows)
    chosen = np.empty(len(rows))
    now = 0.0
    for i, value in enumerate(foretold):
        if abs(value) > cost:
            now = levels[-1] if value > 0 else min(levels[0], 0.0)
        chosen[i] = now
    return chosen
