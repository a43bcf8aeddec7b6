import numpy as np
import pandas as pd
from hypothesis import given
from hypothesis import strategies as st

from core.charts.decision import spread
from core.charts.returns import _edges
from core.charts.thinning import thin_bars, thin_columns, thin_series

prices = st.lists(st.floats(0.01, 1e6), min_size=1, max_size=200)
numbers = st.lists(st.floats(-1e6, 1e6), min_size=1, max_size=400)


def bars_of(values) -> pd.DataFrame:
    close = np.asarray(values)
    index = pd.date_range("2019-06-01", periods=len(close), freq="1h", tz="UTC", name="date").as_unit("us")
    frame = pd.DataFrame(
        {"open": close, "high": close * 1.1, "low": close * 0.9, "close": close}, index=index
    )
    return frame.assign(volume=1.0)


@given(prices, st.integers(1, 50))
def test_joined_bars_keep_extremes_ends_and_volume(values, most):
    bars = bars_of(values)
    thin, every = thin_bars(bars, most)
    assert len(thin) <= most
    assert thin["high"].max() == bars["high"].max()
    assert thin["low"].min() == bars["low"].min()
    assert thin["open"].iloc[0] == bars["open"].iloc[0]
    assert thin["close"].iloc[-1] == bars["close"].iloc[-1]
    assert thin["volume"].sum() == bars["volume"].sum()
    assert (thin["high"] >= thin[["open", "close", "low"]].max(axis=1)).all()
    assert thin.index.isin(bars.index).all()
    runs = np.arange(len(bars)) // every
    assert np.array_equal(bars.groupby(runs)["high"].max().to_numpy(), thin["high"].to_numpy())
    assert np.array_equal(bars.groupby(runs)["low"].min().to_numpy(), thin["low"].to_numpy())


@given(prices, st.integers(1, 50))
def test_features_follow_their_bars(values, most):
    bars = bars_of(values)
    thin, every = thin_bars(bars, most)
    column = thin_columns(bars[["close"]], every)
    assert column.index.equals(thin.index)
    assert np.array_equal(column["close"].to_numpy(), thin["close"].to_numpy())


def test_few_bars_are_left_alone():
    bars = bars_of([1.0, 2.0, 3.0])
    thin, every = thin_bars(bars, 3)
    assert thin is bars
    assert every == 1


@given(numbers, st.integers(12, 100))
def test_thinned_line_keeps_extremes_and_ends(values, most):
    series = pd.Series(values)
    thin = thin_series(series, most)
    assert len(thin) <= most
    assert thin.min() == series.min()
    assert thin.max() == series.max()
    assert thin.index[0] == 0
    assert thin.index[-1] == len(series) - 1
    assert thin.index.is_monotonic_increasing
    assert series.loc[thin.index].equals(thin)


def test_thinned_line_leaves_out_what_is_no_number():
    assert thin_series(pd.Series([1.0, np.nan, 3.0])).tolist() == [1.0, 3.0]


@given(st.lists(st.floats(0, 400), min_size=1, max_size=5))
def test_labels_are_spread_apart_in_order_and_inside(places):
    moved = spread(np.sort(np.array(places)), 42.0, 0.0, 400.0)
    assert (np.diff(moved) >= 42.0 - 1e-9).all()
    assert moved.min() >= 21.0 - 1e-9
    assert moved.max() <= 379.0 + 1e-9


@given(st.lists(st.floats(-0.9, 3.0), min_size=1, max_size=200))
def test_bins_cover_all_returns_and_part_losses_from_gains(values):
    returns = np.array(values)
    edges = _edges(returns)
    assert np.histogram(returns.clip(edges[0], edges[-1]), edges)[0].sum() == len(returns)
    assert edges[0] <= returns.min() + 1e-9
    assert edges[-1] >= returns.max() - 1e-9
    assert 0.0 in edges
    assert len(edges) <= 44
