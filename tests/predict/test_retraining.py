"""Forecasts of whole blocks, and the moments at which models are trained for them."""

from dataclasses import replace
from datetime import timedelta

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from core.errors import InputError, NotEnoughHistory
from core.predict import Horizon, backdrop, forecast, horizons, is_stale, regime_at, train
from core.predict.block_forecast import forecast_block
from core.predict.retraining import retraining_blocks, trainable
from core.records import Timeframe

HOUR = timedelta(hours=1)


def test_a_block_is_forecast_as_its_rows_are_one_by_one(trained, known_bars, make_columns):
    rows, first = make_columns(known_bars).iloc[-200:], len(known_bars) - 200
    regime = regime_at(trained.regimes, known_bars, np.arange(first, first + 200))
    assert regime is not None and len(np.unique(regime.argmax(axis=1))) > 1
    block = forecast_block(trained, rows, trained.meta.as_of, regime)
    for row in range(200):
        known = backdrop(trained, known_bars.iloc[: first + row + 1], np.array([first + row]))
        alone = forecast(trained, rows.iloc[row], trained.meta.as_of, known)
        assert block.at(row) == replace(alone, members=(), quantiles=(), levels=None)


def test_rows_without_features_stay_silent_and_a_model_of_the_future_is_refused(
    trained, known_bars, make_columns
):
    rows = make_columns(known_bars).iloc[-5:].copy()
    rows.iloc[2, :3] = np.nan
    block = forecast_block(trained, rows, trained.meta.as_of)
    assert [block.at(row) is None for row in range(5)] == [False, False, True, False, False]
    rows.iloc[:] = np.nan
    assert forecast_block(trained, rows, trained.meta.as_of).said is None
    with pytest.raises(InputError, match="after the moment"):
        forecast_block(trained, make_columns(known_bars).iloc[-5:], trained.meta.trained_until - HOUR)


@pytest.mark.parametrize("train_bars", [300, 3000])
def test_enough_rows_are_known_as_training_counts_them(known_bars, quick, make_columns, series, train_bars):
    bars = known_bars.iloc[:700].copy()
    columns = make_columns(bars)
    columns.iloc[:250, 2] = np.nan  # a feature that comes late moves the first row
    for horizon in horizons(quick):
        ready = trainable(bars, columns, horizon, quick, train_bars)
        turns = np.flatnonzero(np.diff(ready)) + 1
        assert len(turns) or train_bars == 300
        for row in {0, 120, 200, 699, *turns.tolist(), *(turns - 1).tolist()}:
            as_of = bars.index[row].to_pydatetime() + HOUR
            try:
                train(bars, columns, horizon, quick, series(as_of, train_bars))
                trained = True
            except NotEnoughHistory:
                trained = False
            assert trained == ready[row], (horizon, row)


@given(
    gaps=st.lists(st.integers(1, 60), min_size=1, max_size=80),
    late=st.integers(0, 30),
    retrain=st.integers(1, 70),
    data=st.data(),
)
def test_blocks_are_those_of_a_cycle_at_every_bar(gaps, late, retrain, data):
    import pandas as pd

    hours = np.cumsum([0, *gaps])
    opened = pd.DatetimeIndex(pd.Timestamp("2024-01-01", tz="UTC") + pd.to_timedelta(hours, unit="h"))
    first = data.draw(st.integers(0, len(opened) - 1))
    ready = np.arange(len(opened)) >= late
    blocks = list(retraining_blocks(opened, ready, Horizon("short", 4), first, len(opened), retrain * HOUR))
    serving, made = [], None
    for row in range(first, len(opened)):  # the live rule, cycle by cycle
        as_of = opened[row].to_pydatetime() + HOUR
        if made is None or is_stale(_Meta(made[1]), as_of, retrain, Timeframe.H1):
            made = (row, as_of) if ready[row] else None
        serving.append(-1 if made is None else made[0])
    found = [-1] * len(serving)
    for block in blocks:
        found[block.first - first : block.stop - first] = [block.first] * (block.stop - block.first)
    assert found == serving


class _Meta:
    """What staleness asks of a model's description."""

    def __init__(self, as_of):
        self.as_of = as_of
