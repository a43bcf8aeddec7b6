"""Life of the models of a series, as the page and the command line show it."""

import json
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import pandas as pd

from core.pipeline import Workbench
from core.pipeline.model_life import fits_settings, predecessor
from core.predict.artefacts import description_path
from core.records import Contest, DriftReport, ModelScores, ModelStatus, Timeframe
from core.store.codec import dump
from core.store.model_checks import contests_of, drift_history
from core.store.model_scores import read_scores
from core.store.models import ModelRow, all_models, read_model
from core.views.number import percent

STATUS_WORDS = {
    ModelStatus.CHAMPION: "★ champion",
    ModelStatus.CHALLENGER: "◆ challenger",
    ModelStatus.RETIRED: "– retired",
}
_ORDER = {"short": 0, "medium": 1, "long": 2}


@dataclass(frozen=True, slots=True, eq=False)
class ModelPage:
    """One model with all that is kept about it."""

    row: ModelRow
    scores: ModelScores | None
    drift: tuple[DriftReport, ...]
    """Newest first."""
    contests: tuple[Contest, ...]
    description: dict[str, Any]
    """What its `_meta.json` says; empty where the file is gone."""

    @property
    def data(self) -> dict[str, Any]:
        """The same for a program."""
        return {
            "model": model_data(self.row),
            "scores": None if self.scores is None else json.loads(dump(ModelScores, self.scores)),
            "drift": json.loads(dump(tuple[DriftReport, ...], self.drift)),
            "contests": json.loads(dump(tuple[Contest, ...], self.contests)),
            "description": self.description,
        }


@dataclass(frozen=True, slots=True, eq=False)
class LifeView:
    """Everything that the life of a series' models is drawn from."""

    models: pd.DataFrame
    """A row for each model, best known first; columns id, status, horizon, trained_until, skill, rows, seconds, parent,
    algo, source, used (whether cycles with the present settings take it)."""
    champions: tuple[ModelRow, ...]
    challengers: tuple[ModelRow, ...]
    before: dict[str, str]
    """Champion → model that a roll back would bring back; without the champions that have none."""
    reports: tuple[DriftReport, ...]
    """The newest check of each champion that was checked."""
    contests: tuple[Contest, ...]
    """Between champions and challengers of now."""


def life_view(bench: Workbench, symbol: str, timeframe: Timeframe) -> LifeView:
    """The models of an asset and timeframe, from whatever source."""
    rows = sorted(
        (row for row in all_models(bench.store) if (row.symbol, row.timeframe) == (symbol, timeframe)),
        key=lambda row: (
            list(ModelStatus).index(row.status),
            _ORDER.get(row.horizon, 9),
            -row.as_of.timestamp(),
        ),
    )
    champions = tuple(row for row in rows if row.status is ModelStatus.CHAMPION)
    challengers = tuple(row for row in rows if row.status is ModelStatus.CHALLENGER)
    now = {row.id for row in (*champions, *challengers)}
    before = {row.id: predecessor(bench, row) for row in champions}
    return LifeView(
        models=_frame(bench, rows),
        champions=champions,
        challengers=challengers,
        before={champion: row.id for champion, row in before.items() if row is not None},
        reports=tuple(report for row in champions for report in drift_history(bench.store, row.id, 1)),
        contests=tuple(
            contest
            for row in champions
            for contest in contests_of(bench.store, row.id)
            if {contest.champion_id, contest.challenger_id} <= now
        ),
    )


def model_page(bench: Workbench, model_id: str) -> ModelPage:
    """One model.

    Raises:
        UnknownId: no such model.
    """
    row = read_model(bench.store, model_id)
    try:
        description = json.loads(description_path(row.path).read_bytes())
    except (OSError, ValueError):
        description = {}  # shown as such: the model itself is then not read either
    return ModelPage(
        row, read_scores(bench.store, model_id), drift_history(bench.store, model_id), contests_of(bench.store, model_id), description
    )  # fmt: skip


def model_data(row: ModelRow) -> dict[str, Any]:
    """A model's row for a program."""
    return {
        "id": row.id, "symbol": row.symbol, "timeframe": row.timeframe.value, "source": row.source, "horizon": row.horizon,
        "algo": row.algo, "status": row.status.value, "serves": row.serves, "parent": row.parent,
        "as_of": row.as_of.isoformat(), "trained_until": row.trained_until.isoformat(), "trained_at": row.trained_at.isoformat(),
        "skill": row.skill, "rows": row.rows, "seconds": row.seconds, "path": str(row.path), "sha256": row.sha256,
    }  # fmt: skip


def model_line(row: ModelRow) -> str:
    """A model in a line."""
    seconds = "" if row.seconds is None else f", {row.seconds:.1f} s"
    rows = f", {row.rows:,} rows" if row.rows else ""
    return (
        f"{STATUS_WORDS[row.status]:<13} {row.horizon:<7} {row.id}  knows until {row.trained_until:%Y-%m-%d %H:%M}, "
        f"skill {percent(row.skill)}{rows}{seconds}"
    )


def model_text(page: ModelPage) -> str:
    """All that is known of one model, for a person."""
    row, scores = page.row, page.scores
    lines = [
        model_line(row),
        f"  {row.algo} on bars from {row.source}; file {row.path.name}, SHA-256 {row.sha256[:12]}…",
    ]
    lines.append(f"  after {row.parent}" if row.parent else "  the first of its line")
    if scores is not None:
        lines.append(
            f"  out of sample: {scores.rows:,} rows, Brier {scores.brier:.4f} against {scores.brier_base:.4f} of the base rate, "
            f"log loss {scores.log_loss:.4f} against {scores.log_loss_base:.4f}"
        )
        lines += [f"    - {reason}" for reason in scores.reasons]
    if page.description:
        said = page.description
        lines.append(
            f"  learnt from {len(said.get('features', ()))} features of {said.get('rows', 0):,} rows, "
            f"{said.get('train_from')} to {said.get('trained_until')}, data {str(said.get('data_sha256'))[:12]}…"
        )
        lines.append("  written with " + ", ".join(f"{k} {v}" for k, v in said.get("versions", {}).items()))
    else:
        lines.append("  ! its description is gone or cannot be read: train it again")
    lines += [f"  drift {report.checked_at:%Y-%m-%d %H:%M}: {report.words}" for report in page.drift[:1]]
    lines += [f"  contest: {contest.words}" for contest in page.contests]
    return "\n".join(lines)


def _frame(bench: Workbench, rows: Sequence[ModelRow]) -> pd.DataFrame:
    return pd.DataFrame(
        [
            {
                "status": STATUS_WORDS[row.status],
                "horizon": row.horizon,
                "trained_until": row.trained_until,
                "skill": row.skill,
                "rows": row.rows or None,
                "seconds": row.seconds,
                "algo": row.algo,
                "source": row.source,
                "used": row.status is ModelStatus.CHAMPION and fits_settings(bench, row),
                "id": row.id,
                "parent": row.parent,
            }
            for row in rows
        ],
        columns=[
            "status", "horizon", "trained_until", "skill", "rows", "seconds", "algo", "source", "used", "id", "parent",
        ],
    )  # fmt: skip
