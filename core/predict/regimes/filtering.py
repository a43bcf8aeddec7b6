"""Filtered probabilities: where the market stands, by what was known then.

hmmlearn's own `predict_proba` is smoothed and its `predict` is Viterbi; both look at bars that came later.
"""

import numpy as np
import pandas as pd

from core.predict.regimes.model import RegimeModel
from core.predict.regimes.observations import PATH_BARS, observations

WINDOW = 250
"""Bars that the filter sees: exactly so many up to the asked one, so that the answer depends on nothing else."""


def regime_probabilities(model: RegimeModel, bars: pd.DataFrame, rows: np.ndarray) -> np.ndarray:
    """P(state at the close of each asked bar | the 250 bars up to it), (len(rows), R).

    The same to the last bit wherever `bars` begins and ends, so that a backtest and a live cycle agree.

    Args:
        model: its parameters must come from the past of every asked row, which the caller sees to.
        bars: closed bars, see core.tables.
        rows: positions in `bars`. Rows with fewer than 250 bars up to them are null: not known.
    """
    from core.predict.regimes.kernel import filter_windows, log_densities

    asked = np.asarray(rows, dtype=np.int64)
    if not len(asked):
        return np.empty((0, model.states))
    first = max(int(asked.min()) - WINDOW + 1, 0)
    seen = observations(bars.iloc[first : int(asked.max()) + 1], model.scaling)
    return np.asarray(
        filter_windows(
            log_densities(seen, model.means, model.variances),
            asked - first,
            WINDOW - PATH_BARS,
            model.stationary,
            np.ascontiguousarray(model.transition),
        )
    )
