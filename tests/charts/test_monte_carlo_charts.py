"""Figures of the Monte Carlo page: they draw the record's numbers, and say in words what they show."""

from dataclasses import replace

import numpy as np
import pytest

from core.charts import Look, distribution_chart, fan_chart, size_chart, stress_chart
from core.evaluate.monte_carlo import monte_carlo
from core.records import MonteCarloRequest, MonteCarloRun, PathMethod
from tests.evaluate.monte_carlo.runs import made_run

EVERY_LOOK = pytest.mark.parametrize("look", list(Look))


@pytest.fixture(scope="module")
def run() -> MonteCarloRun:
    return monte_carlo(made_run(), MonteCarloRequest("b1", paths=1_000, ruin=0.93, goal=1.05))


@EVERY_LOOK
def test_the_fan_draws_bands_median_and_the_run(run: MonteCarloRun, look: Look) -> None:
    figure = fan_chart(run.fan, run.step, look, 0.93, 1.05)
    lines = {trace.name: trace for trace in figure.data if trace.hovertemplate}
    median = next(trace for name, trace in lines.items() if name.startswith("median"))
    actual = next(trace for name, trace in lines.items() if name.startswith("actual run"))
    assert tuple(median.y) == run.fan.p50 and tuple(actual.y) == run.fan.actual
    assert np.asarray(median.customdata)[-1].tolist() == [
        run.fan.p5[-1],
        run.fan.p25[-1],
        run.fan.p75[-1],
        run.fan.p95[-1],
    ]
    named = [trace.name for trace in figure.data if trace.showlegend]
    assert named == ["9 of 10 paths", "half of the paths"]
    assert {note.text for note in figure.layout.annotations} <= {"ruin 93%", "goal 105%"}
    assert (
        "the actual run at" in figure.layout.meta and figure.layout.xaxis.title.text == "bars from the start"
    )


def test_levels_far_from_the_fan_are_not_drawn(run: MonteCarloRun) -> None:
    assert not fan_chart(run.fan, ruin=0.01, goal=50.0).layout.annotations


@EVERY_LOOK
def test_histograms_hold_every_path_and_hatch_the_bad(run: MonteCarloRun, look: Look) -> None:
    end = run.distribution("end")
    figure = distribution_chart(end, look, limit=1.0)
    assert sum(sum(trace.y) for trace in figure.data) == pytest.approx(1)
    bad = next(trace for trace in figure.data if trace.name == "bad")
    assert (np.asarray(bad.x) < 0).all() and bad.marker.pattern.shape == "/"
    names = [shape.name for shape in figure.layout.shapes]
    assert names[0].startswith("median") and names[1].startswith("one in twenty") and "above" in names[2]
    assert figure.layout.shapes[0].x0 == pytest.approx(end.p50 - 1)
    assert figure.layout.title.text == "Where does it end?"


def test_time_and_runs_count_whole_steps(run: MonteCarloRun) -> None:
    for name in ("under_water", "losing_run"):
        item = run.distribution(name)
        figure = distribution_chart(item)
        assert figure.layout.xaxis.title.text == "bars"
        assert figure.layout.shapes[1].x0 == item.p95, "long is bad"
        assert all(float(edge) % 1 == 0.5 for edge in item.edges)


def test_what_is_the_same_on_every_path_is_a_sentence() -> None:
    same = monte_carlo(made_run(), MonteCarloRequest("b1", PathMethod.SHUFFLE, paths=500))
    figure = distribution_chart(same.distribution("end"), limit=1.0)
    assert not figure.data and figure.layout.annotations[0].text.startswith("The same on every path:")
    share = same.distribution("under_water_share")
    assert all(float(edge * same.horizon) % 1 == pytest.approx(0.5, abs=1e-6) for edge in share.edges)


@EVERY_LOOK
def test_sizes_mark_kelly_and_what_was_traded(run: MonteCarloRun, look: Look) -> None:
    figure = size_chart(run.sizes, look, 0.93)
    assert [trace.name for trace in figure.data] == ["median growth", "ever halved", "ruined (ever at 93%)"]
    assert len(figure.data[0].x) == len(run.sizes.points)
    kelly = size_chart(replace(run.sizes, kelly=1.5), look)
    assert [shape.name for shape in kelly.layout.shapes] == [
        "as traded 1.00 ×",
        "half Kelly 0.75 ×",
        "Kelly 1.50 ×",
    ]
    none = size_chart(replace(run.sizes, kelly=None), look)
    assert len(none.layout.shapes) == 1 and "No size grows" in none.layout.meta


@EVERY_LOOK
def test_stress_outlines_the_run(run: MonteCarloRun, look: Look) -> None:
    figure = stress_chart(run.stress, look)
    table = np.array(figure.data[0].z)
    assert table.shape == (5, 6)
    assert table[0, 2] == pytest.approx(run.fan.actual[-1] - 1)
    box = figure.layout.shapes[0]
    assert (box.x0 + box.x1) / 2 == 2 and (box.y0 + box.y1) / 2 == 0
    assert "bars" in figure.data[0].y[2] and figure.data[0].y[1] == "1 bar"


def test_empty_figures_say_what_to_do() -> None:
    for figure in (fan_chart(None), distribution_chart(None), size_chart(None), stress_chart(())):
        assert not figure.data and figure.layout.annotations[0].text
