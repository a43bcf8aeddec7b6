"""The heat map of what a scorer says."""

import pytest

from core.charts import Look, confusion_chart
from core.sentiment.measuring import LABELS

COUNTS = ((8, 1, 1), (0, 5, 5), (2, 0, 0))


@pytest.mark.parametrize("look", list(Look))
def test_counts_and_shares_of_the_row(look):
    figure = confusion_chart(LABELS, COUNTS, look)
    heat, text = figure.data
    assert [list(row) for row in heat.z] == [[0.8, 0.1, 0.1], [0, 0.5, 0.5], [1, 0, 0]]
    assert text.text[0] == "<b>8</b><br>80 %"
    assert "8 of 10" in heat.customdata[0][0]
    assert figure.layout.title.text.endswith("?")
    assert "Told right: 13 of 22" in figure.layout.meta


def test_a_label_that_never_occurs_has_shares_of_nothing():
    heat = confusion_chart(LABELS, ((1, 0, 0), (0, 0, 0), (0, 0, 1))).data[0]
    assert list(heat.z[1]) == [0, 0, 0]


def test_nothing_measured_says_what_to_do():
    figure = confusion_chart(LABELS, ((0, 0, 0),) * 3)
    assert len(figure.data) == 0
    assert "Give sentences with labels" in figure.layout.meta
