"""Flips of decisions that were searched for; a stored cycle never changes, so neither does its flip."""

import duckdb

from core.records import Flip
from core.store.codec import dump, load
from core.store.connection import Store, Write


def save_flip(flip: Flip) -> Write:
    """Keep what was found."""

    def write(cursor: duckdb.DuckDBPyConnection) -> None:
        cursor.execute(
            "INSERT OR REPLACE INTO flips VALUES (?, ?, ?)",
            [flip.cycle_id, flip.searched_at, dump(Flip, flip)],
        )

    return write


def read_flip(store: Store, cycle_id: str) -> Flip | None:
    """The flip of a cycle; None where nobody has searched for it."""
    with store.cursor() as cursor:
        row = cursor.execute("SELECT record FROM flips WHERE cycle_id = ?", [cycle_id]).fetchone()
    return load(Flip, row[0]) if row else None
