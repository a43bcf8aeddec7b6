"""How a paper book meets time: clocks between bars, bars that come late, orders sent again."""

from collections.abc import Callable
from dataclasses import replace
from datetime import datetime, timedelta

import pytest

from core.errors import BookClock, InputError
from core.execute import Series, advance, new_book, submit
from core.records import Book, Costs, Order, OrderStatus, OrderType, Position

FREE = Costs(0.0, 0.0, 0.0, 0.0)
FLAT_BAR = (100.0, 101.0, 99.0, 100.0)
HOUR, MINUTE = timedelta(hours=1), timedelta(minutes=1)
MakeSeries = Callable[..., Series]
MakeOrder = Callable[..., Order]


def closed(series: Series, until: datetime) -> dict[str, Series]:
    """What a source knows at a moment."""
    return {series.instrument.symbol: replace(series, bars=series.bars.loc[: until - HOUR])}


def held(noon: datetime, stop: float | None = 95.0) -> Book:
    position = Position("BTC-USD", "1h", 1.0, 100.0, 0.0, noon, stop, None, "o0", 100.0)
    return Book("b", "live", 1_000.0, 900.0, (position,), (), noon)


def test_an_order_sent_between_bars_fills_at_the_next_open_whenever_the_book_looks(
    noon: datetime, hourly: MakeSeries, order: MakeOrder
) -> None:
    series = hourly([FLAT_BAR, (103, 104, 102, 103), FLAT_BAR, FLAT_BAR])
    book = submit(new_book("b", "live", 1_000.0), order(1.0, noon + 34 * MINUTE))
    seen = []
    for minutes in (40, 70, 100, 130, 190):  # never on the hour
        lived = advance(book, closed(series, noon + minutes * MINUTE), noon + minutes * MINUTE, FREE)
        book = lived.book
        seen += [(minutes, fill.time, fill.price) for fill in lived.fills]
    assert seen == [(130, noon + HOUR, 103.0)]


def test_a_bar_that_comes_late_is_held_against_the_stop_all_the_same(
    noon: datetime, hourly: MakeSeries
) -> None:
    series = hourly([FLAT_BAR, (96, 97, 94, 96), FLAT_BAR])
    at = noon + 2 * HOUR + MINUTE
    early = advance(held(noon), closed(series, noon + HOUR), at, FREE)  # the source lags by an hour
    assert early.fills == () and early.book.clock == at
    late = advance(early.book, closed(series, at), at + MINUTE, FREE)
    assert [(fill.time, fill.price) for fill in late.fills] == [(noon + HOUR, 95.0)]
    assert [point.time for point in late.equity] == [at + MINUTE]  # what was told about the past stands


def test_a_gap_met_only_after_the_bar_closed_fills_at_the_open(noon: datetime, hourly: MakeSeries) -> None:
    series = hourly([FLAT_BAR, (90, 92, 88, 91)])
    book = advance(held(noon), closed(series, noon + 90 * MINUTE), noon + 90 * MINUTE, FREE).book
    lived = advance(book, closed(series, noon + 2 * HOUR), noon + 2 * HOUR, FREE)
    assert [fill.price for fill in lived.fills] == [90.0]


def test_a_close_that_comes_too_late_does_not_open_the_opposite(
    noon: datetime, hourly: MakeSeries, order: MakeOrder
) -> None:
    series = hourly([(100, 101, 94, 96), FLAT_BAR])
    book = submit(
        advance(held(noon), {}, noon + 30 * MINUTE, FREE).book,
        order(-1.0, noon + 30 * MINUTE, reduce_only=True),
    )
    lived = advance(book, closed(series, noon + 2 * HOUR), noon + 2 * HOUR, FREE)
    assert [fill.reason for fill in lived.fills] == ["stop_loss"]
    assert [o.status for o in lived.orders] == [OrderStatus.REJECTED]
    assert lived.book.positions == ()


def test_two_orders_for_one_open_both_fill_in_the_order_they_were_sent(
    noon: datetime, hourly: MakeSeries, order: MakeOrder
) -> None:
    book = submit(submit(new_book("b", "live", 1_000.0), order(1.0, noon, id="a")), order(-3.0, noon, id="b"))
    lived = advance(book, closed(hourly([FLAT_BAR]), noon + HOUR), noon + HOUR, FREE)
    assert [(f.order_id, f.reason, f.quantity) for f in lived.fills] == [
        ("a", "entry", 1),
        ("b", "signal", 1),
        ("b", "entry", 2),
    ]
    assert [(o.id, o.filled, o.average) for o in lived.orders] == [("a", 1.0, 100.0), ("b", 3.0, 100.0)]
    assert [p.quantity for p in lived.book.positions] == [-2.0]


def test_part_of_a_position_is_a_trade_of_that_part(
    noon: datetime, hourly: MakeSeries, order: MakeOrder
) -> None:
    costs = Costs(0.001, 0.0, 0.0, 0.0)
    book = submit(new_book("b", "live", 1_000.0), order(4.0, noon))
    book = advance(book, closed(hourly([FLAT_BAR]), noon + HOUR), noon + HOUR, costs).book
    series = hourly([(110, 111, 109, 110)], start=noon + HOUR)
    lived = advance(
        submit(book, order(-1.0, noon + HOUR, id="o2")),
        closed(series, noon + 2 * HOUR),
        noon + 2 * HOUR,
        costs,
    )
    (trade,), (left,) = lived.trades, lived.book.positions
    assert (trade.quantity, trade.fees, trade.pnl) == pytest.approx((1.0, 0.1 + 0.11, 10 - 0.21))
    assert (left.quantity, left.entry_price, left.entry_fee) == pytest.approx((3.0, 100.0, 0.3))
    assert lived.book.equity == pytest.approx(1_000.0 + trade.pnl + left.unrealised)


