"""Figures of explanations: what they draw is what they were given, in words, with units, light and dark."""

import numpy as np
import pandas as pd
import pytest

from core.charts import Look, shap_waterfall
from core.charts.explain_cohorts import cohort_chart
from core.charts.explain_dependence import dependence_chart
from core.charts.explain_importance import beeswarm_chart, importance_chart
from core.charts.explain_probability import probability_waterfall
from core.charts.explain_second_opinion import second_opinion_chart
from core.charts.explain_time import reasons_chart
from core.charts.explain_what_if import what_if_chart
from core.charts.explain_words import EITHER, feature_text, push_colours, rank_of, with_value

NAMES = [f"feature number {i} in words" for i in range(20)]
UNITS = ["ATR", "fraction"] * 10


@pytest.fixture(scope="module")
def shares() -> np.ndarray:
    return np.random.default_rng(0).normal(size=(400, 20)) * np.linspace(1, 0.05, 20)


@pytest.fixture(scope="module")
def values() -> np.ndarray:
    drawn = np.random.default_rng(1).normal(size=(400, 20)).astype(np.float32)
    drawn[::9, 0] = np.nan
    return drawn


def test_values_carry_their_unit_and_are_never_cut() -> None:
    assert feature_text(0.6312, "ATR") == "0.6312 ATR"
    assert feature_text(-0.024, "fraction") == "−2.40%"
    assert feature_text(63.0, "0 … 100") == "63"
    assert feature_text(None, "ATR") == "–"
    assert with_value("a name that is far too long for an axis of a figure", "3.85 ATR", 30).endswith(
        "… = 3.85 ATR"
    )
    assert rank_of(np.array([3.0, np.nan, 1.0, 3.0])).tolist()[2] == pytest.approx(1 / 6)


def test_importance_ranks_and_tells_what_is_left_out(shares) -> None:
    size = np.abs(shares).mean(axis=0)
    figure = importance_chart(NAMES, size, most=15)
    (bars,) = figure.data
    assert list(bars.x) == sorted(size, reverse=True)[:15]
    assert "the other 5 together" in figure.layout.annotations[0].text


def test_beeswarm_dots_are_the_contributions(shares, values) -> None:
    figure = beeswarm_chart(NAMES, UNITS, values, shares, "up")
    assert len(figure.data) == 12 and figure.data[0].name == NAMES[0]
    for place, dots in enumerate(figure.data):
        assert set(dots.x) <= set(shares[:, NAMES.index(dots.name)])
        assert np.abs(np.asarray(dots.y) - place).max() < 0.5, "a feature's dots stay in its row"
    assert figure.data[0].customdata[0].endswith("–") and "ATR" in figure.data[0].customdata[1]


def test_dependence_marks_the_forecast_and_skips_nulls(shares, values) -> None:
    partner = (NAMES[1], "fraction", values[:, 1])
    figure = dependence_chart(NAMES[0], "ATR", values[:, 0], shares[:, 0], "up", partner, here=4)
    dots, middle, here = figure.data
    assert len(dots.x) == int((~np.isnan(values[:, 0])).sum()) and not np.isnan(np.asarray(dots.x)).any()
    assert list(middle.x) == sorted(middle.x)
    assert (here.x[0], here.y[0]) == (values[4, 0], shares[4, 0])
    assert (
        figure.layout.xaxis.title.text == f"{NAMES[0]} (ATR)" and "bars have no value" in figure.layout.meta
    )
    assert NAMES[1] in dots.customdata[0]


def test_reasons_over_time_mark_drift_and_the_end_of_training() -> None:
    times = pd.date_range("2020-01-01", periods=5, freq="30D", tz="UTC")
    size = np.random.default_rng(2).random((5, 20))
    adjacent = np.array([0.9, 0.4, 0.8, 0.95])
    figure = reasons_chart(
        NAMES, times, times + pd.Timedelta("29D"), size, adjacent, 0.7, trained_until=times[3]
    )
    heat, line = figure.data
    np.testing.assert_allclose(
        np.asarray(heat.z), (size / size.sum(axis=1, keepdims=True)).T[np.argsort(-size.mean(axis=0))[:12]]
    )
    assert list(line.marker.symbol) == ["circle", "x", "circle", "circle"]
    assert any("trained until" in note.text for note in figure.layout.annotations)


