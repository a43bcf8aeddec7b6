"""Momentum: returns over several spans, in standard deviations, so that calm and wild times compare."""

import math

import numpy as np

from core.features.feature import Family, Feature
from core.features.prices import SIGMA_WARMUP, Prices, in_units, lagged_difference

_SPANS = (1, 2, 4, 8, 24, 72, 168)

FEATURES = tuple(
    Feature(
        f"return_{span}",
        "momentum",
        max(span, SIGMA_WARMUP),
        "σ",
        "change over the last bar" if span == 1 else f"change over {span} bars",
        f"ln(close / close {span} ago) / (σ50 · √{span})",
        "log return over the standard deviation of a random walk",
    )
    for span in _SPANS
)


def compute(p: Prices) -> dict[str, np.ndarray]:
    """Scaled returns over each span that fits into the history; null where it does not."""
    columns = {}
    for span in _SPANS:
        if span >= len(p.close):
            columns[f"return_{span}"] = np.full_like(p.close, np.nan)
            continue
        scaled = in_units(lagged_difference(p.log_close, span), p.sigma)
        scaled *= 1.0 / math.sqrt(span)
        columns[f"return_{span}"] = scaled
    return columns


MOMENTUM = Family(
    "momentum",
    FEATURES,
    compute,
    "Momentum: how far the price came over several spans, in its own usual moves.",
)
