"""The funnel: counts that add up, gates of old and new cycles, money with an interval."""

import json
from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from core.evaluate.significance import sum_interval
from core.pipeline import Workbench
from core.pipeline.funnel import FunnelFilter, funnel, funnel_of, funnel_rows, narrowed
from core.pipeline.gates import FAILED, NO_OPENING, UNKNOWN, gated
from core.pipeline.outcomes import outcome_of
from core.records import GATES, Book, CycleReport, Mode, Verdict
from core.records.ledgers import FunnelRow, OutcomeState, TradeOutcome
from core.store.cycles import read_cycle
from core.store.funnel import DecisionFacts
from tests.pipeline.conftest import NOON, eager

Cycle = Callable[..., CycleReport]
MOMENT = datetime(2019, 6, 1, tzinfo=UTC)
STATES = st.sampled_from(list(OutcomeState))


def row_of(number: int, gate: str, state: OutcomeState, pnl: float | None, beside: str = "") -> FunnelRow:
    known = pnl if state in (OutcomeState.CLOSED, OutcomeState.OPEN) else None
    return FunnelRow(
        f"c{number}", MOMENT + timedelta(hours=number), "BTC-USD", "1h", "w", "b", gate, beside, False, 1.0,
        ("sma_cross",), "", TradeOutcome(state, gate == "filled", known, None, ""),
    )  # fmt: skip


@st.composite
def some_rows(draw: st.DrawFn) -> list[FunnelRow]:
    drawn = draw(
        st.lists(
            st.tuples(st.sampled_from(["", *GATES]), STATES, st.floats(-500, 500, allow_nan=False)),
            max_size=80,
        )
    )
    return [
        row_of(number, gate, state, pnl, "" if gate else draw(st.sampled_from([FAILED, NO_OPENING, UNKNOWN])))
        for number, (gate, state, pnl) in enumerate(drawn)
    ]


@given(some_rows())
def test_every_cycle_is_counted_once_and_the_funnel_narrows(rows: list[FunnelRow]) -> None:
    found = funnel_of(rows)
    stopped = sum(gate.stopped for gate in found.gates)
    assert found.at_stake + sum(count for _, count in found.beside) == found.cycles == len(rows)
    assert stopped + found.filled + found.waiting == found.at_stake
    assert found.gates[0].reached == found.at_stake
    assert tuple(gate.gate for gate in found.gates) == GATES
    for one, following in zip(found.gates, found.gates[1:], strict=False):
        assert following.reached == one.reached - one.stopped >= 0
    assert found.gates[-1].reached - found.gates[-1].stopped == found.filled + found.waiting


@given(some_rows())
def test_money_is_the_sum_of_what_was_judged(rows: list[FunnelRow]) -> None:
    for gate in funnel_of(rows).gates:
        mine = [row.outcome.pnl for row in rows if row.gate == gate.gate and row.outcome.pnl is not None]
        if gate.gate == "filled":
            continue
        assert gate.judged == len(mine)
        assert gate.pnl == (pytest.approx(sum(mine)) if mine else None)
        if len(mine) < 20:
            assert gate.interval is None


@given(st.lists(st.floats(-100, 100), min_size=20, max_size=60), st.floats(0.01, 1000))
def test_the_interval_of_a_sum_scales_and_repeats(values: list[float], unit: float) -> None:
    x = np.array(values)
    one, two = sum_interval(x), sum_interval(x * unit)
    if one is None or two is None:
        assert np.ptp(x) == 0 or np.ptp(x * unit) == 0
        return
    assert one == sum_interval(x)
    slack = 1e-6 * unit * (np.abs(x).sum() + 1)
    assert two.interval.low == pytest.approx(one.interval.low * unit, abs=slack)
    assert one.interval.estimate == pytest.approx(x.sum(), abs=1e-9 * np.abs(x).sum() + 1e-12)


def test_the_interval_covers_the_sum_of_independent_values() -> None:
    """Nominal 95 %: of 200 samples of known mean about 95 % hold it (binomial, five deviations)."""
    rng = np.random.default_rng(7)
    held = 0
    for _ in range(200):
        found = sum_interval(rng.normal(1.0, 5.0, 80), reps=400, block=1.0)
        assert found is not None
        held += found.interval.low <= 80.0 <= found.interval.high
    assert held >= 200 * 0.95 - 5 * (200 * 0.95 * 0.05) ** 0.5 - 4


