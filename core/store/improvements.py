"""Daily optimisations, their steps, and parameters that one horizon was told to use."""

from collections.abc import Sequence
from dataclasses import dataclass

import duckdb

from core.records import ImprovementRun, ImprovementStep, ImproveState
from core.store.codec import dump, load
from core.store.connection import Store, Write


@dataclass(frozen=True, slots=True)
class Night:
    """A run with its steps in their order."""

    run: ImprovementRun
    steps: tuple[ImprovementStep, ...]


def save_improvement(run: ImprovementRun, *steps: ImprovementStep) -> Write:
    """Keep a run as it stands, and steps of it in place of earlier ones at their positions."""

    def write(cursor: duckdb.DuckDBPyConnection) -> None:
        cursor.execute(
            "INSERT OR REPLACE INTO improvements VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)",
            [
                run.id, run.symbol, run.timeframe, run.source, run.horizon, run.state.value, run.started_at,
                run.updated_at, dump(ImprovementRun, run),
            ],
        )  # fmt: skip
        for step in steps:
            cursor.execute(
                "INSERT OR REPLACE INTO improvement_steps VALUES (?, ?, ?, ?, ?, ?)",
                [
                    step.run_id, step.position, step.step.value, step.verdict.value, step.done_at,
                    dump(ImprovementStep, step),
                ],
            )  # fmt: skip

    return write


def read_improvement(store: Store, run_id: str) -> Night | None:
    """One run; None before it has begun."""
    return next(iter(_nights(store, "id = ?", [run_id], 1)), None)


def improvements(
    store: Store, symbol: str | None = None, timeframe: str | None = None, limit: int = 60
) -> tuple[Night, ...]:
    """Runs, newest first; None takes all assets or timeframes."""
    where = "symbol = coalesce(?, symbol) AND timeframe = coalesce(?, timeframe)"
    return _nights(store, where, [symbol, timeframe], limit)


def open_improvements(store: Store, symbol: str, timeframe: str, source: str) -> tuple[Night, ...]:
    """Runs of a series, as it was asked for, that have not ended, oldest first."""
    states = [state.value for state in ImproveState if not state.ended]
    where = "symbol = ? AND timeframe = ? AND source = ? AND list_contains(?, state)"
    return _nights(store, where, [symbol, timeframe, source, states], 1000)[::-1]


def contestants(store: Store) -> frozenset[str]:
    """Models whose contest is not over."""
    nights = _nights(store, "state = ?", [ImproveState.ON_TRIAL.value], 1000)
    return frozenset(name for night in nights for name in (night.run.champion_id, night.run.challenger_id))


def _nights(store: Store, where: str, values: Sequence[object], limit: int) -> tuple[Night, ...]:
    with store.cursor() as cursor:
        rows = cursor.execute(
            f"SELECT record FROM improvements WHERE {where} ORDER BY started_at DESC, id DESC LIMIT ?",
            [*values, limit],
        ).fetchall()
        runs = [load(ImprovementRun, row[0]) for row in rows]
        steps = cursor.execute(
            "SELECT record FROM improvement_steps WHERE list_contains(?, run_id) ORDER BY run_id, position",
            [[run.id for run in runs]],
        ).fetchall()
    found = [load(ImprovementStep, row[0]) for row in steps]
    return tuple(Night(run, tuple(step for step in found if step.run_id == run.id)) for run in runs)
