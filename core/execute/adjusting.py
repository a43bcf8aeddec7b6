"""Moving the stop and the target of what is held."""

import math
from dataclasses import replace

from core.errors import InputError
from core.records import Book, Position


def adjust(
    book: Book, symbol: str, stop: float | None = None, target: float | None = None, *, by_user: bool = False
) -> Book:
    """The book with a position's stop or target at another level; the next bar is held against it.

    A trailing stop and a break-even move go on from the new level, and it, too, only ever comes nearer. An exit at a
    level that was set here is told as a stop, not as a trailing one.

    Args:
        stop: price level; None leaves it where it is.
        target: price level; None leaves it.
        by_user: a person asks: only then may a stop move away from the price.

    Raises:
        InputError: nothing is held, a level is no price or lies on the wrong side of the last price, or the stop would
            move away from it.
    """
    held = book.position(symbol)
    if held is None:
        raise InputError(f"Nothing is held of {symbol}, so there is no stop or target to move.")
    side = math.copysign(1.0, held.quantity)
    moved = held
    if stop is not None:
        _checked(held, "stop", stop, -side)
        if held.stop is not None and (stop - held.stop) * side < 0.0 and not by_user:
            raise InputError(
                f"The stop of {symbol} is at {held.stop:,.6g}; {stop:,.6g} is further from the price, and only a person "
                "may widen a stop."
            )
        if stop != held.stop:
            moved = replace(moved, stop=float(stop), trailed=False)
    if target is not None:
        _checked(held, "target", target, side)
        moved = replace(moved, target=float(target))
    return replace(book, positions=tuple(moved if p is held else p for p in book.positions))


def _checked(held: Position, name: str, level: float, side: float) -> None:
    """`side`: 1 where the level belongs above the last price, −1 where below."""
    if not 0.0 < level < math.inf:
        raise InputError(f"A {name} of {level:g} for {held.symbol} is no price: give a level above 0.")
    if (level - held.last_price) * side <= 0.0:
        where = "above" if side > 0 else "below"
        raise InputError(
            f"A {name} of {level:,.6g} for {held.symbol} would be met at once: it belongs {where} the last price "
            f"{held.last_price:,.6g}. Close the position instead."
        )
