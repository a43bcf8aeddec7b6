"""One row in, three probabilities out, fast, and never from a model that has seen the future."""

from datetime import timedelta

import numpy as np
import pytest

from core.errors import InputError, NotEnoughHistory
from core.predict import forecast
from core.records import Direction


def test_forecast_says_what_the_model_knows(trained, known_bars, make_columns):
    row = make_columns(known_bars).iloc[-1]
    answer = forecast(trained, row, trained.meta.as_of)
    assert answer.p_down + answer.p_flat + answer.p_up == pytest.approx(1.0)
    assert answer.base_down + answer.base_flat + answer.base_up == pytest.approx(1.0)
    assert (answer.horizon, answer.bars, answer.model_id) == ("short", 4, trained.model_id)
    assert answer.skill == trained.meta.scores.skill and answer.skill_rows == trained.meta.scores.rows
    assert answer.calibrated and answer.trained_until == trained.meta.trained_until


def test_after_a_fall_this_market_is_expected_up(trained, known_bars, make_columns):
    rows = make_columns(known_bars)
    fallen, risen = rows["r1"].idxmin(), rows["r1"].idxmax()
    assert (
        forecast(trained, rows.loc[fallen], trained.meta.as_of).p_up
        > forecast(trained, rows.loc[risen], trained.meta.as_of).p_up
    )


def test_order_of_names_and_further_names_do_not_matter(trained, known_bars, make_columns):
    row = make_columns(known_bars).iloc[-1]
    shuffled = {"unrelated": 1.0} | dict(reversed(list(row.to_dict().items())))
    assert forecast(trained, shuffled, trained.meta.as_of) == forecast(trained, row, trained.meta.as_of)


def test_a_model_from_the_future_is_refused(trained, known_bars, make_columns):
    row = make_columns(known_bars).iloc[-1]
    with pytest.raises(InputError, match=r"was trained on data until .* after the moment"):
        forecast(trained, row, trained.meta.trained_until - timedelta(seconds=1))


def test_a_row_without_a_feature_is_refused(trained, known_bars, make_columns):
    with pytest.raises(InputError, match="needs the features calm"):
        forecast(trained, make_columns(known_bars).iloc[-1].drop("calm"), trained.meta.as_of)


def test_a_row_that_is_warming_up_is_refused_but_one_gap_is_not(trained, known_bars, make_columns):
    rows = make_columns(known_bars)
    with pytest.raises(NotEnoughHistory, match=r"4 of 4 features .* warming up"):
        forecast(trained, rows.iloc[0], trained.meta.as_of)
    gap = rows.iloc[-1].copy()
    gap["volume"] = np.nan
    assert forecast(trained, gap, trained.meta.as_of).direction in Direction
