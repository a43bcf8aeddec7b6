"""Triple barrier and uniqueness against METHOD.md §1 and against the definition, bar by bar."""

import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st

from core.predict import average_uniqueness, fixed_barriers, triple_barrier, volatility_barriers
from core.predict.labels import SIGMA_BARS, UNKNOWN, class_index


def test_oracle_of_the_method():
    close = np.array([100, 101, 99.5, 102.2, 101, 98, 97.5, 99, 103, 104])
    labels = triple_barrier(close, *fixed_barriers(close, 0.02), 4)
    np.testing.assert_array_equal(labels.direction, [1, -1, 1, -1, -1, 1, 1, 1, np.nan, np.nan])
    np.testing.assert_array_equal(labels.end, [3, 5, 3, 5, 5, 8, 8, 8, UNKNOWN, UNKNOWN])


def test_no_touch_is_flat_only_when_the_horizon_is_complete():
    close = np.full(6, 100.0)
    labels = triple_barrier(close, *fixed_barriers(close, 0.01), 3)
    np.testing.assert_array_equal(labels.direction, [0, 0, 0, np.nan, np.nan, np.nan])
    np.testing.assert_array_equal(labels.end, [3, 4, 5, UNKNOWN, UNKNOWN, UNKNOWN])


def test_a_bar_without_barriers_has_no_label():
    close = np.array([100.0, 110.0, 120.0, 130.0])
    labels = triple_barrier(close, np.array([np.nan, 120, 130, 140]), np.array([np.nan, 100, 110, 120]), 2)
    np.testing.assert_array_equal(labels.direction, [np.nan, 1, 1, np.nan])


@given(
    st.lists(st.floats(-0.05, 0.05), min_size=2, max_size=40),
    st.integers(1, 12),
    st.floats(0.001, 0.1),
)
@settings(max_examples=150, deadline=None)
def test_equals_the_definition(steps, horizon, fraction):
    close = 100.0 * np.exp(np.cumsum(steps))
    upper, lower = fixed_barriers(close, fraction)
    labels = triple_barrier(close, upper, lower, horizon)
    for row in range(len(close)):
        ahead = range(row + 1, min(row + horizon, len(close) - 1) + 1)
        touched = [bar for bar in ahead if close[bar] >= upper[row] or close[bar] <= lower[row]]
        if touched:
            expected, end = (1.0 if close[touched[0]] >= upper[row] else -1.0), touched[0]
        elif row + horizon < len(close):
            expected, end = 0.0, row + horizon
        else:
            expected, end = np.nan, UNKNOWN
        np.testing.assert_equal((labels.direction[row], labels.end[row]), (expected, end))


def test_barriers_scale_with_volatility_and_horizon(make_bars):
    close = make_bars(400)["close"].to_numpy()
    upper, lower = volatility_barriers(close, 16, 1.5)
    assert np.isnan(upper[:SIGMA_BARS]).all() and not np.isnan(upper[SIGMA_BARS:]).any()
    sigma = np.diff(np.log(close))[300 - SIGMA_BARS : 300].std()
    np.testing.assert_allclose(np.log(upper[300] / close[300]), 1.5 * 4.0 * sigma, rtol=1e-9)
    np.testing.assert_allclose((upper * lower)[SIGMA_BARS:], close[SIGMA_BARS:] ** 2, rtol=1e-12)


def test_barriers_know_only_the_past(make_bars):
    close = make_bars(400)["close"].to_numpy()
    whole, cut = volatility_barriers(close, 8, 1.0)[0], volatility_barriers(close[:250], 8, 1.0)[0]
    np.testing.assert_array_equal(whole[:250], cut)


def test_a_price_that_stands_still_has_no_label():
    close = np.full(300, 50.0)
    labels = triple_barrier(close, *volatility_barriers(close, 4, 1.0), 4)
    assert np.isnan(labels.direction).all() and (labels.end == UNKNOWN).all()


def test_class_numbers():
    np.testing.assert_array_equal(class_index(np.array([-1.0, 0.0, 1.0])), [0, 1, 2])


def test_uniqueness_oracle_of_the_method():
    weight = average_uniqueness(np.array([0, 2, 4]), np.array([2, 3, 5]))
    np.testing.assert_allclose(weight, [5 / 6, 3 / 4, 1.0], rtol=1e-12)


@given(st.lists(st.tuples(st.integers(0, 60), st.integers(0, 15)), min_size=1, max_size=25))
@settings(max_examples=100, deadline=None)
def test_uniqueness_equals_the_definition(spans):
    start = np.array([first for first, _ in spans])
    end = start + np.array([length for _, length in spans])
    weight = average_uniqueness(start, end)
    for row in range(len(spans)):
        alive = [np.sum((start <= bar) & (bar <= end)) for bar in range(start[row], end[row] + 1)]
        np.testing.assert_allclose(weight[row], np.mean(1.0 / np.array(alive)), rtol=1e-9)
    assert (
        weight.sum()
        <= len(np.unique(np.concatenate([np.arange(a, b + 1) for a, b in zip(start, end, strict=True)])))
        + 1e-9
    )
