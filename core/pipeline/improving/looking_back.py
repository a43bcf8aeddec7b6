"""The first two steps: what was earned and foretold lately, and whether the world has moved."""

from dataclasses import replace
from datetime import datetime, timedelta

import numpy as np

from core.collect import LIVE
from core.errors import UntrustedModel
from core.evaluate.forecasts import log_losses
from core.pipeline.at_hand import sample_world
from core.pipeline.improving.desk import Desk, Finding
from core.pipeline.model_checks import check_models
from core.pipeline.model_forecasts import closed_after, forecasts_since
from core.predict import horizons
from core.records import DriftReport, ImproveState, Measured, ModelStatus, StepVerdict
from core.store.books import active_book, read_trades
from core.store.improvements import improvements
from core.store.models import ModelRow, all_models

_SEARCHED = 1000
"""Runs among which a challenger on trial is looked for."""
_MOST_MODELS = 6
"""Models of a horizon that a look back asks; of quickly retrained ones only the newest."""


def results(desk: Desk) -> Finding:
    """Trades, profit and loss, and the forecasts' scores of the last days."""
    moment = desk.material.moment
    days = desk.bench.settings.improve.results_days
    since = moment - timedelta(days=days)
    traded, numbers = _trades(desk, since, moment)
    said: list[str] = []
    for horizon in horizons(desk.bench.settings.predict):
        desk.check()
        found = _foretold(desk, horizon.name, since)
        if found is not None:
            rows, loss, base = found
            said.append(f"{horizon.name} {loss:.4f} against {base:.4f} ({rows:,} bars)")
            numbers += (
                Measured(
                    f"{horizon.name} log loss", loss, "nats", "Mean log loss of the forecasts that served."
                ),
                Measured(f"{horizon.name} base rate", base, "nats", "The same of knowing nothing."),
            )
    scored = (
        f"log loss against knowing nothing: {'; '.join(said)}" if said else "no forecast has been settled"
    )
    words = f"Last {days} days: {traded}; {scored}."
    return Finding(desk.run, StepVerdict.ON, words, numbers)


def _trades(desk: Desk, since: datetime, moment: datetime) -> tuple[str, tuple[Measured, ...]]:
    world = LIVE if desk.run.live else sample_world(desk.instrument, desk.timeframe)
    book = active_book(desk.bench.store, world) if world else None
    if book is None:
        return "no book has traded here", ()
    trades = read_trades(desk.bench.store, book.id)
    mine = trades[(trades["symbol"] == desk.run.symbol) & trades["exit_time"].between(since, moment)]
    if mine.empty:
        return "no trade was closed", (Measured("trades", 0.0, "trades", "Closed round trips."),)
    profit, won = float(mine["pnl"].sum()), float((mine["pnl"] > 0).mean())
    many = "trade" if len(mine) == 1 else "trades"
    return f"{len(mine)} closed {many}, {profit:+,.2f} after costs, {won:.0%} of them won", (
        Measured("trades", float(len(mine)), "trades", "Closed round trips."),
        Measured("profit", profit, "money", "Of closed trades, after all costs."),
        Measured("won", won, "fraction", "Share of them that made money."),
    )


def _foretold(desk: Desk, horizon: str, since: datetime) -> tuple[int, float, float] | None:
    """Rows, mean log loss and that of the base rate, each bar forecast by the model that served then."""
    served = _served(desk, horizon)[-_MOST_MODELS:]
    losses: list[np.ndarray] = []
    bases: list[np.ndarray] = []
    for number, row in enumerate(served):
        try:
            model = desk.bench.shelf.take(row.path, row.sha256)
        except UntrustedModel:
            continue  # it cannot serve either; the check of drift tells of the champion's own file
        said = forecasts_since(desk.material, model, max(row.as_of, since)).scored
        mine = np.ones(len(said.opened), dtype=bool)
        if number + 1 < len(served):
            mine = ~closed_after(said.opened, desk.timeframe, served[number + 1].as_of)
        base = np.broadcast_to(np.asarray(model.meta.calibration.base), said.probability.shape)
        losses.append(log_losses(said.outcome[mine], said.probability[mine]))
        bases.append(log_losses(said.outcome[mine], base[mine]))
    rows = sum(len(part) for part in losses)
    if not rows:
        return None
    return rows, float(np.concatenate(losses).mean()), float(np.concatenate(bases).mean())


