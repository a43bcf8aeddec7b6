"""One day of the program in numbers: from the cycles that ran, the books they traded, and the ledger of language models."""

from collections import Counter
from datetime import UTC, date, datetime, time, timedelta
from typing import Any

import pandas as pd

from core.collect import LIVE
from core.records import BookDay, DayFacts, Mode
from core.store import Store
from core.store.books import active_book
from core.store.days import (
    cycles_between,
    equity_before,
    fills_between,
    initial_cash_of,
    moods_of,
    orders_of,
    spent_between,
    trades_between,
    troubles_of,
)

_DAY = timedelta(days=1)


def day_facts(store: Store, day: date) -> DayFacts:
    """What happened between 00:00 and 24:00 UTC.

    A book that lives in the past (the embedded sample) is told over the days that its cycles decided on.
    """
    start = datetime.combine(day, time(), UTC)
    cycles = cycles_between(store, start, start + _DAY)
    ids = [str(name) for name in cycles["id"]]
    verdicts = Counter(str(verdict) for verdict in cycles["verdict"])
    return DayFacts(
        day=day,
        verdicts=tuple(verdicts.most_common()),
        assets=tuple(sorted({str(symbol) for symbol in cycles["symbol"]})),
        books=_books(store, cycles, start),
        moods=moods_of(store, ids),
        troubles=troubles_of(store, ids),
        spending=spent_between(store, start, start + _DAY),
    )


def _books(store: Store, cycles: pd.DataFrame, start: datetime) -> tuple[BookDay, ...]:
    """The books that cycles of the day traded, and the live one if it lived that day."""
    paper = cycles[(cycles["mode"] == Mode.PAPER.value) & (cycles["book_id"] != "")]
    found = []
    for (book_id, world), mine in paper.groupby(["book_id", "world"], sort=True):
        first, last = (moment.to_pydatetime() for moment in (mine["as_of"].min(), mine["as_of"].max()))
        begin = datetime.combine(first.astimezone(UTC).date(), time(), UTC)
        end = datetime.combine(last.astimezone(UTC).date(), time(), UTC) + _DAY
        found.append(_book(store, str(book_id), str(world), begin, end, [str(name) for name in mine["id"]]))
    live = active_book(store, LIVE)
    if live is not None and live.id not in {book.book_id for book in found}:
        quiet = _book(store, live.id, LIVE, start, start + _DAY, [])
        if quiet.fills or quiet.change:
            found.append(quiet)
    return tuple(found)


def _book(
    store: Store, book_id: str, world: str, start: datetime, stop: datetime, cycles: list[str]
) -> BookDay:
    begun = equity_before(store, book_id, start)
    begun = initial_cash_of(store, book_id) if begun is None else begun
    ended = equity_before(store, book_id, stop)
    trades, profit = trades_between(store, book_id, start, stop)
    return BookDay(
        book_id, world, start, stop, begun, begun if ended is None else ended, orders_of(store, book_id, cycles),
        fills_between(store, book_id, start, stop), trades, profit,
    )  # fmt: skip


def told_facts(facts: DayFacts) -> dict[str, Any]:
    """The same as JSON values, rounded as they are told."""
    counted = dict(facts.verdicts)
    verdicts = {name: counted.get(name, 0) for name in ("ordered", "no_trade", "denied", "failed")}
    spent = facts.spending
    return {
        "cycles": {"run": facts.cycles} | verdicts,
        "assets": list(facts.assets),
        "books": [_told_book(book) for book in facts.books],
        "sentiment": [{"asset": mood.symbol, "score": round(mood.score, 2) + 0.0} for mood in facts.moods],
        "sentiment_scale": "-1 bad to 1 good",
        "problems": [{"where": trouble.where, "times": trouble.times} for trouble in facts.troubles],
        "language_model": {
            "calls": spent.calls,
            "tokens": spent.tokens,
            "cost_usd": None if spent.unpriced else round(spent.money, 4) + 0.0,
        },
    }


def _told_book(book: BookDay) -> dict[str, Any]:
    share = book.change / book.equity_start if book.equity_start > 0 else 0.0
    return {
        "world": book.world, "equity_start": round(book.equity_start, 2), "equity_end": round(book.equity_end, 2),
        "change": round(book.change, 2) + 0.0, "change_pct": round(share * 100, 2) + 0.0, "orders": book.orders,
        "fills": book.fills, "trades_closed": book.trades, "profit_closed": round(book.profit, 2) + 0.0,
    }  # fmt: skip
