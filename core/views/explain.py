"""What the explain page shows: forecasts of many bars, and every way of asking why."""

from dataclasses import dataclass, replace
from datetime import datetime

import numpy as np
import pandas as pd

from core.charts.explain_words import EITHER, feature_text
from core.errors import UnknownId
from core.explain import Contributions, explanation, importance
from core.features import FEATURES
from core.instruments import resolve
from core.pipeline import Workbench
from core.pipeline.explaining import ExplainedRows, explainable_models, explained_rows
from core.records import CycleReport, Direction, Explanation, Forecast, Timeframe
from core.store.cycles import list_cycles, read_cycle
from core.views.number import Number, percent, plain

TARGETS = {
    "up": (0.0, 0.0, 1.0),
    "down": (1.0, 0.0, 0.0),
    "flat": (0.0, 1.0, 0.0),
    EITHER: (-1.0, 0.0, 1.0),
}
"""What can be explained, as weights of the classes down, flat, up; contributions are linear, so any mixture is exact."""

HISTORY = (500, 1000, 2000, 5000)
"""Bars that can be shown."""


@dataclass(frozen=True, slots=True, eq=False)
class Explained:
    """Consecutive forecasts of one model, explained, with the features in words."""

    rows: ExplainedRows
    names: tuple[str, ...]
    """Of the features, in words."""
    units: tuple[str, ...]

    @property
    def times(self) -> pd.DatetimeIndex:
        """(n,) open times of the bars."""
        return pd.DatetimeIndex(self.rows.close.index)

    @property
    def parts(self) -> Contributions:
        """The contributions themselves."""
        return self.rows.parts

    def shares(self, target: str) -> np.ndarray:
        """(n, f) contributions to a target."""
        return self.parts.shares @ np.asarray(TARGETS[target])

    def mixed(self, classes: np.ndarray, target: str) -> np.ndarray:
        """(…, 3) figures of the classes → of a target."""
        return np.asarray(classes) @ np.asarray(TARGETS[target])

    def valued(self, row: int) -> list[str]:
        """Each feature's value at a bar, with its unit."""
        return [
            feature_text(float(value), unit)
            for value, unit in zip(self.parts.values[row], self.units, strict=True)
        ]

    def row_at(self, moment: datetime) -> int:
        """The last bar that had opened by a moment; the first where none had."""
        return max(int(self.times.searchsorted(pd.Timestamp(moment), side="right")) - 1, 0)

    def closed_at(self, row: int) -> datetime:
        """When a bar closed: the moment of its forecast."""
        moment: datetime = self.times[row].to_pydatetime() + self.rows.row.timeframe.delta
        return moment


def feature_words() -> dict[str, str]:
    """What every feature is called in words."""
    return {name: feature.words for name, feature in FEATURES.items()}


def feature_units() -> dict[str, str]:
    """What every feature is measured in."""
    return {name: feature.unit for name, feature in FEATURES.items()}


def explain_models(bench: Workbench, symbol: str, timeframe: Timeframe, source: str) -> dict[str, str]:
    """Horizon → id of the newest model that can be asked."""
    found = explainable_models(bench, resolve(symbol).symbol, timeframe, source)
    return {horizon: row.id for horizon, row in found.items()}


def explained(bench: Workbench, model_id: str, rows: int, until: datetime | None = None) -> Explained:
    """The last bars up to a moment, forecast and explained; see core.pipeline.explaining.explained_rows."""
    found = explained_rows(bench, model_id, rows, until)
    words, units = feature_words(), feature_units()
    return Explained(
        found,
        tuple(words.get(name, name) for name in found.parts.features),
        tuple(units.get(name, "") for name in found.parts.features),
    )


@dataclass(frozen=True, slots=True)
class StoredForecast:
    """One horizon's forecast of a stored cycle."""

    report: CycleReport
    forecast: Forecast
    explanation: Explanation | None
    """As it was stored; None where the cycle ended before it."""


def stored_forecast(bench: Workbench, cycle_id: str, horizon: str) -> StoredForecast | None:
    """One horizon of a cycle, the first where it has no such horizon; None where it made no forecast.

    Raises:
        UnknownId: no such cycle.
    """
    report = read_cycle(bench.store, cycle_id)
    if not report.forecasts:
        return None
    said = next((item for item in report.forecasts if item.horizon == horizon), report.forecasts[0])
    why = next((item for item in report.explanations if item.horizon == said.horizon), None)
    return StoredForecast(report, said, why)


