"""The figure of a second look."""

import pytest

from core.charts.palette import Look
from core.charts.validation import validation_chart
from core.records import Concern

CONCERNS = (
    Concern("trend", 0.9, "Up."),
    Concern("news", 0.1, "Bad <b>news</b>."),
    Concern("macro", 0.5, ""),
)


@pytest.mark.parametrize("look", list(Look))
def test_bars_leave_the_middle_for_and_against(look: Look) -> None:
    chart = validation_chart(CONCERNS, look)
    (bar,) = chart.data
    assert list(bar.y) == ["macro", "news", "trend"]
    assert [bar.base + step for step in bar.x] == pytest.approx([0.5, 0.1, 0.9])
    assert len(set(bar.marker.color)) == len(set(bar.marker.pattern.shape)) == 3
    assert "news speaks most against the trade with 0.10" in chart.layout.meta
    assert "&lt;b&gt;" in bar.customdata[1] and "against" in bar.customdata[1]


def test_without_concerns_it_says_why_it_is_empty() -> None:
    assert "No language model" in validation_chart(()).layout.meta
