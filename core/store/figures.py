"""Counts and sums over the whole store, for those who watch it."""

from dataclasses import dataclass

import duckdb

from core.store.connection import Store

STAGE_BUCKETS = (0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 5.0, 10.0, 30.0, 60.0)
"""Upper bounds of the histogram of stage times, in seconds."""


@dataclass(frozen=True, slots=True)
class StageTimes:
    """How long one stage took, over all cycles."""

    name: str
    within: tuple[int, ...]
    """Runs that took no longer than each of STAGE_BUCKETS."""
    count: int
    total: float
    """Seconds in all."""


@dataclass(frozen=True, slots=True)
class BookFigures:
    """One active account."""

    world: str
    won: int
    lost: int
    profit: float
    """Of closed trades, net of all costs."""
    equity: float | None
    """At its last mark."""


@dataclass(frozen=True, slots=True)
class Figures:
    """Everything that is counted."""

    cycles: dict[str, int]
    """By verdict."""
    signals: dict[str, int]
    """Fused signals by the verdict of their cycle."""
    books: tuple[BookFigures, ...]
    stages: tuple[StageTimes, ...]
    source_calls: dict[tuple[str, str], int]
    """By source and outcome."""
    llm_calls: dict[str, int]
    """By state."""
    tokens_in: int
    tokens_out: int
    cache_hits: int
    """Units of work (a text, a horizon) that the language model had answered before."""
    cache_misses: int
    """Those that it was asked."""
    jobs: dict[str, int]
    """By state."""


def read_figures(store: Store) -> Figures:
    """The figures as they stand now."""
    with store.cursor() as cursor:
        calls = cursor.execute(
            "SELECT source, outcome, count(*) FROM source_calls GROUP BY ALL ORDER BY ALL"
        ).fetchall()
        asked = cursor.execute(
            "SELECT coalesce(sum(tokens_in), 0), coalesce(sum(tokens_out), 0),"
            " coalesce(sum(units) FILTER (state = 'cached'), 0), coalesce(sum(units) FILTER (state = 'answered'), 0)"
            " FROM llm_calls"
        ).fetchone() or (0, 0, 0, 0)
        return Figures(
            cycles=_counted(cursor, "SELECT verdict, count(*) FROM cycles GROUP BY ALL ORDER BY ALL"),
            signals=_counted(
                cursor,
                "SELECT c.verdict, count(*) FROM stages s JOIN cycles c ON c.id = s.cycle_id"
                " WHERE s.stage = 'signals' AND s.state = 'ok' GROUP BY ALL ORDER BY ALL",
            ),
            books=_books(cursor),
            stages=_stages(cursor),
            source_calls={(str(source), str(outcome)): int(count) for source, outcome, count in calls},
            llm_calls=_counted(cursor, "SELECT state, count(*) FROM llm_calls GROUP BY ALL ORDER BY ALL"),
            tokens_in=int(asked[0]),
            tokens_out=int(asked[1]),
            cache_hits=int(asked[2]),
            cache_misses=int(asked[3]),
            jobs=_counted(cursor, "SELECT state, count(*) FROM jobs GROUP BY ALL ORDER BY ALL"),
        )


def _counted(cursor: duckdb.DuckDBPyConnection, query: str) -> dict[str, int]:
    return {str(name): int(count) for name, count in cursor.execute(query).fetchall()}


def _books(cursor: duckdb.DuckDBPyConnection) -> tuple[BookFigures, ...]:
    rows = cursor.execute(
        "SELECT b.world, count(t.pnl) FILTER (t.pnl > 0), count(t.pnl) FILTER (t.pnl <= 0), coalesce(sum(t.pnl), 0),"
        " (SELECT arg_max(equity, time) FROM equity e WHERE e.book_id = b.id)"
        " FROM books b LEFT JOIN trades t ON t.book_id = b.id WHERE b.active GROUP BY b.id, b.world ORDER BY b.world"
    ).fetchall()
    return tuple(BookFigures(str(row[0]), int(row[1]), int(row[2]), float(row[3]), row[4]) for row in rows)


def _stages(cursor: duckdb.DuckDBPyConnection) -> tuple[StageTimes, ...]:
    within = ", ".join(f"count(*) FILTER (seconds <= {bound})" for bound in STAGE_BUCKETS)
    rows = cursor.execute(
        f"SELECT stage, count(*), sum(seconds), {within} FROM stages GROUP BY stage ORDER BY min(position), stage"
    ).fetchall()
    return tuple(StageTimes(str(row[0]), tuple(row[3:]), int(row[1]), float(row[2])) for row in rows)
