"""What models answer about the last closed bar: forecasts, why, volatility and regime; nothing is read or written."""

from collections.abc import Sequence

import pandas as pd

from core.explain import explain_pooled
from core.predict import (
    Seen,
    TrainedModel,
    forecast,
    horizons,
    regime_state,
    volatility_forecasts,
)
from core.records import (
    Direction,
    Explanation,
    Forecast,
    Instrument,
    RegimeState,
    Timeframe,
    VolatilityForecast,
)


def forecasts_of(models: Sequence[TrainedModel], seen: Seen) -> tuple[Forecast, ...]:
    """What the models say at the close of the last bar; the hot path."""
    return tuple(
        forecast(model, seen.rows[model.features], seen.as_of, around)
        for model, around in zip(models, seen.around, strict=True)
    )


def explanations_of(
    models: Sequence[TrainedModel], seen: Seen, said: Sequence[Forecast]
) -> tuple[Explanation, ...]:
    """Exact SHAP values of the class that each forecast finds likelier than usual; the hot path."""
    return tuple(
        explain_pooled(model, seen.rows[model.features], around.regime, risen(item))
        for model, around, item in zip(models, seen.around, said, strict=True)
    )


def volatility_of(models: tuple[TrainedModel, ...], bars: pd.DataFrame) -> dict[str, VolatilityForecast]:
    """How far the price may move over each horizon, by the newest volatility model among those that forecast."""
    known = [model for model in models if model.volatility is not None]
    if not known:
        return {}
    newest = max(known, key=lambda model: model.meta.as_of)
    assert newest.volatility is not None
    found = volatility_forecasts(newest.volatility, bars, horizons(newest.meta.settings))
    return {item.horizon: item for item in found}


def regime_of(
    models: tuple[TrainedModel, ...], bars: pd.DataFrame, instrument: Instrument, timeframe: Timeframe
) -> RegimeState | None:
    """Where the market stands, by the newest regime model among those that forecast."""
    known = [model for model in models if model.regimes is not None]
    if not known:
        return None
    newest = max(known, key=lambda model: model.meta.as_of).regimes
    assert newest is not None
    return regime_state(newest, bars, instrument, timeframe)


def risen(said: Forecast) -> Direction:
    """The class whose probability stands highest above its base rate: what the model has to say at this moment."""
    gain = {
        Direction.DOWN: said.p_down - said.base_down,
        Direction.FLAT: said.p_flat - said.base_flat,
        Direction.UP: said.p_up - said.base_up,
    }
    return max(gain, key=lambda way: gain[way])
