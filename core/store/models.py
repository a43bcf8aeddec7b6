"""Which model files this installation wrote, and their checksums."""

from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

import duckdb

from core.records import Timeframe
from core.store.connection import Store, Write


@dataclass(frozen=True, slots=True)
class ModelRow:
    """One trained model as the store knows it."""

    id: str
    symbol: str
    timeframe: Timeframe
    source: str
    horizon: str
    recipe: str
    """Hash of how it was made; another recipe needs another model."""
    as_of: datetime
    """Moment of training: it knows nothing newer."""
    trained_until: datetime
    trained_at: datetime
    path: Path
    sha256: str
    skill: float


def save_model(row: ModelRow) -> Write:
    """Record a model file."""

    def write(cursor: duckdb.DuckDBPyConnection) -> None:
        cursor.execute(
            "INSERT OR REPLACE INTO models VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
            [
                row.id, row.symbol, row.timeframe.value, row.source, row.horizon, row.recipe, row.as_of,
                row.trained_until, row.trained_at, str(row.path), row.sha256, row.skill,
            ],
        )  # fmt: skip

    return write


def newest_model(
    store: Store, symbol: str, timeframe: Timeframe, source: str, horizon: str, recipe: str, as_of: datetime
) -> ModelRow | None:
    """The newest model of that recipe that knew nothing after `as_of`."""
    with store.cursor() as cursor:
        row = cursor.execute(
            "SELECT * FROM models WHERE symbol = ? AND timeframe = ? AND source = ? AND horizon = ? AND recipe = ?"
            " AND as_of <= ? ORDER BY as_of DESC, trained_at DESC LIMIT 1",
            [symbol, timeframe.value, source, horizon, recipe, as_of],
        ).fetchone()
    return _row(row) if row else None


def all_models(store: Store) -> tuple[ModelRow, ...]:
    """Every recorded model, newest training first."""
    with store.cursor() as cursor:
        rows = cursor.execute("SELECT * FROM models ORDER BY trained_at DESC, id").fetchall()
    return tuple(_row(row) for row in rows)


def _row(row: tuple) -> ModelRow:
    values = (*row[:2], Timeframe(row[2]), *row[3:9], Path(row[9]), *row[10:])
    return ModelRow(*values)
