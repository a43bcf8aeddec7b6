"""Has the world moved since the champions learnt, and are their challengers better? Checked on bars neither has seen."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime

import pandas as pd

from core.errors import GlassboxError, InputError
from core.pipeline.model_forecasts import (
    closed_after,
    features_of_model,
    forecasts_since,
    scored_in_training,
)
from core.pipeline.model_material import Material, model_material
from core.pipeline.run import Workbench
from core.pipeline.training import round_trip
from core.predict import TrainedModel
from core.predict.contest import Names, judge_contest, loss_differences, return_differences
from core.predict.drift import FEWEST, Looked, drift_report
from core.records import Contest, DriftReport, Instrument, ModelStatus, Timeframe
from core.store import Store
from core.store.model_checks import read_contest, save_contest, save_drift
from core.store.model_scores import read_oos
from core.store.models import ModelRow, all_models

Tell = Callable[[float, str], None]
MEASURES = ("log_loss", "net_return")
_FRESH = 500
"""Rows that stand for the recent ones when nothing has come since the training; a quarter of the rows at most."""


@dataclass(frozen=True, slots=True)
class Checked:
    """What one check found."""

    reports: tuple[DriftReport, ...]
    """One for each champion."""
    contests: tuple[Contest, ...]


def check_models(
    bench: Workbench,
    instrument: Instrument,
    timeframe: Timeframe,
    source: str,
    as_of: datetime | None,
    measure: str,
    tell: Tell,
) -> Checked:
    """Check every champion of a series for drift, look at every contest, and store what was found.

    Raises:
        InputError: the series has no champion, or the measure is none of MEASURES.
        UntrustedModel: a champion's file cannot be read.
    """
    if measure not in MEASURES:
        raise InputError(f"A contest cannot be measured by {measure!r}: choose one of {', '.join(MEASURES)}.")
    tell(0.0, f"collecting {timeframe} bars of {instrument.symbol} and their features")
    material = model_material(bench, instrument, timeframe, source, as_of)
    rows = _of_series(bench.store, material)
    champions = [row for row in rows if row.status is ModelStatus.CHAMPION]
    if not champions:
        raise InputError(
            f"There is no model of {instrument.symbol} {timeframe} from {material.source} yet: train one first "
            "(Models page, or python -m core train)."
        )
    models = {row.id: bench.shelf.take(row.path, row.sha256) for row in champions}
    begun = min(model.meta.train_from for model in models.values())
    if begun < material.bars.index[0].to_pydatetime():
        material = model_material(bench, instrument, timeframe, source, as_of, begun)
    reports: list[DriftReport] = []
    contests: list[Contest] = []
    for number, row in enumerate(champions):
        tell(0.2 + 0.8 * number / len(champions), f"comparing the {row.horizon} champion with its training")
        report = _drift(bench, material, row, models[row.id])
        bench.store.write(save_drift(report))
        reports.append(report)
        for other in rows:
            if other.status is ModelStatus.CHALLENGER and other.horizon == row.horizon:
                contest = contest_between(bench, material, row, other, measure)
                bench.store.write(save_contest(contest))
                contests.append(contest)
    tell(1.0, " ".join(f"{report.horizon}: {report.words}" for report in reports))
    return Checked(tuple(reports), tuple(contests))


def _of_series(store: Store, material: Material) -> list[ModelRow]:
    """Champions and challengers of the series that could be asked at the moment."""
    asked = (material.instrument.symbol, material.timeframe, material.source)
    return [
        row
        for row in all_models(store)
        if (row.symbol, row.timeframe, row.source) == asked
        and row.status is not ModelStatus.RETIRED
        and row.as_of <= material.moment
    ]


def _drift(bench: Workbench, material: Material, row: ModelRow, model: TrainedModel) -> DriftReport:
    features = features_of_model(material, model)
    fresh = closed_after(features.index, material.timeframe, model.meta.as_of)
    learnt, later = features[~fresh].loc[model.meta.train_from :], features[fresh]
    if len(learnt) < 2 * FEWEST and len(later) < FEWEST:
        raise GlassboxError(
            f"{row.id}: too few bars to compare ({len(learnt)} of its training are known here); fetch a longer history."
        )
    since_training = len(later) >= FEWEST
    if not since_training:
        cut = min(_FRESH, len(learnt) // 4)
        learnt, later = learnt.iloc[:-cut], learnt.iloc[-cut:]
    looked = Looked(
        model_id=row.id,
        symbol=row.symbol,
        timeframe=row.timeframe.value,
        source=row.source,
        horizon=row.horizon,
        bars=model.meta.horizon.bars,
        reference=learnt,
        recent=later,
        since_training=since_training,
        before=scored_in_training(read_oos(bench.store, row.id)),
        after=forecasts_since(material, model, model.meta.as_of).scored,
    )
    return drift_report(looked, bench.clock(), material.moment, model.meta.settings.seed)


def contest_between(
    bench: Workbench, material: Material, row: ModelRow, other: ModelRow, measure: str = "log_loss"
) -> Contest:
    """The contest of a champion and a challenger on the bars of the material that neither has seen.

    Raises:
        UntrustedModel: the file of one of them cannot be read.
    """
    champion, challenger = (bench.shelf.take(item.path, item.sha256) for item in (row, other))
    both = max(row.as_of, other.as_of)
    first, second = (forecasts_since(material, model, both) for model in (champion, challenger))
    shared = first.scored.opened.intersection(second.scored.opened)
    mine, theirs = (item.scored.opened.get_indexer(shared) for item in (first, second))
    said, answered = first.scored.probability[mine], second.scored.probability[theirs]
    names = Names(
        row.id, other.id, row.symbol, row.timeframe.value, row.source, row.horizon, champion.meta.horizon.bars
    )
    if measure == "log_loss":
        differences = loss_differences(said, answered, first.scored.outcome[mine])
    else:
        costs = bench.settings.costs.record()
        differences = return_differences(said, answered, first.path_return[mine], round_trip(costs))
    before = read_contest(bench.store, names.id)
    settled = pd.DatetimeIndex(first.settled[mine])
    return judge_contest(names, differences, settled, measure, bench.clock(), before)
