"""Paper accounts, what they hold, and their closed trades."""

import json
from typing import Annotated, Any

from fastapi import APIRouter, Path

from core.api.routes.engine import Engine
from core.api.schemas import BookOut, BookRow, EquityOut, Limit, Offset, Page, TradeOut
from core.api.shared_answers import SharedRoute
from core.records import Book
from core.store import dump
from core.store.books import read_book
from core.store.pages import page_of

reading = APIRouter(tags=["books"], route_class=SharedRoute)
BookId = Annotated[str, Path(max_length=120)]
_ROW = "SELECT id, world, active, initial_cash, cash, clock FROM books"
_TRADE = "symbol, quantity, entry_time, entry_price, exit_time, exit_price, fees, pnl, return_, exit_reason"


@reading.get("/books")
def list_books(engine: Engine, limit: Limit = 50, offset: Offset = 0) -> Page[BookRow]:
    """Accounts, newest first; one for each clock is active."""
    rows, total = page_of(engine.store, _ROW, "created_at DESC, id", [], limit, offset)
    return Page(items=[BookRow(**row) for row in rows], total=total, limit=limit, offset=offset)


@reading.get("/books/{book_id}")
def get_book(book_id: BookId, engine: Engine) -> BookOut:
    """An account with its positions and working orders."""
    book = read_book(engine.store, book_id)
    rows, _ = page_of(engine.store, f"{_ROW} WHERE id = ?", "id", [book_id], 1, 0)
    told: dict[str, Any] = json.loads(dump(Book, book))
    return BookOut(**rows[0], equity=book.equity, positions=told["positions"], orders=told["orders"])


@reading.get("/books/{book_id}/trades")
def get_trades(book_id: BookId, engine: Engine, limit: Limit = 50, offset: Offset = 0) -> Page[TradeOut]:
    """Closed trades, newest exit first."""
    read_book(engine.store, book_id)
    rows, total = page_of(
        engine.store, f"SELECT {_TRADE} FROM trades WHERE book_id = ?", "exit_time DESC, entry_time, symbol",
        [book_id], limit, offset,
    )  # fmt: skip
    return Page(items=[TradeOut(**row) for row in rows], total=total, limit=limit, offset=offset)


@reading.get("/books/{book_id}/equity")
def get_equity(book_id: BookId, engine: Engine, limit: Limit = 500, offset: Offset = 0) -> Page[EquityOut]:
    """Value of the account over time, newest first."""
    read_book(engine.store, book_id)
    rows, total = page_of(
        engine.store,
        "SELECT time, equity FROM equity WHERE book_id = ?",
        "time DESC",
        [book_id],
        limit,
        offset,
    )
    return Page(items=[EquityOut(**row) for row in rows], total=total, limit=limit, offset=offset)
