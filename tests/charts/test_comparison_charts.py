"""Assets against each other: rebased lines and correlations."""

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from core.charts import Look, comparison_chart, correlation_chart
from core.charts.comparison import rebased


def closes_of(start="2019-06-01", freq="D", **columns) -> pd.DataFrame:
    index = pd.date_range(start, periods=len(next(iter(columns.values()))), freq=freq, tz="UTC", name="date")
    return pd.DataFrame(
        {name.replace("_", "-"): np.asarray(values, float) for name, values in columns.items()}, index
    )


def named(figure, name):
    return next(trace for trace in figure.data if trace.name == name)


def labels(figure):
    return {note.text: note for note in figure.layout.annotations}


NAN = float("nan")


def test_lines_start_at_100_at_the_first_moment_that_all_have():
    closes = closes_of(BTC_USD=[50, 100, 110, 120], AAPL=[NAN, 200, 190, 180])
    figure = comparison_chart(closes)
    assert list(named(figure, "BTC-USD").y) == pytest.approx([100, 110, 120])
    assert list(named(figure, "AAPL").y) == [100, 95, 90]
    assert named(figure, "AAPL").x[0] == np.datetime64("2019-06-02")
    assert figure.layout.yaxis.title.text == "close, 2019-06-02 = 100"
    assert {"BTC-USD +20.0%", "AAPL −10.0%"} == set(labels(figure))
    assert figure.layout.meta == "Since 2019-06-02 00:00 UTC: BTC-USD +20.0%, AAPL −10.0%."


def test_an_asset_that_sleeps_at_the_start_counts_from_its_last_close():
    closes = closes_of(AAPL=[100, NAN, NAN, 110], BTC_USD=[NAN, 10, 11, 12])
    lines, start = rebased(closes)
    assert start == closes.index[1]
    assert lines["AAPL"].dropna().tolist() == pytest.approx([100, 110])
    assert lines["BTC-USD"].dropna().tolist() == pytest.approx([100, 110, 120])


def test_closed_hours_are_bridged_and_never_filled():
    closes = closes_of(BTC_USD=[10, 11, 12, 13, 14], AAPL=[20, NAN, NAN, 22, 24])
    figure = comparison_chart(closes)
    assert list(named(figure, "AAPL").y) == pytest.approx([100, 110, 120])
    assert named(figure, "AAPL").customdata == ("+0.0%, close 20.0000 on 2019-06-01", "+10.0%, close 22.0000 on 2019-06-04",
                                                "+20.0%, close 24.0000 on 2019-06-05")  # fmt: skip
    assert named(figure, "BTC-USD").customdata[-1] == "+40.0%, close 14.0000", "it has a bar on every day"


values = st.lists(st.floats(0.01, 1e5) | st.just(NAN), min_size=2, max_size=40)


@given(st.lists(values, min_size=1, max_size=5))
def test_rebasing_keeps_ratios_and_invents_nothing(columns):
    length = min(len(column) for column in columns)
    closes = closes_of(**{f"A{n}": column[:length] for n, column in enumerate(columns)})
    lines, start = rebased(closes)
    for name in lines.columns:
        line = lines[name].dropna()
        real = closes[name].reindex(line.index)
        assert real.notna().all()
        assert line.iloc[0] == pytest.approx(100)
        assert np.allclose(line / 100, real / real.iloc[0])
        assert line.index[0] <= start
        assert closes[name].loc[start:].dropna().index.isin(line.index).all()


def test_what_cannot_be_compared_is_named():
    closes = closes_of(BTC_USD=[10, 11, 12], GONE=[NAN] * 3, ZERO=[0.0, 1.0, 2.0])
    figure = comparison_chart(closes)
    assert [trace.name for trace in figure.data] == ["BTC-USD"]
    assert "left out, no bars since 2019-06-01: GONE, ZERO" in labels(figure)


def test_a_line_that_stops_early_ends_in_a_cross():
    closes = closes_of(A=np.arange(100.0) + 1, B=[*np.arange(40.0) + 1, *[NAN] * 60])
    figure = comparison_chart(closes)
    stop = named(figure, "B stops")
    assert (stop.x[0], stop.y[0], stop.marker.symbol) == (pd.Timestamp("2019-07-10"), 4_000, "x")
    assert stop.hovertemplate == "last bar 2019-07-10"
    assert "B +3,900% ✕" in labels(figure)


def test_labels_do_not_cover_each_other_and_lead_to_their_lines():
    rng = np.random.default_rng(1)
    closes = closes_of(**{f"A{n}": 100 + rng.normal(0, 0.1, 50).cumsum() for n in range(15)})
    figure = comparison_chart(closes)
    low, high = figure.layout.yaxis.range
    notes = list(figure.layout.annotations)
    assert len(notes) == 15
    places = sorted((note.y - low) / (high - low) * 328 - note.ay for note in notes)
    assert (np.diff(places) >= 15 - 1e-6).all()
    assert places[0] >= 0
    assert places[-1] <= 328
    assert figure.layout.margin.r > 9 * 6, "room for nine letters"
    styles = {(trace.line.color, trace.line.dash) for trace in figure.data}
    assert len(styles) == 15


