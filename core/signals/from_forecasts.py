"""Forecasts as signals: only what they say beyond the base rate counts."""

from collections.abc import Sequence

import numpy as np

from core.records import Direction, Forecast, Signal

MARGIN = 0.02
"""Advantage of up over down, beyond the base rates', below which a forecast has no opinion."""


def forecast_signals(forecasts: Sequence[Forecast]) -> tuple[Signal, ...]:
    """One signal per horizon: the direction that gained on its base rate, as confident as the gain is large."""
    return tuple(_signal(forecast) for forecast in forecasts)


def forecast_opinions(lead: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Direction (n,) int8 and confidence (n,) of many forecasts at once; see `forecast_signals`.

    Args:
        lead: (n,) advantage of up over down beyond the base rates'; null where there is no forecast.
    """
    size = np.abs(lead)
    known = size >= MARGIN  # not where it is null
    direction = np.where(known, np.sign(lead), 0.0).astype(np.int8)
    return direction, np.where(known, np.minimum(1.0, 0.5 + 2.0 * size), 0.0)


def _signal(forecast: Forecast) -> Signal:
    lead = (forecast.p_up - forecast.base_up) - (forecast.p_down - forecast.base_down)
    way = Direction.FLAT if abs(lead) < MARGIN else Direction.UP if lead > 0 else Direction.DOWN
    confidence = min(1.0, 0.5 + 2.0 * abs(lead)) if way else 0.0
    return Signal(
        source=f"forecast:{forecast.horizon}",
        direction=way,
        magnitude=min(1.0, abs(lead)),
        confidence=confidence,
        horizon=forecast.horizon,
        reason=(
            f"Over {forecast.bars} bars: up {forecast.p_up:.0%} (base rate {forecast.base_up:.0%}), "
            f"down {forecast.p_down:.0%} (base rate {forecast.base_down:.0%})."
        ),
    )
