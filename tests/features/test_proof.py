"""A family that peeks, in the bars or beside them, is named; so is one that peeks only now and then."""

from collections.abc import Callable

import numpy as np
import pandas as pd
import pytest

from core.features import FAMILIES, Family, Feature, future_leaks, random_cuts
from core.features.prices import Prices


def _family(compute: Callable[[Prices], np.ndarray]) -> Family:
    feature = Feature("peeks", "planted", 0, "σ", "planted", "planted", "planted")
    return Family("planted", (feature,), lambda p: {"peeks": np.array(compute(p), dtype=float)}, "Planted.")


def _gappy_bfill(p: Prices) -> np.ndarray:
    """Known every seventh bar and filled backwards: an honest look at most rows."""
    return pd.Series(p.close).where(np.arange(len(p.close)) % 7 == 0).bfill().to_numpy()


def _seconds(p: Prices) -> pd.Series:
    return pd.Series(p.close, index=p.dates)


PEEKING = {
    "centred window": lambda p: pd.Series(p.close).rolling(5, center=True).mean(),
    "global z-score": lambda p: (p.close - p.close.mean()) / p.close.std(),
    "bfill over gaps of seven bars": _gappy_bfill,
    "shift(-1)": lambda p: pd.Series(p.close).shift(-1),
    "min-max": lambda p: (p.close - p.close.min()) / (p.close.max() - p.close.min()),
    "same-week resample": lambda p: _seconds(p).resample("W").transform("max"),
    "whole day of a bar under way": lambda p: _seconds(p).resample("D").transform("last"),
}
PEEKING_BESIDE = {
    "mood of all headlines": lambda p: np.full_like(p.close, p.context.news.scores.mean()),
    "headlines of the next hour": lambda p: np.searchsorted(
        p.context.news.published, (p.opened + 2 * p.step) * 1_000_000, side="right"
    ),
    "the market's next bar": lambda p: p.context.reference.closes.shift(-1).reindex(p.dates, method="ffill"),
    "the market's mean": lambda p: np.full_like(p.close, p.context.reference.closes.mean()),
}


@pytest.mark.parametrize("name", PEEKING)
def test_a_planted_leak_in_the_bars_is_caught_at_random_cuts(make_bars, name):
    bars = make_bars(350)
    found = future_leaks(bars, random_cuts(len(bars), 48, seed=1), families=[_family(PEEKING[name])])
    assert found and {leak.column for leak in found} == {"peeks"}


@pytest.mark.parametrize("name", PEEKING_BESIDE)
def test_a_planted_leak_beside_the_bars_is_caught(make_bars, make_context, name):
    bars = make_bars(350)
    found = future_leaks(
        bars, random_cuts(len(bars), 12, seed=1), make_context(bars), [_family(PEEKING_BESIDE[name])]
    )
    assert {leak.how for leak in found} == {"truncated", "poisoned"}


def test_what_is_known_at_the_close_is_no_leak(make_bars, make_context):
    """A headline published at the very second of a close counts, the market's bar of the same time too."""
    bars = make_bars(300)
    honest = {
        "headlines": lambda p: np.searchsorted(
            p.context.news.published, (p.opened + p.step) * 1_000_000, side="right"
        ),
        "market": lambda p: p.context.reference.closes.reindex(p.dates, method="ffill"),
    }
    for compute in honest.values():
        family = _family(compute)
        late = Family("late", family.features, lambda p, f=family: _from(f.compute(p), 50), "Planted.")
        assert future_leaks(bars, range(60, 300, 7), make_context(bars), [late]) == ()


def _from(columns: dict[str, np.ndarray], row: int) -> dict[str, np.ndarray]:
    for values in columns.values():
        values[:row] = np.nan
    return columns


def test_the_honest_families_pass_beside_a_leaking_one(make_bars):
    bars = make_bars(300)
    found = future_leaks(bars, [150, 260], families=[*FAMILIES, _family(PEEKING["shift(-1)"])])
    assert {leak.column for leak in found} == {"peeks"}
    assert all(leak.row == leak.cut for leak in found)
