"""The state of a book: read off its equity, trades and log, changed by the breaker and by people, the same in a replay."""

from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from itertools import count
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from core.collect import Gate
from core.errors import InputError, UnknownId
from core.execute import new_book
from core.pipeline import Workbench
from core.pipeline.replaying import replay
from core.pipeline.risk_state import Watch, halt, reset, state_of, state_of_book
from core.pipeline.risk_status import book_in_use, risk_status
from core.pipeline.taking_back import take_back
from core.pipeline.trading import settle_world
from core.records import (
    Book,
    CycleReport,
    EquityPoint,
    ExitReason,
    Order,
    OrderStatus,
    OrderType,
    RiskEventKind,
    Side,
    SystemState,
    Trade,
)
from core.sentiment import Lexicon
from core.settings import RiskSettings, Settings
from core.store import Store
from core.store.audit import check_chain, read_audit
from core.store.books import active_book, create_book, save_book
from core.store.risk import risk_events
from tests.pipeline import test_whole_cycle
from tests.pipeline.conftest import NOON, eager

BEGIN = datetime(2024, 1, 1, tzinfo=UTC)
HOUR = timedelta(hours=1)
METHOD = (100.0, 105.0, 103.0, 94.4, 96.0, 99.0, 110.0)
"""METHOD.md, section 5."""


def strict(bench: Workbench, **limits: float) -> Workbench:
    changed = {"max_drawdown": 0.1, "reduce_drawdown": 0.0} | limits
    risk = RiskSettings.model_validate(bench.settings.risk.model_dump() | changed)
    return replace(bench, settings=bench.settings.model_copy(update={"risk": risk}))


def trade(number: int, pnl: float) -> Trade:
    when = BEGIN + number * HOUR
    return Trade("BTC-USD", 1.0, when, 100.0, when, 100.0 + pnl, 0.0, pnl, pnl / 100, ExitReason.SIGNAL, f"o{number}")  # fmt: skip


def lived(store: Store, equity: tuple[float, ...], trades: tuple[Trade, ...] = (), number: int = 0) -> Book:
    """A book with one mark of equity an hour; `number` is that of the first."""
    known = active_book(store, "test")
    if known is None:
        known = new_book("b1", "test", 100.0)
        store.write(create_book(known, BEGIN))
    points = [
        EquityPoint(BEGIN + (number + place) * HOUR, value, value) for place, value in enumerate(equity)
    ]
    book = replace(known, cash=equity[-1], clock=points[-1].time)
    store.write(save_book(book, (), (), trades, points))
    return book


def test_the_breaker_of_the_method_holds_until_a_person_resets_it(bench: Workbench) -> None:
    bench = strict(bench)
    lived(bench.store, METHOD)
    moments = [BEGIN + number * HOUR for number in range(7)]
    states = [state_of(bench, "b1", moment) for moment in moments]
    assert [s.state for s in states] == [SystemState.ACTIVE] * 3 + [SystemState.HALTED] * 4
    assert states[3].drawdown == pytest.approx(0.100952, abs=1e-6) and states[6].since == moments[3]

    after = reset(bench, "b1", "Ann", "the feed was wrong.")
    assert (after.state, after.peak, after.drawdown, after.reason) == (SystemState.ACTIVE, 110.0, 0.0, "")
    assert state_of(bench, "b1", moments[5]).state is SystemState.HALTED, "what was, was"
    (event,) = risk_events(bench.store, "b1")
    assert (event.kind, event.who, event.before, event.after) == (
        RiskEventKind.RESET, "Ann", SystemState.HALTED, SystemState.ACTIVE
    )  # fmt: skip
    assert event.reason == "Reset by Ann (the feed was wrong). The peak restarts."
    lived(bench.store, (100.0, 98.9), number=7)
    again = state_of(bench, "b1")
    assert again.state is SystemState.HALTED and "peak of $110.00" in again.reason


def test_a_halt_by_hand_is_signed_kept_and_audited(bench: Workbench) -> None:
    lived(bench.store, (100.0, 101.0))
    assert halt(bench, "b1", " Ann ", "news tonight", "page").reason.startswith(
        "Halted by Ann (news tonight)."
    )
    with pytest.raises(InputError, match="HALTED already"):
        halt(bench, "b1", "Bob")
    with pytest.raises(InputError, match="Say who"):
        reset(bench, "b1", "  ")
    with pytest.raises(UnknownId, match="There is no book 'b2'"):
        halt(bench, "b2", "Ann")
    assert reset(bench, "b1", "Bob").state is SystemState.ACTIVE
    kinds = [(event.kind, event.who) for event in risk_events(bench.store, "b1")]
    assert kinds == [(RiskEventKind.HALT, "Ann"), (RiskEventKind.RESET, "Bob")]
    deeds = [entry.deed for entry in read_audit(bench.store)]
    assert [(deed.action, deed.who, deed.origin, deed.subject) for deed in deeds] == [
        ("reset", "Bob", "command line", "b1"), ("halt", "Ann", "page", "b1"),
    ]  # fmt: skip
    assert deeds[0].before.startswith("HALTED") and deeds[0].after.startswith("ACTIVE")
    assert check_chain(bench.store).broken_at is None


