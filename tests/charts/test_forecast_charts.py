from dataclasses import replace

import numpy as np
import pandas as pd
import pytest

from core.charts import Look, forecast_fan, outlook_chart
from core.charts.outlook import LEAN
from core.predict.outlook import MARGIN, outlook
from core.records import Direction, Levels


@pytest.fixture
def told(forecasts):
    """The same forecasts with quantiles, coverage and levels."""
    return tuple(
        replace(
            item, quantiles=tuple((np.array([-1.8, -0.6, 0.1, 0.7, 1.6]) * 0.01 * item.bars**0.5).tolist()),
            coverage=0.88, levels=Levels(0.02, 0.03, 0.021, 0.029, 500),
        )
        for item in forecasts
    )  # fmt: skip


def test_fan_ends_at_the_quantiles_in_price(bars, told):
    figure = forecast_fan(bars, told)
    price = bars["close"].iloc[-1]
    marks = {trace.name: trace for trace in figure.data if trace.mode == "lines+markers"}
    for item in told:
        assert set(marks[item.horizon].x) == {item.bars}
        np.testing.assert_allclose(marks[item.horizon].y, price * np.exp(item.quantiles))
    bands = [trace for trace in figure.data if trace.line.width == 0]
    for trace, level in zip(bands, (4, 0, 3, 1), strict=True):
        assert trace.y[0] == price and trace.x[0] == 0.0
        assert trace.y[-1] == pytest.approx(price * np.exp(told[-1].quantiles[level]))
        assert float(trace.x[-1]) == pytest.approx(told[-1].bars)
    assert [trace.name for trace in bands if trace.showlegend] == ["9 of 10 returns", "half returns"]


def test_fan_widens_with_the_square_root_of_time(bars, told):
    only = [replace(told[1], quantiles=(-0.2, -0.1, 0.0, 0.1, 0.2))]
    top = next(trace for trace in forecast_fan(bars, only).data if trace.line.width == 0)
    grown = np.log(np.array(top.y) / bars["close"].iloc[-1])
    np.testing.assert_allclose(grown, 0.2 * np.sqrt(np.array(top.x) / only[0].bars), atol=1e-12)


def test_fan_line_is_the_closes_and_ends_now(bars, told):
    line = next(trace for trace in forecast_fan(bars, told, shown=30).data if trace.name == "close")
    assert list(line.x) == list(range(-30, 1))
    assert list(line.y) == bars["close"].tail(31).tolist()
    assert line.customdata[-1] == "2019-06-04 08:00 UTC", "the last of eighty hours closes then"


@pytest.mark.parametrize(
    ("edges", "words"),
    [
        ((False, False), "<b>No evidence of edge</b>: read the width"),
        ((True, False), "<b>No evidence of edge</b> (long): read the width"),
    ],
)
def test_fan_says_where_there_is_no_evidence_of_edge(bars, told, edges, words):
    figure = forecast_fan(bars, [replace(f, edge=e) for f, e in zip(told, edges, strict=True)])
    assert words in figure.layout.title.subtitle.text
    assert "The 90% band has held 88% short, 88% long." in figure.layout.title.subtitle.text
    untitled = forecast_fan(bars, told, title="")
    assert "No evidence of edge" in untitled.layout.title.text
    marks = {trace.name: trace for trace in figure.data if trace.mode == "lines+markers"}
    assert ("no evidence of edge" in marks["short"].customdata[0]) is not edges[0]
    assert "▲ up 30% (base rate 40%)" in marks["short"].customdata[0]
    assert "in 6 bars, about 2019-06-04 14:00 UTC" in marks["short"].customdata[0]


def test_fan_with_evidence_everywhere_says_nothing_of_it_and_takes_the_accent(bars, told):
    proven = [replace(item, edge=True) for item in told]
    figure = forecast_fan(bars, proven)
    assert "evidence" not in figure.layout.title.subtitle.text
    colours = [
        next(trace for trace in built.data if trace.name == "median").line.color
        for built in (figure, forecast_fan(bars, told))
    ]
    assert colours == [Look.LIGHT.tokens.accent, Look.LIGHT.tokens.neutral]


