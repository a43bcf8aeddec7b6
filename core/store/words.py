"""Explanations of cycles in plain words, and summaries of days; the newest of each subject."""

import duckdb

from core.records import PlainWords
from core.store.codec import dump, load
from core.store.connection import Store, Write


def save_words(words: PlainWords) -> Write:
    """Keep what was written; it takes the place of what was written about the same before."""

    def write(cursor: duckdb.DuckDBPyConnection) -> None:
        cursor.execute(
            "INSERT OR REPLACE INTO plain_words VALUES (?, ?, ?, ?)",
            [words.kind, words.subject, words.written_at, dump(PlainWords, words)],
        )

    return write


def read_words(store: Store, kind: str, subject: str) -> PlainWords | None:
    """What was written about a subject, or None."""
    with store.cursor() as cursor:
        row = cursor.execute(
            "SELECT record FROM plain_words WHERE kind = ? AND subject = ?", [kind, subject]
        ).fetchone()
    return load(PlainWords, row[0]) if row else None
