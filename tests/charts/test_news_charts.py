"""News under the price, the market's mood, and the health of the sources."""

from datetime import UTC, datetime, timedelta

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from core.charts import MOOD_BANDS, Look, calls_chart, mood_chart, mood_word, news_chart
from core.charts.thin_points import weightiest
from core.tables import empty_bars

START = datetime(2019, 6, 1, 6, tzinfo=UTC)
ITEM = {"title": "A title", "source": "feed", "kind": "news", "score": 0.0, "outlets": 1, "dated": True}


def items_of(*items, hours=1.0) -> pd.DataFrame:
    rows = [ITEM | {"time": START + timedelta(hours=hours * n)} | item for n, item in enumerate(items)]
    frame = pd.DataFrame(rows, columns=["time", *ITEM])
    return frame.assign(time=pd.to_datetime(frame["time"], utc=True))


def readings_of(*numbers) -> pd.DataFrame:
    times = pd.date_range("2019-06-01", periods=len(numbers), freq="D", tz="UTC")
    return pd.DataFrame({"time": times, "value": np.asarray(numbers, float)})


def named(figure, name):
    return next(trace for trace in figure.data if trace.name.startswith(name))


def dots(figure, kind):
    return next(trace for trace in figure.data if trace.name == kind and trace.customdata is not None)


@pytest.mark.parametrize("look", list(Look))
def test_items_are_stems_in_the_colour_of_their_sign(bars, look):
    figure = news_chart(
        bars, items_of({"score": 0.6}, {"score": -0.4}, {"score": 0.01}), look, currency="USD"
    )
    tokens, marks = look.tokens, dots(figure, "news")
    assert list(marks.y) == [0.6, -0.4, 0.01]
    assert list(marks.marker.color) == [tokens.up, tokens.down, tokens.flat]
    assert marks.marker.size[0] > marks.marker.size[1] > marks.marker.size[2]
    good, bad = named(figure, "good stems"), named(figure, "bad stems")
    assert (list(good.y[:2]), list(bad.y[:2])) == ([0, 0.6], [0, -0.4])
    assert good.line.color != bad.line.color
    assert np.array_equal(named(figure, "close").y, bars["close"])
    assert named(figure, "close").yaxis in (None, "y")
    assert marks.yaxis == "y2"
    assert figure.layout.yaxis.title.text == "price (USD)"
    assert figure.layout.yaxis.domain[0] > figure.layout.yaxis2.domain[1]
    assert figure.layout.meta.startswith("3 items, 1 good and 1 bad; the price moved")


def test_kinds_differ_by_symbol_and_undated_ones_are_hollow(bars):
    figure = news_chart(
        bars, items_of({}, {"kind": "social"}, {"kind": "rating", "dated": False}, {"dated": False})
    )
    assert list(dots(figure, "news").marker.symbol) == ["circle", "circle-open"]
    assert list(dots(figure, "social").marker.symbol) == ["square"]
    assert list(dots(figure, "rating").marker.symbol) == ["diamond-open"]
    assert "no date; first seen 2019-06-01 09:00 UTC" in dots(figure, "news").customdata[1]
    legend = [trace.name for trace in figure.data if trace.showlegend is not False]
    assert legend == [
        "news (2)",
        "social (1)",
        "rating (1)",
        "no date, when first seen (2)",
        "neutral or not scored",
    ]


def test_stories_that_many_tell_are_larger_and_counted(bars):
    marks = dots(news_chart(bars, items_of({"score": 0.5}, {"score": 0.5, "outlets": 8})), "news")
    assert marks.marker.size[1] > 1.5 * marks.marker.size[0]
    assert "told by 8 outlets" in marks.customdata[1]
    assert "outlets" not in marks.customdata[0]


def test_the_hover_names_title_source_time_and_score(bars):
    marks = dots(
        news_chart(bars, items_of({"title": "<script>x", "source": "a & b", "score": -0.25})), "news"
    )
    assert (
        marks.customdata[0]
        == "<b>&lt;script&gt;x</b><br>a &amp; b (news), 2019-06-01 06:00 UTC<br>score −0.25"
    )


