"""Features of past bars by block, so that each bar is computed once."""

from collections.abc import Sequence
from dataclasses import dataclass

import duckdb
import numpy as np

from core.records import Timeframe
from core.store.bars import series_number
from core.store.connection import Store, Write


@dataclass(frozen=True, slots=True, eq=False)
class FeatureBlock:
    """Values of one block of a series."""

    number: int
    bars_sha256: str
    """Hash of the bars they were computed from; other bars need other values."""
    values: np.ndarray
    """(rows, features) float64."""


def read_feature_blocks(
    store: Store, symbol: str, timeframe: Timeframe, source: str, recipe: str
) -> dict[int, FeatureBlock]:
    """What is kept of a series, by the number of the block; only what that recipe gave."""
    with store.cursor() as cursor:
        rows = cursor.execute(
            "SELECT block, bars_sha256, features, content FROM feature_blocks JOIN series USING (series)"
            " WHERE symbol = ? AND timeframe = ? AND source = ? AND recipe = ?",
            [symbol, timeframe.value, source, recipe],
        ).fetchall()
    return {
        number: FeatureBlock(number, digest, np.frombuffer(content, dtype=np.float64).reshape(-1, columns))
        for number, digest, columns, content in rows
    }


def save_feature_blocks(
    symbol: str, timeframe: Timeframe, source: str, recipe: str, blocks: Sequence[FeatureBlock]
) -> Write:
    """Keep blocks in the place of older ones of the same numbers; what another recipe gave is dropped."""

    def write(cursor: duckdb.DuckDBPyConnection) -> None:
        if not blocks:
            return
        series = series_number(cursor, symbol, timeframe, source)
        cursor.execute(
            "DELETE FROM feature_blocks WHERE series = ? AND (recipe <> ? OR list_contains(?::BIGINT[], block))",
            [series, recipe, [block.number for block in blocks]],
        )
        for block in blocks:
            content = np.ascontiguousarray(block.values, dtype=np.float64).tobytes()
            cursor.execute(
                "INSERT INTO feature_blocks VALUES (?, ?, ?, ?, ?, ?)",
                [series, recipe, block.number, block.bars_sha256, block.values.shape[1], content],
            )

    return write
