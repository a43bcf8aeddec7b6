"""Forecasts of language models, kept to be scored, and their outcomes; nothing is changed or deleted."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

import duckdb

from core.records import KeptOpinion, OpinionOutcome, SettledOpinion, Timeframe
from core.store.codec import dump, load
from core.store.connection import Store, Write


def save_opinions(kept: Iterable[KeptOpinion]) -> Write:
    """Add opinions; of two about one moment the first counts: who asks until the answer is right shows no skill."""
    items = tuple(kept)

    def write(cursor: duckdb.DuckDBPyConnection) -> None:
        for item in items:
            said = item.opinion
            cursor.execute(
                "INSERT OR IGNORE INTO llm_opinions VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
                [
                    item.id, said.symbol, item.timeframe.value, item.source, item.world, said.horizon, said.model,
                    item.as_of, item.asked_at, said.contaminated, dump(KeptOpinion, item),
                ],
            )  # fmt: skip

    return write


def save_outcomes(settled: Iterable[SettledOpinion]) -> Write:
    """Add outcomes; one that is known stays as it is."""
    items = tuple(settled)

    def write(cursor: duckdb.DuckDBPyConnection) -> None:
        for item in items:
            cursor.execute(
                "INSERT OR IGNORE INTO llm_outcomes VALUES (?, ?, ?, ?)",
                [item.kept.id, item.came.settled_at, item.came.labelled_at, dump(OpinionOutcome, item.came)],
            )

    return write


@dataclass(frozen=True, slots=True)
class OpinionSeries:
    """Bars that opinions are about."""

    symbol: str
    timeframe: Timeframe
    source: str
    world: str


def read_opinions(
    store: Store, series: OpinionSeries, model: str, since: datetime, until: datetime
) -> tuple[KeptOpinion, ...]:
    """One model's opinions about moments from `since` to `until`, the newest moment first."""
    with store.cursor() as cursor:
        rows = cursor.execute(
            "SELECT record FROM llm_opinions WHERE symbol = ? AND timeframe = ? AND source = ? AND world = ?"
            " AND model = ? AND as_of BETWEEN ? AND ? ORDER BY as_of DESC, horizon",
            [
                series.symbol, series.timeframe.value, series.source, series.world, model, since, until,
            ],
        ).fetchall()  # fmt: skip
    return tuple(load(KeptOpinion, row[0]) for row in rows)


def pending_opinions(store: Store, series: OpinionSeries | None = None) -> tuple[KeptOpinion, ...]:
    """Opinions without an outcome, oldest first: of one series, or of all."""
    key = (
        (None,) * 4
        if series is None
        else (series.symbol, series.timeframe.value, series.source, series.world)
    )
    with store.cursor() as cursor:
        rows = cursor.execute(
            "SELECT record FROM llm_opinions o ANTI JOIN llm_outcomes c ON c.opinion_id = o.id"
            " WHERE symbol = coalesce(?, symbol) AND timeframe = coalesce(?, timeframe)"
            " AND source = coalesce(?, source) AND world = coalesce(?, world) ORDER BY as_of, id",
            list(key),
        ).fetchall()
    return tuple(load(KeptOpinion, row[0]) for row in rows)


def settled_opinions(
    store: Store,
    model: str = "",
    timeframe: Timeframe | None = None,
    settled_until: datetime | None = None,
    labelled_until: datetime | None = None,
) -> tuple[SettledOpinion, ...]:
    """Opinions with their outcomes, oldest first; what is None or empty does not narrow.

    Args:
        settled_until: horizons that had ended by then.
        labelled_until: outcomes that this installation knew by then.
    """
    with store.cursor() as cursor:
        rows = cursor.execute(
            "SELECT o.record, c.record FROM llm_opinions o JOIN llm_outcomes c ON c.opinion_id = o.id"
            " WHERE (? = '' OR o.model = ?) AND o.timeframe = coalesce(?, o.timeframe)"
            " AND c.settled_at <= coalesce(?, 'infinity'::TIMESTAMPTZ)"
            " AND c.labelled_at <= coalesce(?, 'infinity'::TIMESTAMPTZ) ORDER BY o.as_of, o.id",
            [model, model, timeframe.value if timeframe else None, settled_until, labelled_until],
        ).fetchall()
    return tuple(SettledOpinion(load(KeptOpinion, kept), load(OpinionOutcome, came)) for kept, came in rows)


def count_opinions(store: Store) -> tuple[int, int]:
    """How many opinions are kept, and how many of them have an outcome."""
    with store.cursor() as cursor:
        row = cursor.execute(
            "SELECT (SELECT count(*) FROM llm_opinions), (SELECT count(*) FROM llm_outcomes)"
        ).fetchone()
    return (int(row[0]), int(row[1])) if row else (0, 0)
