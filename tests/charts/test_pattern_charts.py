"""Chart patterns and levels drawn: nothing after the bar that confirms, nothing out of sight, words for all of it."""

import pandas as pd
import plotly.graph_objects as go
import pytest

from core.charts import Look, candle_chart, decision_chart
from core.patterns import levels_of, patterns_of
from tests.seeded import seeded_bars


@pytest.fixture(scope="module")
def bars() -> pd.DataFrame:
    return seeded_bars(600, seed=4)


def marks_of(figure: go.Figure) -> list[go.Scatter]:
    named = ("pattern, up", "pattern, down")
    return [trace for trace in figure.data if trace.name in named and trace.mode == "markers+text"]


def marked(figure: go.Figure) -> int:
    return sum(len(trace.x) for trace in marks_of(figure))


@pytest.mark.parametrize("look", list(Look))
def test_each_pattern_has_its_lines_and_a_mark_at_its_bar(bars: pd.DataFrame, look: Look) -> None:
    found = patterns_of(bars)
    figure = candle_chart(bars, look=look, patterns=found, levels=levels_of(bars))
    marks = marks_of(figure)
    assert sum(len(trace.x) for trace in marks) == len(found) > 3
    times = {pattern.time.replace(tzinfo=None) for pattern in found}
    assert {pd.Timestamp(x).to_pydatetime() for trace in marks for x in trace.x} == times
    latest = max(times)
    for trace in figure.data:
        if (trace.name or "").startswith("pattern"):
            assert all(pd.Timestamp(x) <= latest for x in trace.x if x is not None)
    said = " ".join(str(words) for trace in marks for words in trace.customdata)
    assert "known from this bar's close" in said and "measured target" in said
    assert f"{len(found)} chart patterns" in figure.layout.meta and "price levels" in figure.layout.meta


def test_levels_run_from_their_first_touch_to_the_last_bar(bars: pd.DataFrame) -> None:
    levels = levels_of(bars)
    assert levels
    figure = candle_chart(bars, levels=levels)
    drawn = [trace for trace in figure.data if trace.name in ("support", "resistance")]
    assert len(drawn) == len(levels)
    for level, trace in zip(levels, drawn, strict=True):
        assert trace.y[0] == trace.y[1] == level.price and f"{level.touches} touches" in trace.customdata[0]
        assert pd.Timestamp(trace.x[0]) == pd.Timestamp(level.first).tz_localize(None)
        assert pd.Timestamp(trace.x[1]) == bars.index[-1].tz_localize(None)
    assert sum(trace.showlegend for trace in drawn) == len({level.kind for level in levels})


def test_without_any_the_chart_is_as_before(bars: pd.DataFrame) -> None:
    assert [trace.name for trace in candle_chart(bars).data] == [
        trace.name for trace in candle_chart(bars, patterns=(), levels=()).data
    ]
    assert "patterns" not in candle_chart(bars).layout.meta


def test_a_pattern_partly_out_of_sight_is_left_out(bars: pd.DataFrame) -> None:
    found = patterns_of(bars)
    begin = min(line.begin.row for line in found[-1].lines)
    near = candle_chart(bars, patterns=found, view=(bars.index[begin + 1], bars.index[-1]))
    whole = candle_chart(bars, patterns=found, view=(bars.index[begin], bars.index[-1]))
    assert marked(whole) == marked(near) + 1


def test_the_decision_shows_no_pattern_of_later(bars: pd.DataFrame, make_report) -> None:
    found = patterns_of(bars)
    moment = found[-1].time
    before = decision_chart(bars, make_report(1.0, as_of=moment), patterns=found, shown=400)
    step = make_report(1.0).request.timeframe.delta
    at = decision_chart(bars, make_report(1.0, as_of=moment + step), patterns=found, shown=400)
    assert marked(at) > marked(before)
