"""Everything of one database file into another, and what a file holds."""

from pathlib import Path

import duckdb

from core.errors import StoreCorrupt
from core.records import Seal
from core.store.schema import MIGRATIONS
from core.store.sealing import attach, connect, is_sealed, key_error, take_cipher

Contents = dict[str, tuple[int, int]]
"""Of each table the number of rows, and a checksum over every value in them, whatever their order."""


def copy_all(cursor: duckdb.DuckDBPyConnection, source: str, target: str) -> Contents:
    """Everything committed of one attached database into another, empty one, in one transaction; returns what was
    there to copy."""
    cursor.execute("BEGIN")
    try:
        cursor.execute(f'COPY FROM DATABASE "{source}" TO "{target}"')
        expected = contents(cursor, source)
    except duckdb.Error:
        cursor.execute("ROLLBACK")
        raise
    cursor.execute("COMMIT")
    return expected


def transcribe(source: Path, target: Path, source_seal: Seal | None, target_seal: Seal | None) -> None:
    """Write a file that nobody holds anew, under another key or none, and see that both hold the same.

    Raises:
        StoreKey: a key does not fit.
        StoreCorrupt: the source is damaged, or the new file holds something else.
        duckdb.Error: the new file cannot be written.
    """
    with duckdb.connect(":memory:", config={"temp_directory": f"{target}.tmp"}) as connection:
        for seal in (source_seal, target_seal):
            if seal is not None:
                take_cipher(connection, seal)
        for path, name, seal in ((source, "old", source_seal), (target, "new", target_seal)):
            try:
                attach(connection, path, name, seal, read_only=path is source)
            except duckdb.Error as err:
                raise key_error(path, err) or err from None
        expected = copy_all(connection, "old", "new")
    if counted(target, target_seal) != expected:
        raise StoreCorrupt(f"The copy {target} does not hold what was copied: try again.")


def contents(cursor: duckdb.DuckDBPyConnection, database: str) -> Contents:
    """What an attached database holds, read from end to end."""
    named = (
        "SELECT table_name FROM duckdb_tables() WHERE database_name = ? AND NOT internal ORDER BY table_name"
    )
    tables = [str(row[0]) for row in cursor.execute(named, [database]).fetchall()]
    found = {}
    for table in tables:  # reads every value, so a damaged block shows
        read = f'SELECT count(*), coalesce(bit_xor(hash(t)), 0) FROM "{database}"."{table}" t'
        count, checksum = cursor.execute(read).fetchone() or (0, 0)
        found[table] = (int(count), int(checksum))
    return found


def counted(path: Path, seal: Seal | None = None) -> Contents:
    """What a file of ours holds, read from end to end; a plain one is read whatever the key.

    Raises:
        StoreCorrupt: it is damaged, is no database of ours, or was written by a newer version.
        StoreKey: it is encrypted and the key is missing or wrong.
    """
    try:
        connection = connect(path, seal if is_sealed(path) else None, read_only=True)
    except duckdb.Error as err:
        raise StoreCorrupt(
            f"{path} cannot be read as a database ({_first(err)}): choose another back-up."
        ) from err
    try:
        database = str((connection.execute("SELECT current_database()").fetchone() or ("",))[0])
        found = contents(connection, database)
        done = (
            [row[0] for row in connection.execute("SELECT name FROM migrations ORDER BY position").fetchall()]
            if "migrations" in found
            else []
        )
    except duckdb.Error as err:
        raise StoreCorrupt(f"{path} is damaged ({_first(err)}): choose another back-up.") from err
    finally:
        connection.close()
    if not done:
        raise StoreCorrupt(f"{path} is a database, but none of Glassbox: choose another back-up.")
    if done != [name for name, _ in MIGRATIONS][: len(done)]:
        raise StoreCorrupt(
            f"{path} was written by a newer or other version (it knows {done[-1]!r}): update Glassbox first."
        )
    return found


def _first(err: Exception) -> str:
    return str(err).splitlines()[0][:160]
