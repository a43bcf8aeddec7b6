"""Shadow books: in step while nothing differs, books of their own afterwards, and never in a cycle's way."""

from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta

import pytest

from core.pipeline import Workbench, shadows
from core.pipeline.funnel import funnel
from core.pipeline.shadow_variants import VARIANTS
from core.pipeline.trading import start_new_book
from core.pipeline.uplift import uplift
from core.records import Book, CycleReport, Direction, Mode, StageState
from core.records.ledgers import SHADOWS, shadow_world
from core.runtime import Runtime
from core.store.books import active_book, list_books, read_equity, read_trades
from core.store.cycles import outputs_of
from core.store.shadows import active_shadows
from tests.llm.judging_script import reviewing
from tests.llm.server import fake_llm
from tests.pipeline.conftest import NOON, eager, quick_settings
from tests.pipeline.test_validating import judged

Cycle = Callable[..., CycleReport]
WORLD = "sample-crypto-2019"
HOURS = timedelta(hours=1)


def stage(report: CycleReport):
    return next(one for one in report.stages if one.stage == "shadow")


def plain(book: Book) -> Book:
    """Without what names it."""
    return replace(
        book, id="", world="", done=(),
        positions=tuple(replace(one, order_id="") for one in book.positions),
        orders=tuple(replace(one, id="", cycle_id="") for one in book.orders),
    )  # fmt: skip


def test_what_is_silent_stays_in_step(cycle: Cycle, bench: Workbench) -> None:
    """No language model, no agent: nothing is kept of their shadows, and they count as the book itself."""
    for step in range(2):
        report = cycle(NOON + 9 * step * HOURS, on=eager(bench))
        assert stage(report).state is StageState.OK
        assert "no-llm in step" in stage(report).summary
    kept = active_shadows(bench.store, WORLD)
    assert not {"no-llm", "no-agent"} & set(kept)
    found = uplift(bench, WORLD)
    assert found is not None
    worths = {worth.name: worth for worth in found.worths}
    assert list(worths) == list(SHADOWS)
    assert worths["no-llm"].identical and worths["no-agent"].identical
    assert "no language model is configured" in worths["no-llm"].words
    assert (found.curves["no-llm"] == found.curves["book"]).all()


def test_shadows_are_no_books_of_the_overview_and_leave_no_output(cycle: Cycle, bench: Workbench) -> None:
    report = cycle(on=eager(bench))
    assert "hold" in active_shadows(bench.store, WORLD)
    assert list(list_books(bench.store)["world"]) == [WORLD]
    assert "shadow" not in outputs_of(bench.store, report.id)


def test_buy_and_hold_buys_each_asset_once_and_keeps_it(cycle: Cycle, bench: Workbench) -> None:
    for step in range(2):
        for symbol in ("BTC-USD", "ETH-USD"):
            cycle(NOON + 11 * step * HOURS, symbol=symbol)
    book = active_shadows(bench.store, WORLD)["hold"]
    assert sorted(one.symbol for one in book.positions) == ["BTC-USD", "ETH-USD"]
    assert all(one.stop is None and one.target is None for one in book.positions)
    share = bench.settings.risk.max_position
    for one in book.positions:
        assert one.quantity * one.entry_price == pytest.approx(share * 10_000, rel=0.02)
    assert read_trades(bench.store, book.id).empty


@pytest.mark.slow
def test_a_shadow_without_sentiment_is_the_book_of_an_installation_without_it(
    cycle: Cycle, bench: Workbench, tmp_path_factory: pytest.TempPathFactory
) -> None:
    """The same moments on a second machine whose sentiment weighs nothing: the same cash, positions and trades."""
    fixed = bench.settings.model_copy(
        update={
            "signals": bench.settings.signals.model_copy(
                update={"threshold": 0.3, "adapt": False, "meta": False}
            ),
            "sentiment": bench.settings.sentiment.model_copy(update={"weight": 1.0}),
        }
    )
    here = replace(bench, settings=fixed)
    other = Runtime(quick_settings(tmp_path_factory.mktemp("other")))
    deaf = fixed.model_copy(
        update={"home": other.settings.home, "sentiment": fixed.sentiment.model_copy(update={"weight": 0.0})}
    )
    there = replace(other.bench, settings=deaf)
    for step in range(10):
        moment = NOON + 7 * step * HOURS
        cycle(moment, on=here)
        cycle(moment, on=there)
    real, alone = active_book(bench.store, WORLD), active_book(there.store, WORLD)
    found = active_shadows(bench.store, WORLD)["no-sentiment"]
    assert real is not None and alone is not None
    assert plain(found) != plain(real)
    trades = [
        read_trades(one, book.id).drop(columns=["entry_order_id", "known_at"], errors="ignore")
        for one, book in ((bench.store, found), (there.store, alone))
    ]
    other.close()
    assert plain(found) == plain(replace(alone, initial_cash=found.initial_cash))
    assert trades[0].equals(trades[1])
    assert len(trades[0]) > 0


