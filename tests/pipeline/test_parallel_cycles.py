"""Cycles of several assets at once trade one book, and none undoes what another did."""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta

import pytest

from core.pipeline import Workbench
from core.records import CycleReport, Mode
from core.store.books import active_book, read_fills
from tests.pipeline.conftest import NOON, eager

ASSETS = ("BTC-USD", "ETH-USD")


def test_what_every_cycle_filled_is_in_the_book(bench: Workbench, cycle: Callable[..., CycleReport]) -> None:
    on = eager(bench)
    for hours in range(4):
        moment = NOON + timedelta(hours=6 * hours)
        with ThreadPoolExecutor(len(ASSETS)) as pool:
            reports = list(pool.map(lambda symbol, at=moment: cycle(as_of=at, symbol=symbol, on=on), ASSETS))
        assert not any(report.failed or report.moved_book for report in reports)
    book = active_book(bench.store, "sample-crypto-2019")
    assert book is not None
    fills = read_fills(bench.store, book.id)
    assert set(fills["symbol"]) == set(ASSETS)
    paid = (fills["quantity"] * fills["price"]).where(
        fills["side"] == "sell", -fills["quantity"] * fills["price"]
    )
    charges = 10_000 + paid.sum() - fills["fee"].sum() - book.cash
    assert charges == pytest.approx(0.0, abs=1.0)  # what borrowing for shorts took
    for symbol in ASSETS:
        mine = fills[fills["symbol"] == symbol]
        units = mine["quantity"].where(mine["side"] == "buy", -mine["quantity"]).sum()
        held = book.position(symbol)
        assert (held.quantity if held else 0.0) == pytest.approx(units, abs=1e-9)


def test_cycles_that_leave_the_book_alone_do_not_wait(
    bench: Workbench, cycle: Callable[..., CycleReport]
) -> None:
    from core.pipeline.turns import BOOKS, CYCLES

    with bench.turns.alone(CYCLES), bench.turns.alone(BOOKS), ThreadPoolExecutor(1) as pool:
        assert not pool.submit(cycle, mode=Mode.BACKTEST).result(timeout=120).failed
