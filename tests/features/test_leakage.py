"""The checker must catch every planted leak and accuse nobody who is honest."""

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from core.features import leaks, poison, random_cuts
from core.tables import check_bars


def _gappy(close: pd.Series) -> pd.Series:
    """Known every seventh bar only, like a weekly figure on daily bars."""
    return close.where(np.arange(len(close)) % 7 == 0)


LEAKY = {
    "centred window": lambda c: c.rolling(5, center=True).mean(),
    "global z-score": lambda c: (c - c.mean()) / c.std(),
    "min-max": lambda c: (c - c.min()) / (c.max() - c.min()),
    "bfill": lambda c: _gappy(c).bfill(),
    "shift(-1)": lambda c: c.shift(-1),
    "same-day resample": lambda c: c.resample("D").transform("max"),
    "same-week resample": lambda c: c.resample("W").transform("mean"),
    "detrend": lambda c: c - np.polyval(np.polyfit(np.arange(len(c)), c, 1), np.arange(len(c))),
}
HONEST = {
    "rolling": lambda c: c.rolling(5).mean(),
    "exponential": lambda c: c.ewm(span=10).mean(),
    "expanding": lambda c: (c - c.expanding().mean()) / c.expanding().std(),
    "shift(1)": lambda c: c.shift(1),
    "ffill": lambda c: _gappy(c).ffill(),
    "previous week": lambda c: c.resample("W").last().shift(1).reindex(c.index, method="ffill"),
    "only known rows": lambda c: c.rolling(5).mean().dropna(),
}


@pytest.mark.parametrize("name", LEAKY)
def test_planted_leak_is_caught(make_bars, name):
    bars = make_bars(120)
    found = leaks(lambda b: LEAKY[name](b["close"]).to_frame(name), bars, range(60, 120))
    assert found and {leak.column for leak in found} == {name}
    assert all(leak.row <= leak.cut for leak in found)
    assert {leak.how for leak in found} == {"truncated", "poisoned"}


@pytest.mark.parametrize("name", HONEST)
def test_honest_indicator_is_not_accused(make_bars, name):
    bars = make_bars(120)
    assert leaks(lambda b: HONEST[name](b["close"]), bars, range(120)) == ()


def test_only_the_leaking_column_is_named(make_bars):
    bars = make_bars(80)
    found = leaks(
        lambda b: pd.DataFrame({"fine": b["close"].rolling(3).mean(), "peeks": b["close"].shift(-1)}),
        bars,
        [40],
    )
    assert {leak.column for leak in found} == {"peeks"}
    assert found[0].cut == bars.index[40] and found[0].how == "truncated"
    assert found[0].expected == bars["close"].iloc[41]


def test_labels_and_words_are_compared_too(make_bars):
    bars = make_bars(60)
    peeking = leaks(
        lambda b: (b["close"].shift(-1) > b["close"]).map({True: "up", False: "down"}), bars, range(60)
    )
    assert peeking
    assert leaks(lambda b: (b["close"] > b["open"]).map({True: "up", False: "down"}), bars, range(60)) == ()


def test_rows_that_appear_only_with_the_future_are_a_leak(make_bars):
    bars = make_bars(60)
    found = leaks(lambda b: b["close"].shift(-2).dropna(), bars, [30])
    assert found


@given(rows=st.integers(2, 60), data=st.data())
@settings(max_examples=40, deadline=None)
def test_poison_keeps_the_past_and_stays_valid(make_bars, rows, data):
    bars = make_bars(rows)
    cut = data.draw(st.integers(0, rows - 1))
    poisoned = poison(bars, cut, np.random.default_rng(data.draw(st.integers(0, 99))))
    check_bars(poisoned, "poison")
    pd.testing.assert_frame_equal(poisoned.iloc[: cut + 1], bars.iloc[: cut + 1])
    assert (poisoned.iloc[cut + 1 :] != bars.iloc[cut + 1 :]).all(axis=None)


def test_random_cuts_are_distinct_ascending_and_repeatable():
    cuts = random_cuts(1000, 50, seed=5)
    assert cuts == random_cuts(1000, 50, seed=5) == tuple(sorted(set(cuts)))
    assert len(cuts) == 50 and random_cuts(3, 50) == (0, 1, 2)
