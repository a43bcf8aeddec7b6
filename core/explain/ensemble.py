"""Exact SHAP values of a pooled opinion: the members' own, weighted as their opinions are.

The pooled opinion of a class is Σ weight · opinion over the members, and SHAP values are linear in the model, so
Σ weight · (SHAP of a member) is the SHAP of the pool: base + Σ contributions = pooled opinion, by construction.
Trees are explained by path-dependent TreeSHAP (Lundberg et al. 2020), a linear member by
coefficient × (value − training mean) (Lundberg and Lee 2017). A neural network is not attributed to features; what
it adds stands beside them as one number.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Protocol

import numpy as np

from core.errors import GlassboxError, NotCovered
from core.explain.fallback import library_shap

TOLERANCE = 1e-4
"""Largest additivity error that is accepted; METHOD.md §8."""


class Trees(Protocol):
    """Trees of any library as flat arrays: what core.trees gives."""

    def shap(self, inputs: np.ndarray) -> np.ndarray:
        """(n, f) float32 → (n, f + 1, 3), the last column the base; sums to the margin."""


class LinearScore(Protocol):
    """A score that is linear in the inputs, nulls replaced."""

    @property
    def weights(self) -> np.ndarray:
        """(f, 3) by class."""

    @property
    def bias(self) -> np.ndarray:
        """(3,)."""

    @property
    def fill(self) -> np.ndarray:
        """(f,) what stands in for a null."""

    @property
    def centre(self) -> np.ndarray:
        """(f,) training means."""


class Member(Protocol):
    """One model of the pool."""

    @property
    def name(self) -> str:
        """xgboost, lightgbm, forest, logistic, …"""

    @property
    def forest(self) -> Trees | None:
        """Of a tree member."""

    @property
    def linear(self) -> LinearScore | None:
        """Of a linear member."""

    @property
    def shift(self) -> np.ndarray:
        """(3,) added to the score."""

    @property
    def library(self) -> Any:
        """The library's own fitted object."""

    def opinion(self, inputs: np.ndarray) -> np.ndarray:
        """(n, f) → (n, 3) score + shift."""


class Pooling(Protocol):
    """How the members' opinions are put together."""

    def shares(self, rows: int, regime: np.ndarray | None) -> np.ndarray:
        """(rows, members) weight of each member; regime (n, R) probabilities, or None."""


class Ensemble(Protocol):
    """What is explained."""

    @property
    def members(self) -> Sequence[Member]:
        """In the order of the stack's weights."""

    @property
    def stack(self) -> Pooling:
        """How they are weighed."""

    @property
    def features(self) -> tuple[str, ...]:
        """Input columns in order."""

    @property
    def horizon(self) -> str:
        """Name of the horizon."""

    @property
    def model_id(self) -> str:
        """Name of the model."""

    def opinion(self, inputs: np.ndarray, regime: np.ndarray | None) -> np.ndarray:
        """(n, 3) pooled opinion, before calibration."""


@dataclass(frozen=True, slots=True, eq=False)
class Contributions:
    """SHAP values of n rows, for the classes down, flat, up."""

    features: tuple[str, ...]
    values: np.ndarray
    """(n, f) float32 inputs."""
    shares: np.ndarray
    """(n, f, 3) what each feature adds to the pooled opinion."""
    base: np.ndarray
    """(n, 3) what the attributed members say knowing nothing; differs between rows as the weights do."""
    unattributed: np.ndarray
    """(n, 3) what members add that cannot be shared among features."""
    margin: np.ndarray
    """(n, 3) the pooled opinion itself, before calibration."""
    networks: tuple[str, ...]
    """Members behind `unattributed`."""
    weights: np.ndarray
    """(n, members) as they were pooled."""
    additivity_error: float
    """Largest |base + Σ shares + unattributed − margin|; below 1e-4."""


def contributions(model: Ensemble, inputs: np.ndarray, regime: np.ndarray | None) -> Contributions:
    """SHAP values of the pooled opinion of every row.

    Args:
        inputs: (n, f) the model's features in its order; nulls allowed.
        regime: (n, R) regime probabilities, or None for a model without regimes.

    Raises:
        GlassboxError: base + contributions miss the margin by 1e-4 or more.
    """
    inputs = np.ascontiguousarray(inputs, dtype=np.float32)
    rows, width = inputs.shape
    weights = model.stack.shares(rows, regime)
    shares, base, unattributed = np.zeros((rows, width, 3)), np.zeros((rows, 3)), np.zeros((rows, 3))
    networks: list[str] = []
    for place, member in enumerate(model.members):
        weight = weights[:, place, None]
        parts = member_shap(member, inputs)
        if parts is None:
            networks.append(member.name)
            unattributed += weight * member.opinion(inputs)
        else:
            shares += weight[..., None] * parts[:, :-1]
            base += weight * (parts[:, -1] + member.shift)
    margin = np.asarray(model.opinion(inputs, regime), dtype=np.float64)
    error = float(np.abs(base + shares.sum(axis=1) + unattributed - margin).max(initial=0.0))
    if not error < TOLERANCE:
        raise GlassboxError(
            f"The explanation of model {model.model_id} does not add up (off by {error:.1e}), so it is not shown; train the model again."
        )
    return Contributions(
        model.features, inputs, shares, base, unattributed, margin, tuple(networks), weights, error
    )


def member_shap(member: Member, inputs: np.ndarray) -> np.ndarray | None:
    """(n, f + 1, 3) contributions to the member's score without its shift, last the base; None when it has none."""
    if member.linear is not None:
        return _linear_shap(member.linear, inputs)
    if member.forest is not None:
        try:
            return np.asarray(member.forest.shap(inputs))
        except NotCovered:
            return library_shap(member.library, inputs)
    return library_shap(member.library, inputs)


def _linear_shap(linear: LinearScore, inputs: np.ndarray) -> np.ndarray:
    filled = np.where(np.isnan(inputs), linear.fill, inputs.astype(np.float64))
    shares = (filled - linear.centre)[:, :, None] * linear.weights
    base = np.broadcast_to(linear.centre @ linear.weights + linear.bias, (len(inputs), 1, 3))
    return np.concatenate((shares, base), axis=1)
