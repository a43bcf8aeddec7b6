"""The book at a glance."""

from dataclasses import asdict, dataclass

import pandas as pd

from core.pipeline import Workbench
from core.records import Book
from core.store import books
from core.store.cycles import list_cycles
from core.views.number import Number, change, money, percent


@dataclass(frozen=True, slots=True)
class Overview:
    """Everything the overview page draws."""

    books: pd.DataFrame
    """Active books, last used first."""
    book: Book | None
    equity: pd.Series
    numbers: tuple[Number, ...]
    positions: pd.DataFrame
    orders: pd.DataFrame
    trades: pd.DataFrame
    cycles: pd.DataFrame
    apart: str
    """Said below the numbers when some trades are left out of them; else empty."""


def overview(bench: Workbench, book_id: str | None = None) -> Overview:
    """The named book, or the one used last; with no book yet, everything is empty."""
    store = bench.store
    known = books.list_books(store)
    worlds = dict(zip(known["id"], known["world"], strict=True))
    chosen = book_id if book_id in worlds else next(iter(worlds), None)
    book = books.active_book(store, worlds[chosen]) if chosen else None
    key = book.id if book else ""
    trades = books.read_trades(store, key)
    tainted = trades["entry_order_id"].isin(books.contaminated_orders(store, key))
    return Overview(
        books=known,
        book=book,
        equity=books.read_equity(store, key),
        numbers=_numbers(book, trades[~tainted]) if book else (),
        positions=positions_table(book) if book else pd.DataFrame(),
        orders=books.read_orders(store, key),
        trades=trades,
        cycles=list_cycles(store, 25),
        apart=_apart(trades[tainted], len(trades)),
    )


def _apart(tainted: pd.DataFrame, trades: int) -> str:
    """Trades whose decision a language model had a part in that may remember what followed."""
    if tainted.empty:
        return ""
    won = int((tainted["pnl"] > 0).sum())
    return (
        f"{len(tainted)} of {trades} closed trades are contaminated: a language model that may remember what followed had a "
        f"part in them. They count neither in the realised P&L nor in the trades won above; apart they made "
        f"{money(float(tainted['pnl'].sum()))}, {won} of {len(tainted)} won. Equity and cash hold them."
    )


def positions_table(book: Book) -> pd.DataFrame:
    """Open positions with value, share of equity and unrealised profit."""
    rows = [
        asdict(p) | {"value": p.value, "share": p.value / book.equity, "unrealised": p.unrealised}
        for p in book.positions
    ]
    columns = [
        "symbol",
        "quantity",
        "entry_price",
        "last_price",
        "stop",
        "target",
        "value",
        "share",
        "unrealised",
        "opened_at",
    ]
    return pd.DataFrame(rows, columns=columns)


def _numbers(book: Book, trades: pd.DataFrame) -> tuple[Number, ...]:
    gain = book.equity / book.initial_cash - 1
    exposure = sum(abs(p.value) for p in book.positions) / book.equity
    wins = int((trades["pnl"] > 0).sum())
    return (
        Number(
            "Equity",
            money(book.equity),
            "Cash plus the value of all positions at their last closed bar.",
            change(gain),
        ),
        Number("Cash", money(book.cash), f"Not invested. The book began with {money(book.initial_cash)}."),
        Number(
            "Exposure", percent(exposure, 1), "Value of all positions, long and short, as a share of equity."
        ),
        Number(
            "Realised P&L",
            money(float(trades["pnl"].sum())),
            "Profit and loss of closed trades, after fees, spread, slippage and borrow cost.",
        ),
        Number(
            "Trades won",
            f"{wins} of {len(trades)}",
            "Closed trades with a profit after costs. A share of winners alone proves nothing: size of wins and losses counts.",
        ),
    )


def cycles(bench: Workbench, symbol: str | None, limit: int) -> pd.DataFrame:
    """The newest cycles, of one asset or of all."""
    return list_cycles(bench.store, limit, symbol)
