"""A number for every transaction of the app: written into the store within it, and into a file once it is committed.

After a kill the store must hold every number that the file acknowledges, and no number may be missing in between.
"""

import os
import struct
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import duckdb

import core.runtime
from core.store import Store

_NUMBER = struct.Struct("<q")


def acknowledged_commits(path: Path) -> None:
    """From now on runtimes of this process open stores that number their commits and acknowledge them in a file."""
    file = os.open(path, os.O_CREAT | os.O_WRONLY | os.O_APPEND)

    class Numbered(Store):
        def __init__(self, *opened: Any, **named: Any) -> None:
            self._number: int | None = None
            super().__init__(*opened, **named)
            with Store.transaction(self) as cursor:
                cursor.execute("CREATE TABLE IF NOT EXISTS test_commits (number BIGINT NOT NULL)")
                row = cursor.execute("SELECT coalesce(max(number), 0) FROM test_commits").fetchone()
                self._number = row[0] if row else 0

        @contextmanager
        def transaction(self) -> Iterator[duckdb.DuckDBPyConnection]:
            with self._lock:
                number = (self._number or 0) + 1
                with super().transaction() as cursor:
                    yield cursor
                    cursor.execute("INSERT INTO test_commits VALUES (?)", [number])
                self._number = number
                os.write(file, _NUMBER.pack(number))

    core.runtime.Store = Numbered  # type: ignore[misc]


def last_acknowledged(path: Path) -> int:
    """The number of the last commit that the file knows; 0 when there is none."""
    content = path.read_bytes() if path.exists() else b""
    whole = len(content) // _NUMBER.size
    return _NUMBER.unpack_from(content, (whole - 1) * _NUMBER.size)[0] if whole else 0


def lost_commits(store: Store, path: Path) -> list[str]:
    """What is missing in a store that was opened again."""
    with store.cursor() as cursor:
        row = cursor.execute(
            "SELECT count(*), count(DISTINCT number), coalesce(max(number), 0) FROM test_commits"
        ).fetchone()
    assert row is not None
    rows, distinct, last = row
    told = last_acknowledged(path)
    wrong = [f"commit {told} was acknowledged, the store ends at {last}"] if last < told else []
    if not rows == distinct == last:
        wrong.append(f"{rows} commits with {distinct} numbers up to {last}")
    return wrong
