"""Population stability index of features, each beside what it usually is when nothing has changed.

PSI = Σ (a − e) · ln(a / e) over the shares e of a reference and a of recent rows in the reference's deciles. The rule
of thumb «above 0.2 is drift» knows neither the number of rows (100 against 100 gives a median of 0.18 under no change)
nor memory: two stretches of one slow feature differ although nothing has changed. So the null is found by resampling:
blocks of consecutive reference rows, all features together, make up pairs of a reference and a recent stretch between
which nothing has changed (circular block bootstrap, Politis & Romano 1992).
"""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from core.predict.drift.blocks import block_rows
from core.records import FeatureDrift

DECILES = 10
USUAL = 0.95
"""Level of the quantiles that a PSI is held against."""


@dataclass(frozen=True, slots=True, eq=False)
class Binned:
    """A feature as bin numbers; the last bin holds the nulls."""

    edges: np.ndarray
    """Inner edges, ascending, none twice; a constant feature has one or none."""

    @property
    def bins(self) -> int:
        """Number of bins, that of the nulls included."""
        return len(self.edges) + 2

    def codes(self, values: np.ndarray) -> np.ndarray:
        """(n,) bin of each value."""
        found = np.searchsorted(self.edges, values, side="left")
        return np.where(np.isnan(values), self.bins - 1, found)


def deciles(reference: np.ndarray) -> Binned:
    """Bins between the deciles of a reference, open at both ends; values that repeat share a bin."""
    known = reference[~np.isnan(reference)]
    if not len(known):
        return Binned(np.zeros(0))
    return Binned(np.unique(np.quantile(known, np.arange(1, DECILES) / DECILES)))


def psi_of_shares(expected: np.ndarray, actual: np.ndarray) -> np.ndarray:
    """PSI of shares over the last axis; shares of 0 are not allowed."""
    return np.asarray(((actual - expected) * np.log(actual / expected)).sum(axis=-1))


def psi(reference: np.ndarray, recent: np.ndarray) -> float:
    """PSI of two samples on the deciles of the first; nulls are a bin of their own."""
    binned = deciles(reference)
    return float(_psi_of_codes(binned.codes(reference)[:, None], binned.codes(recent)[:, None])[0])


def null_psi(
    values: np.ndarray,
    recent_rows: int,
    block: int,
    repetitions: int,
    seed: int,
    reference_rows: int | None = None,
) -> np.ndarray:
    """PSI between stretches of one and the same process.

    Args:
        values: (n, features) that the stretches are drawn from.
        recent_rows: length of the later stretch.
        block: consecutive rows that are drawn together; 1 for independent rows.
        repetitions: pairs of stretches.
        seed: of the draws.
        reference_rows: length of the earlier stretch; default n.

    Returns:
        (repetitions, features).
    """
    rows = len(values)
    codes = np.column_stack([deciles(column).codes(column) for column in values.T])
    generator = np.random.default_rng(seed)
    return np.array(
        [
            _psi_of_codes(
                codes[block_rows(rows, reference_rows or rows, block, generator)],
                codes[block_rows(rows, recent_rows, block, generator)],
            )
            for _ in range(repetitions)
        ]
    )


def feature_drift(
    names: Sequence[str],
    reference: np.ndarray,
    recent: np.ndarray,
    block: int,
    repetitions: int = 400,
    seed: int = 7,
) -> tuple[FeatureDrift, ...]:
    """Every feature's PSI with its own 95 % quantile, and with the limit that holds for all of them together.

    Looking at sixty features, three exceed their own 95 % by chance. So the limit is raised until the largest excess of
    a whole check stays below it in 95 % of the resampled checks (Westfall & Young 1993, max-T); features that move
    together are then not counted as many.

    Args:
        names: of the columns.
        reference: (n, features); nulls allowed.
        recent: (m, features).
        block: see `null_psi`.

    Returns:
        Largest PSI over its limit first.
    """
    # Of both stretches: under no change they are one process, and the shorter null of the reference alone is too narrow.
    null = null_psi(
        np.concatenate((reference, recent)), len(recent), block, repetitions, seed, len(reference)
    )
    usual = np.quantile(null, USUAL, axis=0)
    together = _limits(null)
    found = [
        FeatureDrift(
            feature=name,
            psi=psi(reference[:, place], recent[:, place]),
            usual=float(usual[place]),
            limit=float(max(together[place], usual[place])),
            moved=_moved(reference[:, place], recent[:, place]),
            missing=float(np.isnan(recent[:, place]).mean()),
        )
        for place, name in enumerate(names)
    ]
    return tuple(sorted(found, key=lambda item: item.psi / max(item.limit, 1e-12), reverse=True))


def _limits(null: np.ndarray) -> np.ndarray:
    """PSI of each feature that no feature of a check reaches in 95 % of checks, on one scale of standardised logs.

    In logs, because the null of a rare pattern has so long a tail that it alone would set the scale.
    """
    logs = np.log(np.maximum(null, 1e-9))
    centre, spread = logs.mean(axis=0), np.maximum(logs.std(axis=0), 1e-9)
    highest = float(np.quantile(((logs - centre) / spread).max(axis=1), USUAL))
    return np.asarray(np.exp(centre + highest * spread))


def _psi_of_codes(first: np.ndarray, second: np.ndarray) -> np.ndarray:
    """PSI of each column of bin numbers (n, features) and (m, features).

    A bin that is empty on one side counts half a row there, so that the logarithm stays finite.
    """
    expected, actual = _counts(first), _counts(second)
    used = (expected > 0.0) | (actual > 0.0)
    expected, actual = (np.where(used, np.maximum(counts, 0.5), 0.0) for counts in (expected, actual))
    expected /= expected.sum(axis=1, keepdims=True)
    actual /= actual.sum(axis=1, keepdims=True)
    expected, actual = np.where(used, expected, 1.0), np.where(used, actual, 1.0)
    return psi_of_shares(expected, actual)


def _counts(codes: np.ndarray) -> np.ndarray:
    """Rows in each bin, (features, bins)."""
    width = DECILES + 1
    places = codes + width * np.arange(codes.shape[1])
    return np.bincount(places.ravel(), minlength=width * codes.shape[1]).reshape(-1, width).astype(float)


def _moved(reference: np.ndarray, recent: np.ndarray) -> float | None:
    before, after = reference[~np.isnan(reference)], recent[~np.isnan(recent)]
    if len(before) < 2 or not len(after) or before.std() == 0.0:
        return None
    return float((np.median(after) - np.median(before)) / before.std())
