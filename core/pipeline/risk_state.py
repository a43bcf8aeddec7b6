"""The state of a book: read off its equity, its trades and its risk log; and what a person does about it."""

from bisect import bisect_left
from collections.abc import Sequence
from dataclasses import replace
from datetime import UTC, datetime, timedelta

from core.errors import InputError
from core.pipeline.run import Run, Workbench
from core.records import (
    Book,
    Deed,
    EquityPoint,
    Mode,
    RiskEvent,
    RiskEventKind,
    RiskState,
    SystemState,
    Trade,
)
from core.risk import Breaker, follow, state_from, telling
from core.settings import RiskSettings
from core.store import Write
from core.store.audit import save_deed
from core.store.books import read_book
from core.store.risk import marks_between, outcomes_between, risk_events, save_risk_event

BREAKER = "breaker"
"""Who trips."""


def state_of(bench: Workbench, book_id: str, as_of: datetime | None = None) -> RiskState:
    """The state of a book at a moment; by default as it stands now.

    Raises:
        UnknownId: no such book.
    """
    book = read_book(bench.store, book_id)
    return state_of_book(bench, book, as_of or book.clock or bench.clock())


def state_of_run(run: Run, bench: Workbench) -> RiskState:
    """The state that a cycle finds: by what was in the log when it began, so that a replay finds the same."""
    return state_of_book(bench, run.book, run.moment, known_at=run.started_at, but_not=run.id)


def state_of_book(
    bench: Workbench, book: Book, as_of: datetime, known_at: datetime | None = None, but_not: str = ""
) -> RiskState:
    """The state of a book that has lived until `as_of` or longer.

    Marks of equity count up to the moment; that of the moment itself is the book's own, because an order that fills at
    the next open writes it anew.

    Args:
        known_at: entries of the log written later are not read.
        but_not: a cycle whose own entries are not read.
    """
    store, risk = bench.store, bench.settings.risk
    events = _events(bench, book.id, as_of, known_at, but_not)
    reset, stopped = _last_reset(events), _stopped(events)
    since = reset.at if reset else None
    start = _fresh(reset.equity if reset else book.initial_cash)
    now = book.clock is None or as_of >= book.clock
    until = as_of if now else as_of + timedelta(microseconds=1)
    times, equity = _marks(bench, book.id, since, until) if book.id else ([], [])
    if now:
        times, equity = [*times, as_of], [*equity, book.equity]
    outcomes = outcomes_between(store, book.id, since, as_of) if book.id else ()
    state = state_from(follow(start, times, equity, risk), outcomes, as_of, risk)
    if stopped is None:
        return state
    return replace(state, state=SystemState.HALTED, since=stopped.at, reason=stopped.reason)


def _marks(
    bench: Workbench, book_id: str, after: datetime | None, before: datetime
) -> tuple[list[datetime], list[float]]:
    """Those marks of a book that can change its breaker: a book is marked every minute, for years."""
    times, equity = marks_between(bench.store, book_id, after, before)
    told = telling(equity)
    return [time.replace(tzinfo=UTC) for time in times[told].tolist()], equity[told].tolist()


def trips(run: Run, bench: Workbench, state: RiskState) -> tuple[Write, ...]:
    """What the risk stage writes when the breaker has tripped and the log does not know it yet."""
    if state.state is not SystemState.HALTED or run.request.mode is not Mode.PAPER:
        return ()
    if _stopped(_events(bench, run.book.id, run.moment, None, "")) is not None:
        return ()
    event = RiskEvent(
        run.book.id, RiskEventKind.TRIP, state.since or run.moment, bench.clock().astimezone(UTC), BREAKER,
        state.reason, SystemState.ACTIVE, SystemState.HALTED, run.book.equity, state.peak, state.drawdown, run.id,
    )  # fmt: skip
    return (save_risk_event(event),)


def halt(bench: Workbench, book_id: str, who: str, why: str = "", origin: str = "command line") -> RiskState:
    """Stop a book from opening anything until it is reset; what it holds keeps its stops and targets.

    Raises:
        UnknownId: no such book.
        InputError: nobody is named, or it is halted already.
    """
    before = state_of(bench, book_id)
    if before.state is SystemState.HALTED:
        raise InputError(f"The book {book_id} is HALTED already. {before.reason}")
    reason = f"Halted by {_signed(who, why)}. Nothing is opened until a person resets it."
    _write(bench, book_id, RiskEventKind.HALT, who, reason, before, SystemState.HALTED, origin)
    return state_of(bench, book_id)