def _served(desk: Desk, horizon: str) -> list[ModelRow]:
    """Models of the horizon that have served by the run's moment, oldest first."""
    run = desk.run
    asked = (run.symbol, desk.timeframe, run.origin, horizon)
    rows = [
        row
        for row in all_models(desk.bench.store)
        if (row.symbol, row.timeframe, row.source, row.horizon) == asked
        and row.serves
        and row.as_of <= run.as_of
    ]
    return sorted(rows, key=lambda row: (row.as_of, row.trained_at))


def drift(desk: Desk) -> Finding:
    """Check every champion; the run goes on with one horizon that has drifted, or ends."""
    run = desk.run
    if not any(_champions(desk)):
        words = "No model has been trained yet, so there is nothing to check; the next cycle trains one."
        return Finding(replace(run, state=ImproveState.NO_MODEL, words=words), StepVerdict.END, words)
    found = check_models(
        desk.bench, desk.instrument, desk.timeframe, run.source, run.as_of, "log_loss", lambda share, words: desk.check()
    )  # fmt: skip
    numbers = tuple(
        Measured(
            f"{report.horizon} drifted features", float(sum(item.drifted for item in report.features)), "count",
            f"Features that are distributed differently. {report.words}",
        )
        for report in found.reports
    )  # fmt: skip
    moved = [report for report in found.reports if report.drifted]
    if not moved:
        words = f"{_named(found.reports)}: no drift, so nothing was searched."
        return Finding(
            replace(run, state=ImproveState.NO_DRIFT, words=words), StepVerdict.END, words, numbers
        )
    free = [report.horizon for report in moved if report.horizon not in _on_trial(desk)]
    if not free:
        words = f"{_named(moved)}: drift, and a challenger is on trial for it already, so nothing more was searched."
        return Finding(replace(run, state=ImproveState.BUSY, words=words), StepVerdict.END, words, numbers)
    chosen = min(free, key=lambda name: (_last_searched(desk, name), _place(desk, name)))
    report = next(item for item in moved if item.horizon == chosen)
    others = ", ".join(item.horizon for item in moved if item.horizon != chosen)
    words = f"Drift in the {chosen} horizon: {report.words}" + (
        f" Also in {others}: one horizon is searched in a night, the one that has waited longest."
        if others
        else ""
    )
    return Finding(replace(run, horizon=chosen, words=words), StepVerdict.ON, words, numbers)


def _champions(desk: Desk) -> list[ModelRow]:
    run = desk.run
    asked = (run.symbol, desk.timeframe, run.origin)
    return [
        row
        for row in all_models(desk.bench.store)
        if (row.symbol, row.timeframe, row.source) == asked
        and row.status is ModelStatus.CHAMPION
        and row.as_of <= run.as_of
    ]


def _named(reports: "list[DriftReport] | tuple[DriftReport, ...]") -> str:
    names = [report.horizon for report in reports]
    return f"{', '.join(names).capitalize()} {'champion' if len(names) == 1 else 'champions'}"


def _on_trial(desk: Desk) -> set[str]:
    run = desk.run
    nights = improvements(desk.bench.store, run.symbol, run.timeframe, _SEARCHED)
    mine = (night.run for night in nights if night.run.origin == run.origin)
    return {other.horizon for other in mine if other.state is ImproveState.ON_TRIAL}


def _last_searched(desk: Desk, horizon: str) -> float:
    """When the horizon was searched last, as seconds of the epoch; 0 before."""
    runs = improvements(desk.bench.store, desk.run.symbol, desk.run.timeframe)
    times = [night.run.started_at.timestamp() for night in runs if night.run.horizon == horizon]
    return max(times, default=0.0)


def _place(desk: Desk, horizon: str) -> int:
    return [item.name for item in horizons(desk.bench.settings.predict)].index(horizon)
