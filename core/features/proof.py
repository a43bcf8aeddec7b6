"""Does a registered feature see the future, in the bars or beside them?"""

from collections.abc import Sequence

import numpy as np
import pandas as pd

from core.features.context import NO_CONTEXT, Context
from core.features.feature import Family
from core.features.leakage import Leak, differences, poison
from core.features.prices import bar_seconds
from core.features.registry import FAMILIES, build_features


def future_leaks(
    bars: pd.DataFrame,
    cuts: Sequence[int],
    context: Context = NO_CONTEXT,
    families: Sequence[Family] = FAMILIES,
    seed: int = 0,
) -> tuple[Leak, ...]:
    """Cut the bars and what is known beside them at each position; every value up to the cut must stay as it was.

    Args:
        bars: checked bars (core.tables).
        cuts: positions 0 … len(bars) − 1; see `core.features.leakage.leaks`.
        context: headlines and reference; what came after the close of the cut is taken away, then replaced by noise.
        families: what is looked at; those that need the context are idle without one.
        seed: of the noise.

    Returns:
        One leak per feature, cut and way of cutting; empty when nothing saw the future.
    """
    rng = np.random.default_rng(seed)
    length = pd.Timedelta(seconds=bar_seconds(pd.DatetimeIndex(bars.index).as_unit("us").asi8 // 1_000_000))
    whole = build_features(bars, families, context)
    found: list[Leak] = []
    for cut in cuts:
        opened = bars.index[cut]
        worlds = (
            ("truncated", bars.iloc[: cut + 1], context.until(opened, opened + length)),
            ("poisoned", poison(bars, cut, rng), context.poisoned(opened, opened + length, rng)),
        )
        for how, changed, known in worlds:
            result = build_features(changed, families, known).iloc[: cut + 1]
            found += differences(whole.iloc[: cut + 1], result, opened, how)
    return tuple(found)
