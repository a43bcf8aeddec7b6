"""Forecasts of the three horizons, with the models taken from the shelf or trained now, and their explanations."""

from dataclasses import replace

import numpy as np
import pandas as pd

from core.errors import UntrustedModel
from core.explain import explain_pooled
from core.features import MODEL_COLUMNS
from core.pipeline.run import Outcome, Run, Tell, Workbench
from core.pipeline.training import Judged, train_series
from core.pipeline.tuned_parameters import tuned_settings
from core.predict import (
    Horizon,
    Series,
    TrainedModel,
    backdrop,
    forecast,
    horizons,
    is_stale,
    outlook,
    recipe,
    regime_state,
    volatility_forecasts,
)
from core.records import (
    Direction,
    Explanation,
    Forecast,
    Instrument,
    ModelScores,
    Problem,
    RegimeState,
    Timeframe,
    VolatilityForecast,
)
from core.settings import PredictSettings
from core.store import dump
from core.store.model_scores import read_scores
from core.store.models import newest_model


def predict(run: Run, bench: Workbench, tell: Tell) -> Outcome:
    """Forecast every horizon; models that are missing, stale or not ours are trained again first."""
    settings = tuned_settings(
        bench.store, bench.settings.predict, run.instrument.symbol, run.request.timeframe, run.data_source
    )
    ready: dict[str, TrainedModel] = {}
    missing: list[Horizon] = []
    problems: list[Problem] = []
    for horizon in horizons(settings):
        model, problem = _on_shelf(run, bench, horizon, settings)
        problems += [problem] if problem else []
        if model is None:
            missing.append(horizon)
        else:
            ready[horizon.name] = model
    trained: tuple[Judged, ...] = ()
    if missing:
        series = Series(
            run.instrument.symbol, run.request.timeframe, run.data_source, run.as_of,
            bench.settings.collect.train_bars,
        )  # fmt: skip
        trained, short = train_series(bench, run.bars, run.features, series, missing, tell)
        problems += short
        ready |= {item.model.horizon: item.model for item in trained}
    just_judged = {item.model.model_id: item.scores for item in trained}
    models = tuple(ready[h.name] for h in horizons(settings) if h.name in ready)
    volatility = volatility_of(models, run.bars)
    forecasts = tuple(
        forecast_of(
            model, run.bars, run.features,
            just_judged.get(model.model_id) or read_scores(bench.store, model.model_id),
            volatility.get(model.horizon),
        )
        for model in models
    )  # fmt: skip
    return Outcome(
        run=replace(
            run, models=models, forecasts=forecasts, outlook=outlook(forecasts),
            regime=regime_of(models, run.bars, run.instrument, run.request.timeframe),
        ),
        summary=_summary(forecasts, trained=len(trained)),
        source=", ".join(model.model_id for model in models),
        problems=tuple(problems),
        writes=tuple(write for item in trained for write in item.writes),
        output=dump(tuple[Forecast, ...], forecasts),
    )  # fmt: skip


def forecast_of(
    model: TrainedModel,
    bars: pd.DataFrame,
    features: pd.DataFrame,
    scores: ModelScores | None,
    volatility: VolatilityForecast | None,
) -> Forecast:
    """What a model says at the close of the last bar, with what is known of its worth."""
    around = backdrop(model, bars, np.array([len(bars) - 1]))
    as_of = bars.index[-1].to_pydatetime() + model.meta.timeframe.delta
    said = replace(forecast(model, features.iloc[-model.window :], as_of, around), volatility=volatility)
    if scores is None:
        return said
    return replace(
        said,
        coverage=scores.coverage,
        edge=scores.edge,
        edge_words=scores.reasons[0] if scores.reasons else "",
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


def _on_shelf(
    run: Run, bench: Workbench, horizon: Horizon, settings: PredictSettings
) -> tuple[TrainedModel | None, Problem | None]:
    row = newest_model(
        bench.store,
        run.instrument.symbol,
        run.request.timeframe,
        run.data_source,
        horizon.name,
        recipe(settings, horizon, MODEL_COLUMNS),
        run.as_of,
    )
    if row is None:
        return None, None
    try:
        model = bench.shelf.take(row.path, row.sha256)
    except UntrustedModel as err:
        return None, Problem("predict/models", str(err), "A new model was trained instead.")
    stale = is_stale(model.meta, run.as_of, settings.retrain_bars, run.request.timeframe)
    return (None, None) if stale else (model, None)


def _summary(forecasts: tuple[Forecast, ...], trained: int) -> str:
    if not forecasts:
        return "No forecast: the history is too short for every horizon."
    said = ", ".join(
        f"{f.horizon} {f.direction.word} (up {f.p_up:.0%}, down {f.p_down:.0%})" for f in forecasts
    )
    made = f"; {trained} models trained" if trained else ""
    honest = sum(f.calibrated for f in forecasts)
    edge = sum(f.edge for f in forecasts)
    shown = f", {edge} with evidence of edge" if edge else "; no evidence of edge"
    return f"{said}; {honest} of {len(forecasts)} beat the base rate out of sample{shown}{made}."


def explain(run: Run, bench: Workbench, tell: Tell) -> Outcome:
    """Exact SHAP values of the class that each forecast finds likelier than usual."""
    last = np.array([len(run.bars) - 1])
    explanations = tuple(
        explain_pooled(
            model, run.features.iloc[-model.window :], backdrop(model, run.bars, last).regime, _risen(said)
        )
        for model, said in zip(run.models, run.forecasts, strict=True)
    )
    words = "; ".join(
        f"{item.horizon}: " + ", ".join(f"{a.feature} {a.contribution:+.2f}" for a in item.attributions[:3])
        for item in explanations
    )
    return Outcome(
        run=replace(run, explanations=explanations),
        summary=words or "Nothing to explain: there is no forecast.",
        source="tree SHAP",
        output=dump(tuple[Explanation, ...], explanations),
    )


def _risen(said: Forecast) -> Direction:
    """The class whose probability stands highest above its base rate: what the model has to say at this moment."""
    gain = {
        Direction.DOWN: said.p_down - said.base_down,
        Direction.FLAT: said.p_flat - said.base_flat,
        Direction.UP: said.p_up - said.base_up,
    }
    return max(gain, key=lambda way: gain[way])
