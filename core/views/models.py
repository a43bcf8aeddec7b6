"""The models of one series: whether each is better than knowing nothing, and all that the answer rests on."""

from dataclasses import dataclass
from enum import StrEnum

import pandas as pd

from core.evaluate.forecasts import (
    MemberScores,
    member_scores,
    rolling_coverage,
    rolling_skill,
    rolling_window,
)
from core.instruments import resolve
from core.pipeline import Workbench
from core.pipeline.at_hand import known_bars
from core.predict import Horizon, horizons
from core.records import CycleReport, ModelScores, ModelStatus, NullTestRun, PathRun, Timeframe
from core.store.cycles import list_cycles, read_cycle
from core.store.model_scores import read_oos, read_scores
from core.store.models import ModelRow, all_models
from core.store.validation import validation_runs
from core.tables import closed_bars
from core.views.models_words import why

AUTO = "auto"
_CONTEXT_BARS = 260


class Standing(StrEnum):
    """What may be said of a model, best first."""

    EDGE = "better than knowing nothing"
    CALIBRATED = "probabilities better than knowing nothing, no evidence of edge"
    NONE = "no evidence of edge"
    UNSCORED = "not scored"
    MISSING = "not trained yet"


@dataclass(frozen=True, slots=True)
class HorizonModel:
    """The champion of one horizon and what may be said of it."""

    horizon: Horizon
    row: ModelRow | None
    scores: ModelScores | None
    standing: Standing
    why: str
    """One sentence with the numbers that decide it."""


@dataclass(frozen=True, slots=True)
class ModelsView:
    """The champions of one series."""

    symbol: str
    timeframe: Timeframe
    source: str
    """Where the bars that they learnt from came from; empty when nothing is trained."""
    models: tuple[HorizonModel, ...]

    @property
    def trained(self) -> bool:
        """Whether any horizon has a model."""
        return any(model.row is not None for model in self.models)

    @property
    def scored(self) -> dict[str, ModelScores]:
        """Scores by the name of the horizon."""
        return {model.horizon.name: model.scores for model in self.models if model.scores is not None}


@dataclass(frozen=True, slots=True, eq=False)
class ModelCurves:
    """What is drawn of one model's out-of-sample forecasts."""

    window: int
    """Forecasts of the moving windows."""
    skill: pd.DataFrame
    """Columns skill, running."""
    coverage: pd.DataFrame
    """Columns coverage, half, low, high; empty without intervals."""
    members: tuple[MemberScores, ...]


@dataclass(frozen=True, slots=True, eq=False)
class LatestForecasts:
    """The newest cycle of a series that forecast anything."""

    report: CycleReport
    bars: pd.DataFrame
    """Closed before it."""
    price: float
    quote: str
    """Currency of the price."""


def models_view(bench: Workbench, symbol: str, timeframe: Timeframe, source: str) -> ModelsView:
    """The champion of each horizon; of the asked source, in auto of whichever was trained last."""
    mine = [row for row in all_models(bench.store) if row.symbol == symbol and row.timeframe is timeframe]
    named = [row for row in mine if source in (AUTO, row.source)]
    origin = named[0].source if named else ""
    champions = {
        row.horizon: row
        for row in reversed(named)
        if row.source == origin and row.status is ModelStatus.CHAMPION
    }
    return ModelsView(
        symbol,
        timeframe,
        origin,
        tuple(
            _model(bench, horizon, champions.get(horizon.name))
            for horizon in horizons(bench.settings.predict)
        ),
    )


def _model(bench: Workbench, horizon: Horizon, row: ModelRow | None) -> HorizonModel:
    scores = read_scores(bench.store, row.id) if row else None
    standing = _standing(row, scores)
    return HorizonModel(horizon, row, scores, standing, why(scores, trained=row is not None))


def _standing(row: ModelRow | None, scores: ModelScores | None) -> Standing:
    if row is None:
        return Standing.MISSING
    if scores is None:
        return Standing.UNSCORED
    if scores.edge:
        return Standing.EDGE
    beyond_luck = (
        scores.dm_p_value is not None and scores.dm_p_value < 0.05 and (scores.dm_statistic or 0.0) > 0.0
    )
    return Standing.CALIBRATED if scores.calibrated and beyond_luck else Standing.NONE


def model_curves(bench: Workbench, model_id: str) -> ModelCurves | None:
    """Figures over time and of the members of one model; None when its forecasts were not kept."""
    frame = read_oos(bench.store, model_id)
    if frame.empty:
        return None
    window = rolling_window(frame)
    return ModelCurves(
        window, rolling_skill(frame, window), rolling_coverage(frame, window), member_scores(frame)
    )


def latest_forecasts(
    bench: Workbench, symbol: str, timeframe: Timeframe, source: str
) -> LatestForecasts | None:
    """What the newest cycle of the series forecast; None when none has."""
    cycles = list_cycles(bench.store, 50, symbol)
    mine = cycles[
        (cycles["timeframe"] == timeframe.value) & ~cycles["verdict"].isin(["running", "interrupted"])
    ]
    if source != AUTO:
        mine = mine[mine["source"] == source]
    for cycle_id in mine["id"]:
        report = read_cycle(bench.store, str(cycle_id))
        if report.forecasts:
            return _latest(bench, report)
    return None


def _latest(bench: Workbench, report: CycleReport) -> LatestForecasts | None:
    instrument, timeframe = resolve(report.request.symbol), report.request.timeframe
    start = report.as_of - 4 * _CONTEXT_BARS * timeframe.delta
    known = known_bars(bench, instrument, timeframe, report.data_source, start, report.as_of)
    bars = closed_bars(known, timeframe, report.as_of).iloc[-_CONTEXT_BARS:]
    if bars.empty:
        return None
    return LatestForecasts(report, bars, float(bars["close"].iloc[-1]), instrument.quote)


def null_test(bench: Workbench, symbol: str, timeframe: Timeframe, horizon: str) -> NullTestRun | None:
    """The newest null test of a series and horizon."""
    return next(iter(validation_runs(bench.store, NullTestRun, symbol, timeframe.value, horizon, 1)), None)


def path_run(bench: Workbench, symbol: str, timeframe: Timeframe, horizon: str) -> PathRun | None:
    """The newest combinatorial cross-validation of a series and horizon."""
    return next(iter(validation_runs(bench.store, PathRun, symbol, timeframe.value, horizon, 1)), None)
