"""Fits that find what is there, refuse what is not, and are called by what they measured."""

import pickle

import numpy as np
import pandas as pd
import pytest

from core.predict.regimes import fit_regimes
from core.predict.regimes.fitting import _best_fit
from core.predict.regimes.kinds import regime_kinds
from core.predict.regimes.observations import PATH_BARS, fit_scaling, observations, raw_observations
from core.records import RegimeKind
from tests.predict.regimes.conftest import walk_chain
from tests.seeded import seeded_bars


def test_the_three_states_are_found_and_named(fitted) -> None:
    assert set(fitted.kinds) == {RegimeKind.RANGE, RegimeKind.TREND, RegimeKind.VOLATILE}
    assert fitted.kinds[-1] is RegimeKind.VOLATILE
    assert fitted.volatility[-1] == pytest.approx(0.02, rel=0.35)
    assert fitted.efficiency[fitted.kinds.index(RegimeKind.TREND)] > 0.5
    assert fitted.autocorrelation[fitted.kinds.index(RegimeKind.RANGE)] < 0.0
    assert (fitted.expected_bars > 5).all()


def test_states_are_ordered_by_variance_and_moments_agree_with_each_other(fitted) -> None:
    assert (np.diff(fitted.volatility) > 0).all()
    assert fitted.transition.sum(axis=1) == pytest.approx(1.0)
    assert fitted.stationary @ fitted.transition == pytest.approx(fitted.stationary)
    assert fitted.share.sum() == pytest.approx(1.0)
    assert fitted.expected_bars == pytest.approx(1.0 / (1.0 - np.diag(fitted.transition)))


def test_the_same_seed_gives_the_same_model_and_it_can_be_stored(fitted, switching) -> None:
    again = fit_regimes(switching.bars.iloc[:2000], 3, 10, 7)
    stored = pickle.loads(pickle.dumps(again))
    for name in ("transition", "means", "variances", "drift", "volatility"):
        np.testing.assert_array_equal(getattr(stored, name), getattr(fitted, name))
    assert stored.kinds == fitted.kinds


def test_another_seed_comes_to_the_same_optimum(fitted, switching) -> None:
    other = fit_regimes(switching.bars.iloc[:2000], 3, 10, 99)
    assert other.log_likelihood == pytest.approx(fitted.log_likelihood, abs=5.0)
    assert other.volatility == pytest.approx(fitted.volatility, rel=0.05)


def test_more_starts_are_never_worse(switching) -> None:
    bars = switching.bars.iloc[:1200]
    seen = observations(bars, fit_scaling(bars))[PATH_BARS:]
    one, many = (_best_fit(seen, 3, starts, 7)[0].score(seen) for starts in (1, 12))
    assert many >= one - 1.0


def test_bars_after_the_training_part_are_not_read(fitted, switching) -> None:
    assert fitted.last_opened == switching.bars.index[1999]
    assert fitted.rows == 2000


@pytest.mark.parametrize("states", [0, 1])
def test_fewer_than_two_states_are_none(states: int) -> None:
    assert fit_regimes(seeded_bars(800), states, 10, 7) is None


def test_a_short_history_is_none() -> None:
    assert fit_regimes(seeded_bars(30), 3, 10, 7) is None
    assert fit_regimes(seeded_bars(499), 3, 10, 7) is None


def test_a_price_that_stands_still_is_none() -> None:
    bars = seeded_bars(800)
    assert fit_regimes(bars.assign(open=1.0, high=1.0, low=1.0, close=1.0), 3, 10, 7) is None


def test_one_bad_tick_does_not_become_a_regime() -> None:
    bars = seeded_bars(1500).copy()
    bars.iloc[700, 1] *= 50.0
    model = fit_regimes(bars, 3, 10, 7)
    assert model is not None
    assert (model.share > 0.03).all()


def test_more_states_than_there_are_give_a_model_with_fewer_or_sound_ones() -> None:
    model = fit_regimes(seeded_bars(600), 5, 5, 7)
    assert model is not None
    assert 2 <= model.states <= 5
    assert (model.share >= 0.03).all()
    assert (model.expected_bars >= 1.5).all()


def test_two_states_of_a_simulated_chain_are_recovered() -> None:
    rng = np.random.default_rng(2)
    chain = np.array([[0.98, 0.02], [0.05, 0.95]])
    state = walk_chain(rng, chain, 4000)
    close = 50.0 * np.exp(np.cumsum(rng.normal(0.0, np.array([0.004, 0.016])[state])))
    opened = np.concatenate(([50.0], close[:-1]))
    bars = pd.DataFrame(
        {"open": opened, "high": np.maximum(opened, close) * 1.001, "low": np.minimum(opened, close) * 0.999,
         "close": close, "volume": 1.0},
        index=pd.date_range("2020-01-01", periods=4000, freq="h", tz="UTC", name="date"),
    )  # fmt: skip
    model = fit_regimes(bars, 2, 10, 7)
    assert model.volatility == pytest.approx([0.004, 0.016], rel=0.15)
    assert model.kinds == (RegimeKind.RANGE, RegimeKind.VOLATILE)
    assert model.share == pytest.approx([5 / 7, 2 / 7], abs=0.08)


def test_efficiency_is_that_of_kaufman() -> None:
    import talib

    bars = seeded_bars(200)
    ours = raw_observations(bars, 1e-4)
    logs = np.log(bars["close"].to_numpy())
    path = np.convolve(np.abs(np.diff(logs)), np.ones(20), "valid")
    assert ours[20:, 2] == pytest.approx(np.abs(logs[20:] - logs[:-20]) / path)
    assert np.isnan(ours[:20]).all()
    assert ours[20:, 0] == pytest.approx(talib.ROCR(bars["close"].to_numpy(), 1)[20:] - 1.0, abs=2e-3)


@pytest.mark.parametrize(
    ("drift", "volatility", "efficiency", "expected"),
    [
        ((0.0, 0.0), (0.01, 0.03), (0.2, 0.2), ("range", "volatile")),
        ((0.0, 0.0), (0.01, 0.012), (0.4, 0.1), ("trend", "range")),
        ((0.004, 0.0), (0.01, 0.012), (0.2, 0.2), ("trend", "range")),
        ((-0.004, 0.0), (0.01, 0.012), (0.2, 0.2), ("trend", "range")),
        ((0.0, 0.01), (0.01, 0.03), (0.2, 0.6), ("range", "volatile")),
    ],
)
def test_kinds_follow_from_the_moments(drift, volatility, efficiency, expected) -> None:
    arrays = (np.array(part) for part in (drift, volatility, efficiency, (10.0, 10.0), (0.7, 0.3)))
    assert tuple(kind.value for kind in regime_kinds(*arrays)) == expected
