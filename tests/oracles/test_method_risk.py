"""The risk table of METHOD.md §5, row by row: every number where the application takes it from."""

from collections.abc import Callable
from datetime import UTC, datetime, timedelta

import numpy as np
import pytest
from scipy.stats import t

from core.decide import ewma_variance, kelly_fraction, volatility_share
from core.evaluate import max_drawdown, sharpe, sortino, volatility
from core.evaluate.monte_carlo.ruin import fractional_kelly_fall, fractional_kelly_growth
from core.evaluate.monte_carlo.sizing import kelly_bet, kelly_exact, kelly_small
from core.predict.volatility.kernel import ewma_variance as ewma_path
from core.records import SystemState, VarMethod
from core.risk.breaker import Breaker, follow, state_from
from core.risk.measures import contributions, kupiec, pareto_tail, value_at_risk
from core.risk.measures.quantiles import cornish_fisher, historical, historical_shortfall, shape
from core.settings import RiskSettings
from tests.evaluate.test_metrics import R20

CURVE = np.r_[1.0, np.cumprod(1 + R20)]
EQUITY = [100.0, 105.0, 103.0, 94.4, 96.0, 99.0, 110.0]
SHORT = [0.01, -0.02, 0.015, -0.005, 0.007]
LOSSES = -0.01 * t.rvs(4, size=5000, random_state=12)
TWO = contributions([0.5, 0.5], np.array([[0.04, 0.6 * 0.06], [0.6 * 0.06, 0.09]]))


def var(method: VarMethod, level: float = 0.95, returns: np.ndarray = R20) -> float | None:
    return value_at_risk(returns, level, method).var


def es(method: VarMethod, level: float = 0.95, returns: np.ndarray = R20) -> float | None:
    return value_at_risk(returns, level, method).es


