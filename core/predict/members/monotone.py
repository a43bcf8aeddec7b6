"""Features that may only push one way.

Boosting libraries constrain every output of a three-class model in the same sense, which would let a feature raise
up, flat and down together. So a constrained model is fitted to two free outputs: a for down and c for up, with

    ln p_down = −a + …    ln p_flat = 0 + …    ln p_up = c + …

Both may only rise with a feature marked +, so p_up never falls and p_down never rises with it; with − the reverse.
"""

from collections.abc import Callable, Sequence
from dataclasses import replace

import numpy as np

from core.errors import SettingsError
from core.trees import Forest

SIGN = np.array([-1.0, 0.0, 1.0])
"""Score of down, flat, up per unit of the outputs of a constrained model."""

_WAYS = {"+": 1, "-": -1}
_LEAST_CURVATURE = 1e-6


def ways(monotone: Sequence[str], names: Sequence[str]) -> tuple[int, ...]:
    """1, −1 or 0 per feature, from "name:+" and "name:-".

    Raises:
        SettingsError: no such feature, no such way, or both ways for one feature.
    """
    found: dict[str, int] = {}
    for entry in monotone:
        name, _, sign = entry.strip().rpartition(":")
        if sign not in _WAYS or not name:
            raise SettingsError(
                f"predict.monotone: {entry!r} says no way; write name:+ (a higher value never speaks for down) or name:-."
            )
        if name not in names:
            raise SettingsError(
                f"predict.monotone: there is no feature {name!r}; the Features page lists the names, such as {', '.join(names[:3])}."
            )
        if found.setdefault(name, _WAYS[sign]) != _WAYS[sign]:
            raise SettingsError(f"predict.monotone: {name} is asked to push both ways; keep one of the two.")
    return tuple(found.get(name, 0) for name in names)


def gradients(output: np.ndarray, outcome: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """First and second derivative of the log loss by the outputs, each (n, 3); unweighted."""
    chance = chances(output)
    missed = chance - (outcome[:, None] == np.arange(3))
    return missed * SIGN, np.maximum(chance * (1.0 - chance), _LEAST_CURVATURE) * np.abs(SIGN)


def chances(output: np.ndarray) -> np.ndarray:
    """Probabilities (n, 3) of the outputs (n, 3) of a constrained model."""
    score = output * SIGN
    odds = np.exp(score - score.max(axis=1, keepdims=True))
    return odds / odds.sum(axis=1, keepdims=True)


def start(share: np.ndarray) -> np.ndarray:
    """(3,) outputs at which the probabilities are the class shares."""
    return SIGN * (np.log(share) - np.log(share[1]))


def mirrored(forest: Forest, begin: np.ndarray | None = None) -> Forest:
    """The forest of the outputs of a constrained model → the forest of its scores of down, flat, up.

    Args:
        forest: one output a tree.
        begin: (3,) outputs that training started from, where the library does not keep them.
    """
    sign = np.repeat(SIGN[forest.tree_output], np.diff(forest.tree_start))
    base = forest.base if begin is None else forest.base + begin
    return replace(forest, base=base * SIGN, value=forest.value * sign[:, None])


def objective(
    outcome: np.ndarray, weight: np.ndarray
) -> Callable[[np.ndarray], tuple[np.ndarray, np.ndarray]]:
    """outputs → weighted derivatives, for a library's training loop."""

    def derivatives(output: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
        slope, curvature = gradients(output, outcome)
        return slope * weight[:, None], curvature * weight[:, None]

    return derivatives