def explain_cycles(
    bench: Workbench, symbol: str, timeframe: Timeframe, limit: int = 40
) -> dict[str, datetime]:
    """Cycles of a series that ended, newest first: id → moment."""
    known = list_cycles(bench.store, limit, resolve(symbol).symbol)
    ended = (known["timeframe"] == timeframe.value) & (known["verdict"] != "running") & known["as_of"].notna()
    moments = pd.DatetimeIndex(known.loc[ended, "as_of"]).to_pydatetime()
    return dict(zip(known.loc[ended, "id"].astype(str), moments, strict=True))


def why(view: Explained, row: int, target: str, stored: StoredForecast | None = None) -> Explanation:
    """One forecast explained: as it was stored, where that is what is asked for; else by asking the model again."""
    if stored is not None and stored.explanation is not None and stored.explanation.target == target:
        return stored.explanation
    rows = view.rows
    if target != EITHER:
        return explanation(view.parts, row, Direction[target.upper()], rows.row.horizon, rows.row.id)
    parts = view.parts
    mixed = np.zeros((1, len(parts.features), 3))
    mixed[0, :, 2] = view.shares(target)[row]

    def third(classes: np.ndarray) -> np.ndarray:
        return np.array([[0.0, 0.0, float(view.mixed(classes[row], target))]])

    one = replace(
        parts, values=parts.values[[row]], shares=mixed, base=third(parts.base), margin=third(parts.margin),
        unattributed=third(parts.unattributed), weights=parts.weights[[row]],
    )  # fmt: skip
    return replace(explanation(one, 0, Direction.UP, rows.row.horizon, rows.row.id), target=target)


def forecast_numbers(view: Explained, row: int, target: str) -> tuple[Number, ...]:
    """What was forecast at a bar, in numbers."""
    rows = view.rows
    chance, base = (
        float(view.mixed(rows.chance[row], target)),
        float(view.mixed(np.asarray(rows.base), target)),
    )
    margin = float(view.mixed(rows.parts.margin[row], target))
    called = "P(up) − P(down)" if target == EITHER else f"P({target})"
    weights = ", ".join(
        f"{name} {weight:.0%}" for name, weight in zip(rows.members, rows.parts.weights[row], strict=True)
    )
    return (
        Number(called, percent(chance, 1), f"Calibrated probability over the next {rows.bars_ahead} bars: this is what the decision sees.", f"{(chance - base) * 100:+.1f} points beside the base rate".replace("-", "−")),
        Number("Base rate", percent(base, 1), "The same among the labels the model learnt from: what knowing nothing would say."),
        Number("Opinion", plain(margin, 3), f"Pooled opinion of the models for this outcome in log-odds, before calibration: what the contributions add up to. Weights here: {weights}."),
        Number("What followed", _followed(rows, row), "Which barrier the price reached first within the horizon; a dash while it is not over."),
    )  # fmt: skip


def _followed(rows: ExplainedRows, row: int) -> str:
    return {0: "down", 1: "flat", 2: "up"}.get(int(rows.outcome[row]), "–")


def global_importance(view: Explained, target: str) -> np.ndarray:
    """(f,) mean |contribution| over the shown bars."""
    return importance(view.shares(target))


def edge_words(view: Explained, stored: StoredForecast | None) -> tuple[bool, str]:
    """Whether there is evidence of an edge behind the numbers, and the sentence that says why (not)."""
    if stored is not None:
        said = stored.forecast
        return said.edge, said.edge_words or _skill_words(said.skill)
    return view.rows.edge, view.rows.edge_words or _skill_words(view.rows.row.skill)


def _skill_words(skill: float) -> str:
    beside = "no better than" if skill <= 0 else "hardly better than"
    return f"Out of sample its forecasts were {beside} the base rate (Brier skill {plain(skill, 3)})."


def known_cycle(bench: Workbench, cycle_id: str) -> CycleReport | None:
    """The report of a cycle; None where there is none."""
    try:
        return read_cycle(bench.store, cycle_id)
    except UnknownId:
        return None