TABLE: list[tuple[str, Callable[[], object], float | tuple[float, ...], float]] = [
    ("total", lambda: CURVE[-1] - 1, 0.01652547, 1e-8),
    ("vol", lambda: volatility(R20, 252), 0.20568622, 1e-8),
    ("Sharpe", lambda: sharpe(R20, 252), 1.10265044, 1e-8),
    ("Sortino", lambda: sortino(R20, 252), 1.52127766, 1e-8),
    ("maxDD", lambda: max_drawdown(CURVE), -0.03, 1e-12),
    ("VaR95 empyrical", lambda: var(VarMethod.HISTORICAL), 0.02145, 1e-8),
    ("VaR95 quantstats", lambda: var(VarMethod.GAUSSIAN), 0.020412, 1e-6),
    ("VaR95 skfolio", lambda: float(historical(R20, 0.05, "higher")), 0.021, 1e-8),
    ("VaR95 riskfolio", lambda: float(historical(R20, 0.05, "lower")), 0.030, 1e-8),
    ("CVaR95 historical", lambda: es(VarMethod.HISTORICAL), 0.030, 1e-8),
    ("CVaR95 quantstats", lambda: es(VarMethod.GAUSSIAN), 0.025827, 1e-6),
    ("skew, ex-kurt", lambda: tuple(map(float, shape(R20))), (-0.677370, 0.036278), 1e-6),
    ("Cornish-Fisher z", lambda: float(cornish_fisher(0.05, -0.677370, 0.036278)), -1.828051, 1e-6),
    ("Cornish-Fisher VaR95", lambda: var(VarMethod.CORNISH_FISHER), 0.022786, 1e-6),
    ("EVT u", lambda: pareto_tail(-LOSSES).threshold, 0.021908, 1e-6),
    ("EVT ξ", lambda: pareto_tail(-LOSSES).shape, 0.16637, 1e-5),
    ("EVT β", lambda: pareto_tail(-LOSSES).scale, 0.007375, 1e-6),
    ("EVT VaR99", lambda: var(VarMethod.EVT, 0.99, -LOSSES), 0.035519, 1e-6),
    ("EVT ES99", lambda: es(VarMethod.EVT, 0.99, -LOSSES), 0.047081, 1e-6),
    ("Gaussian VaR99 beside EVT", lambda: var(VarMethod.GAUSSIAN, 0.99, -LOSSES), 0.032189, 5e-6),
    ("Kupiec 20/1000 LR", lambda: kupiec(20, 1000, 0.01).lr, 7.827, 5e-4),
    ("Kupiec 20/1000 p", lambda: kupiec(20, 1000, 0.01).p_value, 0.0052, 1e-4),
    ("Kupiec 13/1000 p", lambda: kupiec(13, 1000, 0.01).p_value, 0.362, 5e-4),
    ("Kupiec 10/250 p", lambda: kupiec(10, 250, 0.01).p_value, 0.0003, 5e-5),
    ("Kelly p=.6 b=1", lambda: (kelly_fraction(0.6, 1.0), kelly_bet(0.6, 1.0)), (0.20, 0.20), 1e-12),
    ("Kelly p=.55 b=1.2", lambda: (kelly_fraction(0.55, 1.2), kelly_bet(0.55, 1.2)), (0.175, 0.175), 1e-12),
    ("R20 mean/var", lambda: kelly_small(R20), 5.3608, 1e-4),
    ("R20 log-optimum", lambda: kelly_exact(R20), 5.3689, 1e-4),
    ("half Kelly's growth", lambda: fractional_kelly_growth(0.5), 0.75, 1e-12),
    ("half and full Kelly: ever halving", lambda: (fractional_kelly_fall(0.5, 0.5), fractional_kelly_fall(1.0, 0.5)), (0.125, 0.5), 1e-12),
    ("vol target .10/.25", lambda: volatility_share(0.10, 0.25), 0.40, 1e-12),
    ("vol target, capped", lambda: volatility_share(0.10, 0.05), 1.0, 1e-12),
    ("EWMA λ=.94", lambda: ewma_variance(SHORT, 0.94), 1.142875e-4, 1e-10),
    ("EWMA, compiled", lambda: float(ewma_path(np.array(SHORT), 0.94)[-1]), 1.142875e-4, 1e-10),
    ("breaker's fall", lambda: max_drawdown(np.array(EQUITY)), -0.100952, 1e-6),
    ("two assets' vol", lambda: TWO.volatility, 0.224722, 1e-6),
    ("two assets' contributions", lambda: TWO.parts, (0.084549, 0.140173), 1e-6),
]  # fmt: skip


@pytest.mark.parametrize(("found", "meant", "within"), [row[1:] for row in TABLE], ids=[row[0] for row in TABLE])  # fmt: skip
def test_the_table(found: Callable[[], object], meant: float | tuple[float, ...], within: float) -> None:
    assert found() == pytest.approx(meant, abs=within)


def test_the_mean_loss_is_the_same_in_three_libraries() -> None:
    assert float(historical_shortfall(R20, 0.05)) == pytest.approx(0.030)


def test_cornish_fisher_is_refused_where_it_is_not_monotone() -> None:
    assert np.isnan(cornish_fisher(0.01, -3.0, 7.0))


def test_the_breaker_trips_at_bar_3_and_stays_until_it_is_reset() -> None:
    """Equity comes back to a new high, and the breaker stays tripped."""
    times = [datetime(2019, 1, 1, tzinfo=UTC) + timedelta(days=k) for k in range(len(EQUITY))]
    risk = RiskSettings(max_drawdown=0.10, reduce_drawdown=0.0)
    states = [
        state_from(follow(Breaker(), times[: k + 1], EQUITY[: k + 1], risk), (), times[k], risk).state
        for k in range(len(EQUITY))
    ]
    assert states == [SystemState.ACTIVE] * 3 + [SystemState.HALTED] * 4
    assert follow(Breaker(), times, EQUITY, risk).tripped_drawdown == pytest.approx(0.100952, abs=1e-6)
    again = state_from(follow(Breaker(), times[4:], EQUITY[4:], risk), (), times[-1], risk)
    assert again.state is SystemState.ACTIVE, "a reset begins a new peak"
