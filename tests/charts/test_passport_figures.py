"""Figures of the passport: bounds of a size, nearness of limits, and the flip."""

from datetime import UTC, datetime

import plotly.graph_objects as go
import pytest
from hypothesis import given
from hypothesis import strategies as st

from core.charts import Look
from core.charts.flip import flip_chart
from core.charts.nearness import nearness_chart, used_share
from core.charts.sizing import sizing_chart
from core.records import Action, ChangedInput, Ending, Flip, RiskCheck, SizeCap, Sizing, Verdict

CAPS = (
    SizeCap("max_position", 0.10, "One position may be 10.00% of equity at most."),
    SizeCap("volatility", 0.07, "A target of 10.0% over 140.0% leaves 7.00%."),
    SizeCap("kelly", 3.0, "It is <b>far</b> away."),
)
NOW = datetime(2024, 3, 5, tzinfo=UTC)
WAS, BECOMES = Ending(Verdict.NO_TRADE, Action.HOLD, 0), Ending(Verdict.ORDERED, Action.OPEN, 1)


def flip(*changes: ChangedInput, note: str = "") -> Flip:
    return Flip(
        "c", WAS, BECOMES if changes else None, changes, bool(changes), 70, 1600, 1, (), (), NOW, note
    )


@pytest.mark.parametrize("look", list(Look))
def test_the_bound_that_won_is_marked_and_far_ones_are_cut(look: Look) -> None:
    figure = sizing_chart(Sizing(CAPS, "volatility", 0.07, 0.05), look)
    (bars,) = figure.data
    assert [text for text in bars.text if "decides" in text] == ["<b>7.00% ← decides</b>"]
    assert max(bars.x) <= figure.layout.xaxis.range[1] and "300.00%" in bars.text
    assert "<b>far</b>" not in "".join(bars.customdata)  # what is told is escaped
    assert "target volatility decided it among 3 bounds" in figure.layout.meta
    assert "No position" in sizing_chart(None, look).layout.meta


def test_a_limit_of_both_kinds_is_nearer_the_farther_right() -> None:
    checks = (
        RiskCheck("max_position", 5.0, 10.0, "% of equity", True, "Half of it."),
        RiskCheck("reward_to_risk", 2.0, 1.0, "times", True, "Twice what is asked."),
        RiskCheck("data_quality", 40.0, 80.0, "of 100 points", False, "Half of what is asked."),
        RiskCheck("cash", 300.0, 100.0, "$", False, "Three times what is there."),
        RiskCheck("system_state", None, None, "", True, "Active."),
    )
    assert [used_share(check) for check in checks] == [0.5, 0.5, 2.0, 3.0, None]
    (bars,) = nearness_chart(checks).data
    assert bars.text[::-1] == ("5 of 10 %", "2, at least 1 times", "40, at least 80", "300 of 100 $", "–")
    assert "5 checks, 2 refused" in nearness_chart(checks).layout.meta
    assert "Nothing was proposed" in nearness_chart(()).layout.meta


@given(st.floats(0, 1e9), st.floats(0, 1e9), st.booleans())
def test_a_bar_reaches_the_limit_exactly_where_a_check_refuses(
    value: float, limit: float, passed: bool
) -> None:
    share = used_share(RiskCheck("any", value, limit, "", passed, ""))
    assert share is not None and share >= 0
    assert share == 1 if value == limit else (share <= 1) == passed


def test_the_flip_shows_where_it_was_and_where_it_turns() -> None:
    rsi = ChangedInput("rsi_14", "RSI of 14 bars", "0 … 100", 52.0, 26.2, 20.0, 80.0, 11.5)
    far = ChangedInput("atr_14", "average true range", "price", 900.0, 300.0, 100.0, 500.0, 50.0)
    figure = flip_chart(flip(rsi, far))
    was, now = (trace for trace in figure.data if isinstance(trace, go.Scatter))
    assert list(now.x) == [pytest.approx(0.5), pytest.approx(6.2 / 60)]
    assert was.x[0] == 1.1  # outside its range: just beside it
    assert figure.layout.meta == "RSI of 14 bars 26.2 instead of 52; average true range 300 instead of 900"
    assert rsi.distance == pytest.approx(25.8 / 11.5)
    assert "No change of one or two inputs" in flip_chart(flip()).layout.meta
    assert flip_chart(flip(note="Replay differs.")).layout.meta == "Replay differs."
    assert "Nobody has searched" in flip_chart(None).layout.meta