def halted_by_hand(
    bench: Workbench, book_id: str, known_at: datetime | None = None, but_not: str = ""
) -> bool:
    """Whether a person has halted a book and nobody has reset it since.

    Args:
        known_at, but_not: see `core.store.risk.risk_events`.
    """
    events = risk_events(bench.store, book_id, known_at, but_not)
    return any(event.kind is RiskEventKind.HALT for event in _since_reset(events))


def reset(bench: Workbench, book_id: str, who: str, why: str = "", origin: str = "command line") -> RiskState:
    """Let a book trade again: its peak restarts from the equity of now, and its losing streak from nothing.

    Raises:
        UnknownId: no such book.
        InputError: nobody is named.
    """
    before = state_of(bench, book_id)
    reason = f"Reset by {_signed(who, why)}. The peak restarts."
    _write(bench, book_id, RiskEventKind.RESET, who, reason, before, SystemState.ACTIVE, origin)
    return state_of(bench, book_id)


class Watch:
    """The state of a book that lives through past bars, as its cycles would have found it; nobody resets it."""

    def __init__(self, initial_cash: float, risk: RiskSettings) -> None:
        self._risk = risk
        self._breaker = _fresh(initial_cash)
        self._seen = 0

    def at(
        self, moment: datetime, equity: float, marks: Sequence[EquityPoint], trades: Sequence[Trade]
    ) -> RiskState:
        """The state at a moment, which never goes back.

        Args:
            equity: of that moment; marks of the moment itself and later are not read.
            marks, trades: all so far, oldest first.
        """
        stop = bisect_left(marks, moment, key=lambda mark: mark.time)
        fresh = marks[self._seen : stop]
        self._breaker = follow(
            self._breaker, [mark.time for mark in fresh], [mark.equity for mark in fresh], self._risk
        )
        self._seen = max(self._seen, stop)
        now = follow(self._breaker, [moment], [equity], self._risk)
        self._breaker = replace(
            self._breaker, tripped_at=now.tripped_at, tripped_drawdown=now.tripped_drawdown,
            tripped_peak=now.tripped_peak,
        )  # fmt: skip
        outcomes = [(trade.exit_time, trade.pnl) for trade in trades if trade.exit_time < moment]
        return state_from(now, outcomes, moment, self._risk)


def _write(
    bench: Workbench,
    book_id: str,
    kind: RiskEventKind,
    who: str,
    reason: str,
    before: RiskState,
    after: SystemState,
    origin: str,
) -> None:
    """One entry of the risk log and one of the audit trail, in one transaction."""
    book, now = read_book(bench.store, book_id), bench.clock().astimezone(UTC)
    event = RiskEvent(
        book_id, kind, book.clock or now, now, who.strip(), reason, before.state, after, book.equity, before.peak,
        before.drawdown,
    )  # fmt: skip
    told = f"{before.state.value}, {before.drawdown:.2%} below the peak of ${before.peak:,.2f}"
    deed = Deed(who.strip(), origin, kind.value, book_id, told, f"{after.value}. {reason}")
    bench.store.write(save_risk_event(event), save_deed(deed, now))


def _signed(who: str, why: str) -> str:
    """Who did it and why."""
    if not who.strip():
        raise InputError("Say who does it: a halt and a reset are kept with a name.")
    told = why.strip().rstrip(".")
    return f"{who.strip()} ({told})" if told else who.strip()


def _fresh(equity: float) -> Breaker:
    return Breaker(peak=equity, low=equity, equity=equity)


def _events(
    bench: Workbench, book_id: str, as_of: datetime, known_at: datetime | None, but_not: str
) -> tuple[RiskEvent, ...]:
    if not book_id:
        return ()
    return tuple(event for event in risk_events(bench.store, book_id, known_at, but_not) if event.at <= as_of)


def _last_reset(events: Sequence[RiskEvent]) -> RiskEvent | None:
    return next((event for event in reversed(events) if event.kind is RiskEventKind.RESET), None)


def _stopped(events: Sequence[RiskEvent]) -> RiskEvent | None:
    """What halted the book since it was last reset."""
    return next((event for event in _since_reset(events) if event.kind is not RiskEventKind.RESET), None)


def _since_reset(events: Sequence[RiskEvent]) -> Sequence[RiskEvent]:
    reset = _last_reset(events)
    return events if reset is None else events[events.index(reset) + 1 :]
