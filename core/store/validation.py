"""Null tests and combinatorial cross-validations that were run."""

from typing import TypeVar

import duckdb

from core.records import NullTestRun, PathRun
from core.store.codec import dump, load
from core.store.connection import Store, Write

_KINDS: dict[type, str] = {NullTestRun: "nulltest", PathRun: "paths"}
Run = TypeVar("Run", NullTestRun, PathRun)


def save_validation(run: NullTestRun | PathRun) -> Write:
    """Keep one run."""

    def write(cursor: duckdb.DuckDBPyConnection) -> None:
        kind = _KINDS[type(run)]
        cursor.execute(
            "INSERT OR REPLACE INTO validation_runs VALUES (?, ?, ?, ?, ?, ?, ?, ?)",
            [
                run.id,
                kind,
                run.symbol,
                run.timeframe,
                run.source,
                run.horizon,
                run.created_at,
                dump(type(run), run),
            ],
        )

    return write


def validation_runs(
    store: Store, kind: type[Run], symbol: str, timeframe: str, horizon: str = "", limit: int = 20
) -> tuple[Run, ...]:
    """Runs of one series, newest first.

    Args:
        kind: NullTestRun or PathRun.
        horizon: short, medium or long; empty for all.
    """
    with store.cursor() as cursor:
        rows = cursor.execute(
            "SELECT record FROM validation_runs WHERE kind = ? AND symbol = ? AND timeframe = ?"
            " AND (? = '' OR horizon = ?) ORDER BY created_at DESC, id LIMIT ?",
            [_KINDS[kind], symbol, timeframe, horizon, horizon, limit],
        ).fetchall()
    return tuple(load(kind, row[0]) for row in rows)