def test_a_halt_takes_waiting_openings_back_and_leaves_exits(bench: Workbench) -> None:
    order = Order(
        "c1-1", "c1", "BTC-USD", Side.BUY, OrderType.MARKET, 1.0, 0.02, 0.04, False, OrderStatus.ACCEPTED, BEGIN, ""
    )  # fmt: skip
    leaving = replace(order, id="c2-1", side=Side.SELL, reduce_only=True)
    book = replace(new_book("b1", "live", 100.0), orders=(order,), clock=BEGIN)
    bench.store.write(create_book(book, BEGIN), save_book(book, (order,), (), (), ()))
    assert take_back(book, bench) == (book, ()), "as long as nobody halts it"
    known = bench.clock() - timedelta(seconds=1)

    halt(bench, "b1", "Ann", "", "page")
    assert take_back(replace(book, orders=(order, leaving)), bench)[0].orders == (leaving,)
    assert "Taken back, because the book is halted: buy 1 BTC-USD." in settle_world(
        bench, "live", lambda share, words: None
    )
    after = active_book(bench.store, "live")
    assert after is not None and after.orders == ()
    with bench.store.cursor() as cursor:
        assert cursor.execute("SELECT status FROM orders WHERE id = 'c1-1'").fetchone() == ("CANCELED",)
    assert take_back(book, bench, known_at=known) == (book, ()), "a replay sees what its cycle saw"
    reset(bench, "b1", "Ann")
    assert take_back(book, bench) == (book, ())


def test_only_what_was_known_counts(bench: Workbench) -> None:
    book = lived(bench.store, (100.0, 101.0))
    assert book.clock is not None
    before = bench.clock()
    halt(bench, "b1", "Ann")
    assert state_of_book(bench, book, book.clock, known_at=before).state is SystemState.ACTIVE
    assert state_of_book(bench, book, book.clock, known_at=bench.clock()).state is SystemState.HALTED
    assert state_of(bench, "b1", BEGIN).state is SystemState.ACTIVE, "the halt came an hour later"


def test_losses_in_a_row_pause_from_the_moment_they_are_known(bench: Workbench) -> None:
    """A trade is dated to the open of a bar that closes later: it counts once the book has booked it."""
    bench = strict(bench, losing_streak=3.0)
    lived(bench.store, (100.0, 99.5, 99.0), (trade(0, -0.5), trade(1, -0.5)))
    lived(bench.store, (98.5,), (trade(2, -0.5),), number=3)
    assert state_of(bench, "b1", BEGIN + 2.5 * HOUR).losing_streak == 2
    now = state_of(bench, "b1")
    assert (now.losing_streak, now.cooling_until) == (3, BEGIN + 26 * HOUR)
    assert reset(bench, "b1", "Ann").losing_streak == 0


@settings(max_examples=25)
@given(
    st.lists(st.tuples(st.floats(50.0, 150.0), st.booleans()), min_size=1, max_size=25),
    st.lists(st.tuples(st.integers(0, 24), st.floats(-5, 5)), max_size=5),
    st.floats(0.02, 0.5),
)
def test_a_backtest_finds_the_state_that_its_cycles_would(
    kept: Store, course: list[tuple[float, bool]], exits: list[tuple[int, float]], limit: float
) -> None:
    """Looked at now and then, over the same marks and trades."""
    risk = RiskSettings(
        max_drawdown=limit, reduce_drawdown=limit / 2, reduce_hours=3.0, losing_streak=2, cooling_hours=4.0
    )
    trades = [trade(number, pnl) for number, pnl in sorted(exits)]
    marks = [EquityPoint(BEGIN + number * HOUR, equity, equity) for number, (equity, _) in enumerate(course)]
    book = replace(new_book(f"b{next(NUMBERS)}", "test", 100.0), clock=BEGIN)
    kept.write(create_book(book, BEGIN), save_book(book, (), (), (), marks))
    for one in trades:
        kept.write(save_book(replace(book, clock=one.exit_time), (), (), (one,), ()))
    watch, bench = Watch(100.0, risk), _bench_of(kept, risk)
    for number, (mark, (_, looked)) in enumerate(zip(marks, course, strict=True)):
        if looked:
            known = tuple(one for one in trades if one.exit_time < mark.time)
            found = watch.at(mark.time, mark.equity, marks[: number + 1], known)
            then = replace(book, cash=mark.equity, clock=mark.time)
            assert found == state_of_book(bench, then, mark.time)


