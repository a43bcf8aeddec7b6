"""Meta-labelling in a cycle: whether the fused signal is worth taking."""

from collections.abc import Callable, Mapping
from datetime import datetime

import numpy as np

from core.pipeline.meta_training import Scene, exits_for, recipe_for, train_meta, without_mood
from core.pipeline.run import Run, Workbench
from core.pipeline.source_tracks import Heard, Remembered, heard_since, priors, remembered
from core.records import Direction, FusedSignal, MetaModel, MetaOpinion, Timeframe
from core.signals import STRATEGIES
from core.signals.meta import MARKET, Exits, meta_inputs, primary_at, regression_of
from core.store import Write
from core.store.meta import newest_meta, save_meta


def meta_of(run: Run, bench: Workbench, fused: FusedSignal) -> MetaOpinion | None:
    """The meta-model's view of a fused signal; None where there is no model or no signal. Nothing is kept."""

    def heard() -> Heard:
        said = [(one, one.decide(run.bars, run.features)) for one in STRATEGIES.values() if one.live]
        return heard_since(run, bench.settings, said, Remembered(remembered(run, bench).leads))

    return meta_with(run, bench, fused, heard)[0]


def meta_with(
    run: Run, bench: Workbench, fused: FusedSignal, heard: Callable[[], Heard]
) -> tuple[MetaOpinion | None, tuple[Write, ...]]:
    """The same, with the model to be written where it was missing or stale and is trained.

    Args:
        heard: what strategies and forecasts said at all bars of the run; asked for when there is something to train.
    """
    settings, timeframe = bench.settings, run.request.timeframe
    if not settings.signals.meta:
        return None, ()
    exits = exits_for(settings, run.instrument, timeframe, settings.costs.record())
    rules = [one.name for one in STRATEGIES.values() if one.live]
    made = recipe_for(rules, exits, settings)
    kept = newest_meta(bench.store, run.instrument.symbol, timeframe, run.data_source, made, run.as_of)
    writes: tuple[Write, ...] = ()
    if kept is None or is_old(kept, run.as_of, settings.predict.retrain_bars, timeframe):
        kept = train_meta(scene_of(run, bench, fused, heard()))
        writes = (save_meta(kept, bench.clock()),)
    return opinion_of(kept, fused, last_row(run), exits), writes


def scene_of(run: Run, bench: Workbench, fused: FusedSignal, heard: Heard) -> Scene:
    """What a training at this moment would learn from; of what was heard, strategies and forecasts."""
    settings = bench.settings
    prior = priors([part.signal for part in fused.parts], run.forecasts, settings)
    return Scene(
        run.instrument, run.request.timeframe, run.data_source, run.bars, run.features, without_mood(heard), prior,
        run.as_of, settings.costs.record(), settings,
    )  # fmt: skip


def is_old(model: MetaModel, as_of: datetime, retrain_bars: int, timeframe: Timeframe) -> bool:
    """Whether a model is stale at a moment, by the clock, as those of the forecasts are."""
    return as_of - model.as_of >= retrain_bars * timeframe.delta


def last_row(run: Run) -> dict[str, np.ndarray]:
    """The columns that the meta-model takes, of the last bar."""
    row = run.features.iloc[-1]
    return {name: np.array([row[name]]) for name in MARKET}


def opinion_of(
    model: MetaModel, fused: FusedSignal, market: Mapping[str, np.ndarray], exits: Exits
) -> MetaOpinion | None:
    """What a model says of one fused signal; None where it cannot speak or there is no signal.

    Args:
        market: see `last_row`.
    """
    if not model.ready or fused.direction is Direction.FLAT:
        return None
    inputs = meta_inputs(model.inputs, primary_at(fused), market)
    chance = float(regression_of(model).probability(inputs)[0])
    needed = exits.needed
    worth = "worth taking" if chance >= needed else "not worth taking"
    words = (
        f"A trade like this ends with a gain with probability {chance:.0%}; {needed:.0%} is needed, so the signal is "
        f"{worth}. {model.words}"
    )
    return MetaOpinion(
        chance, needed, model.skill, model.rows, model.earned, model.id, model.trained_until, words
    )
