"""Contributions to the calibrated probability itself, against a stored background of training rows."""

import hashlib
from dataclasses import dataclass

import numpy as np

from core.errors import GlassboxError
from core.explain.ensemble import TOLERANCE
from core.explain.surrogate import Probability

BACKGROUND_ROWS = 40


@dataclass(frozen=True, slots=True, eq=False)
class ProbabilityShares:
    """Interventional Shapley values of one row in probability points: base + Σ shares = probability."""

    features: tuple[str, ...]
    shares: np.ndarray
    """(f,) of the class asked for."""
    base: float
    """Mean probability over the background."""
    probability: float
    additivity_error: float
    background: int
    """Rows."""
    background_sha256: str
    permutations: int


def background_rows(training: np.ndarray, rows: int = BACKGROUND_ROWS) -> np.ndarray:
    """Rows spread evenly over the training part, oldest first; the same training gives the same rows."""
    places = np.unique(np.linspace(0, len(training) - 1, min(rows, len(training))).astype(int))
    return np.ascontiguousarray(training[places], dtype=np.float32)


def background_hash(background: np.ndarray) -> str:
    """Names a background: another one gives other numbers."""
    return hashlib.sha256(np.ascontiguousarray(background, dtype=np.float32).tobytes()).hexdigest()


def probability_shares(
    predict: Probability,
    row: np.ndarray,
    background: np.ndarray,
    target: int,
    features: tuple[str, ...],
    seed: int = 0,
    permutations: int = 6,
) -> ProbabilityShares:
    """Shapley values of a calibrated probability by sampled permutations, taken forwards and backwards.

    Path-dependent TreeSHAP explains margins only, and the probability-space TreeSHAP of shap knows no softmax over
    three classes; so this asks the model itself, as PermutationExplainer of shap does (Strumbelj and Kononenko 2014;
    Mitchell et al. 2022). Values of features not yet in the permutation are those of the background rows
    (interventional). The sum is exact; how it is shared carries the sampling error of the permutations.

    Args:
        predict: calibrated probabilities.
        row: (f,) the row explained.
        background: (b, f) training rows; see `background_rows`.
        target: class number.
        features: names.
        seed: of the permutations.
        permutations: pairs of them; each asks b · 2 · f rows.

    Raises:
        GlassboxError: base + Σ shares miss the probability by 1e-4 or more.
    """
    draw = np.random.default_rng(seed)
    width, many = len(row), len(background)
    base = float(predict(background)[:, target].mean())
    probability = float(predict(row[None].astype(np.float32))[0, target])
    shares = np.zeros(width)
    for _ in range(permutations):
        order = draw.permutation(width)
        for way in (order, order[::-1]):
            entered = np.empty(width, dtype=int)
            entered[way] = np.arange(width)
            # Row k of the steps has the first k + 1 features of the order from the row explained.
            inside = entered[None, :] <= np.arange(width)[:, None]
            asked = np.where(inside[:, None, :], row[None, None, :], background[None, :, :])
            said = (
                predict(asked.reshape(-1, width).astype(np.float32))[:, target]
                .reshape(width, many)
                .mean(axis=1)
            )
            shares[way] += np.diff(said, prepend=base)
    shares /= 2 * permutations
    error = abs(base + float(shares.sum()) - probability)
    if not error < TOLERANCE:
        raise GlassboxError(
            f"The explanation in probabilities does not add up (off by {error:.1e}), so it is not shown; use the one in log-odds."
        )
    return ProbabilityShares(
        features, shares, base, probability, error, many, background_hash(background), permutations
    )