def test_log_scale_writes_round_numbers_and_places_labels_on_it():
    closes = closes_of(A=[1, 10, 100], B=[1, 1.1, 0.5])
    axis = (figure := comparison_chart(closes, log=True)).layout.yaxis
    assert axis.type == "log"
    assert 100 in axis.tickvals
    assert 3 <= len(axis.tickvals) <= 8
    assert "1,000" in axis.ticktext
    assert labels(figure)["A +9,900%"].y == pytest.approx(4)
    assert "log scale" in axis.title.text
    calm = comparison_chart(closes_of(A=[100, 101, 102], B=[100, 99, 101]), log=True).layout.yaxis
    assert len(calm.tickvals) >= 3


def test_long_histories_are_thinned_on_common_rows():
    rng = np.random.default_rng(2)
    closes = closes_of(freq="h", **{f"A{n}": np.exp(rng.normal(0, 0.01, 50_000).cumsum()) for n in range(4)})
    figure = comparison_chart(closes)
    first = figure.data[0]
    assert len(first.x) <= 4_000
    assert all(np.array_equal(trace.x, first.x) for trace in figure.data), "one hover tells all lines"
    assert max(named(figure, "A0").y) == pytest.approx((closes["A0"] / closes["A0"].iloc[0]).max() * 100)


def test_weekends_are_left_out_only_when_nobody_trades_on_them():
    days = pd.bdate_range("2019-06-03", "2019-06-28", tz="UTC")
    stocks = pd.DataFrame({"AAPL": np.arange(20.0) + 1, "MSFT": np.arange(20.0) + 2}, index=days)
    assert comparison_chart(stocks).layout.xaxis.rangebreaks
    every_day = pd.date_range("2019-06-03", "2019-06-28", tz="UTC")
    mixed = stocks.reindex(every_day).assign(BTC=np.arange(26.0) + 1)
    assert not comparison_chart(mixed).layout.xaxis.rangebreaks


@pytest.mark.parametrize("look", list(Look))
@pytest.mark.parametrize(
    "closes",
    [pd.DataFrame(), closes_of(A=[NAN, NAN]), closes_of(A=[1.0])],
    ids=["none", "unknown", "one bar"],
)
def test_nothing_to_compare_says_what_to_do(look, closes):
    figure = comparison_chart(closes, look)
    assert not figure.data
    assert "Choose assets" in figure.layout.annotations[0].text


def square(values, names="ABC") -> pd.DataFrame:
    names = list(names)
    return pd.DataFrame(np.asarray(values, float), index=names, columns=names)


def test_correlations_are_centred_on_zero_with_numbers_in_cells():
    figure = correlation_chart(
        square([[1, 0.42, -0.8], [0.42, 1, NAN], [-0.8, NAN, 1]]),
        square([[90, 80, 70], [80, 90, 7], [70, 7, 90]]),
    )
    heat, numbers = figure.data
    assert (heat.zmin, heat.zmid, heat.zmax) == (-1, 0, 1)
    assert heat.z[0][1] == 0.42
    assert np.isnan(heat.z[1][1]), "an asset with itself says nothing"
    cells = {(y, x): text for x, y, text in zip(numbers.x, numbers.y, numbers.text, strict=True)}
    assert cells == {("A", "B"): "+0.42", ("B", "A"): "+0.42", ("A", "C"): "−0.80", ("C", "A"): "−0.80",
                     ("B", "C"): "–", ("C", "B"): "–"}  # fmt: skip
    assert heat.customdata[0][1] == "<b>A</b> with <b>B</b>: +0.42<br>80 common returns"
    assert heat.customdata[1][2] == "<b>B</b> with <b>C</b>: too few to tell<br>7 common returns"
    assert heat.customdata[2][2] == "C, 90 returns"
    assert (
        figure.layout.meta == "Correlations of 3 assets: highest +0.42 (A with B), lowest −0.80 (A with C)."
    )


@pytest.mark.parametrize("look", list(Look))
def test_the_scale_runs_from_the_colour_of_down_to_that_of_up(look):
    heat = correlation_chart(square(np.eye(3)), square(np.eye(3)), look).data[0]
    assert [colour for _, colour in heat.colorscale] == [
        look.tokens.down,
        look.tokens.surface,
        look.tokens.up,
    ]


def test_fifteen_assets_fit_a_phone():
    names = [f"COIN{n}-USD" for n in range(15)]
    values = np.corrcoef(np.random.default_rng(3).normal(size=(15, 3)))
    figure = correlation_chart(square(values, names), square(np.full((15, 15), 500), names))
    numbers = figure.data[1]
    assert len(numbers.text) == 15 * 14
    assert max(len(text) for text in numbers.text) <= 4
    assert not any(text.startswith(("0", "−0")) for text in numbers.text)
    assert numbers.textfont.size == 9
    assert figure.layout.xaxis.tickangle == -90
    assert figure.layout.yaxis.autorange == "reversed", "the first asset stands on top"


@pytest.mark.parametrize("names", ["", "A"])
def test_less_than_two_assets_have_no_correlation(names):
    empty = square(np.eye(len(names)), names)
    figure = correlation_chart(empty, empty)
    assert not figure.data
    assert "Choose at least two" in figure.layout.annotations[0].text