def test_a_shadow_that_differs_begins_with_the_history_of_the_book(
    cycle: Cycle, bench: Workbench, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A variant without an opinion: it is in step until the book trades, and never trades itself."""

    def mute(run, bench):
        return replace(
            run,
            fused=replace(run.fused, direction=Direction.FLAT, score=0.0, numbers_only=0.0, confidence=0.0),
        )

    monkeypatch.setitem(VARIANTS, "no-agent", mute)
    cycle(NOON - 5 * HOURS)
    report = cycle(on=eager(bench))
    assert report.fills
    cycle(NOON + 6 * HOURS, on=eager(bench))
    shadow, real = active_shadows(bench.store, WORLD)["no-agent"], active_book(bench.store, WORLD)
    assert real is not None and real.world == WORLD
    assert shadow.world == shadow_world(WORLD, "no-agent")
    assert shadow.cash == shadow.equity == shadow.initial_cash
    assert shadow.clock == real.clock
    assert not shadow.positions
    assert read_equity(bench.store, shadow.id).index[0] == read_equity(bench.store, real.id).index[0]
    found = uplift(bench, WORLD)
    assert found is not None
    worth = next(one for one in found.worths if one.name == "no-agent")
    assert worth.difference == pytest.approx(real.equity - shadow.equity, abs=1e-9)
    assert not worth.identical and worth.interval is None and "Too early" in worth.words


@pytest.mark.parametrize("err", [ValueError("odd"), KeyError("x"), ZeroDivisionError()])
def test_what_goes_wrong_with_a_shadow_does_not_touch_the_cycle(
    err: Exception, cycle: Cycle, bench: Workbench, monkeypatch: pytest.MonkeyPatch
) -> None:
    def broken(run, bench):
        raise err

    monkeypatch.setitem(VARIANTS, "no-sentiment", broken)
    report = cycle(on=eager(bench))
    assert not report.failed
    assert stage(report).state is StageState.DEGRADED
    (problem,) = stage(report).problems
    assert problem.where == "shadow/no-sentiment" and "the cycle is not touched" in problem.instead
    assert "hold" in active_shadows(bench.store, WORLD)


def test_what_a_language_model_vetoed_its_shadow_trades(cycle: Cycle, bench: Workbench) -> None:
    """The veto comes from a model that may remember: what followed is told apart, its price is not."""
    with fake_llm(reviewing("veto", 0.0)) as fake:
        report = cycle(on=judged(eager(bench), fake))
    assert report.decision is not None and report.decision.validation is not None
    assert report.decision.validation.state == "vetoed"
    assert report.llm is not None and report.llm.contaminated
    shadow, real = active_shadows(bench.store, WORLD)["no-llm"], active_book(bench.store, WORLD)
    assert real is not None and not real.positions
    assert len(shadow.positions) == 1
    (row,) = (one for one in funnel(bench).rows if one.gate == "llm")
    assert row.outcome.counts and row.units == shadow.positions[0].quantity
    with bench.store.transaction() as cursor:
        cursor.execute("UPDATE llm_calls SET cost = 0.25 WHERE cycle_id = ?", [report.id])
    cycle(NOON + 9 * HOURS)
    real = active_book(bench.store, WORLD)
    shadow = active_shadows(bench.store, WORLD)["no-llm"]
    found = uplift(bench, WORLD)
    assert found is not None and real is not None
    assert (found.cycles, found.contaminated, found.spent) == (2, 1, 0.25)
    worth = next(one for one in found.worths if one.name == "no-llm")
    assert worth.spent == 0.25
    assert worth.difference + worth.apart == pytest.approx(real.equity - shadow.equity - 0.25, abs=1e-9)
    assert worth.apart != 0.0
    assert "contaminated" in worth.words


def test_a_new_book_has_new_shadows(cycle: Cycle, bench: Workbench) -> None:
    cycle(NOON + 50 * HOURS)
    first = active_shadows(bench.store, WORLD)["hold"]
    start_new_book(bench, WORLD)
    report = cycle(NOON)  # back in time, which the old shadows could not follow
    assert stage(report).state is StageState.OK
    second = active_shadows(bench.store, WORLD)["hold"]
    assert second.id != first.id
    assert second.clock == NOON


def test_a_backtest_has_no_shadows(cycle: Cycle, bench: Workbench) -> None:
    report = cycle(on=eager(bench), mode=Mode.BACKTEST)
    assert stage(report).summary == "Shadow books live beside the paper book only."
    assert active_shadows(bench.store, WORLD) == {}


def test_the_real_book_is_the_same_with_and_without_shadows(
    cycle: Cycle, bench: Workbench, monkeypatch: pytest.MonkeyPatch, tmp_path_factory: pytest.TempPathFactory
) -> None:
    other = Runtime(quick_settings(tmp_path_factory.mktemp("other")))
    books = []
    for one in (bench, other.bench):
        if one is other.bench:
            monkeypatch.setattr(shadows, "active_shadows", lambda store, world: {})
            monkeypatch.setattr(shadows, "SHADOWS", {})
        for step in range(2):
            cycle(NOON + 7 * step * HOURS, on=eager(one))
        books.append(active_book(one.store, WORLD))
    other.close()
    assert books[0] is not None and books[1] is not None
    assert plain(books[0]) == plain(books[1])
