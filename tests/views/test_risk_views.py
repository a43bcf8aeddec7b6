"""What the risk page is told: on a real store, with five positions, with none, and with no book at all."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from core.execute import new_book
from core.pipeline import Workbench
from core.pipeline.risk_state import halt, reset
from core.records import (
    Action,
    Book,
    CycleReport,
    CycleRequest,
    Decision,
    Mode,
    Proposal,
    RiskCheck,
    RiskEventKind,
    SystemState,
    Timeframe,
    VarMethod,
    Verdict,
)
from core.risk import RiskContext
from core.risk.measures import value_at_risk
from core.risk.tail import day_returns
from core.runtime import Runtime
from core.settings import load_settings
from core.store.books import create_book, read_equity
from core.store.cycles import close_cycle, open_cycle
from core.views.risk import below_peak, risk_view
from core.views.risk_binding import binding_checks, used_part
from core.views.risk_history import held_history
from core.views.risk_tail import book_tail, stress_frame, var_history
from tests import quick
from tests.held_book import CLOCK, HELD, five_positions


@pytest.fixture
def bench(home: Path) -> Iterator[Workbench]:
    opened = Runtime(load_settings(home=home, **quick.OVERRIDES))
    yield opened.bench
    opened.close()


@pytest.fixture
def book(bench: Workbench) -> Book:
    return five_positions(bench.store)


def test_without_a_book_there_is_nothing(bench: Workbench) -> None:
    view = risk_view(bench)
    assert view.book is None and view.exposures == () and view.usage == () and view.fall.empty
    assert [loss for _, loss in view.breakers] == [0.10, 0.15]


def test_exposure_and_limits_of_five_positions(bench: Workbench, book: Book) -> None:
    view = risk_view(bench)
    assert view.book == book and view.state.state is SystemState.ACTIVE
    *assets, whole = view.exposures
    assert [item.name for item in assets] == ["BTC", "EUR", "ETH", "SOL", "AAPL"], "largest first"
    assert assets[3].share < 0 and not assets[3].total and whole.total
    assert whole.share == pytest.approx(sum(abs(item.share) for item in assets))
    assert assets[0].share == pytest.approx(1200 / book.equity) and assets[0].limit == 0.10
    used = {check.name: part for check, part in view.usage}
    assert used["max_positions"] == 1.0 and used["total_exposure"] == pytest.approx(whole.share / 0.5)
    assert {"daily_loss", "drawdown", "losing_streak", "var", "cvar", "correlation", "system_state"} <= set(
        used
    )
    assert used["max_position"] == pytest.approx(1200 / book.equity / 0.10)
    assert {number.label for number in view.numbers} >= {"Equity", "Exposure", "Below the peak"}


def test_the_var_is_the_one_that_the_risk_check_takes(bench: Workbench, book: Book) -> None:
    """Same days, same weights: the page and the rule may not tell two numbers."""
    tail, past, risk = book_tail(bench, book), held_history(bench, book), bench.settings.risk
    first, price = past.symbols[0], HELD[past.symbols[0]][1]
    context = RiskContext(
        book, book.equity, 100.0, 50.0, risk, bench.settings.costs.record(),
        symbols=past.symbols, closes=past.closes.to_numpy(), bars_per_day=past.bars_per_day,
    )  # fmt: skip
    same = Proposal(Action.OPEN, first, 0.0, price, 0.02, 0.04, 1.0, "")
    checked = value_at_risk(day_returns(same, context), risk.var_level, risk.var_method)
    shown = next(item for item in tail.estimates if item.method is tail.chosen)
    assert (shown.var, shown.es, shown.count) == pytest.approx((checked.var, checked.es, checked.count))
    assert [item.method for item in tail.estimates] == list(VarMethod)
    used = {check.name: check.value for check, _ in risk_view(bench).usage}
    assert (used["var"], used["cvar"]) == pytest.approx((checked.var * 100, checked.es * 100))


def test_bars_of_different_markets_meet_where_all_have_one(bench: Workbench, book: Book) -> None:
    past = held_history(bench, book)
    assert (
        past.symbols == ("BTC-USD", "EURUSD=X", "ETH-USD", "SOL-USD", "AAPL")
        and not past.closes.isna().any().any()
    )
    assert past.bars_per_day == pytest.approx(6.5) and past.step == 6
    ends = pd.DatetimeIndex(past.closes.index)
    assert set(ends.hour) == set(range(15, 22)) and ends.dayofweek.max() == 4, "only while shares trade"
    assert ends.max() <= pd.Timestamp(CLOCK)
    assert past.weights.sum() == pytest.approx(sum(p.value for p in book.positions) / book.equity)


def test_nothing_after_the_clock_is_read(bench: Workbench, book: Book) -> None:
    earlier = replace(book, clock=CLOCK - timedelta(days=10))
    ends = pd.DatetimeIndex(held_history(bench, earlier).closes.index)
    assert ends.max() <= pd.Timestamp(CLOCK) - pd.Timedelta(days=10)


def test_stress_names_each_scenario_once_and_adds_up(bench: Workbench, book: Book) -> None:
    tail = book_tail(bench, book)
    names = [loss.name for loss in tail.losses]
    assert len(set(names)) == len(names)
    assert {
        "All prices fall", "All prices rise", "Correlation goes to 1", "Volatility doubles", "Worst day again", "Worst week again",
        "Gap through the stops", "Liquidity goes", "SOL-USD alone",
    } <= set(names)  # fmt: skip
    assert [loss.pnl for loss in tail.losses] == sorted(loss.pnl for loss in tail.losses)
    for loss in tail.losses:
        assert loss.pnl == pytest.approx(sum(part for _, part in loss.parts))
        assert loss.share == pytest.approx(loss.pnl / book.equity)
    gap = next(loss for loss in tail.losses if loss.name == "Gap through the stops")
    assert "1 position has no stop" in gap.words and dict(gap.parts)["AAPL"] == 0.0
    frame = stress_frame(tail.losses)
    assert len(frame) == len(names) and frame["parts"].str.contains("BTC-USD").all()


def test_contributions_and_correlations(bench: Workbench, book: Book) -> None:
    tail = book_tail(bench, book)
    assert tail.parts is not None and sum(tail.parts.parts) == pytest.approx(tail.parts.volatility)
    days = held_history(bench, book).book_days(bench.settings.risk.var_bars)
    assert tail.parts.volatility == pytest.approx(days.std(ddof=1))
    assert list(tail.correlations) == ["BTC", "EUR", "ETH", "SOL", "AAPL"]
    assert np.diag(tail.correlations).tolist() == [1.0] * 5 and (tail.counts.to_numpy() == 100).all()
    assert "100 bars of 1h" in tail.window


@pytest.mark.parametrize("method", [VarMethod.HISTORICAL, VarMethod.CORNISH_FISHER])
def test_the_past_of_a_method(bench: Workbench, book: Book, method: VarMethod) -> None:
    found = var_history(bench, book, method)
    assert found.found.test is not None and len(found.times) == len(found.found.returns) > 20
    assert found.times.is_monotonic_increasing and found.times[-1] <= pd.Timestamp(CLOCK)
    assert "carried back with their present weights" in found.words


def test_an_empty_book_has_no_tail(bench: Workbench) -> None:
    empty = replace(new_book("b", "live", 10_000.0), clock=CLOCK)
    bench.store.write(create_book(empty, CLOCK))
    tail = book_tail(bench, empty)
    assert tail.estimates == () and tail.losses == () and tail.parts is None
    assert var_history(bench, empty, VarMethod.GAUSSIAN).found.test is None
    view = risk_view(bench)
    assert view.book == empty and view.exposures == ()
    assert {check.name: part for check, part in view.usage}["var"] in (None, 0.0)


def test_a_position_without_a_past_moves_the_way_that_hurts(bench: Workbench, book: Book) -> None:
    stranger = replace(book.positions[0], symbol="XRP-USD", quantity=100.0, last_price=2.0)
    more = replace(book, positions=(*book.positions, stranger), cash=book.cash - 200.0)
    past = held_history(bench, more)
    assert "XRP-USD has too little stored history" in past.problems[0] and "BTC-USD" in past.problems[0]
    assert past.weights[0] == pytest.approx((1200 + 200) / more.equity)
    alone = replace(book, positions=(stranger,), cash=book.equity - 200.0)
    assert "None of the positions" in book_tail(bench, alone).problems[0]
    assert book_tail(bench, alone).estimates == ()


def test_halt_and_reset_are_seen_and_the_peak_restarts(bench: Workbench, book: Book) -> None:
    halt(bench, book.id, "Ada", "news", "test")
    view = risk_view(bench, book.id)
    assert view.state.state is SystemState.HALTED and "Ada" in view.state.reason
    reset(bench, book.id, "Ada", "", "test")
    view = risk_view(bench, book.id)
    assert view.state.state is SystemState.ACTIVE
    assert [event.kind for event in view.events] == [RiskEventKind.RESET, RiskEventKind.HALT]
    assert view.fall.iloc[-1] == 0.0, "the peak is that of the reset"
    assert below_peak(read_equity(bench.store, book.id)).min() < 0


def check(name: str, value: float | None, limit: float | None, passed: bool = True) -> RiskCheck:
    return RiskCheck(name, value, limit, "%", passed, f"{name} {value}")


def test_the_used_part_knows_which_way_a_limit_goes() -> None:
    assert used_part(check("drawdown", 5.0, 10.0)) == 0.5
    assert used_part(check("reward_to_risk", 2.0, 1.0)) == 0.5, "at least"
    assert used_part(check("correlation", -0.4, 0.7)) == 0.0, "a hedge uses nothing"
    assert used_part(check("var", None, 5.0)) is None and used_part(check("var", 1.0, None)) is None


def test_which_checks_bound(bench: Workbench, book: Book) -> None:
    runs = [
        (check("cash", 60.0, 100.0), check("correlation", 0.9, 0.7, False), check("stop_distance", 2.0, 2.0)),
        (check("cash", 80.0, 100.0), check("correlation", 0.1, 0.7), check("stop_distance", 2.0, 2.0)),
        (check("cash", 90.0, 100.0), check("correlation", 0.2, 0.7), check("stop_distance", 2.0, 2.0)),
    ]
    for number, checks in enumerate(runs):
        decide(bench, book, f"c{number}", checks)
    decide(bench, book, "closing", (check("cash", 200.0, 100.0),), Action.CLOSE)
    found = {tally.name: tally for tally in binding_checks(bench, book.id)}
    assert next(iter(found)) == "correlation" and found["correlation"].refused == 1
    assert "0.9" in found["correlation"].last
    assert (found["cash"].runs, found["cash"].nearest, found["cash"].usage) == (3, 2, 0.8)
    assert found["stop_distance"].nearest == 0, "it is placed at its limit"
    assert binding_checks(bench, "another") == ()


def decide(
    bench: Workbench, book: Book, cycle_id: str, checks: tuple[RiskCheck, ...], action: Action = Action.OPEN
) -> None:
    """Store a cycle that ended with these checks."""
    passed = all(item.passed for item in checks)
    proposal = Proposal(action, "BTC-USD", 0.01, 60_000.0, 0.02, 0.04, 0.8, "why")
    decision = Decision(proposal, Verdict.ORDERED if passed else Verdict.DENIED, checks, "Words.")
    request = CycleRequest("BTC-USD", Timeframe.H1, "yfinance", CLOCK, Mode.PAPER)
    report = CycleReport(
        id=cycle_id, request=request, as_of=CLOCK, world=book.world, book_id=book.id, data_source="yfinance", stages=(),
        quality=None, sentiment=None, forecasts=(), explanations=(), fused=None, decision=decision, order=None, fills=(),
        started_at=CLOCK, seconds=0.1,
    )  # fmt: skip
    bench.store.write(open_cycle(cycle_id, request, CLOCK), close_cycle(report))
