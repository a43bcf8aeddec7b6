"""Every trial that was ever run, for good: rows are added, and nothing here changes or removes one.

Deleting a report leaves its trials: what was tried was tried. A repetition is a row too; it counts as a run and not as
a different configuration.
"""

from collections.abc import Sequence
from datetime import datetime

import duckdb
import pandas as pd

from core.records import Trial, TrialTally
from core.store.connection import Store, Write

_COLUMNS = (
    "id", "batch", "kind", "symbol", "timeframe", "strategy", "parameters", "start", "stop", "bars", "sharpe",
)  # fmt: skip


def save_trials(trials: Sequence[Trial], when: datetime) -> Write:
    """Add one row for each trial."""

    def write(cursor: duckdb.DuckDBPyConnection) -> None:
        if not trials:
            return
        fresh = pd.DataFrame({name: [getattr(t, name) for t in trials] for name in _COLUMNS})
        fresh["sharpe"] = fresh["sharpe"].astype(float)
        cursor.register("fresh_trials", fresh)
        try:
            cursor.execute(
                "INSERT INTO trials SELECT id, batch, kind, symbol, timeframe, strategy, parameters, start, stop, bars,"
                " CASE WHEN isfinite(sharpe) THEN sharpe END, ? FROM fresh_trials",
                [when],
            )
        finally:
            cursor.unregister("fresh_trials")

    return write


def tally(store: Store, symbol: str, timeframe: str) -> TrialTally:
    """All that was tried on one asset at one timeframe; of repeated trials the newest Sharpe ratio counts."""
    with store.cursor() as cursor:
        row = cursor.execute(
            "SELECT coalesce(sum(runs), 0), count(*), var_samp(sharpe) FROM ("
            " SELECT count(*) AS runs, arg_max(sharpe, recorded_at) AS sharpe FROM trials"
            " WHERE symbol = ? AND timeframe = ? GROUP BY id)",
            [symbol, timeframe],
        ).fetchone()
    assert row is not None  # an aggregate always gives one row
    return TrialTally(runs=int(row[0]), distinct=int(row[1]), sharpe_variance=row[2])


def recent_trials(
    store: Store, symbol: str | None = None, timeframe: str | None = None, limit: int = 200
) -> pd.DataFrame:
    """Newest trials first; None takes all symbols or timeframes.

    Returns:
        Columns recorded_at, kind, symbol, timeframe, strategy, parameters, start, stop, bars, sharpe (per bar, null
        where not defined), batch, id, run (1 for the first time that this configuration was run).
    """
    with store.cursor() as cursor:
        return cursor.execute(
            "SELECT recorded_at, kind, symbol, timeframe, strategy, parameters, start, stop, bars, sharpe, batch, id,"
            " row_number() OVER (PARTITION BY id ORDER BY recorded_at, batch) AS run FROM trials"
            " WHERE symbol = coalesce(?, symbol) AND timeframe = coalesce(?, timeframe)"
            " ORDER BY recorded_at DESC, sharpe DESC NULLS LAST LIMIT ?",
            [symbol, timeframe, limit],
        ).df()