def test_a_turn_whose_second_half_is_refused_is_partly_filled(
    noon: datetime, hourly: MakeSeries, order: MakeOrder
) -> None:
    book = submit(held(noon, stop=None), order(-50.0, noon + HOUR))
    lived = advance(book, closed(hourly([FLAT_BAR] * 2), noon + 2 * HOUR), noon + 2 * HOUR, FREE)
    assert [(o.status, o.filled) for o in lived.orders] == [(OrderStatus.PARTIALLY_FILLED, 1.0)]
    assert (
        lived.book.positions == ()
        and "needs 4,900.00 and its fee, but 1,000.00 was free" in lived.problems[0].what
    )


def test_an_order_done_at_this_very_moment_is_not_done_again(
    noon: datetime, hourly: MakeSeries, order: MakeOrder
) -> None:
    exit_ = order(-1.0, noon + HOUR, id="exit")
    now = {"BTC-USD": hourly([], next_open=(noon + HOUR, 100.0))}
    book = advance(held(noon), closed(hourly([FLAT_BAR]), noon + HOUR), noon + HOUR, FREE).book
    lived = advance(submit(book, exit_), now, noon + HOUR, FREE)
    assert [fill.reason for fill in lived.fills] == ["signal"]
    assert [(p.time, p.equity) for p in lived.equity] == [(noon + HOUR, lived.book.equity)]
    again = advance(submit(lived.book, exit_), now, noon + HOUR, FREE)
    assert (again.fills, again.equity, again.book) == ((), (), lived.book)
    later = advance(again.book, {}, noon + 2 * HOUR, FREE).book
    with pytest.raises(BookClock, match="decide at a later moment"):
        submit(later, exit_)


@pytest.mark.parametrize(("sent_first", "reason"), [(True, "signal"), (False, "stop_loss")])
def test_what_an_open_did_stands_for_orders_sent_after_it_was_seen(
    noon: datetime, hourly: MakeSeries, order: MakeOrder, sent_first: bool, reason: str
) -> None:
    exit_, now = order(-1.0, noon + HOUR, id="exit", reduce_only=True), noon + HOUR
    seen = {"BTC-USD": hourly([], next_open=(now, 90.0))}
    book = advance(held(noon), closed(hourly([FLAT_BAR]), now), now, FREE).book
    lived = advance(submit(book, exit_) if sent_first else book, seen, now, FREE)
    again = advance(submit(lived.book, exit_), seen, now, FREE)
    assert [(fill.reason, fill.price) for fill in (*lived.fills, *again.fills)] == [(reason, 90.0)]
    assert [o.status for o in again.orders] == ([] if sent_first else [OrderStatus.REJECTED])
    assert again.book.cash == 990.0 and again.book.positions == ()


@pytest.mark.parametrize(
    ("wrong", "said"),
    [
        ({"type": OrderType.LIMIT}, "needs a limit above 0"),
        ({"type": OrderType.STOP}, "needs a trigger above 0"),
        ({"type": OrderType.STOP_LIMIT, "trigger": 5.0}, "needs a limit above 0"),
        ({"type": OrderType.TRAILING_STOP, "offset": -0.1}, "needs an offset above 0"),
        ({"trail": 0.0}, "its trail is 0"),
        ({"time_limit": -1}, "its time_limit is -1"),
        ({"delay": -1}, "its delay is below 0"),
    ],
)
def test_an_order_without_what_its_type_needs_is_refused_in_a_sentence(
    order: MakeOrder, wrong: dict[str, object], said: str
) -> None:
    with pytest.raises(InputError, match=f"Order o1 .*1 BTC-USD.* cannot be worked: .*{said}"):
        submit(new_book("b", "live", 1_000.0), order(1.0, **wrong))


def test_symbols_share_the_cash_and_shorts_bind_twice_their_value(
    noon: datetime, hourly: MakeSeries, order: MakeOrder
) -> None:
    """Short 60 of 100 equity leaves 40: the 60 it brought in buy nothing."""
    both = {s: hourly([FLAT_BAR], symbol=s) for s in ("BTC-USD", "ETH-USD", "SOL-USD")}
    book = new_book("b", "live", 10_000.0)
    for number, (symbol, quantity) in enumerate([("BTC-USD", -60.0), ("ETH-USD", 41.0), ("SOL-USD", 40.0)]):
        book = submit(book, order(quantity, noon, symbol, f"o{number}"))
    lived = advance(book, both, noon + HOUR, FREE)
    assert [(f.symbol, f.quantity) for f in lived.fills] == [("BTC-USD", 60.0), ("SOL-USD", 40.0)]
    assert "needs 4,100.00 and its fee, but 4,000.00 was free" in lived.problems[0].what


def test_a_held_symbol_without_bars_is_told(noon: datetime) -> None:
    assert "No bars of BTC-USD" in advance(held(noon), {}, noon + HOUR, FREE).problems[0].what
