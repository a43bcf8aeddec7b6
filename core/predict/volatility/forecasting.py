"""Fit a volatility model, and say how far the price may move over each horizon."""

from collections.abc import Sequence
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from core.errors import InputError, NotEnoughHistory
from core.predict.volatility.estimation import estimate
from core.predict.volatility.model import VolatilityModel
from core.predict.volatility.realised import bar_variance, log_returns
from core.predict.volatility.walking import ahead, walk
from core.records import VolatilityForecast

if TYPE_CHECKING:
    from core.predict.model import Horizon

BARS_NEEDED = 60
"""Below, not even a moving average of squared returns has forgotten where it began."""
READ_BARS = 1000
"""Newest bars that a forecast reads; what lies before has no weight left."""


def fit_volatility(bars: pd.DataFrame, horizons: "Sequence[Horizon]") -> VolatilityModel | None:
    """Fit every candidate and score it out of sample, horizon by horizon.

    Args:
        bars: closed bars of the training part, see core.tables.
        horizons: name and bars of each.

    Returns:
        None when there are fewer than 60 bars or the price never moved. Below some 420 bars nothing is scored and EWMA
        speaks.
    """
    if len(bars) < BARS_NEEDED:
        return None
    returns, variance = log_returns(bars), bar_variance(bars)
    level = float(np.mean(returns**2))
    if not level > 0.0:
        return None
    lengths = tuple(dict.fromkeys(horizon.bars for horizon in horizons))
    past = walk(returns, variance, lengths)
    return VolatilityModel(
        horizons=lengths,
        candidates=estimate(returns, variance, lengths, past.fitted if past else None),
        scores=tuple(past.scores(place) if past else () for place in range(len(lengths))),
        level=level,
        rows=len(bars),
        last_opened=pd.Timestamp(bars.index[-1]),
    )


def volatility_forecasts(
    model: VolatilityModel, bars: pd.DataFrame, horizons: "Sequence[Horizon]"
) -> tuple[VolatilityForecast, ...]:
    """How far the price may move from the last close over each horizon, in the order asked for.

    A longer way contains the shorter one: where different candidates speak, a longer horizon is never given less.

    Args:
        model: fitted to bars that had closed by then, for these horizons among others.
        bars: closed bars; the last 1,000 are read.

    Raises:
        NotEnoughHistory: fewer than 60 bars.
        InputError: a horizon that the model was not fitted for.
    """
    if len(bars) < BARS_NEEDED:
        raise NotEnoughHistory(
            f"A volatility forecast needs {BARS_NEEDED} closed bars and has {len(bars)}; fetch a longer history."
        )
    recent = bars.iloc[-READ_BARS:]
    returns, variance = log_returns(recent), bar_variance(recent)
    said: dict[int, float] = {}
    least = 0.0
    for length in sorted({horizon.bars for horizon in horizons}):
        if length not in model.horizons:
            raise InputError(f"The volatility model was not fitted for {length} bars; train again.")
        candidate = model.candidates[model.speaker(length)]
        least = max(least, float(ahead(candidate, returns, variance, [length], model.level)[-1, 0]))
        said[length] = least
    return tuple(
        VolatilityForecast(
            horizon=horizon.name,
            bars=horizon.bars,
            sigma=said[horizon.bars] ** 0.5,
            sigma_bar=(said[horizon.bars] / horizon.bars) ** 0.5,
            model=model.speaker(horizon.bars),
            scores=model.scores[model.horizons.index(horizon.bars)],
        )
        for horizon in horizons
    )
