"""The figures of the funnel and of what the parts are worth."""

from datetime import UTC, datetime, timedelta

import pandas as pd
import pytest

from core.charts import Look
from core.charts.funnel import funnel_chart
from core.charts.uplift import added_chart, shadow_curves_chart
from core.pipeline.funnel import funnel_of
from core.records import GATES
from core.records.ledgers import SHADOWS, FunnelRow, OutcomeState, TradeOutcome

MOMENT = datetime(2019, 6, 1, tzinfo=UTC)


def stopped(number: int, gate: str, pnl: float) -> FunnelRow:
    outcome = TradeOutcome(OutcomeState.CLOSED, gate == "filled", pnl, 0.01, "")
    return FunnelRow(
        f"c{number}", MOMENT + timedelta(hours=number), "BTC-USD", "1h", "w", "b", gate, "", False, 1.0, (), "", outcome
    )  # fmt: skip


@pytest.mark.parametrize("look", list(Look))
def test_the_funnel_shows_counts_and_money_of_every_gate(look: Look) -> None:
    losing = [stopped(n, "confidence", -5.0 - n % 3) for n in range(30)]
    gaining = [stopped(30 + n, "risk", 4.0 + n % 3) for n in range(30)]
    found = funnel_of([*losing, *gaining, stopped(60, "filled", 3.0)])
    figure = funnel_chart(found, look)
    traces = {trace.name: trace for trace in figure.data}
    assert list(traces["went on"].y) == list(GATES)
    assert sum(traces["stopped here"].x) == 60
    assert list(traces["losses spared"].y) == ["confidence"]
    assert list(traces["gains missed"].y) == ["risk"]
    assert traces["losses spared"].error_x.array[0] > 0
    assert list(traces["filled trades made"].x) == [3.0]
    assert "most were stopped at" in figure.layout.meta


def test_empty_figures_say_what_to_do() -> None:
    for figure in (funnel_chart(funnel_of([])), added_chart({}), shadow_curves_chart(pd.DataFrame(), ())):
        assert "cycles" in figure.layout.meta.lower()


@pytest.mark.parametrize("look", list(Look))
def test_curves_and_parts_are_named(look: Look) -> None:
    index = pd.date_range("2019-01-01", periods=30, freq="h", tz="UTC")
    curves = pd.DataFrame({name: range(100, 130) for name in ("book", *SHADOWS)}, index=index, dtype=float)
    figure = shadow_curves_chart(curves, ("no-sentiment", "hold"), look)
    assert len(figure.data) == 3
    assert "no-llm" in figure.data[-1].name
    figure = added_chart(
        {
            "no-llm": ("the language model", 0.0, None, None, True, "Identical."),
            "no-sentiment": ("sentiment", 5.0, 1.0, 9.0, False, "Worth it."),
            "hold": ("trading", -5.0, -9.0, -1.0, False, "Not worth it."),
            "no-agent": ("the agent", 1.0, -9.0, 9.0, False, "Cannot be told."),
        },
        look,
    )
    assert [trace.name for trace in figure.data] == [
        "worth it",
        "not worth it",
        "cannot be told",
        "identical",
    ]
