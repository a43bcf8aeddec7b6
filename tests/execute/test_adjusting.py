"""Moving the stop and the target of what is held: a stop comes nearer, and goes away only for a person."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from core.errors import InputError
from core.execute import Series, adjust, advance, new_book
from core.instruments import resolve
from core.records import Book, Costs, ExitReason, Position, Timeframe

NOW = datetime(2024, 1, 1, tzinfo=UTC)
FREE = Costs(0.0, 0.0, 0.0, 0.0)
HOUR = timedelta(hours=1)


def book_of(way: int = 1, **more: object) -> Book:
    stop, target = 100.0 - 2 * way, 100.0 + 4 * way
    held = Position(
        "BTC-USD", "1h", 1.0 * way, 100.0, 0.0, NOW - HOUR, stop, target, "o", 100.0, managed_until=NOW, met=NOW - HOUR
    )  # fmt: skip
    return replace(
        new_book("b", "live", 1000.0), cash=1000.0 - 100.0 * way, positions=(replace(held, **more),), clock=NOW
    )  # fmt: skip


def held(book: Book) -> Position:
    found = book.position("BTC-USD")
    assert found is not None
    return found


@pytest.mark.parametrize("way", [1, -1])
def test_a_stop_comes_nearer_and_a_target_moves(way: int) -> None:
    moved = held(adjust(book_of(way), "BTC-USD", 100.0 - way, 100.0 + 3 * way))
    assert (moved.stop, moved.target) == (100.0 - way, 100.0 + 3 * way)
    assert held(adjust(book_of(way), "BTC-USD", None, None)) == held(book_of(way))
    assert held(adjust(book_of(way, stop=None), "BTC-USD", 100.0 - 9 * way)).stop == 100.0 - 9 * way


@pytest.mark.parametrize("way", [1, -1])
def test_only_a_person_widens_a_stop(way: int) -> None:
    with pytest.raises(InputError, match="only a person may widen"):
        adjust(book_of(way), "BTC-USD", 100.0 - 3 * way)
    assert held(adjust(book_of(way), "BTC-USD", 100.0 - 3 * way, by_user=True)).stop == 100.0 - 3 * way


@pytest.mark.parametrize(
    ("symbol", "stop", "target", "said"),
    [
        ("ETH-USD", 99.0, None, "Nothing is held"),
        ("BTC-USD", 101.0, None, "met at once"),
        ("BTC-USD", 100.0, None, "met at once"),
        ("BTC-USD", None, 99.0, "met at once"),
        ("BTC-USD", float("nan"), None, "no price"),
        ("BTC-USD", None, float("inf"), "no price"),
        ("BTC-USD", -1.0, None, "no price"),
    ],
)
def test_a_level_that_makes_no_sense_is_refused(
    symbol: str, stop: float | None, target: float | None, said: str
) -> None:
    with pytest.raises(InputError, match=said):
        adjust(book_of(), symbol, stop, target, by_user=True)


def live(book: Book, *bars: tuple[float, float, float, float]) -> tuple[Book, list[tuple[str, float]]]:
    """Let the book live through hours (open, high, low, close); what left it, why and at what price."""
    assert book.clock is not None
    index = pd.date_range(book.clock, periods=len(bars), freq="h", name="date")
    frame = pd.DataFrame(list(bars), columns=["open", "high", "low", "close"], index=index).assign(volume=1.0)
    series = {"BTC-USD": Series(resolve("BTC-USD"), Timeframe.H1, frame)}
    lived = advance(book, series, book.clock + len(bars) * HOUR, FREE)
    return lived.book, [(fill.reason, fill.price) for fill in lived.fills]


def test_the_next_bar_is_held_against_the_new_level() -> None:
    bar = (100.0, 100.5, 98.9, 100.2)
    assert live(book_of(), bar)[1] == []
    assert live(adjust(book_of(), "BTC-USD", 99.0), bar)[1] == [("stop_loss", 99.0)]
    assert live(adjust(book_of(), "BTC-USD", None, 100.4), bar)[1] == [("take_profit", 100.4)]
    assert live(adjust(book_of(), "BTC-USD", 99.5), (99.0, 99.2, 98.9, 99.0))[1] == [("stop_loss", 99.0)]


def test_trailing_and_break_even_go_on_from_the_new_level() -> None:
    trailing = adjust(book_of(trail=0.01, best=100.0, trailed=True, stop=98.5), "BTC-USD", 99.2)
    assert not held(trailing).trailed
    after, left = live(trailing, (100.0, 100.1, 99.5, 100.0))
    assert (held(after).stop, left) == (99.2, [])  # 1 % below the best price is further away
    after, left = live(trailing, (100.0, 103.0, 99.5, 102.5))
    assert held(after).stop == pytest.approx(101.97) and held(after).trailed
    assert live(after, (102.0, 102.0, 101.0, 101.5))[1] == [
        (ExitReason.TRAILING_STOP.value, pytest.approx(101.97))
    ]
    even = adjust(book_of(break_even=0.01, best=100.0), "BTC-USD", 99.5)
    after, _ = live(even, (100.0, 101.5, 99.9, 101.0))
    assert held(after).stop == 100.0


@given(
    way=st.sampled_from((1, -1)),
    steps=st.lists(st.tuples(st.floats(50, 150), st.floats(-0.02, 0.02), st.booleans()), max_size=12),
)
def test_a_stop_only_ever_comes_nearer(way: int, steps: list[tuple[float, float, bool]]) -> None:
    """Whatever is asked and wherever the price goes, but for a person who asks to widen it."""
    book = book_of(way, target=None)
    for level, change, person in steps:
        before = held(book)
        try:
            book = adjust(book, "BTC-USD", level, by_user=person)
        except InputError:
            assert held(book) == before
        else:
            assert person or (held(book).stop - before.stop) * way >= 0  # type: ignore[operator]
            assert held(book).stop == level
        one = held(book)
        price = one.last_price * (1 + change)
        book = replace(book, positions=(replace(one, last_price=price),))
