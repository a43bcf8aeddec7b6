"""The risk page: the state of a book, what it holds against its limits, and how far it is from its breakers."""

from dataclasses import dataclass
from datetime import UTC

import numpy as np
import pandas as pd

from core.pipeline import Workbench
from core.pipeline.risk_state import state_of_book
from core.records import (
    Book,
    Exposure,
    RiskCheck,
    RiskEvent,
    RiskEventKind,
    RiskState,
    SystemState,
)
from core.risk.positions import base_of, gross
from core.settings import RiskSettings
from core.store import books
from core.store.risk import risk_events
from core.views.number import Number, money, percent
from core.views.risk_binding import used_part
from core.views.risk_usage import limits_on


@dataclass(frozen=True, slots=True, eq=False)
class RiskView:
    """What the page draws first; the measures of the tail are read apart."""

    books: pd.DataFrame
    """Active books, last used first."""
    book: Book | None
    state: RiskState
    meaning: str
    """What the state allows, in words; the rest is in its reason."""
    numbers: tuple[Number, ...]
    exposures: tuple[Exposure, ...]
    """By asset, largest first, then all together."""
    usage: tuple[tuple[RiskCheck, float | None], ...]
    """Every limit on the book as a whole, and the part of it that is used."""
    fall: pd.Series
    """Fraction below the peak since the book began or was reset."""
    breakers: tuple[tuple[str, float], ...]
    events: tuple[RiskEvent, ...]
    """The risk log, newest first."""


_ALLOWS = {
    SystemState.ACTIVE: "Positions may be opened and closed.",
    SystemState.REDUCING: "What is held may be closed.",
    SystemState.HALTED: "Stops, targets and closing orders go on.",
}


def risk_view(bench: Workbench, book_id: str | None = None) -> RiskView:
    """The named book, or the one used last; with no book yet, everything is empty."""
    store, risk = bench.store, bench.settings.risk
    known = books.list_books(store)
    worlds = dict(zip(known["id"], known["world"], strict=True))
    chosen = book_id if book_id in worlds else next(iter(worlds), None)
    book = books.active_book(store, worlds[chosen]) if chosen else None
    breakers = _breakers(risk)
    if book is None:
        nothing = pd.Series(dtype="float64")
        return RiskView(known, None, RiskState(), "", (), (), (), nothing, breakers, ())
    now = book.clock or bench.clock().astimezone(UTC)
    state = state_of_book(bench, book, now)
    events = risk_events(store, book.id)
    return RiskView(
        books=known,
        book=book,
        state=state,
        meaning=_ALLOWS[state.state],
        numbers=_numbers(book, state, risk),
        exposures=exposures_of(book, risk),
        usage=tuple((check, used_part(check)) for check in limits_on(bench, book, now, state)),
        fall=below_peak(books.read_equity(store, book.id), events),
        breakers=breakers,
        events=tuple(reversed(events)),
    )


def exposures_of(book: Book, risk: RiskSettings) -> tuple[Exposure, ...]:
    """What is held by asset (over all its pairs), largest first, and all together; empty when nothing is held."""
    if not book.positions or not book.equity > 0:
        return ()
    by_asset: dict[str, list[float]] = {}
    for position in book.positions:
        by_asset.setdefault(base_of(position.symbol), []).append(position.value)
    limit = risk.max_symbol_exposure or risk.max_position
    made = [
        Exposure(
            name,
            sum(map(abs, values)) * (1 if sum(values) >= 0 else -1) / book.equity,
            limit,
            sum(values),
        )
        for name, values in by_asset.items()
    ]
    made.sort(key=lambda item: -abs(item.share))
    whole = gross(book)
    return (*made, Exposure("all together", whole / book.equity, risk.max_exposure, whole, total=True))


def below_peak(equity: pd.Series, events: tuple[RiskEvent, ...] = ()) -> pd.Series:
    """Fraction below the highest equity since the book began or was last reset, 0 … −1."""
    resets = [event for event in events if event.kind is RiskEventKind.RESET]
    fresh = pd.Series({pd.Timestamp(event.at): event.equity for event in resets}, dtype="float64")
    marks = pd.concat([equity[~equity.index.isin(fresh.index)], fresh]) if resets else equity
    marks = marks.sort_index()
    part = np.searchsorted(np.sort(np.array(fresh.index)), np.array(marks.index), side="right")
    peak = marks.groupby(part).cummax()  # it restarts from the equity of each reset
    return marks / peak - 1.0


def _breakers(risk: RiskSettings) -> tuple[tuple[str, float], ...]:
    lines = (("openings pause (REDUCING)", risk.reduce_drawdown), ("the breaker trips (HALTED)", risk.max_drawdown))  # fmt: skip
    return tuple((words, loss) for words, loss in lines if loss > 0)


def _numbers(book: Book, state: RiskState, risk: RiskSettings) -> tuple[Number, ...]:
    whole = gross(book) / book.equity if book.equity > 0 else None
    net = sum(p.value for p in book.positions) / book.equity if book.equity > 0 else None
    return (
        Number("Equity", money(book.equity), "Cash plus the value of all positions at their last closed bar."),
        Number("Cash", money(book.cash), f"Not invested. The book began with {money(book.initial_cash)}."),
        Number(
            "Positions", f"{len(book.positions)} of {risk.max_positions}", "Open now, and how many may be open at a time.",
        ),
        Number(
            "Exposure", percent(whole, 1), f"Longs plus shorts, as a share of equity; at most {percent(risk.max_exposure, 0)}. Net: {percent(net, 1)}.",
        ),
        Number(
            "Below the peak", percent(state.drawdown),
            f"Loss from the highest equity since the book began or was reset ({money(state.peak)}).",
        ),
        Number(
            "Losses in a row", f"{state.losing_streak}",
            f"Trades lost one after the other; {risk.losing_streak} are followed by a pause of {risk.cooling_hours:g} hours."
            if risk.losing_streak else "Trades lost one after the other; no pause is set.",
        ),
    )  # fmt: skip
