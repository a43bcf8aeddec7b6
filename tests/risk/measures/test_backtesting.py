"""Kupiec's test on METHOD's counts, and VaR lines that never know the bar that they are held against."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from core.records import VarMethod
from core.risk.measures import backtest_var, kupiec, value_at_risk

CALM = np.random.default_rng(5).normal(0.0, 0.01, 1500)


@pytest.mark.parametrize(
    ("exceptions", "n", "lr", "p_value", "kept"),
    [(20, 1000, 7.827, 0.0052, False), (13, 1000, 0.8306, 0.362, True), (10, 250, 12.955, 0.0003, False)],
)
def test_kupiec(exceptions: int, n: int, lr: float, p_value: float, kept: bool) -> None:
    found = kupiec(exceptions, n, 0.01)
    assert found.lr == pytest.approx(lr, abs=5e-4)
    assert found.p_value == pytest.approx(p_value, abs=1.5e-4)
    assert found.kept is kept
    assert ("fits the promise" in found.words) is kept


def test_kupiec_at_the_ends_and_beyond() -> None:
    assert "too large" in kupiec(0, 500, 0.05).words and "too small" in kupiec(500, 500, 0.05).words
    assert kupiec(5, 100, 0.05).p_value == pytest.approx(1.0)
    for wrong in ((5, 4, 0.01), (0, 0, 0.01), (1, 10, 0.0), (-1, 10, 0.1)):
        with pytest.raises(ValueError, match="cannot be judged"):
            kupiec(*wrong)


@given(st.integers(1, 3000), st.data(), st.floats(0.001, 0.5))
def test_p_is_a_probability(n: int, data: st.DataObject, p: float) -> None:
    found = kupiec(data.draw(st.integers(0, n)), n, p)
    assert 0 <= found.p_value <= 1 and found.lr >= 0


@pytest.mark.parametrize("method", [VarMethod.HISTORICAL, VarMethod.GAUSSIAN, VarMethod.CORNISH_FISHER])
def test_each_point_is_the_var_of_the_window_before(method: VarMethod) -> None:
    found = backtest_var(CALM[:400], 0.95, method, 250)
    assert len(found.var) == len(found.returns) == 150
    for k in (0, 37, 149):
        assert found.var[k] == pytest.approx(value_at_risk(CALM[k : k + 250], 0.95, method).var)
        assert found.returns[k] == CALM[k + 250]
    assert found.exceeded.tolist() == (-found.returns > found.var).tolist()
    assert found.test is not None and found.test.exceptions == found.exceeded.sum() and found.test.n == 150


@pytest.mark.parametrize("method", list(VarMethod))
def test_what_follows_changes_nothing_before(method: VarMethod) -> None:
    """Also not for the Pareto tail, whose line stands between two fits: these fall on the same rows at the start."""
    whole = backtest_var(CALM[:660], 0.95, method, 600)
    noisy = CALM[:660].copy()
    noisy[630:] = np.random.default_rng(1).normal(0.0, 0.2, 30)
    assert backtest_var(noisy, 0.95, method, 600).var[:31] == pytest.approx(whole.var[:31])


def test_a_method_that_fits_is_kept_and_one_that_sleeps_is_not() -> None:
    assert (kept := backtest_var(CALM, 0.95, VarMethod.GAUSSIAN, 250).test) is not None and kept.kept
    wilder = np.r_[CALM[:250], 4.0 * CALM[250:400]]
    assert (late := backtest_var(wilder, 0.99, VarMethod.GAUSSIAN, 250).test) is not None
    assert not late.kept and "too small" in late.words


def test_too_short_a_history_says_what_is_missing() -> None:
    found = backtest_var(CALM[:250], 0.95, VarMethod.HISTORICAL, 250)
    assert found.test is None and len(found.var) == 0 and "there are 250, windows hold 250" in found.words
    short = backtest_var(CALM[:400], 0.95, VarMethod.EVT, 250)
    assert short.test is None and "windows of 500 returns" in short.words


def test_overlapping_returns_are_judged_once_each_and_never_by_what_they_share() -> None:
    """Days out of hours: the window ends where the judged day begins."""
    hours = np.cumprod(1 + CALM)
    days = hours[24:] / hours[:-24] - 1
    found = backtest_var(days, 0.95, VarMethod.GAUSSIAN, 400, horizon=24)
    assert found.rows[-1] == len(days) - 1 and set(np.diff(found.rows)) == {24}
    assert found.rows[0] - 24 >= 399, "the first window is whole"
    place = 3
    row = int(found.rows[place])
    before = days[row - 24 - 399 : row - 24 + 1]
    assert found.var[place] == pytest.approx(value_at_risk(before, 0.95, "gaussian").var)
    noisy = hours.copy()
    noisy[row - 23 + 24 :] *= np.linspace(1, 3, len(noisy[row - 23 + 24 :]))
    changed = backtest_var(noisy[24:] / noisy[:-24] - 1, 0.95, VarMethod.GAUSSIAN, 400, horizon=24)
    assert changed.var[: place + 1] == pytest.approx(found.var[: place + 1])


def test_refused_windows_are_left_out_and_counted() -> None:
    crashed = np.r_[CALM[:120] / 100, np.full(6, -0.3), CALM[:200]]
    found = backtest_var(crashed, 0.99, VarMethod.CORNISH_FISHER, 100)
    refused = int(np.isnan(found.var).sum())
    assert refused > 0 and found.test is not None and found.test.n == len(found.var) - refused
    assert f"{refused} times the method refused" in found.words
    assert not found.exceeded[np.isnan(found.var)].any()
