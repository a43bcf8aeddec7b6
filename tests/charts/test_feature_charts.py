"""One feature below the price, and how usual its value is."""

import numpy as np
import pandas as pd
import pytest

from core.charts import Look, feature_chart, feature_distribution
from core.features import build_features
from core.tables import empty_bars
from tests.seeded import seeded_bars


@pytest.fixture(scope="module")
def known():
    bars = seeded_bars(600)
    return bars.iloc[300:], build_features(bars).iloc[300:]


@pytest.mark.parametrize("look", list(Look))
def test_price_above_feature_below_on_one_axis_with_its_unit(known, look):
    bars, features = known
    figure = feature_chart(
        bars, features["sma_20_distance"], "close above its 20-bar average", "ATR", look, currency="USD"
    )
    price, band, line, last = figure.data
    assert np.array_equal(price.y, bars["close"]) and np.array_equal(line.y, features["sma_20_distance"])
    assert (line.yaxis, figure.layout.yaxis.title.text, figure.layout.yaxis2.title.text) == (
        "y2",
        "price (USD)",
        "ATR",
    )
    low, high = np.quantile(features["sma_20_distance"], [0.05, 0.95])
    assert band.y == (low, low, high, high)
    assert last.y[0] == features["sma_20_distance"].iloc[-1] and "last known" in last.name
    assert line.line.color == look.tokens.accent
    assert "close above its 20-bar average" in figure.layout.meta and "ATR" in line.hovertemplate


def test_oversold_and_overbought_are_drawn_where_the_unit_has_them(known):
    bars, features = known
    assert [
        shape.y0 for shape in feature_chart(bars, features["rsi_14"], "RSI", "0 … 100").layout.shapes
    ] == [30, 70]
    assert [shape.y0 for shape in feature_chart(bars, features["return_1"], "change", "σ").layout.shapes] == [
        0
    ]


def test_nulls_are_left_out_and_said(known):
    bars, features = known
    gappy = features["rsi_14"].where(np.arange(300) % 3 == 0)
    figure = feature_chart(bars, gappy, "RSI", "0 … 100")
    assert len(figure.data[2].y) == 100
    assert any("200 of 300 values are null" in note.text for note in figure.layout.annotations)


def test_the_distribution_counts_every_value_and_marks_the_last(known):
    _, features = known
    values = features["rsi_14"]
    figure = feature_distribution(values, "RSI", "0 … 100")
    assert sum(figure.data[0].y) == pytest.approx(1.0)
    median, now = figure.layout.shapes
    assert median.x0 == pytest.approx(values.median()) and now.x0 == pytest.approx(values.iloc[-1])
    assert f"above {(values < values.iloc[-1]).mean():.0%}" in now.name and now.name.startswith("now")
    colours = list(figure.data[0].marker.color)
    assert colours.count(Look.LIGHT.tokens.warning) in (1, 2)


def test_a_last_value_that_is_null_is_not_called_now(known):
    _, features = known
    figure = feature_distribution(
        pd.concat([features["rsi_14"].iloc[:-1], pd.Series([np.nan])]), "RSI", "0 … 100"
    )
    assert figure.layout.shapes[1].name.startswith("last known")


@pytest.mark.parametrize("values", [[0.0] * 50, [0.0, 1.0] * 30, [5.0]])
def test_few_different_values_have_few_bins(values):
    figure = feature_distribution(pd.Series(values), "candle without a body", "0 or 1")
    assert len(figure.data[0].y) == len(set(values)) and sum(figure.data[0].y) == pytest.approx(1.0)


def test_nothing_known_says_what_to_do(known):
    bars, _ = known
    for figure in (
        feature_chart(bars, pd.Series(np.nan, index=bars.index), "news", "−1 … 1"),
        feature_chart(empty_bars(), pd.Series(dtype=float), "news", "−1 … 1"),
        feature_distribution(pd.Series([np.nan]), "news", "−1 … 1"),
    ):
        assert not figure.data and "Choose" in figure.layout.annotations[0].text
