"""What each source said in every cycle and the weight that it had; nothing is changed or deleted."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

import duckdb
import pandas as pd

from core.records import Timeframe
from core.store.connection import Store, Write


@dataclass(frozen=True, slots=True)
class Weighed:
    """One source in one cycle."""

    source: str
    direction: int
    confidence: float
    contribution: float
    prior: float
    """Weight of the settings, scaled to sum to 1 over the sources."""
    weight: float
    """After adaptation, scaled likewise."""
    gain: float | None
    """Of past opinions, in σ; None without one."""
    effective: float
    contaminated: bool = False
    """Whether it may come from a model that knew what followed."""


@dataclass(frozen=True, slots=True)
class WeightSeries:
    """Bars that the sources speak about."""

    symbol: str
    timeframe: Timeframe
    source: str
    """Of the bars."""
    world: str


def save_weights(
    cycle_id: str, series: WeightSeries, as_of: datetime, written_at: datetime, weighed: Sequence[Weighed]
) -> Write:
    """Add the sources of one cycle."""
    rows = [
        [
            cycle_id, written_at, series.symbol, series.timeframe.value, series.source, series.world, as_of, one.source,
            one.direction, one.confidence, one.contribution, one.prior, one.weight, one.gain, one.effective,
            one.contaminated,
        ]
        for one in weighed
    ]  # fmt: skip

    def write(cursor: duckdb.DuckDBPyConnection) -> None:
        if rows:
            cursor.executemany(
                "INSERT INTO source_weights VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)", rows
            )

    return write


def read_weights(
    store: Store, symbol: str, timeframe: Timeframe, world: str | None = None, limit: int = 20_000
) -> pd.DataFrame:
    """The newest rows of an asset, in order of the moment: cycle_id, as_of, symbol, source, direction, confidence,
    contribution, prior, weight, gain, effective. Of two cycles at one moment the later counts.

    Args:
        world: None: the one of the newest cycle.
    """
    key = [symbol, timeframe.value, world, symbol, timeframe.value]
    with store.cursor() as cursor:
        found: pd.DataFrame = cursor.execute(
            "SELECT cycle_id, as_of, symbol, source, direction, confidence, contribution, prior, weight, gain, effective"
            " FROM (SELECT * FROM source_weights WHERE symbol = ? AND timeframe = ? AND world = coalesce(?,"
            " (SELECT arg_max(world, written_at) FROM source_weights WHERE symbol = ? AND timeframe = ?))"
            " QUALIFY row_number() OVER (PARTITION BY as_of, source ORDER BY written_at DESC, cycle_id) = 1"
            " ORDER BY as_of DESC, source LIMIT ?) ORDER BY as_of, source",
            [*key, limit],
        ).df()
    found["as_of"] = pd.to_datetime(found["as_of"], utc=True)
    return found


def read_said(
    store: Store,
    series: WeightSeries,
    source: str,
    since: datetime,
    before: datetime,
    written_before: datetime,
) -> pd.DataFrame:
    """What one source said at moments since ≤ as_of < before, as far as it was written down before a clock time.

    What a model may have remembered is left out.

    Returns:
        as_of, direction, confidence in order of the moment; of two cycles at one moment the later counts.
    """
    with store.cursor() as cursor:
        found: pd.DataFrame = cursor.execute(
            "SELECT as_of, direction, confidence FROM source_weights WHERE symbol = ? AND timeframe = ?"
            " AND data_source = ? AND world = ? AND source = ? AND as_of >= ? AND as_of < ? AND written_at < ?"
            " AND NOT contaminated"
            " QUALIFY row_number() OVER (PARTITION BY as_of ORDER BY written_at DESC, cycle_id) = 1 ORDER BY as_of",
            [
                series.symbol, series.timeframe.value, series.source, series.world, source, since, before,
                written_before,
            ],
        ).df()  # fmt: skip
    found["as_of"] = pd.to_datetime(found["as_of"], utc=True)
    return found
