"""What models scored out of sample, and the forecasts that were scored."""

import duckdb
import pandas as pd

from core.records import ModelScores
from core.store.codec import dump, load, pack, unpack
from core.store.connection import Store, Write


def save_scores(model_id: str, scores: ModelScores) -> Write:
    """Keep the scores of one model."""

    def write(cursor: duckdb.DuckDBPyConnection) -> None:
        cursor.execute(
            "INSERT OR REPLACE INTO model_scores VALUES (?, ?)", [model_id, dump(ModelScores, scores)]
        )

    return write


def read_scores(store: Store, model_id: str) -> ModelScores | None:
    """The scores of one model; None where none are kept (an older version trained it)."""
    with store.cursor() as cursor:
        row = cursor.execute("SELECT record FROM model_scores WHERE model_id = ?", [model_id]).fetchone()
    return None if row is None else load(ModelScores, row[0])


def save_oos(model_id: str, frame: pd.DataFrame) -> Write:
    """Keep the out-of-sample forecasts of one model: a row for each scored label, index `opened` (UTC)."""
    content = pack(frame.rename_axis("opened").reset_index())

    def write(cursor: duckdb.DuckDBPyConnection) -> None:
        cursor.execute("INSERT OR REPLACE INTO model_forecasts VALUES (?, ?)", [model_id, content])

    return write


def read_oos(store: Store, model_id: str) -> pd.DataFrame:
    """The frame that `save_oos` kept; empty (no rows, no columns) where there is none."""
    with store.cursor() as cursor:
        row = cursor.execute("SELECT frame FROM model_forecasts WHERE model_id = ?", [model_id]).fetchone()
    if row is None:
        return pd.DataFrame(index=pd.DatetimeIndex([], tz="UTC", name="opened"))
    return unpack(row[0]).set_index("opened")
