"""Copies of the database: made while the server works, opened to see that they are whole, and put back."""

from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

import duckdb

from core.errors import InputError, StoreCorrupt, StoreFull
from core.store.connection import Store
from core.store.copies import made_at, name_at
from core.store.migrations import MIGRATIONS


@dataclass(frozen=True, slots=True)
class Copy:
    """One back-up file."""

    path: Path
    made_at: datetime
    size_bytes: int
    rows: int
    """Of all tables together."""
    tables: int

    @property
    def words(self) -> str:
        """What it holds, in one sentence."""
        return f"{self.path} holds {self.rows:,} rows in {self.tables} tables, {self.size_bytes / 1e6:.1f} MB; it opens and is whole."


def back_up(store: Store, folder: Path, now: datetime) -> Copy:
    """Copy everything that is committed into a new file, and open it to see that it is whole.

    The copy is one transaction: what others write meanwhile is in it whole or not at all. The file gets its name only
    once it has been checked, so a file of that name is always a good one.

    Raises:
        StoreFull: the folder cannot be written.
        StoreCorrupt: the copy cannot be read back, or holds something else.
    """
    name = name_at(now)
    partial = folder / f"{name}.part"
    try:
        folder.mkdir(parents=True, exist_ok=True)
        partial.unlink(missing_ok=True)
    except OSError as err:
        raise StoreFull(f"The folder {folder} cannot be written: {err.strerror}.") from err
    try:
        expected = _copy(store, partial)
        found = _counted(partial)
        if found != expected:
            raise StoreCorrupt(f"The copy {partial} does not hold what was copied: try again.")
        partial.replace(folder / name)
    finally:
        partial.unlink(missing_ok=True)
        partial.with_name(f"{partial.name}.wal").unlink(missing_ok=True)
    return _described(folder / name, found)


def checked_copy(path: Path) -> Copy:
    """A back-up file that can be put back.

    Raises:
        InputError: there is no such file.
        StoreCorrupt: it is damaged, is no database of ours, or was written by a newer version.
    """
    if not path.is_file():
        raise InputError(
            f"There is no file {path}: name a back-up, like one of `python -m core backup --list`."
        )
    return _described(path, _counted(path))


def restore(path: Path, database: Path, now: datetime) -> tuple[Copy, Path | None]:
    """Put a back-up in the place of the database and keep the replaced one aside.

    Returns:
        The copy that was put back, and where the replaced database lies; None when there was none.

    Raises:
        InputError, StoreCorrupt: see `checked_copy`; nothing was touched.
        StoreLocked: another process holds the database.
        StoreFull: the folder cannot be written.
    """
    copy = checked_copy(path)
    if database.exists() and path.samefile(database):
        raise InputError(f"{path} is the database itself: name a back-up.")
    aside = None
    fresh = database.with_name(f"{database.name}.restoring")
    try:
        database.parent.mkdir(parents=True, exist_ok=True)
        fresh.write_bytes(path.read_bytes())
        if database.exists():
            _release(database)
            aside = database.with_name(f"replaced-{name_at(now)}")
            database.replace(aside)
            log = database.with_name(f"{database.name}.wal")
            if log.exists():
                log.replace(aside.with_name(f"{aside.name}.wal"))
        fresh.replace(database)
    except OSError as err:
        raise StoreFull(f"The folder {database.parent} cannot be written: {err.strerror}.") from err
    finally:
        fresh.unlink(missing_ok=True)
    return copy, aside


def _release(database: Path) -> None:
    """Make sure that nobody holds the database, and fold its log into the file; a damaged one is moved as it is.

    Raises:
        StoreLocked: another process holds it.
    """
    try:
        Store(database).close()
    except StoreCorrupt:
        return


Contents = dict[str, tuple[int, int]]
"""Of each table the number of rows, and a checksum over every value in them, whatever their order."""


def _copy(store: Store, path: Path) -> Contents:
    """Everything committed into a new database file; returns what was there to copy."""
    target = str(path).replace("'", "''")
    with store.cursor() as cursor:
        own = str((cursor.execute("SELECT current_database()").fetchone() or ("",))[0])
        cursor.execute(f"ATTACH '{target}' AS backup_copy")
        try:
            cursor.execute("BEGIN")
            try:
                cursor.execute(f'COPY FROM DATABASE "{own}" TO backup_copy')
                expected = _rows(cursor, own)
            except duckdb.Error:
                cursor.execute("ROLLBACK")
                raise
            cursor.execute("COMMIT")
        finally:
            cursor.execute("DETACH backup_copy")
    return expected


def _rows(cursor: duckdb.DuckDBPyConnection, database: str) -> Contents:
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


def _counted(path: Path) -> Contents:
    """What a file holds, read from end to end.

    Raises:
        StoreCorrupt: it is damaged, is no database of ours, or was written by a newer version.
    """
    try:
        connection = duckdb.connect(str(path), read_only=True)
    except duckdb.Error as err:
        raise StoreCorrupt(
            f"{path} cannot be read as a database ({_first(err)}): choose another back-up."
        ) from err
    try:
        database = str((connection.execute("SELECT current_database()").fetchone() or ("",))[0])
        found = _rows(connection, database)
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


def _described(path: Path, found: Contents) -> Copy:
    made = made_at(path) or datetime.fromtimestamp(path.stat().st_mtime, UTC)
    return Copy(path, made, path.stat().st_size, sum(rows for rows, _ in found.values()), len(found))


def _first(err: Exception) -> str:
    return str(err).splitlines()[0][:160]
