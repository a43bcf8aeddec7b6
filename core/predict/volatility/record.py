"""What volatility was forecast in the past, each time by what was known then, and what came."""

from collections.abc import Sequence
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from core.predict.volatility.realised import bar_variance, log_returns
from core.predict.volatility.walking import walk

if TYPE_CHECKING:
    from core.predict.model import Horizon


def past_forecasts(bars: pd.DataFrame, horizons: "Sequence[Horizon]") -> tuple[pd.DataFrame, ...]:
    """The walk that `fit_volatility` scores candidates by: a frame for each horizon, a row for each bar forecast at.

    Args:
        bars: closed bars, see core.tables.
        horizons: over which.

    Returns:
        Index date (open of the bar at whose close the forecast was made); columns: a standard deviation of the log return
        over the horizon for each candidate, and realised, null while the horizon is not complete. Empty below some 420
        bars, and where the price never moved.
    """
    returns = log_returns(bars) if len(bars) > 1 else np.empty(0)
    past = walk(returns, bar_variance(bars), [h.bars for h in horizons]) if returns.any() else None
    if past is None:
        return tuple(pd.DataFrame(index=bars.index[:0]) for _ in horizons)
    index = bars.index[past.rows + 1]
    return tuple(
        pd.DataFrame(
            {name: np.sqrt(said[:, place]) for name, said in past.forecasts.items()}
            | {"realised": np.sqrt(past.realised[:, place])},
            index=index,
        )
        for place in range(len(horizons))
    )
