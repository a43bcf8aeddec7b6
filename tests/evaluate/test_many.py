"""Many curves at once, against empyrical-reloaded 0.7.1 (its numbers recorded: it pins a library that others need
newer) and against plain numpy."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from core.evaluate import max_drawdown, sharpe, sortino
from core.evaluate.many import measure_many
from core.risk.measures.quantiles import historical, historical_shortfall
from tests.evaluate.test_metrics import R20

EMPYRICAL = {
    # seed and length: Sharpe, Sortino, Calmar, max drawdown, VaR 5 %, CVaR 5 %; 252 bars a year, of
    # default_rng(seed).standard_t(4, length) * .01 + .0003
    (0, 37): (1.0964785503796912, 1.6337721444528692, 4.685676846281596, -0.05406899698934575, -0.024186060438700058, -0.02800651362194153),
    (1, 400): (0.009836641955761422, 0.014444685209553389, -0.06571392858933935, -0.3667689707106907, -0.020469963804390666, -0.0320689127479102),
    (2, 999): (-0.2594674102914471, -0.35135178312431137, -0.1326174655287589, -0.5756043052368724, -0.02164758274383798, -0.03220477365946903),
    (3, 1500): (-0.45376755034792526, -0.6042857956817658, -0.1825310308478998, -0.6487276045669728, -0.02257610296001416, -0.03456534644192123),
}  # fmt: skip
R20_EMPYRICAL = (1.1026504358012275, 1.5212776585113295, 7.646376543372659, -0.03, -0.02145, -0.03)


def curve(returns: np.ndarray) -> np.ndarray:
    return np.r_[1.0, np.cumprod(1 + returns)]


def rows(curves: np.ndarray, yearly: float = 252, tail: float = 0.05, threads: int = 2) -> np.ndarray:
    m = measure_many(curves, yearly, tail, threads)
    return np.stack(
        [m.sharpe, m.sortino, m.calmar, m.max_drawdown, m.value_at_risk, m.expected_shortfall], axis=1
    )


@pytest.mark.parametrize(("seed", "length"), EMPYRICAL)
def test_empyrical(seed: int, length: int) -> None:
    returns = np.random.default_rng(seed).standard_t(4, size=length) * 0.01 + 0.0003
    assert rows(curve(returns)[None]) == pytest.approx(np.array([EMPYRICAL[seed, length]]), abs=1e-10)


def test_r20() -> None:
    assert rows(curve(R20)[None]) == pytest.approx(np.array([R20_EMPYRICAL]), abs=1e-10)


def test_one_by_one_gives_the_same() -> None:
    """Against the functions of one curve, over many rows, lengths and tails, and any number of threads."""
    rng = np.random.default_rng(1)
    for length, tail in ((2, 0.05), (3, 0.3), (50, 0.01), (400, 0.05), (400, 0.5), (400, 0.97)):
        returns = rng.standard_t(3, size=(300, length)) * 0.01
        curves = np.cumprod(1 + np.c_[np.zeros(300), returns], axis=1)
        x = curves[:, 1:] / curves[:, :-1] - 1
        found = rows(curves, tail=tail)
        assert np.array_equal(found, rows(curves, tail=tail, threads=7), equal_nan=True)
        for row, r, c in zip(found, x, curves, strict=True):
            assert row[[0, 3]] == pytest.approx((sharpe(r, 252), max_drawdown(c)), abs=1e-9)
            down = sortino(r, 252)
            assert np.isnan(row[1]) if down is None else row[1] == pytest.approx(down, rel=1e-10)
            assert row[4:] == pytest.approx((-historical(r, tail), -historical_shortfall(r, tail)), abs=1e-12)


def test_a_flat_or_broken_curve_is_set_apart() -> None:
    rising = np.linspace(100.0, 200.0, 30)
    broken = np.where(np.arange(30) == 7, np.nan, rising)
    flat, up, holed = rows(np.stack([np.full(30, 100.0), rising, broken]))
    assert np.isnan(flat[:3]).all() and flat[3:].tolist() == [0.0, 0.0, 0.0]
    assert np.isnan(up[1:3]).all() and up[3] == 0.0 and up[0] > 0
    assert np.isnan(holed).all()


def test_what_is_no_table_of_curves_is_refused() -> None:
    with pytest.raises(ValueError, match=r"\(n, bars\)"):
        measure_many(np.ones(10), 252)
    with pytest.raises(ValueError, match="two bars"):
        measure_many(np.ones((10, 1)), 252)
    with pytest.raises(ValueError, match="tail"):
        measure_many(np.ones((2, 10)), 252, tail=1.0)
    assert measure_many(np.empty((0, 10)), 252).sharpe.shape == (0,)
    assert measure_many(np.ones((2, 10)), 252).method == "historical, linear quantile"


@settings(max_examples=150, deadline=None)
@given(st.lists(st.sampled_from([-0.2, -0.1, 0.0, 0.1, 0.3]), min_size=1, max_size=60), st.floats(0.01, 0.99))
def test_ties_and_any_tail(values: list[float], tail: float) -> None:
    c = curve(np.array(values))
    r = c[1:] / c[:-1] - 1
    (found,) = rows(c[None], tail=tail)
    assert found[4] == pytest.approx(float(np.quantile(r, tail)), abs=1e-12)
    assert found[5] == pytest.approx(np.sort(r)[: int(tail * (len(r) - 1)) + 1].mean(), abs=1e-12)
    assert found[3] == pytest.approx(max_drawdown(c), abs=1e-15)
