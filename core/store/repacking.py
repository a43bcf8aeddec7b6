"""Cycles of earlier versions, whose report and stage results stood in columns of text, made into passports."""

import logging
from collections import defaultdict
from typing import Any

import duckdb

from core.store.packing import Told, packed, save_packed

log = logging.getLogger(__name__)
_AT_ONCE = 100
"""Cycles of one transaction: some 10 MB of text."""


def pack_cycles(connection: duckdb.DuckDBPyConnection) -> None:
    """Make a passport of every cycle that ended and has none yet, a hundred in a transaction.

    Reports are read as a stream and a passport is committed with its hundred, so a large file needs little memory, and
    who is killed meanwhile goes on where he was.
    """
    connection.execute(
        """
        CREATE TABLE IF NOT EXISTS cycle_settings (hash VARCHAR PRIMARY KEY, content VARCHAR NOT NULL);
        -- facts: the few that are asked of many cycles at once. content: see packing.py.
        CREATE TABLE IF NOT EXISTS passports (
            cycle_id VARCHAR PRIMARY KEY, settings VARCHAR, facts JSON NOT NULL, content BLOB NOT NULL);
        """
    )
    database = (connection.execute("SELECT current_database()").fetchone() or ("",))[0]
    reader = connection.cursor()
    try:
        reader.execute(f'USE "{database}"')
        reader.execute(
            "SELECT id, report FROM cycles c WHERE report IS NOT NULL"
            " AND NOT EXISTS (SELECT 1 FROM passports p WHERE p.cycle_id = c.id)"
        )
        done = 0
        while rows := reader.fetchmany(_AT_ONCE):
            _pack(connection, rows)
            done += len(rows)
            if done % 10_000 < _AT_ONCE:
                log.info("%s cycles made into passports", f"{done:,}")
    finally:
        reader.close()


def _pack(connection: duckdb.DuckDBPyConnection, rows: list[tuple[str, str]]) -> None:
    outputs: defaultdict[str, dict[str, str]] = defaultdict(dict)
    found: list[tuple[Any, ...]] = connection.execute(
        "SELECT cycle_id, stage, output FROM stages WHERE cycle_id IN (SELECT unnest(?::VARCHAR[])) AND output IS NOT NULL"
        " ORDER BY cycle_id, position",
        [[row[0] for row in rows]],
    ).fetchall()
    for cycle_id, stage, output in found:
        outputs[cycle_id][stage] = output
    fresh = [packed(cycle_id, Told(report, outputs[cycle_id])) for cycle_id, report in rows]
    connection.execute("BEGIN")
    try:
        save_packed(connection, fresh)
        connection.execute("COMMIT")
    except BaseException:
        connection.execute("ROLLBACK")
        raise
