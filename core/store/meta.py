"""Meta-models: small enough to be kept as their numbers."""

from datetime import datetime

import duckdb

from core.records import MetaModel, Timeframe
from core.store.codec import dump, load
from core.store.connection import Store, Write


def save_meta(model: MetaModel, trained_at: datetime) -> Write:
    """Keep one; the same data give the same model, which is kept once."""

    def write(cursor: duckdb.DuckDBPyConnection) -> None:
        cursor.execute(
            "INSERT OR IGNORE INTO meta_models VALUES (?, ?, ?, ?, ?, ?, ?, ?)",
            [
                model.id, model.symbol, model.timeframe.value, model.source, model.recipe, model.as_of, trained_at,
                dump(MetaModel, model),
            ],
        )  # fmt: skip

    return write


def newest_meta(
    store: Store, symbol: str, timeframe: Timeframe, source: str, recipe: str, as_of: datetime
) -> MetaModel | None:
    """The newest of that recipe that knew nothing after `as_of`; None before the first training."""
    with store.cursor() as cursor:
        row = cursor.execute(
            "SELECT record FROM meta_models WHERE symbol = ? AND timeframe = ? AND source = ? AND recipe = ?"
            " AND as_of <= ? ORDER BY as_of DESC, trained_at DESC LIMIT 1",
            [symbol, timeframe.value, source, recipe, as_of],
        ).fetchone()
    return None if row is None else load(MetaModel, row[0])


def meta_history(store: Store, symbol: str = "", limit: int = 200) -> tuple[MetaModel, ...]:
    """Those of a symbol, or of all: the newest moment first."""
    with store.cursor() as cursor:
        rows = cursor.execute(
            "SELECT record FROM meta_models WHERE symbol = coalesce(?, symbol) ORDER BY as_of DESC, trained_at DESC LIMIT ?",
            [symbol or None, limit],
        ).fetchall()
    return tuple(load(MetaModel, row[0]) for row in rows)
