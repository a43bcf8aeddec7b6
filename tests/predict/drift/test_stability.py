"""PSI against its own null: METHOD.md §9."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from core.predict.drift import feature_drift, null_psi, psi, psi_of_shares
from core.predict.drift.blocks import block_rows, memory


def _ar(rows: int, phi: float, generator: np.random.Generator) -> np.ndarray:
    from scipy.signal import lfilter

    return lfilter([1.0], [1.0, -phi], generator.normal(size=rows + 200))[200:]


def test_the_published_number() -> None:
    assert psi_of_shares(np.full(4, 0.25), np.array([0.1, 0.2, 0.3, 0.4])) == pytest.approx(
        0.228217, abs=1e-6
    )


@pytest.mark.parametrize(("rows", "median", "high"), [(100, 0.18, 0.37), (500, 0.034, 0.068)])
def test_the_null_of_independent_rows(rows: int, median: float, high: float) -> None:
    """«Above .2 is drift» is a coin toss with 100 rows on either side."""
    values = np.random.default_rng(3).normal(size=(rows, 1))
    null = null_psi(values, rows, 1, 2000, 1)
    assert np.median(null) == pytest.approx(median, rel=0.06)
    assert np.quantile(null, 0.95) == pytest.approx(high, rel=0.08)


@given(st.integers(0, 10_000), st.integers(30, 300), st.integers(30, 300))
def test_properties(seed: int, before: int, after: int) -> None:
    """Never negative, nothing for the same rows, blind to scale, and a null is a bin like any other."""
    generator = np.random.default_rng(seed)
    first, second = generator.normal(size=before), generator.normal(size=after)
    found = psi(first, second)
    assert found >= 0.0 and psi(first, first) == 0.0
    assert psi(3.0 * first + 1.0, 3.0 * second + 1.0) == pytest.approx(found, rel=1e-9)
    emptied = second.copy()
    emptied[: after // 2] = np.nan
    assert psi(first, emptied) > psi(first, second[after // 2 :])


def test_slow_features_raise_no_false_alarm_and_a_shift_is_found() -> None:
    generator = np.random.default_rng(5)
    alarms = 0
    for seed in range(40):
        walk = _ar(1000, 0.9, generator)
        before, after = walk[:500, None], walk[500:, None]
        alarms += feature_drift(["slow"], before, after, memory(before, 500), 150, seed)[0].drifted
    assert alarms <= 7  # 5 % of 40 is 2; a fixed limit of .1 would have cried in most
    columns = np.column_stack([_ar(2500, phi, generator) for phi in (0.0, 0.3, 0.6, 0.9)])
    columns[2000:, 1] += 1.0
    found = feature_drift(["a", "b", "c", "d"], columns[:2000], columns[2000:], memory(columns, 500), 200, 1)
    assert [item.feature for item in found if item.drifted] == ["b"]
    assert found[0].feature == "b" and 0.5 < (found[0].moved or 0.0) < 1.5


def test_many_features_are_looked_at_together() -> None:
    """Sixty unchanged features: some exceed their own 95 %, none the limit over all."""
    generator = np.random.default_rng(8)
    own = family = 0
    for seed in range(12):
        before, after = generator.normal(size=(400, 60)), generator.normal(size=(300, 60))
        found = feature_drift([str(i) for i in range(60)], before, after, 1, 120, seed)
        own += sum(item.psi > item.usual for item in found)
        family += any(item.drifted for item in found)
    assert 15 <= own <= 65  # of 720
    assert family <= 3


def test_constant_and_empty_features_are_no_drift() -> None:
    before, after = np.full((80, 2), 3.0), np.full((60, 2), 3.0)
    before[:, 1] = after[:, 1] = np.nan
    found = feature_drift(["flat", "empty"], before, after, 1, 50, 1)
    assert not any(item.drifted for item in found)
    assert {item.feature: item.missing for item in found} == {"flat": 0.0, "empty": 1.0}


@given(st.integers(2, 60), st.integers(1, 100), st.integers(1, 40), st.integers(0, 99))
def test_blocks_are_consecutive_rows_of_a_ring(rows: int, wanted: int, block: int, seed: int) -> None:
    drawn = block_rows(rows, wanted, block, np.random.default_rng(seed))
    assert len(drawn) == wanted and drawn.min() >= 0 and drawn.max() < rows
    steps = np.diff(drawn)
    inside = (np.arange(1, wanted) % block) != 0
    assert ((steps[inside] == 1) | (steps[inside] == 1 - rows)).all()