@pytest.fixture(scope="module")
def kept(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Store]:
    """One file for many books."""
    opened = Store(tmp_path_factory.mktemp("books") / "books.duckdb")
    yield opened
    opened.close()


NUMBERS = count()


def _bench_of(store: Store, risk: RiskSettings) -> Workbench:
    """Settings and store; the state of a book asks for nothing else."""
    chosen = Settings().model_copy(update={"risk": risk})
    return Workbench(chosen, store, lambda name: (), (), Gate(60, lambda: BEGIN), Lexicon(), lambda: BEGIN)


# --- in cycles ---------------------------------------------------------------------------------------------------


def test_a_cycle_writes_the_trip_once_and_opens_nothing(
    bench: Workbench, cycle: Callable[..., CycleReport]
) -> None:
    trading = eager(bench)
    first = cycle(NOON, on=bench)
    book = active_book(bench.store, first.world)
    assert book is not None and first.decision is not None and first.decision.state is SystemState.ACTIVE
    lost = replace(book, cash=8_000.0)
    assert book.clock is not None
    bench.store.write(save_book(lost, (), (), (), [EquityPoint(book.clock, 8_000.0, 8_000.0)]))
    reports = [cycle(NOON + timedelta(hours=6 * step), on=trading) for step in (1, 2)]
    events = risk_events(bench.store, book.id)
    assert [(event.kind, event.who, event.cycle_id) for event in events] == [
        (RiskEventKind.TRIP, "breaker", reports[0].id)
    ]
    for report in reports:
        assert report.decision is not None and report.decision.state is SystemState.HALTED
        assert report.decision.state_words == events[0].reason and "20.00%" in events[0].reason
        refused = [item.name for item in report.decision.checks if not item.passed]
        assert not refused or refused[0] == "system_state"
        assert not report.fills
    assert any(report.decision and report.decision.checks for report in reports), "something was proposed"
    reset(bench, book.id, "Ann")
    later = cycle(NOON + timedelta(hours=18), on=trading)
    assert later.decision is not None and later.decision.state is SystemState.ACTIVE
    for report in (reports[0], later):
        assert replay(bench, report.id).first_difference is None, report.id


def test_the_status_of_a_book(bench: Workbench, cycle: Callable[..., CycleReport]) -> None:
    with pytest.raises(UnknownId, match="no book yet"):
        book_in_use(bench)
    trading = eager(bench)
    report = next(
        found for step in range(8) if (found := cycle(NOON + timedelta(hours=6 * step), on=trading)).fills
    )
    status = risk_status(bench, book_in_use(bench))
    assert (status.book_id, status.world) == (report.book_id, report.world)
    assert (status.profile, status.state.state, status.events) == ("CryptoPilot", SystemState.ACTIVE, ())
    used = {item.name: item.value for item in status.usage}
    assert used["max_positions"] == 1 and 0 < (used["total_exposure"] or 0) <= 10.1
    assert used["var"] is not None and used["cvar"] is not None and used["cvar"] >= used["var"] > 0


@pytest.mark.slow
def test_the_breaker_trips_in_a_backtest_as_in_its_cycles(
    monkeypatch: pytest.MonkeyPatch, home: Path, tmp_path: Path
) -> None:
    """Tight levels, a bar at a time: the same decisions, checks, states and reasons, bit for bit."""
    tight = {
        "reduce_drawdown": 0.0005,
        "reduce_hours": 2.0,
        "max_drawdown": 0.002,
        "losing_streak": 1,
        "cooling_hours": 2.0,
    }
    monkeypatch.setitem(test_whole_cycle.OFTEN, "risk", test_whole_cycle.OFTEN["risk"] | tight)
    live = test_whole_cycle.live_through(tmp_path, 12)
    opened = test_whole_cycle.open_bench(home, **test_whole_cycle.OFTEN)
    whole = test_whole_cycle.backtest_of_the_same(opened.bench, len(live.reports))
    opened.close()
    assert test_whole_cycle.differences(live, whole) == []
    states = [report.decision.state for report in live.reports if report.decision]
    assert SystemState.HALTED in states and SystemState.HALTED in {
        one.decision.state for one in whole.decided
    }
