"""What the stored cycles say of the gates that they met, read without building their whole reports."""

import json
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import pandas as pd

from core.records import Book, CycleReport, Order, Proposal, Verdict
from core.store.codec import dump, load
from core.store.connection import Store

_PATHS = (
    "$.decision.proposal", "$.decision.validation.state", "$.fused.direction", "$.fused.score", "$.fused.confidence",
    "$.fused.sources", "$.order.id", "$.order.status", "$.data_source", "$.book",
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class DecisionFacts:
    """What one paper cycle stored of its decision."""

    cycle_id: str
    as_of: datetime
    symbol: str
    timeframe: str
    world: str
    book_id: str
    verdict: str
    proposal: dict[str, Any] | None
    """As stored; older cycles lack the newer fields."""
    validation: str
    direction: int
    score: float
    confidence: float
    sources: tuple[str, ...]
    """With a weight above 0 in the fused signal."""
    settings: str
    """JSON; empty before settings were kept."""
    order_id: str
    order_status: str
    data_source: str
    book: Book | None
    """As the cycle had brought it up to date before it decided."""


def read_decisions(
    store: Store,
    symbol: str | None = None,
    since: datetime | None = None,
    until: datetime | None = None,
    book_id: str | None = None,
) -> tuple[DecisionFacts, ...]:
    """Ended paper cycles whose moment lies in since ≤ as_of ≤ until, oldest first; None does not narrow."""
    paths = "[" + ", ".join(f"'{path}'" for path in _PATHS) + "]"
    with store.cursor() as cursor:
        rows = cursor.execute(
            "SELECT c.id, c.as_of, c.symbol, c.timeframe, c.world, c.book_id, c.verdict,"
            f" json_extract(p.facts, {paths}), s.content FROM cycles c JOIN passports p ON p.cycle_id = c.id"
            " LEFT JOIN cycle_settings s ON s.hash = p.settings"
            " WHERE c.mode = 'paper' AND (?::VARCHAR IS NULL OR c.symbol = ?)"
            " AND (?::TIMESTAMPTZ IS NULL OR c.as_of >= ?) AND (?::TIMESTAMPTZ IS NULL OR c.as_of <= ?)"
            " AND (?::VARCHAR IS NULL OR c.book_id = ?) ORDER BY c.as_of, c.started_at, c.id",
            [symbol, symbol, since, since, until, until, book_id, book_id],
        ).fetchall()
    return tuple(_facts(row) for row in rows)


def _facts(row: tuple[Any, ...]) -> DecisionFacts:
    told = dict(zip(_PATHS, (json.loads(text) if text is not None else None for text in row[7]), strict=True))
    return DecisionFacts(
        cycle_id=row[0], as_of=row[1], symbol=row[2], timeframe=row[3], world=row[4] or "", book_id=row[5] or "", verdict=row[6],
        proposal=told["$.decision.proposal"], validation=told["$.decision.validation.state"] or "",
        direction=int(told["$.fused.direction"] or 0), score=float(told["$.fused.score"] or 0.0),
        confidence=float(told["$.fused.confidence"] or 0.0),
        sources=tuple(told["$.fused.sources"] or ()),
        settings=row[8] or "", order_id=told["$.order.id"] or "",
        order_status=told["$.order.status"] or "", data_source=told["$.data_source"] or "",
        book=load(Book, json.dumps(told["$.book"])) if told["$.book"] else None,
    )  # fmt: skip


def facts_of_report(report: CycleReport, book: Book | None) -> DecisionFacts:
    """The same of one report; `book` as its cycle had brought it up to date."""
    decision, fused, order = report.decision, report.fused, report.order
    return DecisionFacts(
        report.id, report.as_of, report.request.symbol, report.request.timeframe.value, report.world, report.book_id,
        (Verdict.FAILED if report.failed or decision is None else decision.verdict).value,
        None if decision is None else json.loads(dump(Proposal, decision.proposal)),
        decision.validation.state if decision and decision.validation else "",
        fused.direction.value if fused else 0, fused.score if fused else 0.0, fused.confidence if fused else 0.0,
        tuple(part.signal.source for part in fused.parts if part.weight > 0) if fused else (),
        report.settings, order.id if order else "", order.status.value if order else "", report.data_source, book,
    )  # fmt: skip


def orders_by_id(store: Store, ids: tuple[str, ...]) -> dict[str, Order]:
    """Orders as they stand now."""
    with store.cursor() as cursor:
        rows = cursor.execute(
            "SELECT id, record FROM orders WHERE list_contains(?::VARCHAR[], id)", [list(ids)]
        ).fetchall()
    return {str(row[0]): load(Order, row[1]) for row in rows}


def trades_of_orders(store: Store, ids: tuple[str, ...]) -> pd.DataFrame:
    """Round trips that these orders opened, oldest exit first: columns of the table."""
    with store.cursor() as cursor:
        return cursor.execute(
            "SELECT * FROM trades WHERE list_contains(?::VARCHAR[], entry_order_id) ORDER BY exit_time",
            [list(ids)],
        ).df()


def books_by_id(store: Store, ids: tuple[str, ...]) -> dict[str, Book]:
    """Books as they stand now, also those put aside."""
    with store.cursor() as cursor:
        rows = cursor.execute(
            "SELECT id, record FROM books WHERE list_contains(?::VARCHAR[], id)", [list(ids)]
        ).fetchall()
    return {str(row[0]): load(Book, row[1]) for row in rows}
