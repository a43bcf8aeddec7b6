"""Stops that are drawn nearer and orders that wait at a limit: a cycle and its backtest do the same, bit for bit."""

from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from core.pipeline import run_cycle
from core.records import Action, CycleReport, CycleRequest, Mode, OrderStatus, OrderType, Timeframe
from core.store.books import active_book, read_equity, read_fills
from tests.pipeline.test_whole_cycle import (
    FIRST,
    HOUR,
    LIVELY,
    WORLD,
    Lived,
    bars_of,
    differences,
    open_bench,
    run,
)

SETTINGS: dict[str, Any] = {
    "signals": {
        "threshold": 0.3, "weights": ("rsi_bollinger = 1.0",), "weight_forecast": 0.0, "adapt": False, "meta": False,
    },
    "sentiment": {"weight": 0.0},
    "risk": LIVELY["risk"] | {"max_daily_loss": 1.0, "losing_streak": 0, "stop_loss": 0.04, "take_profit": 0.08},
    "predict": LIVELY["predict"] | {"retrain_bars": 400, "regime_states": 2},
}  # fmt: skip
"""One strategy alone, which speaks at an extreme and is silent afterwards: then the numbers speak for the position no
more."""
BEGIN = datetime(2017, 11, 10, 12, tzinfo=UTC)
CASES = [
    pytest.param(BEGIN, 8, {"adjust_atr": 0.5}, id="adjusting"),
    pytest.param(BEGIN, 8, {"entry": "limit", "entry_atr": 0.3, "entry_bars": 2}, id="limit"),
]


def lived_through(home: Path, begin: datetime, count: int, sizing: dict[str, Any]) -> Lived:
    opened = open_bench(home, sizing=sizing, **SETTINGS)
    reports: list[CycleReport] = []
    for number in range(1, count + 1):
        request = CycleRequest("BTC-USD", Timeframe.H1, "sample", begin + number * HOUR, Mode.PAPER)
        reports.append(run_cycle(request, opened.bench, f"live{number}"))
    book = active_book(opened.store, WORLD)
    assert book is not None
    fills, equity = read_fills(opened.store, book.id), read_equity(opened.store, book.id)
    opened.close()
    return Lived(tuple(reports), fills, fills, equity, book.equity)


@pytest.mark.slow
@pytest.mark.parametrize(("begin", "count", "sizing"), CASES)
def test_a_managed_position_lives_as_in_its_backtest(
    home: Path, tmp_path: Path, begin: datetime, count: int, sizing: dict[str, Any]
) -> None:
    lived = lived_through(tmp_path / "live", begin, count, sizing)
    opened = open_bench(home, sizing=sizing, **SETTINGS)
    whole = run(opened.bench, bars_of(FIRST, begin + (count + 1) * HOUR), begin, begin + count * HOUR)
    opened.close()
    until = begin + count * HOUR
    known = tuple(one for one in whole.decided if one.as_of <= until)
    whole = replace(whole, trace=whole.trace.iloc[:count], decided=known)
    assert differences(lived, whole) == []
    fills = lived.fills[lived.fills["time"] < until]
    assert fills["price"].tolist() == whole.backtest.fills["price"].tolist()[: len(fills)]
    marks = lived.equity.reindex(whole.backtest.curves.index + HOUR).to_numpy()
    assert whole.backtest.curves["equity"].iloc[count - 1] == pytest.approx(marks[count - 1], rel=1e-12)
    actions = [one.decision.proposal.action for one in known]
    if "adjust_atr" in sizing:
        moved = next(one for one in known if one.decision.proposal.action is Action.ADJUST)
        assert moved.status is None and "the stop moves to" in moved.decision.words
        stage = next(r for r in lived.reports if r.as_of == moved.as_of).stages
        assert any("Moved: stop" in one.summary for one in stage)
    else:
        orders = [r.order for r in lived.reports if r.order is not None]
        assert orders and {order.type for order in orders} == {OrderType.LIMIT}
        assert Action.OPEN in actions and OrderStatus.ACCEPTED in {one.status for one in known}
