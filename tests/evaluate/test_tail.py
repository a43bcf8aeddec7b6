"""VaR and CVaR by method: R20 of METHOD §5, where four libraries give four numbers."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from core.evaluate.tail import TailMethod, cornish_fisher, expected_shortfall, value_at_risk
from tests.evaluate.test_metrics import R20


@pytest.mark.parametrize(
    ("method", "var", "cvar"),
    [
        (TailMethod.LINEAR, 0.02145, 0.030),  # empyrical
        (TailMethod.NORMAL, 0.020412, 0.025827),  # quantstats
        (TailMethod.MILDER, 0.021, 0.030),  # skfolio
        (TailMethod.HARSHER, 0.030, 0.030),  # riskfolio
    ],
)
def test_r20(method: TailMethod, var: float, cvar: float) -> None:
    assert value_at_risk(R20, 0.05, method) == pytest.approx(var, abs=1e-6)
    assert expected_shortfall(R20, 0.05, method) == pytest.approx(cvar, abs=1e-6)


def test_cornish_fisher() -> None:
    assert cornish_fisher(0.05, -0.677370, 0.036278) == pytest.approx(-1.828051, abs=1e-6)
    assert value_at_risk(R20, 0.05, TailMethod.CORNISH_FISHER) == pytest.approx(0.022786, abs=1e-6)
    assert cornish_fisher(0.05, 0.0, 0.0) == pytest.approx(-1.644854, abs=1e-6)
    with pytest.raises(ValueError, match="value at risk"):
        expected_shortfall(R20, 0.05, TailMethod.CORNISH_FISHER)


def test_cornish_fisher_is_refused_where_a_rarer_loss_would_be_smaller() -> None:
    """Skewness −3, excess kurtosis 7: z(1 %) = −2.78, but z(.1 %) = −2.38."""
    assert cornish_fisher(0.01, -3.0, 7.0) is None
    assert cornish_fisher(0.01, float("nan"), 0.0) is None


def test_too_few_returns() -> None:
    for method in TailMethod:
        assert value_at_risk(np.array([0.01]), 0.05, method) is None
    assert expected_shortfall(np.array([])) is None
    assert value_at_risk(np.full(30, 0.01), 0.05, TailMethod.CORNISH_FISHER) == pytest.approx(-0.01)


@given(st.lists(st.floats(-0.5, 0.5), min_size=2, max_size=200), st.floats(0.01, 0.5))
def test_the_mean_beyond_is_no_better_than_the_bound(values: list[float], tail: float) -> None:
    x = np.array(values)
    by = {method: value_at_risk(x, tail, method) for method in TailMethod}
    linear, milder, harsher = (by[m] for m in (TailMethod.LINEAR, TailMethod.MILDER, TailMethod.HARSHER))
    shortfall = expected_shortfall(x, tail)
    assert linear is not None and milder is not None and harsher is not None and shortfall is not None
    assert milder - 1e-12 <= linear <= harsher + 1e-12
    assert shortfall >= harsher - 1e-12