def facts(**changed: object) -> DecisionFacts:
    known: dict[str, object] = {
        "cycle_id": "c", "as_of": MOMENT, "symbol": "BTC-USD", "timeframe": "1h", "world": "w", "book_id": "b",
        "verdict": "no_trade", "proposal": {"action": "hold", "quantity": 0.0, "price": 100.0, "reason": "", "stop": None},
        "validation": "", "direction": 1, "score": 0.5, "confidence": 0.5, "sources": (), "order_id": "",
        "settings": json.dumps({"signals": {"threshold": 0.7}, "risk": {"max_position": 0.1}}), "order_status": "",
        "data_source": "sample", "book": Book("b", "w", 10_000.0, 10_000.0, (), (), MOMENT),
    }  # fmt: skip
    return DecisionFacts(**(known | changed))  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("changed", "gate", "beside"),
    [
        ({"direction": 0}, "signals", ""),
        ({}, "confidence", ""),
        ({"confidence": 0.9, "validation": "vetoed"}, "llm", ""),
        ({"confidence": 0.9}, "", UNKNOWN),
        ({"book": None}, "", UNKNOWN),
        ({"settings": ""}, "", UNKNOWN),
        ({"verdict": "failed", "proposal": None}, "", FAILED),
        ({"proposal": {"action": "close", "quantity": -1.0}}, "", NO_OPENING),
        ({"proposal": {"action": "adjust", "quantity": 0.0}}, "", NO_OPENING),
        ({"proposal": {"action": "open", "quantity": 2.0}, "verdict": "denied"}, "risk", ""),
        ({"proposal": {"action": "open", "quantity": 2.0}, "verdict": "ordered"}, "filled", ""),
        ({"proposal": {"action": "hold", "gate": "size", "wanted": -3.0}}, "size", ""),
    ],
)  # fmt: skip
def test_the_gate_of_old_and_new_cycles(changed: dict[str, object], gate: str, beside: str) -> None:
    found = gated(facts(**changed))
    assert (found.gate, found.beside) == (gate, beside)


def test_an_old_stop_by_confidence_wanted_the_largest_position() -> None:
    found = gated(facts(direction=-1))
    assert found.inferred
    assert found.units == pytest.approx(-0.1 * 10_000 / 100)


def test_the_stored_cycles_make_a_funnel(cycle: Cycle, bench: Workbench) -> None:
    """Some stopped by their confidence, one filled, one that finds the position open, one backtest that does not count."""
    strict = replace(
        bench,
        settings=bench.settings.model_copy(
            update={"signals": bench.settings.signals.model_copy(update={"threshold": 0.99})}
        ),
    )
    for hours in (11, 7, 3):
        cycle(NOON - timedelta(hours=hours), on=strict)
    filled = cycle(on=eager(bench))
    assert filled.decision is not None and filled.decision.verdict is Verdict.ORDERED
    cycle(NOON + timedelta(hours=1), on=strict)
    cycle(NOON + timedelta(hours=2), on=strict, mode=Mode.BACKTEST)
    found = funnel(bench)
    by_gate = {gate.gate: gate for gate in found.gates}
    assert (found.cycles, found.filled) == (5, 1)
    assert by_gate["signals"].stopped + by_gate["confidence"].stopped == 3
    assert dict(found.beside) == {NO_OPENING: 1}
    stopped = [row for row in found.rows if row.gate == "confidence"]
    assert all(row.outcome.counts and not row.outcome.made for row in stopped)
    for row in found.rows:
        assert outcome_of(bench, read_cycle(bench.store, row.cycle_id)) == row.outcome


def test_a_filter_leaves_what_fits(cycle: Cycle, bench: Workbench) -> None:
    cycle(NOON, on=bench)
    cycle(NOON + timedelta(hours=3), symbol="ETH-USD", on=bench)
    rows = funnel_rows(bench)
    assert [row.symbol for row in rows] == ["BTC-USD", "ETH-USD"]
    spoke = next((source for row in rows for source in row.sources), "nobody")
    for wanted in (
        FunnelFilter(symbol="ETH-USD"),
        FunnelFilter(source=spoke),
        FunnelFilter(since=NOON + timedelta(hours=1)),
        FunnelFilter(until=NOON + timedelta(hours=1)),
        FunnelFilter(book_id=rows[0].book_id),
        FunnelFilter(book_id="none"),
    ):
        assert narrowed(rows, wanted) == funnel_rows(bench, wanted)
    assert len(narrowed(rows, FunnelFilter(symbol="ETH-USD"))) == 1
    assert narrowed(rows, FunnelFilter(source="nobody said this")) == ()
