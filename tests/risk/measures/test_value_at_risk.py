"""VaR and CVaR by method: R20 of METHOD §5, where four libraries give four numbers."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy.stats import genpareto, norm, t

from core.records import VarMethod
from core.risk.measures import all_methods, least_returns, pareto_tail, value_at_risk
from core.risk.measures.quantiles import cornish_fisher, cornish_fisher_shortfall, historical, shape
from tests.evaluate.test_metrics import R20

FAT = 0.01 * t.rvs(4, size=5000, random_state=12)


@pytest.mark.parametrize(
    ("method", "var", "cvar"),
    [
        (VarMethod.HISTORICAL, 0.02145, 0.030),  # empyrical
        (VarMethod.GAUSSIAN, 0.020412, 0.025827),  # quantstats
    ],
)
def test_r20(method: VarMethod, var: float, cvar: float) -> None:
    found = value_at_risk(R20, 0.95, method)
    assert (found.var, found.es) == pytest.approx((var, cvar), abs=1e-6)
    assert (found.method, found.level, found.count) == (method, 0.95, 20)


def test_the_other_ranks_of_r20() -> None:
    assert float(historical(R20, 0.05, "higher")) == pytest.approx(0.021)  # skfolio
    assert float(historical(R20, 0.05, "lower")) == pytest.approx(0.030)  # riskfolio


def test_cornish_fisher() -> None:
    assert [float(part) for part in shape(R20)] == pytest.approx([-0.677370, 0.036278], abs=1e-6)
    assert float(cornish_fisher(0.05, -0.677370, 0.036278)) == pytest.approx(-1.828051, abs=1e-6)
    assert value_at_risk(R20, 0.95, "cornish_fisher").var == pytest.approx(0.022786, abs=1e-6)
    assert float(cornish_fisher(0.05, 0.0, 0.0)) == pytest.approx(norm.ppf(0.05), abs=1e-9)


@pytest.mark.parametrize(("tail", "s", "k"), [(0.05, -0.67737, 0.036278), (0.01, 0.3, 2.0), (0.05, 0.0, 0.0)])
def test_its_shortfall_is_the_mean_of_the_bent_tail(tail: float, s: float, k: float) -> None:
    u = (np.arange(200_000) + 0.5) / 200_000 * tail
    z = norm.ppf(u)
    bent = z + (z * z - 1) * s / 6 + (z**3 - 3 * z) * k / 24 - (2 * z**3 - 5 * z) * s * s / 36
    assert cornish_fisher_shortfall(tail, s, k) == pytest.approx(bent.mean(), abs=1e-4)


def test_cornish_fisher_is_refused_where_a_rarer_loss_would_be_smaller() -> None:
    """Skewness −3, excess kurtosis 7: z(1 %) = −2.78, but z(.1 %) = −2.38."""
    assert np.isnan(cornish_fisher(0.01, -3.0, 7.0))
    assert np.isnan(cornish_fisher(0.01, float("nan"), 0.0))
    assert np.isnan(cornish_fisher_shortfall(0.01, -3.0, 7.0))
    crashed = np.r_[np.full(60, 0.001), np.full(6, -0.10)]
    found = value_at_risk(crashed, 0.99, VarMethod.CORNISH_FISHER)
    assert found.refused and found.es is None and "rarer loss would come out smaller" in found.words


def test_extreme_values() -> None:
    tail = pareto_tail(FAT)
    assert tail is not None and (tail.beyond, tail.count) == (250, 5000)
    assert (tail.shape, tail.scale, tail.threshold) == pytest.approx((0.16637, 0.007375, 0.021908), abs=1e-5)
    found = value_at_risk(FAT, 0.99, VarMethod.EVT)
    assert (found.var, found.es) == pytest.approx((0.035519, 0.047081), abs=1e-6)
    assert value_at_risk(FAT, 0.99, VarMethod.GAUSSIAN).var == pytest.approx(0.032189, abs=1e-5)
    losses = -FAT
    beyond = losses[losses > np.quantile(losses, 0.95)] - np.quantile(losses, 0.95)
    shape_, _, scale = genpareto.fit(beyond, floc=0)
    assert (tail.shape, tail.scale) == pytest.approx((shape_, scale), abs=1e-8), "parity with scipy"
    assert tail.value_at_risk(0.999) > tail.value_at_risk(0.99) > tail.threshold


def test_extreme_values_refuse_with_a_reason() -> None:
    few = value_at_risk(FAT[:400], 0.99, VarMethod.EVT)
    assert few.refused and "at least 500 are needed" in few.words and "25 losses beyond" in few.words
    assert "says nothing at 90.0%" in value_at_risk(FAT, 0.90, VarMethod.EVT).words
    same = value_at_risk(np.full(600, 0.001), 0.95, VarMethod.EVT)
    assert same.refused and "as many are the same" in same.words
    wild = -np.r_[np.zeros(2000), np.random.default_rng(3).pareto(0.5, 200)]
    assert "mean loss has no bound" in value_at_risk(wild, 0.99, VarMethod.EVT).words


def test_too_few_or_broken_returns_are_refused_with_the_number_needed() -> None:
    for found in all_methods(R20[:10]):
        assert found.refused and found.count == 10
        assert f"at least {least_returns(0.95, found.method)} are needed" in found.words
    assert "at least 100" in value_at_risk(R20, 0.99, VarMethod.HISTORICAL).words
    assert "gaps" in value_at_risk(np.r_[R20, np.nan], 0.95, VarMethod.GAUSSIAN).words
    assert value_at_risk(np.full(30, 0.01), 0.95, VarMethod.CORNISH_FISHER).var == pytest.approx(-0.01)


def test_what_is_no_question_is_an_error() -> None:
    with pytest.raises(ValueError, match="level"):
        value_at_risk(R20, 0.05)
    with pytest.raises(ValueError, match="magic"):
        value_at_risk(R20, 0.95, "magic")


@given(
    st.lists(st.floats(-0.5, 0.5), min_size=20, max_size=200),
    st.floats(0.51, 0.95),
    st.sampled_from(VarMethod),
)
def test_the_mean_beyond_is_no_milder_than_the_bound(
    values: list[float], level: float, method: VarMethod
) -> None:
    found = value_at_risk(np.array(values), level, method)
    assert found.words
    assert found.refused == (found.es is None)
    if found.var is not None and found.es is not None:
        assert found.es >= found.var - 1e-9


@given(st.lists(st.floats(-0.5, 0.5), min_size=20, max_size=100), st.floats(0.1, 10.0))
def test_a_larger_position_risks_as_much_more(values: list[float], times: float) -> None:
    x = np.array(values)
    for method in (VarMethod.HISTORICAL, VarMethod.GAUSSIAN):
        one, many = value_at_risk(x, 0.95, method), value_at_risk(x * times, 0.95, method)
        assert one.var is not None
        assert many.var == pytest.approx(one.var * times, abs=1e-9)
