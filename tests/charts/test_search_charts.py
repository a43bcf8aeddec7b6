"""Figures of searching show the numbers they were given."""

import numpy as np
import pandas as pd
import pytest

from core.charts import Look
from core.charts.search_course import search_course
from core.charts.search_surface import Mark, Unit, score_cloud, score_line, score_map, score_scale
from core.charts.search_trust import importance_chart, overfitting_chart, pareto_chart
from core.charts.search_walk import parameter_course, walk_curve, window_chart
from core.records import Importance, Overfitting

SHARPE = Unit("Sharpe ratio")
LOOKS = pytest.mark.parametrize("look", list(Look))


def windows(count: int = 3) -> pd.DataFrame:
    start = pd.date_range("2019-01-01", periods=count, freq="30D", tz="UTC")
    return pd.DataFrame(
        {
            "window": range(1, count + 1), "test_start": start, "test_stop": start + pd.Timedelta(days=29),
            "sharpe_in": [1.0, 2.0, None][:count], "sharpe_out": [0.5, -1.0, 0.0][:count],
            "return_in": 0.1, "return_out": 0.02, "parameters": "fast 5",
        }
    )  # fmt: skip


@LOOKS
def test_the_map_is_its_table_with_marks(look: Look) -> None:
    scores = np.array([[1.0, -2.0, np.nan], [0.5, 0.25, 3.0]])
    hovers = np.full((2, 3), "cell", dtype=object)
    marks = [Mark("plateau", 10, 50), Mark("peak", 20, 50, "circle-open")]
    figure = score_map((5, 10, 20), (30, 50), scores, hovers, ("fast", "slow"), SHARPE, marks, (-3, 3), look)
    np.testing.assert_array_equal(np.asarray(figure.data[0].z, dtype=float), scores)
    assert list(figure.data[0].x) == ["5", "10", "20"] and list(figure.data[1].x) == ["10"]
    assert figure.data[2].marker.color == figure.data[2].marker.line.color != "rgba(0,0,0,0)"
    assert "5 cells" in figure.layout.meta and "−2.00 and 3.00" in figure.layout.meta


@LOOKS
def test_zero_has_the_colour_of_the_ground(look: Look) -> None:
    scale = score_scale(look, -1.0, 3.0)
    assert scale[1] == (0.25, look.tokens.surface) and scale[-1][1].upper() == look.tokens.profit.upper()
    assert score_scale(look, 0.5, 2.0)[0][1] == look.tokens.surface
    assert score_scale(look, -2.0, -0.5)[-1][1] == look.tokens.surface


def test_the_cloud_tells_cells_without_a_score_apart() -> None:
    x, y, scores = np.array([5.0, 10, 80]), np.array([20.0, 50, 200]), np.array([1.0, np.nan, 2.0])
    figure = score_cloud(x, y, scores, ["a", "b", "c"], ("fast", "slow"), SHARPE, [], (-2, 2), (True, False))
    assert [len(trace.x) for trace in figure.data] == [1, 2]
    assert figure.layout.xaxis.type == "log" and list(figure.layout.xaxis.ticktext) == ["5", "10", "20", "50"]
    assert list(figure.data[1].customdata) == ["a", "c"]


def test_lines_run_along_the_parameter() -> None:
    figure = score_line(
        np.array([3.0, 1, 2]), np.array([30.0, 10, 20]), np.zeros(3), np.zeros(3), "fast", SHARPE, []
    )
    assert list(figure.data[2].y) == [10, 20, 30]


def test_the_best_so_far_only_rises_and_skips_what_breaks_a_limit() -> None:
    scores, allowed = np.array([0.1, 5.0, 0.3, np.nan, 0.2, 0.4]), np.array([1, 0, 1, 0, 1, 1], dtype=bool)
    figure = search_course(np.arange(6), scores, allowed, 1, SHARPE)
    best = next(trace for trace in figure.data if trace.name == "best so far")
    assert list(best.y) == [0.1, 0.3, 0.4, 0.4] and list(best.x) == [1, 3, 6, 6]
    assert "1 were given up early" in figure.layout.meta


def test_importance_and_overfitting_say_their_numbers() -> None:
    figure = importance_chart((Importance("slow", 0.7), Importance("fast", 0.3)))
    assert list(figure.data[0].y) == ["fast", "slow"] and list(figure.data[0].text) == ["30%", "70%"]
    logits = tuple(sorted((-2.0, -1.0, 0.0, 0.5, 3.0)))
    found = overfitting_chart(Overfitting(0.6, logits, 50, 16))
    assert sum(found.data[0].y) == pytest.approx(0.6) and sum(found.data[1].y) == pytest.approx(0.4)
    assert "60%" in found.data[0].name and "50 cells and 16 blocks" in found.layout.meta


def test_the_front_runs_from_left_to_right() -> None:
    first, second = np.array([1.0, 3.0, 2.0, 0.0]), np.array([-0.1, -0.3, -0.2, -0.5])
    units = (SHARPE, Unit("Worst drawdown", percent=True))
    figure = pareto_chart(first, second, (1, 2, 0), np.ones(4, dtype=bool), list("abcd"), units, 2)
    front = next(trace for trace in figure.data if trace.name == "no cell beats these")
    assert list(front.x) == [1, 2, 3] and list(front.customdata) == ["a", "c", "b"]


@LOOKS
def test_walk_forward_figures(look: Look) -> None:
    table = windows()
    index = pd.date_range("2018-12-31", periods=90, freq="D", tz="UTC", name="date")
    curve = pd.DataFrame({"equity": np.linspace(100, 120, 90), "hold": np.linspace(100, 90, 90)}, index=index)
    drawn = walk_curve(curve, table, look)
    assert sum(shape.type == "rect" for shape in drawn.layout.shapes) == 2  # every other window
    bars = window_chart(table, "50 %", look)
    assert list(bars.data[1].y) == [0.5, -1.0, 0.0] and "50 %" in bars.layout.meta
    course = parameter_course(table, pd.DataFrame({"fast": [5.0, 5, 9], "slow": [50.0, 60, 70]}), look)
    assert [trace.name for trace in course.data] == ["fast", "slow"] and list(course.data[0].y) == [
        5,
        5,
        9,
        9,
    ]
    assert "fast 2, slow 3" in course.layout.meta


def test_empty_figures_say_what_to_do() -> None:
    none = np.array([np.nan])
    for figure in (
        score_map((1,), (1,), none.reshape(1, 1), np.array([[""]]), ("a", "b"), SHARPE, [], (0, 1)),
        score_cloud(none, none, none, [""], ("a", "b"), SHARPE, [], (0, 1)),
        score_line(none, none, none, none, "a", SHARPE, []),
        search_course(np.arange(1), none, np.zeros(1, dtype=bool), 0, SHARPE),
        importance_chart(()), overfitting_chart(None), window_chart(pd.DataFrame(), ""), parameter_course(pd.DataFrame(), pd.DataFrame()),
        pareto_chart(none, none, (), np.zeros(1, dtype=bool), [""], (SHARPE, SHARPE), None),
    ):  # fmt: skip
        assert not figure.data and figure.layout.meta.endswith((".", "yet."))
