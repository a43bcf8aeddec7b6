"""One day in the store: cycles, books, moods, troubles, and what language models cost."""

from collections.abc import Sequence
from datetime import datetime

import pandas as pd

from core.records import LlmUse, MoodDay, Spending, Trouble
from core.store.connection import Store


def cycles_between(store: Store, start: datetime, stop: datetime) -> pd.DataFrame:
    """Cycles that began in start ≤ t < stop and ended: id, symbol, mode, world, book_id, as_of, verdict; oldest first."""
    with store.cursor() as cursor:
        return cursor.execute(
            "SELECT id, symbol, mode, coalesce(world, '') AS world, coalesce(book_id, '') AS book_id, as_of, verdict"
            " FROM cycles WHERE started_at >= ? AND started_at < ? AND verdict <> 'running' ORDER BY started_at, id",
            [start, stop],
        ).df()


def moods_of(store: Store, cycles: Sequence[str]) -> tuple[MoodDay, ...]:
    """The last sentiment score of each asset among these cycles, by symbol; assets with nothing to read are left out."""
    with store.cursor() as cursor:
        rows = cursor.execute(
            "SELECT symbol, arg_max(score, started_at) FROM (SELECT symbol, started_at,"
            " TRY_CAST(facts ->> '$.sentiment.score' AS DOUBLE) AS score FROM cycles JOIN passports ON cycle_id = id"
            " WHERE list_contains(?::VARCHAR[], id)) WHERE score IS NOT NULL GROUP BY symbol ORDER BY symbol",
            [list(cycles)],
        ).fetchall()
    return tuple(MoodDay(symbol, score) for symbol, score in rows)


def troubles_of(store: Store, cycles: Sequence[str]) -> tuple[Trouble, ...]:
    """Places that had trouble in these cycles, most frequent first."""
    with store.cursor() as cursor:
        rows = cursor.execute(
            "SELECT place, count(*) AS times FROM (SELECT unnest(problems ->> '$[*].where') AS place FROM stages"
            " WHERE list_contains(?::VARCHAR[], cycle_id)) GROUP BY place ORDER BY times DESC, place",
            [list(cycles)],
        ).fetchall()
    return tuple(Trouble(place, times) for place, times in rows)


def orders_of(store: Store, book_id: str, cycles: Sequence[str]) -> int:
    """Orders that these cycles sent to a book; what the risk rules denied was not sent."""
    return _count(
        store,
        "SELECT count(*) FROM orders WHERE book_id = ? AND list_contains(?::VARCHAR[], cycle_id) AND status <> 'DENIED'",
        [book_id, list(cycles)],
    )


def fills_between(store: Store, book_id: str, start: datetime, stop: datetime) -> int:
    """Fills of a book in start ≤ t < stop."""
    return _count(
        store,
        "SELECT count(*) FROM fills WHERE book_id = ? AND time >= ? AND time < ?",
        [book_id, start, stop],
    )


def trades_between(store: Store, book_id: str, start: datetime, stop: datetime) -> tuple[int, float]:
    """Round trips of a book that ended in start ≤ t < stop, and their net profit."""
    with store.cursor() as cursor:
        row = cursor.execute(
            "SELECT count(*), coalesce(sum(pnl), 0)::DOUBLE FROM trades WHERE book_id = ? AND exit_time >= ? AND exit_time < ?",
            [book_id, start, stop],
        ).fetchone()
    return row if row else (0, 0.0)


def equity_before(store: Store, book_id: str, moment: datetime) -> float | None:
    """Equity of a book at its last point before a moment; None when it has none."""
    with store.cursor() as cursor:
        row = cursor.execute(
            "SELECT equity FROM equity WHERE book_id = ? AND time < ? ORDER BY time DESC LIMIT 1",
            [book_id, moment],
        ).fetchone()
    return row[0] if row else None


def initial_cash_of(store: Store, book_id: str) -> float:
    """What a book began with; 0 where there is no such book."""
    with store.cursor() as cursor:
        row = cursor.execute("SELECT initial_cash FROM books WHERE id = ?", [book_id]).fetchone()
    return row[0] if row else 0.0


def spent_between(store: Store, start: datetime, stop: datetime) -> Spending:
    """What language models took in start ≤ t < stop; summaries are left out."""
    with store.cursor() as cursor:
        row = cursor.execute(
            "SELECT count(*) FILTER (attempts > 0), coalesce(sum(tokens_in + tokens_out), 0)::BIGINT,"
            " coalesce(sum(cost), 0)::DOUBLE, count(*) FILTER (attempts > 0 AND cost IS NULL)"
            " FROM llm_calls WHERE asked_at >= ? AND asked_at < ? AND use <> ?",
            [start, stop, LlmUse.SUMMARY.value],
        ).fetchone()
    return Spending(*row) if row else Spending()


def _count(store: Store, query: str, values: list[object]) -> int:
    with store.cursor() as cursor:
        row = cursor.execute(query, values).fetchone()
    return int(row[0]) if row else 0
