"""The model's scores against the lexicon's."""

import pandas as pd
import pytest

from core.charts import Look, agreement_chart

COLUMNS = ["title", "source", "lexicon", "model", "weight", "reason"]


def pairs(*rows):
    return pd.DataFrame(rows, columns=COLUMNS)


@pytest.mark.parametrize("look", list(Look))
def test_agreement_is_told_by_symbol_colour_and_words(look):
    figure = agreement_chart(
        pairs(("A <b>", "wire", 0.5, 0.8, 0.2, "Why."), ("B", "wire", 0.4, -0.3, 0.1, ""), ("C", "wire", 0.0, 0.02, 0.0, "")),
        0.66, look,
    )  # fmt: skip
    same, other = figure.data
    assert (same.name, other.name) == ("same sign (2)", "other sign (1)")
    assert (list(same.x), list(same.y)) == ([0.5, 0.0], [0.8, 0.02]) and list(other.y) == [-0.3]
    assert same.marker.symbol != other.marker.symbol and same.marker.color != other.marker.color
    assert same.marker.size[0] > same.marker.size[1]
    assert "A &lt;b&gt;" in same.customdata[0] and "model: Why." in same.customdata[0]
    assert figure.layout.meta == (
        "3 texts scored by both; on 2 of them the sign is the same, by weight 66% in a cycle's sentiment."
    )
    assert figure.layout.title.text == "Do the model and the lexicon agree?"


def test_without_a_pair_it_says_what_to_do():
    figure = agreement_chart(pairs(), None)
    assert "Score the texts" in figure.layout.annotations[0].text.replace("<br>", " ")