@pytest.mark.parametrize(
    ("side", "stop", "target"), [(Direction.UP, 0.98, 1.03), (Direction.DOWN, 1.021, 0.971)]
)
def test_fan_draws_levels_of_a_side_when_asked(bars, told, side, stop, target):
    lines = {trace.name: trace for trace in forecast_fan(bars, told, side=side).data}
    name = "long" if side is Direction.UP else "short"
    price = bars["close"].iloc[-1]
    assert lines[f"stop, {name}"].y[0] == pytest.approx(price * stop)
    assert lines[f"target, {name}"].y[0] == pytest.approx(price * target)
    assert list(lines[f"stop, {name}"].x) == [0, 6, None, 6, 96, None]
    assert not any("stop" in (trace.name or "") for trace in forecast_fan(bars, told).data)


def test_fan_dates_ahead_leave_room_for_nights(told):
    index = pd.DatetimeIndex(
        [day + pd.Timedelta(hours=hour) for day in pd.bdate_range("2019-05-01", periods=60, tz="UTC") for hour in range(14, 21)]
    ).as_unit("us")  # fmt: skip
    bars = pd.DataFrame({"close": np.linspace(100, 110, len(index))}, index=index)
    mark = next(trace for trace in forecast_fan(bars, told[:1]).data if trace.name == "short")
    assert index[-1].day_name() == "Tuesday"
    assert "in 6 bars, about 2019-07-24 20:00 UTC" in mark.customdata[0], (
        "seven bars a day, the last closes at 21:00"
    )
    friday = bars.loc[:"2019-07-19"]
    mark = next(trace for trace in forecast_fan(friday, told[:1]).data if trace.name == "short")
    assert "in 6 bars, about 2019-07-22 20:00 UTC" in mark.customdata[0], "over the weekend"


def test_fan_without_what_it_needs_says_what_to_do(bars, told, forecasts):
    for figure, words in (
        (forecast_fan(bars, ()), "Run a cycle"),
        (forecast_fan(bars.iloc[:0], told), "Fetch the history"),
        (forecast_fan(bars, forecasts), "train again"),
    ):
        assert not figure.data and words in figure.layout.annotations[0].text.replace("<br>", " ")


def test_outlook_bars_are_the_probabilities_around_the_middle_of_flat(told):
    figure = outlook_chart(told, outlook(told))
    down, flat, up = figure.data
    assert list(up.x) == [item.p_up for item in told]
    assert list(down.x) == [item.p_down for item in told]
    for k, item in enumerate(told):
        assert down.base[k] + item.p_down == pytest.approx(flat.base[k])
        assert flat.base[k] + item.p_flat == pytest.approx(up.base[k]) and up.base[k] == item.p_flat / 2
    assert "base rate 40.0%" in up.customdata[0]


def test_outlook_says_lean_agreement_and_words(told):
    mixed = [replace(told[0], edge=True), told[1]]
    figure = outlook_chart(mixed, outlook(mixed))
    notes = [note.text for note in figure.layout.annotations]
    assert "▼ down</b> by 20 points" in notes[0] and "no evidence" not in notes[0]
    assert "▲ up</b> by 60 points" in notes[1] and "no evidence of edge" in notes[1]
    subtitle = figure.layout.title.subtitle.text.replace("<br>", " ")
    assert outlook(mixed).words in subtitle and "agreement 54%" in subtitle
    strong, pale = figure.data[2].marker.color
    assert strong != pale
    assert LEAN == MARGIN, "the arrow and the outlook call the same thing a lean"


@pytest.mark.parametrize("look", list(Look))
def test_outlook_and_fan_tell_themselves_in_words(bars, told, look):
    for figure in (forecast_fan(bars, told, look), outlook_chart(told, outlook(told), look)):
        assert len(figure.layout.meta) > 40 and "nan" not in figure.layout.meta
        assert figure.layout.margin.t < figure.layout.height
    assert not outlook_chart((), None, look).data
