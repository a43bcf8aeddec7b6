"""How much of every limit on the book as a whole is used."""

from dataclasses import replace
from datetime import datetime

from core.pipeline import Workbench
from core.pipeline.risk_context import Past, midnight, risk_context
from core.records import Book, RiskCheck, RiskState
from core.risk.usage import usage
from core.store.books import equity_at
from core.views.risk_history import held_history


def limits_on(bench: Workbench, book: Book, now: datetime, state: RiskState) -> tuple[RiskCheck, ...]:
    """Every limit on the book as a whole, held against the book as it stands."""
    settings, past = bench.settings, held_history(bench, book)
    rank = {symbol: place for place, symbol in enumerate(past.symbols)}
    ordered = sorted(book.positions, key=lambda position: rank.get(position.symbol, len(rank)))
    known = Past(
        now, state, symbols=past.symbols, closes=past.closes.to_numpy(), bars_per_day=past.bars_per_day
    )
    start = equity_at(bench.store, book.id, midnight(now))
    return usage(
        risk_context(
            replace(book, positions=tuple(ordered)), start, 100.0, settings, settings.costs.record(), known
        )
    )
