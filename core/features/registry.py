"""Every feature there is, and the one function that computes them."""

from collections.abc import Sequence

import numpy as np
import pandas as pd

from core.features.calendar import CALENDAR
from core.features.candles import CANDLES
from core.features.context import NO_CONTEXT, Context
from core.features.feature import Family, Feature
from core.features.fractional import MEMORY
from core.features.headlines import SENTIMENT
from core.features.higher import HIGHER
from core.features.levels import LEVELS
from core.features.market import MARKET
from core.features.momentum import MOMENTUM
from core.features.oscillators import OSCILLATORS
from core.features.prices import Prices, read_prices
from core.features.trend import TREND
from core.features.volatility import VOLATILITY
from core.features.volume import VOLUME

FAMILIES: tuple[Family, ...] = (
    TREND, MOMENTUM, OSCILLATORS, VOLATILITY, VOLUME, CANDLES, CALENDAR, LEVELS, MEMORY, HIGHER, SENTIMENT, MARKET,
)  # fmt: skip
"""To add a feature, add it to a family; to add a family, add it here. The tests find it by itself."""

FEATURES: dict[str, Feature] = {feature.name: feature for family in FAMILIES for feature in family.features}
"""By name, in the order of the columns."""

MODEL_COLUMNS: tuple[str, ...] = tuple(name for name, feature in FEATURES.items() if feature.model)
"""Columns that are free of the price's scale: what models are trained on."""

WARMUP: int = max(feature.warmup for feature in FEATURES.values())
"""Bars after which no feature is null for want of history."""

LEAD: int = 2 * WARMUP
"""Bars before a part of a history from which that part is computed: with twice the longest warm-up the start of the
averages that never forget is a matter of rounding."""

_PART = 32_768
"""Bars computed together: their arrays stay in the processor's cache, which halves the time of a long history."""


def build_features(
    bars: pd.DataFrame, families: Sequence[Family] = FAMILIES, context: Context = NO_CONTEXT
) -> pd.DataFrame:
    """Compute features; row t uses the bars up to and including t only.

    Args:
        bars: checked bars (core.tables), any length.
        families: what to compute; all by default.
        context: what is known beside the bars; a row sees of it only what was known at its bar's close.

    Returns:
        One float64 column per feature on the index of `bars`. Warm-up rows are null, and so are rows where
        a feature is undefined (a range of zero, no volume).
    """
    names = [feature.name for family in families for feature in family.features]
    values = np.empty((len(names), len(bars)))
    for first in range(0, len(bars), _PART):
        begin, stop = max(first - LEAD, 0), min(first + _PART, len(bars))
        prices = read_prices(bars.iloc[begin:stop], context)
        columns = (column for family in families for column in _family_columns(family, prices))
        for row, column in enumerate(columns):
            values[row, first:stop] = column[first - begin :]
    return pd.DataFrame(values.T, index=bars.index, columns=names, copy=False)


def _family_columns(family: Family, prices: Prices) -> list[np.ndarray]:
    """The family's columns in registered order, their warm-up made null in place."""
    computed = family.compute(prices)
    for feature in family.features:
        computed[feature.name][: feature.warmup] = np.nan
    return [computed[feature.name] for feature in family.features]
