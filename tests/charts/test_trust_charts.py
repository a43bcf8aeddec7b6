"""Forming bars, flags, trust and missing spans on the candle chart."""

import time
from itertools import pairwise

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from core.charts import Look, candle_chart
from core.charts.gaps import breaks_without, spans_within
from core.charts.scales import blended, colour_at, contrast, correlation_scale, ink_on, trust_scale
from core.charts.time_axis import range_breaks
from core.charts.trust import FLAG_WORDS, MOST_CELLS, candle_runs, strip_runs


def named(figure, name):
    return next(trace for trace in figure.data if trace.name.startswith(name))


def flags_of(bars, **found) -> pd.DataFrame:
    """Flag → positions of the bars that have it; trust is 100 less 20 for each flag."""
    flags = pd.DataFrame(False, index=bars.index, columns=list(FLAG_WORDS))
    for name, rows in found.items():
        flags.iloc[rows, flags.columns.get_loc(name)] = True
    return flags.assign(trust=100.0 - 20.0 * flags.sum(axis=1))


@pytest.mark.parametrize("look", list(Look))
def test_bars_that_have_not_closed_are_paler_and_named(make_bars, look):
    bars = make_bars(np.arange(10.0) + 50)
    figure = candle_chart(bars.iloc[:8], look=look, forming=bars.iloc[6:])
    closed, forming = named(figure, "price"), named(figure, "not closed yet")
    assert list(forming.x) == list(bars.index[8:].tz_localize(None)), "those that closed are not drawn twice"
    assert closed.decreasing.fillcolor.endswith(",1)")
    assert forming.decreasing.fillcolor.endswith(",0.45)")
    assert forming.showlegend
    assert forming.customdata[0] == "<br>not closed yet"
    assert figure.layout.xaxis.range[1] > bars.index[9].tz_localize(None)
    assert "2 not closed yet" in figure.layout.meta
    assert len([trace for trace in figure.data if trace.name == "volume"]) == 2


def test_a_view_that_ends_earlier_shows_no_forming_bar(make_bars):
    bars = make_bars(np.arange(10.0) + 50)
    figure = candle_chart(bars.iloc[:8], forming=bars.iloc[8:], view=(bars.index[0], bars.index[5]))
    assert "not closed yet" not in {trace.name for trace in figure.data}


def test_repairs_spikes_and_disagreements_are_marked_above_the_high(bars):
    flags = flags_of(bars, repaired=[5, 9], spike=[9], disagrees=[30], flat=[40])
    flags["was"] = None
    flags.loc[flags.index[5], "was"] = "close 101.2 was <1012>"
    figure = candle_chart(bars, flags=flags)
    repaired, spike, disagrees = (
        named(figure, name) for name in ("repaired (2)", "spike (1)", "sources disagree (1)")
    )
    assert [trace.marker.symbol for trace in (repaired, spike, disagrees)] == ["diamond", "star", "bowtie"]
    assert list(repaired.x) == list(bars.index[[5, 9]].tz_localize(None))
    assert (np.asarray(repaired.y) > bars["high"].iloc[[5, 9]].to_numpy()).all()
    assert spike.y[0] > repaired.y[1], "two marks on one bar stand above each other"
    told = named(figure, "price").customdata
    assert told[5] == "<br>◆ repaired<br>close 101.2 was &lt;1012&gt;"
    assert told[9] == "<br>◆ repaired<br>★ spike"
    assert told[0] == told[40] == ""
    assert "%{customdata}" in named(figure, "price").hovertemplate
    assert "repaired (2), spike (1), sources disagree (1), lowest trust 60 of 100" in figure.layout.meta


def test_trust_is_a_strip_below_with_its_reasons(bars):
    flags = flags_of(bars, no_volume=[3], gap_before=[3])
    flags.loc[flags.index[10], "trust"] = np.nan
    figure = candle_chart(bars, flags=flags)
    strip = named(figure, "trust")
    assert len(strip.x) == len(bars) - 1, "no cell where trust is unknown"
    assert strip.marker.color[3] == 60
    assert strip.customdata[3] == "trust 60: gap before, zero volume"
    assert strip.customdata[0] == "trust 100: nothing found"
    assert (strip.marker.cmin, strip.marker.cmax) == (0, 100)
    assert strip.width[0] == 3_600_000
    assert strip.offset == -1_800_000
    axis = figure.layout["yaxis" + strip.yaxis[1:]]
    assert axis.ticktext == ("trust",)
    assert axis.domain[0] == pytest.approx(0)
    assert figure.layout.xaxis.anchor == strip.yaxis
    assert {"trust 100", "trust 60"} <= {trace.name for trace in figure.data}


