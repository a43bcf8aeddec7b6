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
from core.records import CycleReport, Seal
from core.store.migrations import migrate
from core.store.sealing import NAME, connect

_DURABLE = "COMMIT succeeded and is durable"
"""What DuckDB says when a transaction is safe and the checkpoint after it failed."""
MEMORY_MB = 1024
"""Where nobody says otherwise; by default the engine would take four fifths of the machine's."""
Write = Callable[[duckdb.DuckDBPyConnection], None]
"""One write, run inside the transaction that it is handed to."""


class Store:
    """An open database file. Thread-safe; close it when the process ends."""

    def __init__(self, path: Path, seal: Seal | None = None, memory_mb: int = MEMORY_MB) -> None:
        """Open or create the file and bring its schema up to date.

        Args:
            seal: the key, where the file is or becomes an encrypted one.
            memory_mb: what the engine may take, most of it for parts of the file that were read before.

        Raises:
            StoreLocked: another process holds it.
            StoreCorrupt: it cannot be read, or was written by a newer version.
            StoreKey: it is encrypted and the key does not fit, or it is not and there is a key.
            StoreFull: its folder is full or cannot be written.
        """
        self.path = path
        self.seal = seal
        self._memory_mb = memory_mb
        self._lock = threading.RLock()
        self._revision = 0
        self._broken = False
        """The engine has shut itself after a fault of the disk; the next use opens the file anew."""
        self.series: dict[tuple[str, str, str], tuple[int, datetime]] = {}
        """(symbol, timeframe, source) → number of the series and the time of a bar near its end, as last read. The
        number never changes; the time only spares reading what is older."""
        self.newest: dict[str, CycleReport] = {}
        """Symbol → the report of its newest decision, as last read."""
        try:
            path.parent.mkdir(parents=True, exist_ok=True)
        except OSError as err:
            raise StoreFull(f"The folder {path.parent} cannot be made: {err.strerror}.") from err
        try:
            self._connection = connect(path, seal)
        except duckdb.Error as err:
            raise _opening_error(path, err) from err
        try:
            self._set_up()
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
        if self._broken:
            self._open_anew()
        cursor = self._connection.cursor()
        try:
            if self.seal is not None:
                cursor.execute(f"USE {NAME}")
            yield cursor
        except duckdb.Error as err:
            self._broken = self._broken or isinstance(err, duckdb.FatalException)
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
            try:
                cursor.execute("COMMIT")
            except duckdb.FatalException as err:
                self._broken = True
                if _DURABLE not in str(err):  # else only tidying up afterwards failed, as on a full disk
                    raise
            self._revision += 1

    def write(self, *writes: Write) -> None:
        """Do several writes in one transaction."""
        with self.transaction() as cursor:
            for write in writes:
                write(cursor)

    def _open_anew(self) -> None:
        """After a fatal error the engine serves nobody any more; what was committed is in the file and its log.

        While another thread's cursor still holds the old engine this fails, and the next use tries again.
        """
        with self._lock:
            if not self._broken:
                return
            self._connection.close()
            try:
                self._connection = connect(self.path, self.seal)
                self._set_up()
            except duckdb.Error as err:
                self._connection.close()
                raise _opening_error(self.path, err) from err
            self._broken = False

    def _set_up(self) -> None:
        self._connection.execute("SET GLOBAL TimeZone = 'UTC'")
        self._connection.execute(f"SET GLOBAL memory_limit = '{self._memory_mb}MB'")

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
