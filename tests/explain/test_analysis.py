"""Importance, drift of reasons, interactions and cohorts: planted facts are found."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from core.explain import (
    STEADY,
    compare_cohorts,
    importance,
    interaction_strengths,
    reasons_over_time,
    seed_agreement,
    strongest_partner,
)


def test_importance_is_the_mean_size() -> None:
    assert importance(np.array([[1.0, -2.0], [-3.0, 2.0]])).tolist() == [2.0, 2.0]
    assert importance(np.zeros((0, 3))).tolist() == [0.0, 0.0, 0.0]


@given(rows=st.integers(1, 400), windows=st.integers(1, 12))
def test_windows_cover_every_row_once(rows: int, windows: int) -> None:
    found = reasons_over_time(np.random.default_rng(0).normal(size=(rows, 5)), windows)
    assert found.first[0] == 0 and found.stop[-1] == rows
    assert (found.first[1:] == found.stop[:-1]).all()
    assert len(found.importance) <= max(rows // 20, 1) and len(found.adjacent) == len(found.first) - 1


def test_steady_reasons_stay_and_swapped_ones_drift() -> None:
    draw = np.random.default_rng(1)
    size = np.array([8.0, 4.0, 2.0, 1.0, 0.5])
    steady = draw.normal(size=(600, 5)) * size
    assert reasons_over_time(steady, 6).steadiness == pytest.approx(1.0)
    drifting = steady.copy()
    drifting[300:] = drifting[300:, ::-1]
    assert reasons_over_time(drifting, 6).steadiness < STEADY
    assert np.isnan(reasons_over_time(np.zeros((600, 5)), 6).steadiness), "nothing to rank"


def test_agreement_over_seeds_is_of_every_pair() -> None:
    one, other = np.array([3.0, 2.0, 1.0]), np.array([1.0, 2.0, 3.0])
    assert seed_agreement([one, one, other]).tolist() == [1.0, -1.0, -1.0]


def test_the_planted_partner_is_found_as_shap_finds_it() -> None:
    import shap

    draw = np.random.default_rng(2)
    values = draw.normal(size=(1500, 6)).astype(np.float32)
    values[::7, 5] = np.nan
    shares = draw.normal(size=values.shape) * 0.01
    shares[:, 1] = values[:, 1] * np.where(values[:, 4] > 0, 1.0, 0.2)
    assert strongest_partner(values, shares, 1) == 4
    known = values[:, :5].copy()
    assert shap.approximate_interactions(1, shares[:, :5], known)[0] == 4
    strength = interaction_strengths(values, shares, 1)
    assert strength[1] == 0.0 and strength[4] > 3 * np.delete(strength, 4).max()
    assert strongest_partner(values, np.zeros_like(shares), 1) is None


def test_cohorts_find_the_planted_difference_and_only_that() -> None:
    draw = np.random.default_rng(3)
    group = np.repeat(draw.random(100) < 0.5, 20)
    shares = draw.normal(size=(2000, 4))
    shares[group, 2] += 1.0
    found = compare_cohorts(shares, group, ~group, 20)
    assert found is not None and found.rows == (int(group.sum()), int((~group).sum()))
    assert found.difference[2] == pytest.approx(1.0, abs=0.15) and found.clear[2]
    assert found.low[2] < found.difference[2] < found.high[2]
    assert compare_cohorts(shares[:20], np.arange(20) < 10, np.arange(20) >= 10, 20) is None


def test_overlapping_rows_widen_the_interval() -> None:
    """A push that is drawn once a stretch and repeated in it is as few draws as there are stretches."""
    draw = np.random.default_rng(4)
    false_alarms = {1: 0, 20: 0}
    for _ in range(200):
        shares = np.repeat(draw.normal(size=(60, 1)), 20, axis=0)
        group = np.repeat(np.arange(60) % 2 == 0, 20)
        for block in false_alarms:
            found = compare_cohorts(shares, group, ~group, block)
            false_alarms[block] += bool(found is not None and found.clear[0])
    assert false_alarms[20] < 25 < 100 < false_alarms[1]
