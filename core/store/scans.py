"""Looks at many assets: what every one's sources said, and which would have got a slot."""

import duckdb

from core.records import SignalScan
from core.store.codec import dump, load
from core.store.connection import Store, Write


def save_scan(scan: SignalScan) -> Write:
    """Keep one."""

    def write(cursor: duckdb.DuckDBPyConnection) -> None:
        cursor.execute(
            "INSERT OR REPLACE INTO signal_scans VALUES (?, ?, ?, ?, ?)",
            [scan.id, scan.made_at, scan.timeframe.value, scan.source, dump(SignalScan, scan)],
        )

    return write


def newest_scan(store: Store, timeframe: str, source: str) -> SignalScan | None:
    """The last one over bars of that length and source; None before the first."""
    with store.cursor() as cursor:
        row = cursor.execute(
            "SELECT record FROM signal_scans WHERE timeframe = ? AND source = ? ORDER BY made_at DESC LIMIT 1",
            [timeframe, source],
        ).fetchone()
    return None if row is None else load(SignalScan, row[0])


def read_scan(store: Store, scan_id: str) -> SignalScan | None:
    """One look; None where there is no such."""
    with store.cursor() as cursor:
        row = cursor.execute("SELECT record FROM signal_scans WHERE id = ?", [scan_id]).fetchone()
    return None if row is None else load(SignalScan, row[0])