def test_without_flags_or_trust_nothing_is_added(bars):
    plain = {trace.name for trace in candle_chart(bars).data}
    assert plain == {"price", "volume"}
    assert {
        trace.name for trace in candle_chart(bars, flags=flags_of(bars).drop(columns="trust")).data
    } == plain
    assert "%{customdata}" not in named(candle_chart(bars), "price").hovertemplate


def test_joined_candles_count_their_flags_and_tell_the_first_repairs(make_bars):
    bars = make_bars(100 + np.sin(np.arange(3_000.0)))
    flags = flags_of(bars, repaired=[10, 11, 12, 13])
    flags["was"] = np.where(flags["repaired"], "was 7", None)
    figure = candle_chart(bars, flags=flags, most=300)
    assert named(figure, "price").customdata[1] == (
        "<br>◆ repaired (4 of 10 bars)<br>was 7<br>was 7<br>was 7<br>and 1 more"
    )
    assert list(named(figure, "repaired (4)").x) == [bars.index[10].tz_localize(None)]
    assert named(figure, "trust").customdata[1] == "trust 80 (lowest of 10 bars): repaired (4 of 10 bars)"


@given(
    st.lists(st.floats(0, 100) | st.none(), min_size=1, max_size=300), st.integers(1, 9), st.integers(1, 40)
)
def test_the_strip_shows_the_lowest_trust_of_whole_candles(values, every, most):
    index = pd.date_range("2019-06-01", periods=len(values), freq="1h", tz="UTC")
    rows = pd.DataFrame({"trust": pd.Series(values, dtype="float64").to_numpy()}, index=index)
    runs = strip_runs(rows, every, (), most)
    assert len(runs.starts) <= most
    assert (runs.starts % every == 0).all()
    assert runs.sizes.sum() == len(values)
    for start, size, lowest in zip(runs.starts, runs.sizes, runs.trust, strict=True):
        known = [value for value in values[start : start + size] if value is not None]
        assert lowest == min(known) if known else np.isnan(lowest)


