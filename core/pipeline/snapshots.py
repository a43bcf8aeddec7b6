"""From a run to the snapshot that a language model is shown."""

from collections.abc import Mapping, Sequence

import numpy as np
import pandas as pd

from core.llm.snapshot import Ahead, Snapshot
from core.pipeline.run import Run
from core.predict.labels import horizon_sigma
from core.records import Forecast

_RANGE = 100
"""Bars of the range in which the close is placed."""
_SPANS = (1, 4, 24, 72, 168)
_AVERAGES = (20, 50, 200)


def snapshot_of(run: Run, forecasts: Sequence[Forecast], widths: Mapping[str, float]) -> Snapshot:
    """The numbers of a run's last bar; base rates of the forecasts, not what they say.

    Args:
        forecasts: of the horizons to be asked about.
        widths: horizon → distance of its barriers in standard deviations.
    """
    close = run.bars["close"].to_numpy(dtype=float)
    row = run.features.iloc[-1] if len(run.features) else pd.Series(dtype=float)
    # The last returns are enough: σ looks back 100 bars, and an hour's forecast should not pay for years.
    sigma = {item.horizon: float(horizon_sigma(close[-2 * _RANGE :], item.bars)[-1]) for item in forecasts}
    bar_sigma = float(horizon_sigma(close[-2 * _RANGE :], 1)[-1])
    return Snapshot(
        symbol=run.instrument.symbol,
        timeframe=run.request.timeframe,
        price=float(close[-1]),
        returns=tuple((bars, close[-1] / close[-1 - bars] - 1.0) for bars in _SPANS if len(close) > bars),
        volatility=bar_sigma,
        atr=_of(row, "atr_close"),
        rsi=_of(row, "rsi_14"),
        position=_position(run.bars.iloc[-_RANGE:]),
        distance=tuple(
            (bars, float(close[-1] / close[-bars:].mean() - 1.0)) for bars in _AVERAGES if len(close) >= bars
        ),
        regime=run.regime.kind if run.regime else None,
        regime_probability=run.regime.probabilities[run.regime.likeliest] if run.regime else None,
        ahead=tuple(
            Ahead(
                item.horizon, item.bars, widths[item.horizon] * sigma[item.horizon],
                (item.base_down, item.base_flat, item.base_up),
            )
            for item in forecasts
            if np.isfinite(sigma[item.horizon])
        ),
    )  # fmt: skip


def _of(row: pd.Series, name: str) -> float | None:
    return float(row[name]) if name in row.index and np.isfinite(row[name]) else None


def _position(bars: pd.DataFrame) -> float | None:
    low, high = float(bars["low"].min()), float(bars["high"].max())
    return (float(bars["close"].iloc[-1]) - low) / (high - low) if high > low else None
