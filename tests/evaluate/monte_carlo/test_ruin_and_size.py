"""Ruin and position size: closed forms to 1e-4, and the simulation against them (METHOD.md §5 and §7)."""

import numpy as np
import pytest

from core.evaluate.monte_carlo import kernel
from core.evaluate.monte_carlo.paths import simulate
from core.evaluate.monte_carlo.regimes import Regimes, regime_draws
from core.evaluate.monte_carlo.ruin import (
    brownian_ruin,
    fractional_kelly_fall,
    fractional_kelly_growth,
    gambler_ruin,
    touching_discretely,
)
from core.evaluate.monte_carlo.sizing import kelly_bet, kelly_exact, kelly_small, size_curve, size_grid
from core.evaluate.monte_carlo.trades import trade_draws

R20 = np.array(
    [.012, -.008, .005, -.021, .017, .003, -.004, .009, -.015, .022, -.001, .006, -.030, .011, .004, -.006, .013, -.009,
     .002, .008]
)  # fmt: skip
BET = np.repeat([1.0, -1.0], [60, 40])
"""Wins of 60 % at even odds: Kelly stakes a fifth."""


def test_closed_forms_of_ruin() -> None:
    assert gambler_ruin(0.55, 20) == pytest.approx(0.01807, abs=1e-5)
    assert gambler_ruin(0.52, 20) == pytest.approx(0.20172, abs=1e-5)
    assert gambler_ruin(0.5, 20) == 1.0
    assert brownian_ruin(0.1, 0.2, 0.8) == pytest.approx(0.4096, abs=1e-4)
    assert brownian_ruin(0.01, 0.2, 0.8) == 1.0


def test_closed_forms_of_kelly() -> None:
    assert kelly_bet(0.6, 1.0) == pytest.approx(0.20, abs=1e-12)
    assert kelly_bet(0.55, 1.2) == pytest.approx(0.175, abs=1e-12)
    assert kelly_small(R20) == pytest.approx(5.3608, abs=1e-4)
    assert kelly_exact(R20) == pytest.approx(5.3689, abs=1e-4)
    assert kelly_exact(BET) == pytest.approx(0.20, abs=1e-9)
    assert kelly_exact(np.repeat([1.2, -1.0], [55, 45])) == pytest.approx(0.175, abs=1e-9)
    assert fractional_kelly_growth(0.5) == 0.75
    assert fractional_kelly_fall(0.5, 0.5) == pytest.approx(0.125) and fractional_kelly_fall(1.0, 0.5) == 0.5


def test_there_is_no_kelly_without_an_edge() -> None:
    assert (
        kelly_exact(-R20) is None and kelly_exact(np.zeros(10)) is None and kelly_exact(np.array([])) is None
    )
    assert kelly_small(np.ones(3)) is None
    assert size_grid(None)[-1] == 2.0 and 1.0 in size_grid(None)
    assert size_grid(5.3689)[-1] > 10


@pytest.mark.parametrize(("win", "known"), [(0.55, 0.01807), (0.52, 0.20172)])
def test_the_simulation_ruins_as_often_as_the_gambler(win: float, known: float) -> None:
    """A walk of equal steps in logarithms that ever loses twenty of them; long enough to be nearly for ever."""
    wins = round(win * 100)
    step = 0.01
    returns = np.expm1(np.repeat([step, -step], [wins, 100 - wins]))
    facts = simulate(trade_draws(returns), 20_000, 6_000, 3, ruin=float(np.exp(-19.5 * step))).facts
    assert np.mean(facts[kernel.RUINED] > 0) == pytest.approx(
        known, abs=4 * np.sqrt(known * (1 - known) / 20_000) + 0.002
    )


def test_the_simulation_ruins_as_often_as_brownian_motion() -> None:
    """μ .1, σ .2, ever below 80 %: .4096, over 40 years of daily steps and with the level moved for seeing days only."""
    days, years = 250, 40
    level = 0.8
    same = Regimes(0.5, (0.5, 0.5), (0.1 / days,) * 2, (0.2 / np.sqrt(days),) * 2)
    seen_daily = level / touching_discretely(
        1.0, 0.2, 1 / days
    )  # so that touching in days is touching 0.8 at any time
    facts = simulate(regime_draws(same), 8_000, days * years, 1, ruin=seen_daily).facts
    assert np.mean(facts[kernel.RUINED] > 0) == pytest.approx(0.4096, abs=0.025)


def test_the_explorer_finds_kelly_and_its_halves() -> None:
    """Even bets won at 51 %: full Kelly grows most, half of it keeps three quarters and halves an eighth as often."""
    small = np.repeat([1.0, -1.0], [51, 49])
    kelly = kelly_exact(small)
    assert kelly == pytest.approx(0.02)
    sizes = kelly * np.array([0.25, 0.5, 1.0, 1.5, 2.0])
    horizon = 40_000
    curve = size_curve(small, 1.0, "trade", horizon, 3_000, 1, 0.5, sizes)
    growth = np.log1p([point.growth for point in curve.points]) / horizon
    assert growth.argmax() == 2
    assert growth[1] / growth[2] == pytest.approx(fractional_kelly_growth(0.5), abs=0.08)
    assert growth[4] == pytest.approx(0.0, abs=0.3 * growth[2])
    halving = {point.multiple / kelly: point.halving for point in curve.points}
    assert halving[0.5] == pytest.approx(0.125, abs=0.03) and halving[1.0] == pytest.approx(0.5, abs=0.06)
    assert [p.halving for p in curve.points] == sorted(p.halving for p in curve.points), (
        "one set of steps for all sizes"
    )


def test_the_explorer_is_repeatable_and_knows_total_loss() -> None:
    one = size_curve(BET, 1.0, "trade", 200, 500, 4, 0.5, threads=1)
    assert one == size_curve(BET, 1.0, "trade", 200, 500, 4, 0.5, threads=3)
    whole = size_curve(BET, 1.0, "trade", 200, 500, 4, 0.5, np.array([1.0]))
    assert whole.points[0].growth == -1.0 and whole.points[0].ruin == 1.0
