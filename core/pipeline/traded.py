"""What became of the orders that were sent: read off their books as they stand now."""

from collections.abc import Sequence

import pandas as pd

from core.pipeline.gates import Gated
from core.pipeline.hypothetical import EXIT_WORDS
from core.records import Book, Order, OrderStatus, Position
from core.records.ledgers import OutcomeState, TradeOutcome
from core.store import Store
from core.store.funnel import DecisionFacts, books_by_id, orders_by_id, trades_of_orders

_WAITING = (OrderStatus.SUBMITTED, OrderStatus.ACCEPTED, OrderStatus.PARTIALLY_FILLED)


class Traded:
    """Orders, round trips and books of some decisions; read once."""

    def __init__(self, store: Store, decisions: Sequence[DecisionFacts]) -> None:
        ids = tuple(item.order_id for item in decisions if item.order_id)
        self._orders: dict[str, Order] = orders_by_id(store, ids) if ids else {}
        self._books: dict[str, Book] = {}
        self._trades: dict[str, pd.DataFrame] = {}
        if ids:
            self._books = books_by_id(store, tuple(dict.fromkeys(item.book_id for item in decisions)))
            trades = trades_of_orders(store, ids)
            self._trades = {str(name): rows for name, rows in trades.groupby("entry_order_id")}

    def outcome(self, item: DecisionFacts, gate: Gated) -> TradeOutcome:
        """Of one decision that was not stopped, or wanted nothing."""
        if gate.gate != "filled":
            return _nothing(gate)
        order = self._orders.get(item.order_id)
        if order is None:
            return TradeOutcome(
                OutcomeState.UNKNOWN, True, None, None, "Its order is not in the store any more."
            )
        rows = self._trades.get(order.id, pd.DataFrame())
        held = self._held(item, order)
        if held is None and rows.empty:
            return _unfilled(order)
        return _open(held, rows, self._books[item.book_id]) if held is not None else _closed(rows)

    def _held(self, item: DecisionFacts, order: Order) -> Position | None:
        book = self._books.get(item.book_id)
        position = book.position(item.symbol) if book else None
        return position if position is not None and position.order_id == order.id else None


def _nothing(gate: Gated) -> TradeOutcome:
    if gate.gate or gate.beside:
        what = gate.beside.capitalize() if gate.beside else "No source asked for a trade"
        return TradeOutcome(OutcomeState.NOTHING, False, None, None, f"{what}: there is no trade to judge.")
    return TradeOutcome(OutcomeState.UNKNOWN, False, None, None, "It cannot be told from what is stored.")


def _unfilled(order: Order) -> TradeOutcome:
    if order.status in _WAITING:
        return TradeOutcome(
            OutcomeState.WAITING, True, None, None, "Its order waits for the open of the next bar."
        )
    what = f"Its order was {order.status.value.lower()} by the market and nothing was traded."
    return TradeOutcome(OutcomeState.REFUSED, True, None, None, what)


def _closed(rows: pd.DataFrame) -> TradeOutcome:
    """Ended, in one part or several."""
    last = rows.iloc[-1]
    pnl = float(rows["pnl"].sum())
    value = float((rows["quantity"].abs() * rows["entry_price"]).sum())
    reason = str(last["exit_reason"])
    words = (
        f"Ended by {EXIT_WORDS.get(reason, reason)} on {last['exit_time']:%Y-%m-%d %H:%M} UTC: "
        f"{'−' if pnl < 0 else ''}${abs(pnl):,.2f} after costs ({pnl / value:+.2%})."
    )
    return TradeOutcome(
        OutcomeState.CLOSED, True, pnl, pnl / value, words, rows.iloc[0]["entry_time"].to_pydatetime(),
        float(last["entry_price"]), last["exit_time"].to_pydatetime(), float(last["exit_price"]), reason,
    )  # fmt: skip


def _open(held: Position, rows: pd.DataFrame, book: Book) -> TradeOutcome:
    """Still held; parts that have left already count with it."""
    pnl = held.unrealised + (float(rows["pnl"].sum()) if len(rows) else 0.0)
    value = abs(held.quantity) * held.entry_price
    value += float((rows["quantity"].abs() * rows["entry_price"]).sum()) if len(rows) else 0.0
    until = f" by {book.clock:%Y-%m-%d %H:%M} UTC" if book.clock else ""
    words = f"Still open, at {'−' if pnl < 0 else ''}${abs(pnl):,.2f} ({pnl / value:+.2%}){until}."
    return TradeOutcome(
        OutcomeState.OPEN, True, pnl, pnl / value, words, held.opened_at, held.entry_price, until=book.clock
    )
