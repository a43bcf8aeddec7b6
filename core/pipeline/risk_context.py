"""What the risk checks look at, gathered for a cycle of this moment or for one bar of the past."""

from datetime import UTC, datetime

from core.pipeline.run import Run, Workbench
from core.records import Book, Costs
from core.risk import RiskContext
from core.settings import Settings
from core.store.books import equity_at


def context_of_run(run: Run, bench: Workbench) -> RiskContext:
    """Of a cycle under way: its book, and what is stored of that book's past."""
    return risk_context(
        run.book,
        equity_at(bench.store, run.book.id, midnight(run.as_of)),
        run.quality.score if run.quality else 0.0,
        bench.settings,
        bench.settings.costs.record(),
    )


def risk_context(
    book: Book, day_start_equity: float | None, quality: float, settings: Settings, costs: Costs
) -> RiskContext:
    """What the checks look at.

    Args:
        day_start_equity: of the book at 00:00 UTC; None when it did not exist then.
        quality: score of the bars, 0…100.
        costs: those that the book pays.
    """
    return RiskContext(
        book=book,
        day_start_equity=book.initial_cash if day_start_equity is None else day_start_equity,
        quality=quality,
        minimum_quality=settings.collect.minimum_quality,
        risk=settings.risk,
        costs=costs,
    )


def midnight(moment: datetime) -> datetime:
    """00:00 UTC of a moment's day, from which the daily loss counts."""
    return moment.astimezone(UTC).replace(hour=0, minute=0, second=0, microsecond=0)