@given(st.lists(st.booleans(), min_size=1, max_size=200), st.integers(1, 20))
def test_no_flag_is_lost_when_bars_are_joined(found, every):
    index = pd.date_range("2019-06-01", periods=len(found), freq="1h", tz="UTC")
    runs = candle_runs(pd.DataFrame({"spike": found}, index=index), every)
    assert runs.counts["spike"].sum() == sum(found)
    assert len(runs.starts) == -(-len(found) // every)


def test_the_strip_is_cut_at_holes(make_bars):
    bars = make_bars(np.arange(1_000.0) + 50)
    broken = bars.drop(bars.index[501:700])
    hole = (bars.index[501].tz_localize(None), bars.index[700].tz_localize(None))
    runs = strip_runs(flags_of(broken), 1, [hole], 10)
    assert 501 in runs.starts
    figure = candle_chart(broken, flags=flags_of(broken))
    strip = named(figure, "trust")
    ends = pd.DatetimeIndex(strip.x) + pd.to_timedelta(np.asarray(strip.width) + strip.offset, unit="ms")
    assert not ((strip.x < hole[1]) & (ends > hole[0])).any()


def test_a_caller_who_knows_the_calendar_says_what_is_missing(make_bars):
    days = pd.bdate_range("2019-06-03", "2019-06-28", tz="UTC", name="date").as_unit("us")
    lost = days[7]
    bars = make_bars(np.arange(float(len(days)))).set_axis(days).drop(lost)
    guessed = candle_chart(bars)
    assert not guessed.layout.shapes, "one weekday without a bar looks like a holiday"
    assert guessed.layout.xaxis.rangebreaks[-1]["values"] == ("2019-06-12",)
    figure = candle_chart(bars, missing=[(lost, days[8])])
    (shade,) = figure.layout.shapes
    assert (shade.x0, shade.x1, shade.name) == (
        pd.Timestamp("2019-06-12"), pd.Timestamp("2019-06-13"), "no data (1)",
    )  # fmt: skip
    assert [b.bounds for b in figure.layout.xaxis.rangebreaks] == [("sat", "mon")], (
        "the lost day stays on the axis"
    )
    assert "1 spans without data" in figure.layout.meta


def test_an_empty_list_of_missing_spans_means_nothing_is_missing(bars):
    broken = bars.drop(bars.index[20:25])
    assert candle_chart(broken).layout.shapes
    assert not candle_chart(broken, missing=[]).layout.shapes


def test_missing_spans_are_cut_to_what_is_drawn_and_sorted_by_length():
    first, last = pd.Timestamp("2019-06-02"), pd.Timestamp("2019-06-05")
    spans = [("2019-06-04", "2019-06-04 06:00"), ("2019-06-01", "2019-06-03"), ("2019-06-06", "2019-06-09")]
    given_spans = [(pd.Timestamp(a, tz="UTC"), pd.Timestamp(b, tz="UTC")) for a, b in spans]
    assert spans_within(given_spans, first, last) == [
        (first, pd.Timestamp("2019-06-03")), (pd.Timestamp("2019-06-04"), pd.Timestamp("2019-06-04 06:00")),
    ]  # fmt: skip


def test_many_spans_are_counted_and_the_longest_shaded(make_bars):
    bars = make_bars(np.arange(500.0) + 50)
    spans = [(bars.index[i], bars.index[i + 1 + i % 3]) for i in range(0, 400, 4)]
    shapes = candle_chart(bars, missing=spans).layout.shapes
    assert len(shapes) == 30
    assert shapes[0].name == "no data (100)"
    assert [shape.showlegend for shape in shapes] == [True] + [False] * 29


def test_holidays_beside_a_hole_are_still_left_out():
    breaks = [{"bounds": ["sat", "mon"]}, {"values": ["2019-07-04", "2019-07-09"]}]
    hole = [(pd.Timestamp("2019-07-09"), pd.Timestamp("2019-07-10"))]
    assert breaks_without(breaks, hole) == [{"bounds": ["sat", "mon"]}, {"values": ["2019-07-04"]}]
    assert range_breaks(pd.DatetimeIndex([])) == breaks_without([], hole) == []


@pytest.mark.parametrize("look", list(Look))
def test_less_trust_stands_out_more(look):
    scale, ground = trust_scale(look), look.tokens.background
    seen = [contrast(colour_at(scale, place), ground) for place in np.linspace(0, 1, 41)]
    assert all(low >= high - 1e-9 for low, high in pairwise(seen)), "order survives in grey"
    assert seen[0] > 3.0
    assert seen[-1] > 1.15, "full trust is not mistaken for no data"


@pytest.mark.parametrize("look", list(Look))
@given(value=st.floats(-1, 1))
def test_numbers_are_read_on_every_cell(look, value):
    cell = colour_at(correlation_scale(look), (value + 1) / 2)
    assert contrast(ink_on(cell), cell) >= 4.5


def test_colours_blend_from_end_to_end():
    assert blended("#000000", "#FF8000", 0) == "#000000"
    assert blended("#000000", "#FF8000", 0.5) == "#804000"
    assert colour_at([(0, "#000000"), (0.5, "#202020"), (1, "#FFFFFF")], 0.25) == "#101010"
    assert colour_at([(0, "#000000"), (1, "#FFFFFF")], 7) == "#FFFFFF"
    assert trust_scale(Look.LIGHT) != trust_scale(Look.DARK)


def test_a_hundred_thousand_bars_are_quick(make_bars):
    bars = make_bars(100 + np.sin(np.arange(100_000.0)))
    flags = flags_of(bars, spike=list(range(0, 100_000, 900)), repaired=list(range(5, 100_000, 700)))
    candle_chart(bars, flags=flags)
    began = time.perf_counter()
    figure = candle_chart(bars, flags=flags)
    assert time.perf_counter() - began < 0.5
    assert len(named(figure, "price").x) <= 3_000
    assert len(named(figure, "trust").x) <= MOST_CELLS
    assert named(figure, "spike (112)").x[0] == bars.index[0].tz_localize(None)
