"""Forecasts of the three horizons, with the models taken from the shelf or trained now, and their explanations."""

from dataclasses import replace
from datetime import datetime

from core.errors import UntrustedModel
from core.explain import explain as explain_forecast
from core.features import MODEL_COLUMNS
from core.pipeline.run import Outcome, Run, Tell, Workbench
from core.predict import (
    Horizon,
    TrainedModel,
    forecast,
    horizons,
    is_stale,
    recipe,
    save,
    train_horizons,
)
from core.records import Direction, Explanation, Forecast, Problem
from core.store import Write, dump
from core.store.models import ModelRow, newest_model, save_model


def predict(run: Run, bench: Workbench, tell: Tell) -> Outcome:
    """Forecast every horizon; models that are missing, stale or not ours are trained again first."""
    ready: dict[str, TrainedModel] = {}
    missing: list[Horizon] = []
    problems: list[Problem] = []
    for horizon in horizons(bench.settings.predict):
        model, problem = _on_shelf(run, bench, horizon)
        problems += [problem] if problem else []
        if model is None:
            missing.append(horizon)
        else:
            ready[horizon.name] = model
    writes: list[Write] = []
    if missing:
        trained, short = _train(run, bench, tell, missing)
        problems += short
        for model in trained:
            ready[model.horizon] = model
            writes.append(_keep(run, bench, model, bench.clock()))
    row = run.features.iloc[-1]
    models = tuple(ready[h.name] for h in horizons(bench.settings.predict) if h.name in ready)
    forecasts = tuple(forecast(model, row, run.as_of) for model in models)
    return Outcome(
        run=replace(run, models=models, forecasts=forecasts),
        summary=_summary(forecasts, trained=len(writes)),
        source=", ".join(model.model_id for model in models),
        problems=tuple(problems),
        writes=tuple(writes),
        output=dump(tuple[Forecast, ...], forecasts),
    )


def _on_shelf(run: Run, bench: Workbench, horizon: Horizon) -> tuple[TrainedModel | None, Problem | None]:
    settings = bench.settings.predict
    made_by = recipe(settings, horizon, MODEL_COLUMNS)
    row = newest_model(
        bench.store,
        run.instrument.symbol,
        run.request.timeframe,
        run.data_source,
        horizon.name,
        made_by,
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


def _train(
    run: Run, bench: Workbench, tell: Tell, missing: list[Horizon]
) -> tuple[tuple[TrainedModel, ...], tuple[Problem, ...]]:
    tell(0.0, f"training {', '.join(horizon.name for horizon in missing)}")
    return train_horizons(
        run.bars,
        run.features[list(MODEL_COLUMNS)],
        missing,
        bench.settings.predict,
        symbol=run.instrument.symbol,
        timeframe=run.request.timeframe,
        source=run.data_source,
        as_of=run.as_of,
        train_bars=bench.settings.collect.train_bars,
        on_progress=tell,
    )


def _keep(run: Run, bench: Workbench, model: TrainedModel, now: datetime) -> Write:
    file = save(model, bench.settings.model_dir)
    bench.shelf.put(file.sha256, model)
    meta = file.meta
    return save_model(
        ModelRow(
            meta.model_id, meta.symbol, meta.timeframe, meta.source, meta.horizon.name, meta.recipe, meta.as_of,
            meta.trained_until, now, file.path, file.sha256, meta.scores.skill,
        )
    )  # fmt: skip


def _summary(forecasts: tuple[Forecast, ...], trained: int) -> str:
    if not forecasts:
        return "No forecast: the history is too short for every horizon."
    said = ", ".join(
        f"{f.horizon} {f.direction.word} (up {f.p_up:.0%}, down {f.p_down:.0%})" for f in forecasts
    )
    made = f"; {trained} models trained" if trained else ""
    honest = sum(f.calibrated for f in forecasts)
    return f"{said}; {honest} of {len(forecasts)} beat the base rate out of sample{made}."


def explain(run: Run, bench: Workbench, tell: Tell) -> Outcome:
    """Exact SHAP values of the class that each forecast finds likelier than usual."""
    row = run.features.iloc[-1]
    explanations = tuple(
        explain_forecast(model, row, _risen(said))
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
