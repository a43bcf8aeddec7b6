"""How far the price went against and for a position before the horizon ended, and the levels that follow."""

from dataclasses import dataclass

import numpy as np

from core.predict.heads.boosted import weighted_quantiles
from core.predict.heads.data import HeadData
from core.records import Levels

STOP_SHARE = 0.75
"""Entries whose adverse excursion a stop shall outlast."""
TARGET_SHARE = 0.50
"""Entries whose favourable excursion shall reach a target."""

_TRUSTS = (0.0, 0.25, 0.5, 0.75, 1.0)


@dataclass(frozen=True, slots=True)
class Excursions:
    """Quantiles of the excursions of past rows, in units of their σ; those of a long mirror those of a short."""

    fall_stop: float
    """Fall that STOP_SHARE of rows stayed within."""
    fall_target: float
    """Fall that TARGET_SHARE of rows reached."""
    rise_stop: float
    rise_target: float
    trust: float
    """How far a wider or narrower return forecast stretches them: power of its relative width, 0 … 1."""
    rows: int

    def levels(self, sigma: np.ndarray, width: np.ndarray) -> tuple[Levels, ...]:
        """Distances of stop and target for each row, as fractions of the price.

        Args:
            sigma: (n,) standard deviation of the log return over the horizon.
            width: (n,) width of the return forecast relative to the base's; 1 is as wide as usual.
        """
        scale = sigma * width**self.trust
        fall = 1.0 - np.exp(-np.outer(scale, (self.fall_stop, self.fall_target)))
        rise = np.expm1(np.outer(scale, (self.rise_stop, self.rise_target)))
        return tuple(
            Levels(down[0], up[1], up[0], down[1], self.rows)
            for down, up in zip(fall.tolist(), rise.tolist(), strict=True)
        )


def fit_excursions(data: HeadData, asked: np.ndarray, width: np.ndarray) -> Excursions:
    """Quantiles of what followed the rows that were forecast out of sample, and how far their width is trusted.

    Args:
        data: labelled rows.
        asked: (k,) numbers of those rows.
        width: (k,) width of their forecasts relative to the base's.
    """
    weight, sigma = data.weight[asked], data.sigma[asked]
    fall, rise = -data.adverse[asked] / sigma, data.favourable[asked] / sigma
    trust = min(_TRUSTS, key=lambda power: (_loss(fall, rise, width**power, weight), power))
    shares = np.array((STOP_SHARE, 1.0 - TARGET_SHARE))
    (fall_stop, fall_target), (rise_stop, rise_target) = (
        weighted_quantiles(reach / width**trust, weight, shares).tolist() for reach in (fall, rise)
    )
    return Excursions(fall_stop, fall_target, rise_stop, rise_target, trust, len(asked))


def _loss(fall: np.ndarray, rise: np.ndarray, stretch: np.ndarray, weight: np.ndarray) -> float:
    """Pinball loss of the stretched quantiles, both sides and both shares."""
    total = 0.0
    for reach in (fall, rise):
        for share in (STOP_SHARE, 1.0 - TARGET_SHARE):
            level = weighted_quantiles(reach / stretch, weight, np.array([share]))[0]
            missed = reach - level * stretch
            total += float(weight @ np.maximum(share * missed, (share - 1.0) * missed))
    return total
