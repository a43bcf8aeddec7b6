"""Triple-barrier labels: did the price touch the upper or the lower barrier first, or neither in time?

After López de Prado, Advances in Financial Machine Learning (2018), chapters 3 and 4. Positions are bar numbers.
"""

from dataclasses import dataclass

import numpy as np

from core.records import Direction

UNKNOWN = -1
"""Touch position of a label that cannot be known yet."""

SIGMA_BARS = 100
"""Window of the volatility that barriers are scaled by."""


@dataclass(frozen=True, slots=True)
class Labels:
    """One label per bar."""

    direction: np.ndarray
    """float64: −1, 0 or 1; null where the horizon is incomplete and no barrier was touched so far, and
    where there is no barrier."""
    end: np.ndarray
    """int64: position of the bar that settled the label; UNKNOWN where the label is null."""


def triple_barrier(close: np.ndarray, upper: np.ndarray, lower: np.ndarray, horizon: int) -> Labels:
    """Label every bar by the first close at or beyond its barriers within the next `horizon` bars.

    Args:
        close: (n,) closes.
        upper: (n,) price level of each bar's upper barrier; null: no label.
        lower: (n,) price level of each bar's lower barrier.
        horizon: bars until the vertical barrier, ≥ 1.

    Returns:
        1 upper first, −1 lower first, 0 none of both and the horizon is complete.
    """
    # Here and not above: numba takes a second to import, and forecasts need no labels.
    from core.predict.first_touch import first_touch

    direction, end = first_touch(
        np.ascontiguousarray(close, dtype=np.float64),
        np.ascontiguousarray(upper, dtype=np.float64),
        np.ascontiguousarray(lower, dtype=np.float64),
        horizon,
        UNKNOWN,
    )
    return Labels(direction, end)


def fixed_barriers(close: np.ndarray, fraction: float) -> tuple[np.ndarray, np.ndarray]:
    """Upper and lower levels at ± a fixed fraction of the close."""
    return close * (1.0 + fraction), close * (1.0 - fraction)


def horizon_sigma(close: np.ndarray, horizon: int) -> np.ndarray:
    """σ · √horizon, σ the standard deviation of the last 100 log returns, (n,).

    A rolling σ, so that a label does not depend on where the history starts; null before 100 returns and while
    the price does not move.
    """
    import talib

    log_return = np.full(len(close), np.nan)
    np.log(close[1:] / close[:-1], out=log_return[1:])
    sigma = talib.STDDEV(log_return, SIGMA_BARS) if len(close) else log_return
    return np.where(sigma > 0.0, np.sqrt(horizon) * sigma, np.nan)


def volatility_barriers(close: np.ndarray, horizon: int, width: float) -> tuple[np.ndarray, np.ndarray]:
    """Levels at ± width · σ · √horizon in log price; null where `horizon_sigma` is."""
    reach = width * horizon_sigma(close, horizon)
    return close * np.exp(reach), close * np.exp(-reach)


def excursions(
    high: np.ndarray, low: np.ndarray, close: np.ndarray, horizon: int
) -> tuple[np.ndarray, np.ndarray]:
    """How far the price fell and rose within the next `horizon` bars, as log distances from each close.

    Returns:
        (n,) adverse ≤ 0 and (n,) favourable ≥ 0, as a long position sees them; null in the last `horizon` rows.
    """
    import talib

    adverse, favourable = np.full(len(close), np.nan), np.full(len(close), np.nan)
    if len(close) > horizon:
        lowest = talib.MIN(low, horizon) if horizon > 1 else low
        highest = talib.MAX(high, horizon) if horizon > 1 else high
        adverse[:-horizon] = np.minimum(np.log(lowest[horizon:] / close[:-horizon]), 0.0)
        favourable[:-horizon] = np.maximum(np.log(highest[horizon:] / close[:-horizon]), 0.0)
    return adverse, favourable


def class_index(direction: np.ndarray) -> np.ndarray:
    """Labels −1, 0, 1 → class numbers 0, 1, 2 (down, flat, up); no nulls."""
    return (direction - float(Direction.DOWN)).astype(np.int64)


def average_uniqueness(start: np.ndarray, end: np.ndarray) -> np.ndarray:
    """Weight of each label: the mean over its span of 1 / (labels alive at that bar).

    Overlapping labels tell the same story; López de Prado (2018), 4.2 to 4.4.

    Args:
        start: (n,) first position of each span.
        end: (n,) last position, inclusive, ≥ start.

    Returns:
        (n,) weights in (0, 1]; their sum is the effective number of independent labels.
    """
    if len(start) == 0:
        return np.empty(0)
    first, bars = int(start.min()), int(end.max() - start.min()) + 1
    change = np.bincount(start - first, minlength=bars + 1) - np.bincount(end - first + 1, minlength=bars + 1)
    alive = np.cumsum(change[:bars])
    share = np.concatenate(([0.0], np.cumsum(1.0 / np.maximum(alive, 1))))
    return (share[end - first + 1] - share[start - first]) / (end - start + 1)
