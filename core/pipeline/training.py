"""Training of one series: bars in, models judged, kept on disk and noted in the store."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

import pandas as pd

from core.errors import NotEnoughHistory
from core.evaluate.forecasts import judge_forecasts
from core.features import MODEL_COLUMNS
from core.pipeline.feature_context import context_of, features_of
from core.pipeline.gathering import gather
from core.pipeline.run import Tell, Workbench, in_words
from core.pipeline.tuned_parameters import tuned_settings
from core.predict import Horizon, Series, TrainedModel, Training, horizons, save, train_horizons
from core.records import Costs, Instrument, ModelScores, ModelStatus, Problem, Timeframe
from core.settings import PredictSettings
from core.store import Write
from core.store.model_scores import save_oos, save_scores
from core.store.models import ModelRow, champion, save_model


@dataclass(frozen=True, slots=True, eq=False)
class Judged:
    """A model that was just trained, what is said about it, and what is to be committed."""

    model: TrainedModel
    scores: ModelScores
    writes: tuple[Write, ...]


def train_now(
    bench: Workbench,
    instrument: Instrument,
    timeframe: Timeframe,
    source: str,
    as_of: datetime | None,
    tell: Tell,
    status: ModelStatus = ModelStatus.CHAMPION,
) -> tuple[Judged, ...]:
    """Train all horizons of a series on what is known at a moment, and keep them.

    Raises:
        NotEnoughHistory: not even the short horizon has rows enough.
        DataUnavailable, InputError: there are no bars, or the moment has not come.
    """
    tell(0.0, f"looking for {timeframe} bars of {instrument.symbol}")
    found = gather(bench, instrument, timeframe, source, as_of)
    bench.store.write(*found.writes)
    tell(0.1, f"computing features of {len(found.bars):,} bars")
    where = (instrument, timeframe, found.collected.source)
    beside = context_of(bench, *where, found.collected.world, found.bars)
    features, kept = features_of(bench, *where, found.bars, beside)
    series = Series(
        instrument.symbol, timeframe, found.collected.source, found.moment, bench.settings.collect.train_bars
    )
    judged, problems = train_series(
        bench, found.bars, features, series, horizons(bench.settings.predict),
        lambda share, words: tell(0.15 + 0.85 * share, words), status,
    )  # fmt: skip
    if not judged:
        raise NotEnoughHistory(in_words(problems))
    for item in judged:
        bench.store.write(*item.writes, *kept)
        kept = ()
    return judged


def train_series(
    bench: Workbench,
    bars: pd.DataFrame,
    features: pd.DataFrame,
    series: Series,
    wanted: Sequence[Horizon],
    tell: Tell,
    status: ModelStatus = ModelStatus.CHAMPION,
    settings: PredictSettings | None = None,
) -> tuple[tuple[Judged, ...], tuple[Problem, ...]]:
    """Train, judge and write the files of several horizons; the caller commits what is to be written.

    Args:
        settings: how to train; None: as each horizon of the series was told to.
    """
    tell(0.0, f"training {', '.join(horizon.name for horizon in wanted)}")
    trained: list[Training] = []
    problems: list[Problem] = []
    done = 0
    for way, group in _ways(bench, series, wanted, settings):

        def on_progress(share: float, words: str, before: int = done, size: int = len(group)) -> None:
            tell((before + share * size) / len(wanted), words)

        made, said = train_horizons(
            bars, features[list(MODEL_COLUMNS)], group, way, series, on_progress=on_progress
        )
        trained += made
        problems += said
        done += len(group)
    order = [horizon.name for horizon in wanted]
    trained.sort(key=lambda item: order.index(item.model.horizon))
    return tuple(_kept(bench, series, item, status) for item in trained), tuple(problems)


def _ways(
    bench: Workbench, series: Series, wanted: Sequence[Horizon], settings: PredictSettings | None
) -> list[tuple[PredictSettings, list[Horizon]]]:
    """Horizons that are trained in the same way, together: what they share is then fitted once."""
    ways: list[tuple[PredictSettings, list[Horizon]]] = []
    for horizon in wanted:
        way = settings or tuned_settings(
            bench.store, bench.settings.predict, series.symbol, series.timeframe, series.source, horizon.name
        )
        same = next((group for known, group in ways if known == way), None)
        if same is None:
            ways.append((way, [horizon]))
        else:
            same.append(horizon)
    return ways


def round_trip(costs: Costs) -> float:
    """What opening and closing a position costs, as a fraction of its value."""
    return 2.0 * (costs.fee + costs.half_spread + costs.slippage)


def _kept(bench: Workbench, series: Series, trained: Training, status: ModelStatus) -> Judged:
    """The model on disk and on the shelf; its row, scores and past forecasts as writes."""
    scores = judge_forecasts(trained.past, round_trip(bench.settings.costs.record()))
    before = champion(bench.store, series.symbol, series.timeframe, series.source, trained.model.horizon)
    parent, model = before.id if before else None, trained.model
    file = save(model, bench.settings.model_dir, scores, parent=parent, seconds=trained.seconds)
    bench.shelf.put(file.sha256, model)
    meta = file.meta
    row = ModelRow(
        meta.model_id, meta.symbol, meta.timeframe, meta.source, meta.horizon.name, meta.recipe, meta.as_of,
        meta.trained_until, bench.clock(), file.path, file.sha256, meta.scores.skill,
        algo=file.algo, status=status, parent=parent, seconds=trained.seconds, rows=meta.rows,
    )  # fmt: skip
    return Judged(
        model,
        scores,
        (save_model(row), save_scores(meta.model_id, scores), save_oos(meta.model_id, trained.past)),
    )