def test_cohorts_fill_what_is_clear(shares) -> None:
    one, other = shares[:200].mean(axis=0), shares[200:].mean(axis=0)
    difference = one - other
    wide = np.where(np.arange(20) % 2 == 0, np.abs(difference) / 2, np.abs(difference) * 3)
    figure = cohort_chart(NAMES, ("right", "wrong"), (one, other), difference - wide, difference + wide, "up")
    by_name = {trace.name: trace for trace in figure.data}
    order = np.argsort(-np.abs(difference))[:12]
    assert list(by_name["right"].x) == list(one[order]) and list(by_name["wrong"].x) == list(other[order])
    assert list(by_name["differs"].x) == [difference[i] for i in order if i % 2 == 0]
    assert list(by_name["may be chance"].x) == [difference[i] for i in order if i % 2]


def test_second_opinion_crosses_out_contradictions() -> None:
    shap, lime = np.array([0.3, -0.2, 0.1]), np.array([0.02, 0.03, -0.001])
    figure = second_opinion_chart(NAMES[:3], ["1", "2", "3"], shap, lime, np.full(3, 0.005), "up")
    labels = figure.layout.yaxis.ticktext
    assert [("✕" in label) for label in labels] == [False, True, False], (
        "the third is within LIME's own spread"
    )
    assert list(figure.data[1].x) == [2.0, 3.0, -0.1], "points"


def test_the_probability_waterfall_ends_at_the_probability() -> None:
    shares = np.array([0.05, -0.02, 0.01] + [0.001] * 10)
    figure = probability_waterfall(NAMES[:13], ["1"] * 13, shares, 0.3, 0.3 + shares.sum(), "down", most=3)
    (bars,) = figure.data
    assert (
        sum(bars.x[:-1]) == pytest.approx(bars.x[-1])
        and bars.increasing.marker.color == Look.LIGHT.tokens.down
    )
    assert figure.layout.yaxis.ticktext[-2] == "10 others"


def test_what_if_shows_before_and_after() -> None:
    figure = what_if_chart((0.2, 0.5, 0.3), (0.1, 0.5, 0.4), (0.2, 0.6, 0.2))
    before, after, base = figure.data
    assert (
        list(before.y) == [0.2, 0.5, 0.3]
        and list(after.y) == [0.1, 0.5, 0.4]
        and list(base.y) == [0.2, 0.6, 0.2]
    )
    assert "down 20.0% → 10.0%" in figure.layout.meta


def test_the_waterfall_speaks_in_words(explanation) -> None:
    name = explanation.attributions[0].feature
    labels = shap_waterfall(
        explanation, names={name: "rise of the day"}, units={name: "ATR"}
    ).layout.yaxis.ticktext
    assert labels[1].startswith("rise of the day = ") and labels[1].endswith(" ATR")
    assert push_colours(EITHER, Look.DARK) == push_colours("up", Look.DARK)


EMPTY = {
    "importance": lambda look: importance_chart(NAMES, np.zeros(20), look),
    "beeswarm": lambda look: beeswarm_chart(NAMES, UNITS, np.zeros((5, 20)), np.zeros((5, 20)), "up", look),
    "dependence": lambda look: dependence_chart("x", "", np.full(4, np.nan), np.zeros(4), "up", None, look),
    "time": lambda look: reasons_chart(
        NAMES, pd.DatetimeIndex([]), pd.DatetimeIndex([]), np.zeros((0, 20)), np.zeros(0), 0.7, look
    ),
    "cohorts": lambda look: cohort_chart(
        NAMES, ("a", "b"), (np.ones(20), np.ones(20)), np.zeros(20), np.zeros(20), "up", look
    ),
    "second": lambda look: second_opinion_chart(
        ["a"], ["1"], np.zeros(1), np.zeros(1), np.zeros(1), "up", look
    ),
    "probability": lambda look: probability_waterfall(["a"], ["1"], np.zeros(1), 0.3, 0.3, "up", look),
}


@pytest.mark.parametrize("look", list(Look))
@pytest.mark.parametrize("build", EMPTY.values(), ids=EMPTY.keys())
def test_empty_inputs_give_a_sentence(build, look) -> None:
    figure = build(look)
    assert not figure.data and figure.layout.annotations[0].text.endswith(".")
