"""Forecasts of the three horizons, with the models taken from the shelf or trained now, and their explanations."""

from dataclasses import replace

from core.errors import UntrustedModel
from core.features import MODEL_COLUMNS
from core.pipeline.llm_forecasts import with_opinions
from core.pipeline.model_answers import explanations_of, forecasts_of, regime_of, volatility_of
from core.pipeline.run import Outcome, Run, Tell, Workbench
from core.pipeline.training import Judged, train_series
from core.pipeline.tuned_parameters import tuned_settings
from core.predict import Horizon, Series, TrainedModel, horizons, is_stale, outlook, recipe, seen_by
from core.records import Explanation, Forecast, ModelScores, Problem, VolatilityForecast
from core.settings import PredictSettings
from core.store import dump
from core.store.model_checks import drift_history
from core.store.model_scores import read_scores
from core.store.models import newest_model


def predict(run: Run, bench: Workbench, tell: Tell) -> Outcome:
    """Forecast every horizon; models that are missing, stale or not ours are trained again first.

    A language model that is asked for forecasts speaks after them, as loudly as its record has earned.
    """
    models, trained, problems = _models(run, bench, tell)
    judged = {item.model.model_id: item.scores for item in trained}
    seen = seen_by(models, run.bars, run.features) if models else None
    volatility = volatility_of(models, run.bars)
    own = tuple(
        _with_worth(
            said, judged.get(said.model_id) or read_scores(bench.store, said.model_id),
            volatility.get(said.horizon),
        )
        for said in (forecasts_of(models, seen) if seen else ())
    )  # fmt: skip
    regime = regime_of(models, run.bars, run.instrument, run.request.timeframe)
    run = replace(run, models=models, seen=seen, regime=regime)
    forecasts, calls, silent, opinions = with_opinions(run, bench, own, tell)
    return Outcome(
        run=replace(run, forecasts=forecasts, outlook=outlook(forecasts), calls=(*run.calls, *calls)),
        summary=_summary(forecasts, trained=len(trained)),
        source=", ".join(model.model_id for model in models),
        problems=(*problems, *silent),
        writes=(*(write for item in trained for write in item.writes), *opinions),
        output=dump(tuple[Forecast, ...], forecasts),
    )


def _models(
    run: Run, bench: Workbench, tell: Tell
) -> tuple[tuple[TrainedModel, ...], tuple[Judged, ...], tuple[Problem, ...]]:
    """A model for each horizon that has history enough, those trained just now, and what went wrong."""
    own = bench.settings.predict
    series_key = (run.instrument.symbol, run.request.timeframe, run.data_source)
    ready: dict[str, TrainedModel] = {}
    missing: list[Horizon] = []
    problems: list[Problem] = []
    for horizon in horizons(own):
        settings = tuned_settings(bench.store, own, *series_key, horizon.name)
        model, problem = _on_shelf(run, bench, horizon, settings)
        problems += [problem] if problem else []
        if model is None:
            missing.append(horizon)
        else:
            ready[horizon.name] = model
    trained: tuple[Judged, ...] = ()
    if missing:
        series = Series(*series_key, run.as_of, bench.settings.collect.train_bars)
        trained, short = train_series(bench, run.bars, run.features, series, missing, tell)
        problems += short
        ready |= {item.model.horizon: item.model for item in trained}
    return tuple(ready[h.name] for h in horizons(own) if h.name in ready), trained, tuple(problems)


def _with_worth(
    said: Forecast, scores: ModelScores | None, volatility: VolatilityForecast | None
) -> Forecast:
    """The forecast with volatility and with what is known of its worth."""
    said = replace(said, volatility=volatility)
    if scores is None:
        return said
    words = scores.reasons[0] if scores.reasons else ""
    return replace(said, coverage=scores.coverage, edge=scores.edge, edge_words=words)


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
    if is_stale(model.meta, run.as_of, settings.retrain_bars, run.request.timeframe):
        return None, None
    drifted = _drifted(run, bench, model)
    return (None, drifted) if drifted else (model, None)


def _drifted(run: Run, bench: Workbench, model: TrainedModel) -> Problem | None:
    """What the newest check found, where it found drift and there are newer bars to learn from."""
    checks = [check for check in drift_history(bench.store, model.model_id) if check.as_of <= run.as_of]
    if not checks or not checks[0].drifted or run.as_of <= model.meta.as_of:
        return None
    return Problem("predict/drift", checks[0].words, "A new model was trained instead.")


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
    explanations = explanations_of(run.models, run.seen, run.forecasts) if run.seen else ()
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
