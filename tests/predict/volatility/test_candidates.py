"""Each candidate against published numbers or the library that is known for it."""

import numpy as np
import pytest
from arch.univariate import GARCH, ZeroMean
from hypothesis import given
from hypothesis import strategies as st

from core.predict.volatility.candidates import Ewma, Garch, Har
from core.predict.volatility.estimation import estimate, fit_har
from core.predict.volatility.garch_fit import fit_garch
from core.predict.volatility.realised import (
    bar_variance,
    log_returns,
    means_behind,
    proportion,
    sums_ahead,
)
from tests.predict.volatility.conftest import bars_of_returns, garch_returns
from tests.seeded import seeded_bars

FIVE = np.array([0.01, -0.02, 0.015, -0.005, 0.007])


def test_ewma_is_the_published_number() -> None:
    """METHOD.md §5: λ = .94, begun with the first squared return."""
    assert Ewma().ahead(FIVE, FIVE**2, [1])[-1, 0] == pytest.approx(1.142875e-4, abs=5e-11)


def test_ewma_is_flat_ahead() -> None:
    found = Ewma().ahead(FIVE, FIVE**2, [1, 4, 24])[-1]
    assert found[1:] / found[0] == pytest.approx([4.0, 24.0])


@pytest.mark.parametrize("asymmetric", [False, True])
@pytest.mark.parametrize("seed", [1, 2, 3])
def test_garch_parameters_are_those_of_arch(asymmetric: bool, seed: int) -> None:
    returns = garch_returns(2000, seed, gamma=0.06 if asymmetric else 0.0, beta=0.87)
    ours = fit_garch(returns, asymmetric)
    library = ZeroMean(returns / np.sqrt(ours.level), volatility=GARCH(1, int(asymmetric), 1), rescale=False)
    theirs = library.fit(disp="off")
    mine = [
        ours.omega / ours.level,
        ours.alpha,
        *([ours.gamma] if asymmetric else []),
        ours.beta,
    ]
    assert library.fix(mine).loglikelihood >= theirs.loglikelihood - 1e-3
    assert mine == pytest.approx(np.asarray(theirs.params), abs=2e-3)


@pytest.mark.parametrize("asymmetric", [False, True])
def test_garch_forecasts_are_those_of_arch(asymmetric: bool) -> None:
    """After a thousand bars nothing is left of where the recursions began."""
    returns = garch_returns(1500, 4)
    parameters = [2e-2, 0.07, *([0.05] if asymmetric else []), 0.88]
    theirs = (
        (
            ZeroMean(returns * 100.0, volatility=GARCH(1, int(asymmetric), 1), rescale=False)
            .fix(parameters)
            .forecast(horizon=96, reindex=False)
            .variance.to_numpy()[0]
        )
        / 1e4
    )
    omega, alpha, *gamma, beta = parameters
    ours = Garch(omega / 1e4, alpha, gamma[0] if gamma else 0.0, beta, 1e-4)
    found = ours.ahead(returns, returns**2, [1, 4, 24, 96])[-1]
    assert found == pytest.approx([theirs[:bars].sum() for bars in (1, 4, 24, 96)], rel=1e-9)


@given(
    alpha=st.floats(0.0, 0.3),
    gamma=st.floats(0.0, 0.2),
    beta=st.floats(0.0, 0.6),
    bars=st.integers(1, 300),
)
def test_garch_ahead_obeys_the_formula(alpha: float, gamma: float, beta: float, bars: int) -> None:
    """E σ²(t + h) = level + (α + γ/2 + β)^(h − 1) (σ²(t + 1) − level)."""
    model = Garch(1e-6, alpha, gamma, beta, 1e-4)
    kept, level = model.persistence, 1e-6 / (1.0 - model.persistence)
    following = model.ahead(FIVE, FIVE**2, [1])[-1, 0]
    steps = level + kept ** np.arange(bars) * (following - level)
    assert model.ahead(FIVE, FIVE**2, [bars])[-1, 0] == pytest.approx(steps.sum(), rel=1e-9)


def test_a_price_that_stands_still_has_no_garch() -> None:
    assert fit_garch(np.zeros(500), False) is None


def test_har_is_least_squares_where_no_coefficient_is_negative() -> None:
    """Against numpy on the same weighted rows."""
    returns = garch_returns(3000, 6, alpha=0.15, beta=0.8)
    variance = returns**2
    fitted = fit_har(returns, variance, [4])
    assert (fitted.coefficients > 0.0).all()
    inputs = np.column_stack([np.ones(3000), *(means_behind(variance, bars) for bars in (1, 5, 22))])
    target = sums_ahead(variance, 4) / 4
    weight = 1.0 / np.maximum(inputs[:, 3], 0.05 * inputs[:, 1].mean())
    rows = np.flatnonzero(np.isfinite(target))[22:]
    free = np.linalg.lstsq(inputs[rows] * weight[rows, None], target[rows] * weight[rows], rcond=None)[0]
    assert fitted.coefficients[0] == pytest.approx(free, rel=1e-6)


def test_har_says_its_regression_times_the_bars() -> None:
    model = Har((4,), np.array([[1e-5, 0.2, 0.3, 0.4]]), 2.0)
    variance = np.linspace(1e-4, 2e-4, 60)
    expected = 1e-5 + 2.0 * (0.2 * variance[-1] + 0.3 * variance[-5:].mean() + 0.4 * variance[-22:].mean())
    assert model.ahead(np.zeros(60), variance, [4])[-1, 0] == pytest.approx(4 * expected)


def test_bar_variance_is_garman_klass_and_the_gap() -> None:
    bars = seeded_bars(300)
    logs = np.log(bars[["open", "high", "low", "close"]])
    gk = 0.5 * (logs["high"] - logs["low"]) ** 2 - (2 * np.log(2) - 1) * (logs["close"] - logs["open"]) ** 2
    gap = (logs["open"] - logs["close"].shift()) ** 2
    assert bar_variance(bars) == pytest.approx((gk + gap).to_numpy()[1:])
    factor = proportion(log_returns(bars), bar_variance(bars))
    assert factor * bar_variance(bars).sum() == pytest.approx((log_returns(bars) ** 2).sum())


def test_sums_ahead_and_means_behind() -> None:
    values = np.arange(1.0, 6.0)
    np.testing.assert_allclose(sums_ahead(values, 2), [5.0, 7.0, 9.0, np.nan, np.nan])
    np.testing.assert_allclose(means_behind(values, 3), [1.0, 1.5, 2.0, 3.0, 4.0])
    assert np.isnan(sums_ahead(values, 9)).all()


def test_a_short_history_has_the_moving_average_only() -> None:
    bars = bars_of_returns(garch_returns(200, 1), 0.002)
    assert set(estimate(log_returns(bars), bar_variance(bars), [4])) == {"ewma"}
