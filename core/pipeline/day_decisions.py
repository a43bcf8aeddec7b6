"""What was decided of one asset on one day, and what had become of it when the day ended."""

from collections.abc import Sequence
from typing import Any

from core.pipeline.day_span import DaySpan
from core.records import DayDecision, NoTrades, Trade, Verdict
from core.store import Store
from core.store.reports import CycleOfDay, fills_until, trades_ended

MOST_DECISIONS = 60
"""Decisions told singly; a day of a busy asset has fewer."""


def decisions_of(store: Store, cycles: Sequence[CycleOfDay], span: DaySpan) -> tuple[DayDecision, ...]:
    """Cycles that ordered, were denied or failed, oldest first; each held against fills and trades of the span."""
    told = [cycle for cycle in cycles if cycle.verdict != Verdict.NO_TRADE.value][-MOST_DECISIONS:]
    books = {cycle.book_id for cycle in told if cycle.order_id}
    fills = {book: fills_until(store, book, span.events) for book in books}
    trades = {book: trades_ended(store, book, span.lived_from, span.events) for book in books}
    return tuple(_decision(cycle, fills.get(cycle.book_id, []), trades.get(cycle.book_id, ())) for cycle in told)  # fmt: skip


def _decision(
    cycle: CycleOfDay, fills: Sequence[tuple[Any, ...]], trades: Sequence[Trade]
) -> DayDecision:  # fmt: skip
    mine = [fill for fill in fills if cycle.order_id and fill[0] == cycle.order_id]
    mine = [
        fill for fill in mine if fill[7] == "entry"
    ] or mine  # an exit bears the id of the order that opened
    ended = [trade for trade in trades if cycle.order_id and trade.entry_order_id == cycle.order_id]
    profit = sum(trade.pnl for trade in ended) if ended else None
    return DayDecision(
        cycle.id, cycle.as_of, cycle.verdict, cycle.action, cycle.quantity, cycle.confidence, cycle.words,
        _became(cycle, mine, ended), profit,
    )  # fmt: skip


def _became(cycle: CycleOfDay, fills: Sequence[tuple[Any, ...]], ended: Sequence[Trade]) -> str:
    if cycle.verdict == Verdict.FAILED.value:
        return "The cycle failed; nothing was ordered."
    if cycle.verdict == Verdict.DENIED.value:
        return "The risk rules denied it; nothing was sent."
    if not cycle.order_id:
        return "No order was needed."
    if not fills:
        return "The order had not been filled when the day ended."
    units = sum(fill[3] for fill in fills)
    price = sum(fill[3] * fill[4] for fill in fills) / units
    fee = sum(fill[5] for fill in fills)
    told = f"Filled {units:.6g} at {price:,.6g}, fee {fee:,.2f}."
    if ended:
        last = ended[-1]
        way = last.exit_reason.value.replace("_", " ")
        profit = sum(trade.pnl for trade in ended)
        return f"{told} Closed by {way} at {last.exit_price:,.6g}: {_signed(profit)} after costs."
    return f"{told} Still held when the day ended." if cycle.action == "open" else told


def _signed(amount: float) -> str:
    return f"{amount:+,.2f}".replace("-", "−")


def no_trades_of(cycles: Sequence[CycleOfDay]) -> tuple[NoTrades, ...]:
    """Cycles that ended without a trade, by the gate that stopped them, the most frequent first."""
    found: dict[str, list[CycleOfDay]] = {}
    for cycle in cycles:
        if cycle.verdict == Verdict.NO_TRADE.value:
            found.setdefault(cycle.gate, []).append(cycle)
    told = [
        NoTrades(gate, len(mine), mine[-1].as_of, mine[-1].id, mine[-1].words) for gate, mine in found.items()
    ]
    return tuple(sorted(told, key=lambda item: (-item.times, item.gate)))
