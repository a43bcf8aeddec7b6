"""Which model files this installation wrote, their checksums, and their standing.

Of each series and horizon one model is the champion. Whether a cycle may use a model is a second thing: `serves` is
true of the champion and of every champion before it, so that a moment of the past finds the one that served then, and
false of challengers and of what was rolled back.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from pathlib import Path

import duckdb

from core.errors import UnknownId
from core.records import ModelStatus, Timeframe
from core.store.connection import Store, Write

_COLUMNS = (
    "id, symbol, timeframe, source, horizon, recipe, as_of, trained_until, trained_at, path, sha256, skill,"
    " algo, status, parent, seconds, rows, serves"
)


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
    algo: str = "xgboost"
    status: ModelStatus = ModelStatus.CHAMPION
    parent: str | None = None
    """The model it succeeded or challenges."""
    seconds: float | None = None
    """How long the training took; None where an older version did not note it."""
    rows: int = 0
    """Labelled rows that it learnt from; 0 where an older version did not note it."""
    serves: bool = True
    """Whether cycles may use it; see the head of the file."""


def save_model(row: ModelRow) -> Write:
    """Record a model file.

    A champion takes the place of the one before it, which retires. One that knows less than the present champion (it
    was trained for a moment of the past) is kept as retired, and serves its own time. The first of a series and horizon
    is its champion, whatever it was meant to be.
    """

    def write(cursor: duckdb.DuckDBPyConnection) -> None:
        before = _champion(cursor, row.symbol, row.timeframe.value, row.source, row.horizon)
        again = _one(cursor, row.id)
        kept = _placed(row, before, again)
        if kept.status is ModelStatus.CHAMPION and before is not None and before.id != row.id:
            _set_status(cursor, before.id, ModelStatus.RETIRED)
        cursor.execute(
            f"INSERT OR REPLACE INTO models ({_COLUMNS}) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
            [
                kept.id, kept.symbol, kept.timeframe.value, kept.source, kept.horizon, kept.recipe, kept.as_of,
                kept.trained_until, kept.trained_at, str(kept.path), kept.sha256, kept.skill,
                kept.algo, kept.status.value, kept.parent, kept.seconds, kept.rows, kept.serves,
            ],
        )  # fmt: skip

    return write


def _placed(row: ModelRow, champion: ModelRow | None, again: ModelRow | None) -> ModelRow:
    """The row with the standing that it gets.

    Args:
        champion: of the series and horizon until now.
        again: the row of the same model where it was trained before: the same data give the same model.
    """
    parent = row.parent if row.parent != row.id else None
    if champion is None or champion.id == row.id:
        known = again.parent if again else None
        return replace(row, status=ModelStatus.CHAMPION, serves=True, parent=parent or known)
    parent = parent or champion.id
    if row.status is ModelStatus.CHALLENGER:
        return replace(row, serves=False, parent=parent)
    if champion.as_of > row.as_of:
        return replace(row, status=ModelStatus.RETIRED, parent=None if parent == champion.id else parent)
    return replace(row, parent=parent)


def promote_model(row: ModelRow) -> Write:
    """Make a model the champion; the present one retires, and newer ones of its recipe no longer serve."""

    def write(cursor: duckdb.DuckDBPyConnection) -> None:
        series = [row.symbol, row.timeframe.value, row.source, row.horizon]
        cursor.execute(
            "UPDATE models SET status = 'retired' WHERE symbol = ? AND timeframe = ? AND source = ? AND horizon = ?"
            " AND status = 'champion' AND id <> ?",
            [*series, row.id],
        )
        cursor.execute(
            "UPDATE models SET serves = false WHERE symbol = ? AND timeframe = ? AND source = ? AND horizon = ?"
            " AND recipe = ? AND id <> ? AND (as_of, trained_at) >= (?, ?)",
            [*series, row.recipe, row.id, row.as_of, row.trained_at],
        )
        cursor.execute("UPDATE models SET status = 'champion', serves = true WHERE id = ?", [row.id])

    return write


def retire_models(ids: Sequence[str]) -> Write:
    """Take models out of use; first step of removing them, so that no cycle meets a file that is going."""

    def write(cursor: duckdb.DuckDBPyConnection) -> None:
        for model_id in ids:
            cursor.execute("UPDATE models SET status = 'retired', serves = false WHERE id = ?", [model_id])

    return write


def forget_models(ids: Sequence[str]) -> Write:
    """Remove the rows of models and all that is kept about them."""

    def write(cursor: duckdb.DuckDBPyConnection) -> None:
        for model_id in ids:
            cursor.execute("DELETE FROM models WHERE id = ?", [model_id])
            for table in ("model_scores", "model_forecasts", "drift_checks"):
                cursor.execute(f"DELETE FROM {table} WHERE model_id = ?", [model_id])
            cursor.execute("DELETE FROM contests WHERE champion_id = ? OR challenger_id = ?", [model_id] * 2)

    return write


def newest_model(
    store: Store, symbol: str, timeframe: Timeframe, source: str, horizon: str, recipe: str, as_of: datetime
) -> ModelRow | None:
    """The champion of that recipe at that moment: the newest that serves and knew nothing after `as_of`."""
    with store.cursor() as cursor:
        row = cursor.execute(
            f"SELECT {_COLUMNS} FROM models WHERE symbol = ? AND timeframe = ? AND source = ? AND horizon = ?"
            " AND recipe = ? AND serves AND as_of <= ? ORDER BY as_of DESC, trained_at DESC LIMIT 1",
            [symbol, timeframe.value, source, horizon, recipe, as_of],
        ).fetchone()
    return _row(row) if row else None


def champion(store: Store, symbol: str, timeframe: Timeframe, source: str, horizon: str) -> ModelRow | None:
    """The champion of a series and horizon, whatever its recipe; None before the first training."""
    with store.cursor() as cursor:
        return _champion(cursor, symbol, timeframe.value, source, horizon)


def read_model(store: Store, model_id: str) -> ModelRow:
    """One model.

    Raises:
        UnknownId: no such model.
    """
    with store.cursor() as cursor:
        row = _one(cursor, model_id)
    if row is None:
        raise UnknownId(f"There is no model {model_id!r}: see the list on the Models page.")
    return row


def all_models(store: Store) -> tuple[ModelRow, ...]:
    """Every recorded model, newest training first."""
    with store.cursor() as cursor:
        rows = cursor.execute(f"SELECT {_COLUMNS} FROM models ORDER BY trained_at DESC, id").fetchall()
    return tuple(_row(row) for row in rows)


def _one(cursor: duckdb.DuckDBPyConnection, model_id: str) -> ModelRow | None:
    row = cursor.execute(f"SELECT {_COLUMNS} FROM models WHERE id = ?", [model_id]).fetchone()
    return _row(row) if row else None


def _champion(
    cursor: duckdb.DuckDBPyConnection, symbol: str, timeframe: str, source: str, horizon: str
) -> ModelRow | None:
    row = cursor.execute(
        f"SELECT {_COLUMNS} FROM models WHERE symbol = ? AND timeframe = ? AND source = ? AND horizon = ?"
        " AND status = 'champion' ORDER BY as_of DESC, trained_at DESC LIMIT 1",
        [symbol, timeframe, source, horizon],
    ).fetchone()
    return _row(row) if row else None


def _set_status(cursor: duckdb.DuckDBPyConnection, model_id: str, status: ModelStatus) -> None:
    cursor.execute("UPDATE models SET status = ? WHERE id = ?", [status.value, model_id])


def _row(row: tuple) -> ModelRow:
    values = (
        *row[:2],
        Timeframe(row[2]),
        *row[3:9],
        Path(row[9]),
        *row[10:13],
        ModelStatus(row[13]),
        *row[14:],
    )
    return ModelRow(*values)
