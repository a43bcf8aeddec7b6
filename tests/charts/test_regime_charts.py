"""Figures of regimes and volatility show the numbers they were given."""

from datetime import UTC, datetime

import numpy as np
import pandas as pd
import pytest

from core.charts import (
    Look,
    past_volatility_chart,
    qlike_chart,
    regime_history_chart,
    state_probability_chart,
    term_structure_chart,
)
from core.charts.regimes import regime_colours
from core.records import RegimeKind, RegimeState, VolatilityForecast, VolatilityScore
from tests.seeded import seeded_bars

LOOKS = pytest.mark.parametrize("look", list(Look))
KINDS = (RegimeKind.RANGE, RegimeKind.VOLATILE)


def probabilities(bars: pd.DataFrame) -> pd.DataFrame:
    wild = 0.5 + 0.5 * np.sin(np.arange(len(bars)) / 9.0)
    return pd.DataFrame({"range": 1.0 - wild, "volatile": wild}, index=bars.index)


def forecast(name: str, bars: int, sigma: float, best: str) -> VolatilityForecast:
    losses = {"ewma": 0.5, "garch": 0.4, "har": 0.45}
    losses[best] = 0.1
    scores = tuple(
        VolatilityScore(model, loss, 900) for model, loss in sorted(losses.items(), key=lambda m: m[1])
    )
    return VolatilityForecast(name, bars, sigma, sigma / bars**0.5, best, scores)


FORECASTS = (forecast("short", 4, 0.02, "har"), forecast("long", 96, 0.08, "garch"))


@LOOKS
def test_the_history_stacks_the_probabilities_and_shades_the_likeliest(look: Look) -> None:
    bars = seeded_bars(300)
    given = probabilities(bars)
    figure = regime_history_chart(bars, given, KINDS, look=look)
    stacked = [trace for trace in figure.data if trace.stackgroup]
    np.testing.assert_allclose(np.sum([trace.y for trace in stacked], axis=0), 1.0)
    assert [trace.name for trace in stacked] == ["range", "volatile"]
    shaded = [trace for trace in figure.data if trace.yaxis == "y3"]
    np.testing.assert_allclose(np.sum([trace.y for trace in shaded], axis=0), 1.0)
    np.testing.assert_array_equal(shaded[1].y > 0.5, given["volatile"].to_numpy() > 0.5)
    assert "Now: " in figure.layout.meta


def test_change_points_say_that_nobody_could_have_known_them() -> None:
    bars = seeded_bars(300)
    changes = pd.DatetimeIndex([bars.index[50], bars.index[200]])
    figure = regime_history_chart(bars, probabilities(bars), KINDS, changes, last=150)
    lines = [trace for trace in figure.data if "never used for a decision" in (trace.name or "")]
    assert len(lines) == 1
    assert lines[0].line.dash == "dot"
    assert len([x for x in lines[0].x if x is not None]) == 2  # the one within the bars shown


def test_only_the_newest_bars_are_drawn_and_unknown_ones_never() -> None:
    bars = seeded_bars(300)
    given = probabilities(bars)
    given.iloc[:100] = np.nan
    assert len(regime_history_chart(bars, given, KINDS).data[1].x) == 200
    assert len(regime_history_chart(bars, given, KINDS, last=40).data[1].x) == 40


def test_without_probabilities_it_says_what_to_do() -> None:
    bars = seeded_bars(300)
    figure = regime_history_chart(bars, probabilities(bars).iloc[:0], KINDS)
    assert "Fetch a longer history" in figure.layout.annotations[0].text.replace("<br>", " ")


@LOOKS
def test_states_of_one_kind_have_colours_of_their_own(look: Look) -> None:
    assert (
        len(set(regime_colours((RegimeKind.RANGE,) * 3 + (RegimeKind.TREND, RegimeKind.VOLATILE), look))) == 5
    )


@LOOKS
def test_the_state_marks_where_it_stands(look: Look) -> None:
    state = RegimeState(
        KINDS,
        (0.3, 0.7),
        (0.2, 0.9),
        (0.1, -0.1),
        (30.0, 8.0),
        3,
        datetime(2024, 1, 1, tzinfo=UTC),
        "Likely wild.",
    )
    figure = state_probability_chart(state, ("range", "volatile"), look)
    assert list(figure.data[0].x) == [0.3, 0.7]
    assert list(figure.data[0].y) == ["range", "volatile ◀ now"]
    assert figure.layout.meta == "Likely wild."


@LOOKS
def test_forecasts_are_drawn_beside_what_came(look: Look) -> None:
    index = seeded_bars(200).index
    past = pd.DataFrame(
        {"har": np.linspace(0.01, 0.02, 200), "realised": np.linspace(0.02, 0.04, 200)}, index=index
    )
    past.iloc[-4:, 1] = np.nan
    figure = past_volatility_chart(past, "har", 4, look)
    came, said = figure.data
    assert len(came.y) == 196 and len(said.y) == 200
    assert said.y[0] == 0.01
    assert "rank correlation 1.00 over 196 rows" in figure.layout.meta
    assert "4 bars" in figure.layout.yaxis.title.text


def test_no_record_says_what_to_do() -> None:
    figure = past_volatility_chart(pd.DataFrame(), "ewma", 4)
    assert "450 closed bars" in figure.layout.annotations[0].text.replace("<br>", " ")


@LOOKS
def test_the_best_of_each_horizon_is_marked(look: Look) -> None:
    figure = qlike_chart(FORECASTS, look)
    marked = {trace.name: list(trace.text) for trace in figure.data}
    assert marked["HAR"] == ["★ best", ""]
    assert marked["GARCH"] == ["", "★ best"]
    assert "GJR" not in marked
    assert list(figure.data[0].y) == [0.5, 0.5]


def test_without_scores_the_moving_average_is_named() -> None:
    alone = VolatilityForecast("short", 4, 0.02, 0.01, "ewma", ())
    assert "EWMA speaks" in qlike_chart([alone]).layout.meta


@LOOKS
def test_the_term_structure_is_the_forecasts_beside_the_usual(look: Look) -> None:
    figure = term_structure_chart(FORECASTS, 0.01, look)
    usual, now = figure.data
    assert list(now.x) == [4, 96] and list(now.y) == [0.02, 0.08]
    np.testing.assert_allclose(usual.y, 0.01 * np.sqrt(usual.x))
    assert "2.0% over 4 bars" in figure.layout.meta
    assert "Fetch a longer history" in term_structure_chart((), 0.01).layout.meta
