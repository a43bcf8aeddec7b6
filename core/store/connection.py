"""The one DuckDB file: one connection a process, a cursor a use, writes behind one lock."""

import os
import re
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import datetime
from pathlib import Path

import duckdb

from core.errors import GlassboxError, StoreCorrupt, StoreError, StoreFull, StoreLocked
from core.store.migrations import migrate

Write = Callable[[duckdb.DuckDBPyConnection], None]
"""One write, run inside the transaction that it is handed to."""


class Store:
    """An open database file. Thread-safe; close it when the process ends."""

    def __init__(self, path: Path) -> None:
        """Open or create the file and bring its schema up to date.

        Raises:
            StoreLocked: another process holds it.
            StoreCorrupt: it cannot be read, or was written by a newer version.
            StoreFull: its folder is full or cannot be written.
        """
        self.path = path
        self._lock = threading.RLock()
        self._revision = 0
        self.series: dict[tuple[str, str, str], tuple[int, datetime]] = {}
        """(symbol, timeframe, source) → number of the series and the time of a bar near its end, as last read. The
        number never changes; the time only spares reading what is older."""
        try:
            path.parent.mkdir(parents=True, exist_ok=True)
        except OSError as err:
            raise StoreFull(f"The folder {path.parent} cannot be made: {err.strerror}.") from err
        try:
            self._connection = duckdb.connect(str(path))
        except duckdb.Error as err:
            raise _opening_error(path, err) from err
        try:
            self._connection.execute("SET GLOBAL TimeZone = 'UTC'")
            migrate(self._connection, path)
        except duckdb.Error as err:
            self._connection.close()
            raise _opening_error(path, err) from err
        except GlassboxError:
            self._connection.close()
            raise

    @property
    def revision(self) -> int:
        """Number of transactions committed by this process: what was read at one revision holds until the next."""
        return self._revision

    @contextmanager
    def cursor(self) -> Iterator[duckdb.DuckDBPyConnection]:
        """A cursor for reading; it sees what is committed."""
        cursor = self._connection.cursor()
        try:
            yield cursor
        except duckdb.Error as err:
            raise _running_error(self.path, err) from err
        finally:
            cursor.close()

    @contextmanager
    def transaction(self) -> Iterator[duckdb.DuckDBPyConnection]:
        """A cursor inside one transaction: all of it is committed, or nothing."""
        with self._lock, self.cursor() as cursor:
            cursor.execute("BEGIN")
            try:
                yield cursor
            except BaseException:
                _roll_back(cursor)
                raise
            cursor.execute("COMMIT")
            self._revision += 1

    def write(self, *writes: Write) -> None:
        """Do several writes in one transaction."""
        with self.transaction() as cursor:
            for write in writes:
                write(cursor)

    def close(self) -> None:
        """Flush and release the file."""
        with self._lock:
            self._connection.close()


def _roll_back(cursor: duckdb.DuckDBPyConnection) -> None:
    try:
        cursor.execute("ROLLBACK")
    except duckdb.TransactionException:
        return  # DuckDB ended the transaction itself when the statement failed


def _opening_error(path: Path, err: duckdb.Error) -> StoreError:
    text = str(err)
    if re.search(r"(set|conflicting) lock", text, re.IGNORECASE):
        holder = re.search(r"held in (\S+)? ?\(PID (\d+)\)", text)
        who = f"process {holder[2]} ({Path(holder[1] or '').name})" if holder else "another process"
        return StoreLocked(
            f"The database {path} is held by {who}: use the running app, or stop it and try again."
        )
    if _full(text) or (path.parent.exists() and not os.access(path.parent, os.W_OK)):
        return StoreFull(
            f"The database {path} cannot be written ({_first(text)}): free space or choose another GLASSBOX_HOME."
        )
    return StoreCorrupt(
        f"The database {path} cannot be read ({_first(text)}): move it aside to start afresh, or put a backup in its place."
    )


def _running_error(path: Path, err: duckdb.Error) -> StoreError:
    text = str(err)
    if _full(text):
        return StoreFull(
            f"The disk of {path} is full; nothing of this step was saved. Free space and run it again."
        )
    return StoreError(f"The database {path} refused a request ({_first(text)}).")


def _full(text: str) -> bool:
    return bool(
        re.search(
            r"no space left|disk full|file too large|could not write|read-only file system|permission denied",
            text,
            re.I,
        )
    )


def _first(text: str) -> str:
    return text.splitlines()[0][:160]
