"""What each part of the cycle is worth in money: the real book against its shadows, with an interval."""

from dataclasses import dataclass

import numpy as np
import pandas as pd

from core.evaluate.significance import sum_interval
from core.pipeline.run import Workbench
from core.records import Book, Timeframe
from core.records.ledgers import SHADOWS, SumInterval, shadow_id
from core.store.books import active_book, read_equity, read_trades
from core.store.shadows import active_shadows, cycles_of_book, holdings

EVEN = 0.005
"""Dollars below which two books are the same."""
PARTS = {
    "no-llm": "the language model", "no-sentiment": "sentiment", "no-agent": "the agent",
    "equal-weight": "the weights", "hold": "trading instead of holding",
}  # fmt: skip
"""What the real book has and a shadow has not."""


@dataclass(frozen=True, slots=True)
class Worth:
    """One shadow against the real book."""

    name: str
    words: str
    """Whether the part was worth it, in one or two sentences."""
    difference: float
    """Money that the real book made beyond the shadow over the common time; the language model's price is taken off, and
    what was held by contaminated decisions left out."""
    interval: SumInterval | None
    identical: bool
    apart: float
    """What those left out came to."""
    spent: float
    """On the language model, where its price counts."""
    equity: float
    """Of the shadow."""
    trades: int
    """Closed round trips of the shadow."""


@dataclass(frozen=True, slots=True, eq=False)
class Uplift:
    """A book and its shadows."""

    book: Book
    curves: pd.DataFrame
    """Equity at every mark of any of them, index UTC: «book», then the shadows by name."""
    worths: tuple[Worth, ...]
    apart: tuple[str, ...]
    """Shadows that have left the book's step."""
    cycles: int
    contaminated: int
    spent: float
    """US dollars on the language model by the cycles of this book."""
    unpriced: int
    """Requests without a price; they are not in `spent`."""


def uplift(bench: Workbench, world: str, seed: int = 0) -> Uplift | None:
    """The book of a world against its shadows; None where no cycle has gone through them yet."""
    store, book = bench.store, active_book(bench.store, world)
    cycles = cycles_of_book(store, book.id) if book else pd.DataFrame()
    if book is None or cycles.empty:
        return None
    known = active_shadows(store, world)
    shadows = {name: one for name, one in known.items() if one.id == shadow_id(book.id, name)}
    curves = _curves(bench, book, shadows, cycles["as_of"].min())
    tainted = set(cycles.loc[cycles["contaminated"], "id"])
    ids = [book.id, *(one.id for one in shadows.values())]
    held = holdings(store, ids) if tainted else pd.DataFrame()
    asked = bench.llm is not None or bool((cycles["cost"] > 0).any() or (cycles["unpriced"] > 0).any())
    worths = tuple(
        _worth(
            name, curves, cycles[["as_of", "cost"]], _left_out(held, {book.id, shadow_id(book.id, name)}, tainted, curves.index),
            len(read_trades(store, (shadows.get(name) or book).id)), asked, seed,
        )
        for name in SHADOWS
    )  # fmt: skip
    return Uplift(
        book, curves, worths, tuple(shadows), len(cycles), len(tainted), float(cycles["cost"].sum()),
        int(cycles["unpriced"].sum()),
    )  # fmt: skip


def _curves(bench: Workbench, book: Book, shadows: dict[str, Book], since: pd.Timestamp) -> pd.DataFrame:
    """Equity at every mark since all of them live; between its marks a book stands where it was.

    One that is in step has the curve of the book.
    """
    known = {"book": read_equity(bench.store, book.id)}
    known |= {name: read_equity(bench.store, one.id) for name, one in shadows.items()}
    frame = pd.concat(known, axis=1).sort_index().ffill().dropna()
    frame = frame[frame.index >= since]
    for name in SHADOWS:
        if name not in frame:
            frame[name] = frame["book"]
    return frame[["book", *SHADOWS]]


def _left_out(held: pd.DataFrame, books: set[str], tainted: set[str], times: pd.Index) -> np.ndarray:
    """Marks at which one of the books holds what a contaminated cycle opened, (n,) bool."""
    out = np.zeros(len(times), dtype=bool)
    if held.empty:
        return out
    mine = held[held["book_id"].isin(books)]
    columns = (mine[name].tolist() for name in ("cycle_id", "timeframe", "entered", "left_at"))
    for cycle_id, timeframe, entered, left in zip(*columns, strict=True):
        if str(cycle_id).split("#")[0] not in tainted:
            continue
        after = np.asarray(times > entered)
        if not pd.isna(left):
            after &= np.asarray(times <= left + Timeframe(timeframe).delta)
        out |= after
    return out


def _worth(
    name: str, curves: pd.DataFrame, costs: pd.DataFrame, left_out: np.ndarray, trades: int, asked: bool, seed: int
) -> Worth:  # fmt: skip
    gap = curves["book"] - curves[name]
    steps = gap.diff().fillna(gap.iloc[0] if len(gap) else 0.0).to_numpy()
    clean, apart = np.where(left_out, 0.0, steps), float(steps[left_out].sum())
    spent = 0.0
    if name == "no-llm":
        prices = _at_marks(costs, curves.index)
        clean, spent = clean - prices, float(prices.sum())
    identical = bool((gap.abs() < EVEN).all()) and spent == 0.0
    kept = clean[~left_out | (clean != 0.0)]
    interval = None if identical else sum_interval(kept, seed=seed)
    difference = float(clean.sum())
    words = _words(name, difference, interval, identical, len(kept), asked, bool(left_out.any()), spent)
    return Worth(
        name, words, difference, interval, identical, apart, spent, float(curves[name].iloc[-1]), trades
    )


def _at_marks(costs: pd.DataFrame, times: pd.Index) -> np.ndarray:
    """What was spent, at the first mark at or after the cycle that spent it (or the last one)."""
    out = np.zeros(len(times))
    if len(out):
        places = np.minimum(times.searchsorted(pd.DatetimeIndex(costs["as_of"])), len(out) - 1)
        np.add.at(out, places, costs["cost"].to_numpy(dtype=float))
    return out


def _words(
    name: str, more: float, found: SumInterval | None, identical: bool, marks: int, asked: bool, tainted: bool, spent: float
) -> str:  # fmt: skip
    """The verdict in one or two sentences."""
    part = PARTS[name]
    if identical:
        why = "; no language model is configured" if name == "no-llm" and not asked else ""
        return f"Identical so far: {part} changed no trade{why}."
    priced = f", its price of ${spent:,.4f} taken off" if spent else ""
    apart = " What contaminated decisions held is left out." if tainted else ""
    amount = f"${abs(more):,.2f} {'more' if more >= 0 else 'less'}"
    if found is None:
        return f"Too early to tell: {amount} with {part}{priced}, over {marks} marks that count; at least 20 that differ are needed.{apart}"
    low, high = (f"{'−' if v < 0 else ''}${abs(v):,.2f}" for v in (found.interval.low, found.interval.high))
    range_ = f"({found.level:.0%} interval {low} to {high})"
    if found.sign > 0:
        return f"Worth it so far: {amount} with {part}{priced} {range_}.{apart}"
    if found.sign < 0:
        return f"Not worth it so far: {amount} with {part}{priced} {range_}.{apart}"
    return f"Cannot be told: {amount} with {part}{priced}, and the interval holds zero {range_}.{apart}"
