"""Every feature there is, and the one function that computes them."""

from collections.abc import Sequence

import numpy as np
import pandas as pd

from core.features.calendar import CALENDAR
from core.features.candles import CANDLES
from core.features.feature import Family, Feature
from core.features.momentum import MOMENTUM
from core.features.oscillators import OSCILLATORS
from core.features.prices import read_prices
from core.features.trend import TREND
from core.features.volatility import VOLATILITY
from core.features.volume import VOLUME

FAMILIES: tuple[Family, ...] = (TREND, MOMENTUM, OSCILLATORS, VOLATILITY, VOLUME, CANDLES, CALENDAR)
"""To add a feature, add it to a family; to add a family, add it here. The tests find it by itself."""

FEATURES: dict[str, Feature] = {feature.name: feature for family in FAMILIES for feature in family.features}
"""By name, in the order of the columns."""

MODEL_COLUMNS: tuple[str, ...] = tuple(name for name, feature in FEATURES.items() if feature.model)
"""Columns that are free of the price's scale: what models are trained on."""

WARMUP: int = max(feature.warmup for feature in FEATURES.values())
"""Bars after which no feature is null for want of history."""


def build_features(bars: pd.DataFrame, families: Sequence[Family] = FAMILIES) -> pd.DataFrame:
    """Compute features; row t uses the bars up to and including t only.

    Args:
        bars: checked bars (core.tables), any length.
        families: what to compute; all by default.

    Returns:
        One float64 column per feature on the index of `bars`. Warm-up rows are null, and so are rows where
        a feature is undefined (a range of zero, no volume).
    """
    columns: dict[str, np.ndarray] = {}
    if len(bars):
        prices = read_prices(bars)
        for family in families:
            columns |= _family_columns(family, family.compute(prices))
    else:
        columns = {feature.name: np.empty(0) for family in families for feature in family.features}
    # Each column stays the array that TA-Lib filled: one block per column, nothing copied.
    return pd.DataFrame(columns, index=bars.index, copy=False)


def _family_columns(family: Family, computed: dict[str, np.ndarray]) -> dict[str, np.ndarray]:
    """The family's columns in registered order, their warm-up made null in place."""
    ordered = {feature.name: computed[feature.name] for feature in family.features}
    for feature in family.features:
        ordered[feature.name][: feature.warmup] = np.nan
    return ordered
