"""Which other feature changes what a feature's value means."""

import numpy as np

_FEWEST = 12
"""Rows of a slice from which a correlation in it says something."""


def interaction_strengths(values: np.ndarray, shares: np.ndarray, feature: int) -> np.ndarray:
    """How strongly each other feature explains the spread of a feature's contribution at equal value.

    Rows are sorted by the feature and cut into slices in which it hardly changes; what its contribution still varies
    by comes from others. The |correlation| with each other feature's value in a slice, times the spread of the
    contributions there, is averaged over the slices. (The heuristic of shap.approximate_interactions, weighted by the
    spread, so that slices without an interaction do not add noise.)

    Args:
        values: (n, f) inputs, nulls allowed.
        shares: (n, f) contributions.
        feature: column that is looked at.

    Returns:
        (f,) in units of the contribution; 0 for the feature itself.
    """
    known = np.flatnonzero(~np.isnan(values[:, feature]))
    strength = np.zeros(values.shape[1])
    order = known[np.argsort(values[known, feature], kind="stable")]
    slices = np.array_split(order, max(min(10, len(order) // _FEWEST), 1))
    for part in slices:
        if len(part) >= _FEWEST:
            strength += len(part) * _spread_explained(values[part].astype(np.float64), shares[part, feature])
    strength[feature] = 0.0
    return strength / max(len(order), 1)


def strongest_partner(values: np.ndarray, shares: np.ndarray, feature: int) -> int | None:
    """The feature that interacts most with one; None when no other changes anything."""
    strength = interaction_strengths(values, shares, feature)
    best = int(strength.argmax())
    return best if strength[best] > 0.0 else None


def _spread_explained(values: np.ndarray, share: np.ndarray) -> np.ndarray:
    """(f,) |correlation| of each column with the contribution × the contribution's spread; nulls are the mean."""
    centred = values - _mean_known(values)
    centred = np.where(np.isnan(centred), 0.0, centred)
    off = share - share.mean()
    spread = off.std()
    scale = centred.std(axis=0) * spread * len(share)
    together = np.abs(off @ centred)
    alike = np.divide(together, scale, out=np.zeros(values.shape[1]), where=scale > 1e-12)
    return alike * spread


def _mean_known(values: np.ndarray) -> np.ndarray:
    known = ~np.isnan(values)
    return np.where(known, values, 0.0).sum(axis=0) / np.maximum(known.sum(axis=0), 1)