def test_an_item_without_score_lies_at_zero_and_says_so(bars):
    marks = dots(news_chart(bars, items_of({"score": float("nan")})), "news")
    assert list(marks.y) == [0]
    assert marks.customdata[0].endswith("not scored")


def test_thousands_of_items_are_thinned_to_the_strongest_and_the_figure_says_so(bars):
    scores = np.random.default_rng(4).uniform(-0.5, 0.5, 5_000)
    scores[2_500] = -1.0
    items = items_of(*({"score": score} for score in scores), hours=0.01)
    figure = news_chart(bars, items)
    marks = dots(figure, "news")
    assert len(marks.x) == 600
    assert -1.0 in marks.y
    assert "600 of 5,000 items" in figure.layout.annotations[-1].text
    assert "news (5,000)" in {trace.name for trace in figure.data}, "the legend counts all"


def test_mood_is_a_strip_with_named_bands(bars):
    figure = news_chart(bars, items_of({}), mood=readings_of(20, 50, 80))
    line = named(figure, "fear and greed")
    assert line.yaxis == "y3"
    assert list(line.y) == [20, 50, 80]
    assert [shape.name for shape in figure.layout.shapes] == [name for _, _, name in MOOD_BANDS]
    assert figure.layout.yaxis3.ticktext == tuple(name for _, _, name in MOOD_BANDS)
    assert figure.layout.xaxis.anchor == "y3"
    assert "the mood was last 80, extreme greed" in figure.layout.meta


def test_the_view_cuts_prices_items_and_mood(bars):
    items = items_of({}, {"kind": "social"}, {"kind": "rating"}, hours=24)
    figure = news_chart(bars, items, mood=readings_of(1, 2, 3, 4), view=(bars.index[20], bars.index[40]))
    assert len(named(figure, "close").x) == 21
    assert {trace.name for trace in figure.data if trace.customdata is not None} == {
        "social",
        "fear and greed",
    }
    assert list(named(figure, "fear and greed").y) == [2]


def test_what_lacks_is_said_where_it_would_be(bars):
    no_bars = news_chart(empty_bars(), items_of({}))
    assert dots(no_bars, "news")
    assert "Fetch them" in no_bars.layout.annotations[0].text.replace("<br>", " ")
    assert no_bars.layout.yaxis.showticklabels is False, "no scale without prices"
    no_items = news_chart(bars, items_of())
    assert named(no_items, "close")
    (note,) = no_items.layout.annotations
    assert note.yref == "y2"
    assert "Fetch news" in note.text
    nothing = news_chart(empty_bars(), items_of())
    assert not nothing.data
    assert "Fetch news" in nothing.layout.annotations[0].text.replace("<br>", " ")


@given(st.lists(st.tuples(st.integers(0, 10**6), st.floats(0, 1) | st.just(float("nan")), st.sampled_from("ab")),
                min_size=1, max_size=200), st.integers(1, 100))  # fmt: skip
def test_the_weightiest_marks_stay_in_time_order(marks, most):
    times = pd.to_datetime([seconds for seconds, _, _ in marks], unit="s", utc=True)
    weights, groups = np.array([weight for _, weight, _ in marks]), np.array([group for *_, group in marks])
    kept = weightiest(times, weights, groups, most)
    assert len(kept) == min(most, len(marks))
    assert len(set(kept.tolist())) == len(kept)
    assert times[kept].is_monotonic_increasing
    assert np.nan_to_num(weights[kept]).max() == np.nan_to_num(weights).max()


@pytest.mark.parametrize(
    ("value", "word"),
    [(0, "extreme fear"), (24, "extreme fear"), (25, "fear"), (44, "fear"), (45, "neutral"), (55, "neutral"),
     (56, "greed"), (75, "greed"), (76, "extreme greed"), (100, "extreme greed")],
)  # fmt: skip
def test_moods_have_their_published_names(value, word):
    assert mood_word(value) == word


def test_mood_bands_cover_the_scale_without_gap():
    assert [low for low, _, _ in MOOD_BANDS] == [0, *(high for _, high, _ in MOOD_BANDS[:-1])]
    assert MOOD_BANDS[-1][1] == 100


@pytest.mark.parametrize("look", list(Look))
def test_mood_over_time_with_its_last_value_labelled(look):
    figure = mood_chart(readings_of(30, np.nan, 60, 12).iloc[::-1], look)
    line = named(figure, "fear and greed")
    assert list(line.y) == [30, 60, 12], "in time order, without what is no number"
    assert line.customdata == ("fear", "greed", "extreme fear")
    assert line.line.color == look.tokens.text
    assert figure.layout.annotations[0].text == "<b>12</b> extreme fear on 2019-06-04"
    assert figure.layout.yaxis.ticktext[3] == "greed<br>56–75"
    fills = [shape.fillcolor for shape in figure.layout.shapes]
    assert len(set(fills)) == 5
    assert figure.layout.meta.endswith("between 12 and 60; the last one is 12, extreme fear.")


def test_the_sources_own_word_counts():
    readings = readings_of(25, 50).assign(words=["Extreme Fear", None])
    assert named(mood_chart(readings), "fear and greed").customdata == ("extreme fear", "neutral")


def test_years_of_mood_are_thinned():
    numbers = 50 + 40 * np.sin(np.arange(9_000) / 30)
    line = named(mood_chart(readings_of(*numbers)), "fear and greed")
    assert len(line.x) <= 4_000
    assert max(line.y) == numbers.max()


def calls_of(*calls) -> pd.DataFrame:
    rows = [{"source": "yfinance", "at": START + timedelta(minutes=n), "seconds": 0.5, "outcome": "ok"} | call
            for n, call in enumerate(calls)]  # fmt: skip
    return pd.DataFrame(rows, columns=["source", "at", "seconds", "outcome", "reason"])


@pytest.mark.parametrize("look", list(Look))
def test_calls_are_dots_on_the_strip_of_their_source(look):
    figure = calls_chart(
        calls_of({}, {"source": "coingecko", "seconds": 12.0, "outcome": "RateLimited", "reason": "wait <60 s"}, {"seconds": 5.0}),
        look,
    )  # fmt: skip
    ok, failed = named(figure, "ok (2)"), named(figure, "failed (1)")
    assert list(ok.y) == ["yfinance", "yfinance"]
    assert list(failed.y) == ["coingecko"]
    assert (ok.marker.symbol, failed.marker.symbol) == ("circle", "x")
    assert ok.marker.color != failed.marker.color
    assert ok.customdata[0] == "<b>yfinance</b>, 2019-06-01 06:00:00 UTC<br>ok in 0.50 s"
    assert "<b>RateLimited</b> after 12 s<br>wait &lt;60 s" in failed.customdata[0]
    assert figure.layout.yaxis.categoryarray == ("yfinance", "coingecko")
    assert figure.layout.meta.startswith("3 calls to 2 sources")
    assert "1 failed, the slowest took 12 s" in figure.layout.meta


def test_ten_times_as_slow_is_a_step_larger():
    sizes = named(calls_chart(calls_of(*({"seconds": s} for s in (0.1, 1, 10, 1e5, 0.0)))), "ok").marker.size
    assert list(sizes) == [7, 12, 17, 22, 7]
    keys = [trace for trace in calls_chart(calls_of({})).data if trace.x[0] is None]
    assert [trace.marker.size[0] for trace in keys] == [7, 12, 17]


def test_thousands_of_calls_keep_the_slowest_and_every_kind_of_outcome():
    calls = [{"seconds": 0.2, "outcome": "Unreachable" if n == 1_234 else "ok"} for n in range(5_000)]
    calls[3_000]["seconds"] = 29.0
    figure = calls_chart(calls_of(*calls), most=500)
    assert sum(len(trace.x) for trace in figure.data if trace.customdata is not None) == 500
    assert len(named(figure, "failed (1)").x) == 1
    assert max(named(figure, "ok (4,999)").marker.size) > 17
    assert figure.layout.annotations[0].text == "500 of 5,000 calls: the slowest of each moment"


@pytest.mark.parametrize("look", list(Look))
@pytest.mark.parametrize("figure", [mood_chart, calls_chart], ids=["mood", "calls"])
def test_empty_inputs_say_what_to_do(figure, look):
    empty = figure(pd.DataFrame(columns=["time", "value", "source", "at", "seconds", "outcome"]), look)
    assert not empty.data
    assert "Fetch" in empty.layout.annotations[0].text
