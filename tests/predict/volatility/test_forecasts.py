"""What the best candidate says: positive, in proportion, growing with the horizon, and blind to what comes later."""

import pickle

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from core.errors import InputError, NotEnoughHistory
from core.predict import Horizon
from core.predict.volatility import (
    READ_BARS,
    fit_volatility,
    past_forecasts,
    volatility_forecasts,
)
from core.predict.volatility.realised import bar_variance, log_returns
from core.predict.volatility.walking import qlike, walk
from tests.predict.volatility.conftest import bars_of_returns, garch_returns
from tests.seeded import seeded_bars


@pytest.fixture(scope="module")
def bars():
    return seeded_bars(2000, seed=9)


@pytest.fixture(scope="module")
def model(bars, horizons):
    return fit_volatility(bars, horizons)


def test_every_candidate_is_scored_on_the_same_rows_best_first(model, horizons) -> None:
    assert len(model.scores) == len(horizons)
    for scores in model.scores:
        assert {score.model for score in scores} == {"ewma", "garch", "gjr", "har"}
        assert len({score.rows for score in scores}) == 1
        losses = [score.qlike for score in scores]
        assert losses == sorted(losses)
        assert losses[0] > 0.0


def test_the_best_past_score_speaks(model, bars, horizons) -> None:
    said = volatility_forecasts(model, bars, horizons)
    assert [forecast.horizon for forecast in said] == ["short", "medium", "long"]
    for forecast, scores in zip(said, model.scores, strict=True):
        assert forecast.model == scores[0].model
        assert forecast.scores == scores
        assert forecast.sigma_bar == pytest.approx(forecast.sigma / np.sqrt(forecast.bars))


@settings(max_examples=12)
@given(seed=st.integers(0, 10_000), rows=st.integers(70, 700))
def test_forecasts_are_positive_and_grow_with_the_horizon(seed: int, rows: int) -> None:
    horizons = [Horizon(str(length), length) for length in (1, 2, 5, 20, 60)]
    bars = seeded_bars(rows, seed)
    said = volatility_forecasts(fit_volatility(bars, horizons), bars, horizons)
    sigmas = [forecast.sigma for forecast in said]
    assert sigmas[0] > 0.0
    assert sigmas == sorted(sigmas)


@settings(max_examples=8)
@given(factor=st.floats(0.05, 8.0), seed=st.integers(0, 50))
def test_twice_the_moves_are_twice_the_volatility(factor: float, seed: int) -> None:
    horizons = (Horizon("short", 4), Horizon("long", 48))
    bars = seeded_bars(900, seed)
    wider = bars.assign(
        **{name: np.exp(factor * np.log(bars[name])) for name in ("open", "high", "low", "close")}
    )
    for one, other in zip(
        volatility_forecasts(fit_volatility(bars, horizons), bars, horizons),
        volatility_forecasts(fit_volatility(wider, horizons), wider, horizons),
        strict=True,
    ):
        assert other.model == one.model
        assert other.sigma == pytest.approx(factor * one.sigma, rel=1e-3)
        assert [s.qlike for s in other.scores] == pytest.approx([s.qlike for s in one.scores], rel=1e-2)


def test_only_the_last_thousand_bars_are_read(model, bars, horizons) -> None:
    whole = volatility_forecasts(model, bars, horizons)
    assert volatility_forecasts(model, bars.iloc[-READ_BARS:], horizons) == whole
    assert volatility_forecasts(model, bars.iloc[-READ_BARS - 77 :], horizons) == whole


def test_a_walk_never_sees_what_came_later(bars) -> None:
    """Rows that were forecast at before a cut are the same when all that follows is noise, the last block's fit apart."""
    returns, variance = log_returns(bars), bar_variance(bars)
    past = walk(returns, variance, [4, 24])
    cut = 1400
    noise = np.random.default_rng(3).normal(0.0, 0.05, len(returns) - cut)
    poisoned = np.concatenate((returns[:cut], noise))
    other = walk(poisoned, np.concatenate((variance[:cut], noise**2)), [4, 24])
    before = past.rows < cut
    assert before.sum() > 500
    for name, said in past.forecasts.items():
        if name in other.forecasts:
            np.testing.assert_allclose(other.forecasts[name][before], said[before], rtol=1e-12)
    assert {"ewma", "har"} <= set(other.forecasts)


def test_past_forecasts_are_those_that_were_scored(model, bars, horizons) -> None:
    for frame, scores in zip(past_forecasts(bars, horizons), model.scores, strict=True):
        past = frame.dropna()
        best = scores[0]
        assert len(past) == best.rows
        assert qlike(past["realised"] ** 2, past[best.model] ** 2).mean() == pytest.approx(best.qlike)


def test_where_variance_clusters_garch_beats_the_moving_average() -> None:
    """Simulated GARCH; mean QLIKE over three histories."""
    horizons = (Horizon("medium", 24),)
    gained = []
    for seed in (1, 2, 3):
        bars = bars_of_returns(garch_returns(2500, seed, alpha=0.12, beta=0.84), 0.001)
        scores = {score.model: score.qlike for score in fit_volatility(bars, horizons).scores[0]}
        gained.append(scores["ewma"] - min(scores["garch"], scores["gjr"]))
    assert np.mean(gained) > 0.02


def test_qlike_is_zero_for_a_perfect_forecast_and_punishes_too_low_more() -> None:
    one = np.array([1.0])
    assert qlike(one, one)[0] == 0.0
    assert qlike(one, one / 2)[0] > qlike(one, one * 2)[0] > 0.0
    assert qlike(2 * one, one)[0] == pytest.approx(2 - np.log(2) - 1)


def test_the_same_bars_and_seed_give_the_same_model_and_it_can_be_stored(model, bars, horizons) -> None:
    again = pickle.loads(pickle.dumps(fit_volatility(bars, horizons)))
    assert again.scores == model.scores
    assert volatility_forecasts(again, bars, horizons) == volatility_forecasts(model, bars, horizons)
    assert len(pickle.dumps(model)) < 10_000


def test_a_market_that_falls_asleep_is_not_promised_to_sleep_for_ever(bars, model, horizons) -> None:
    last = bars.iloc[-1]["close"]
    still = bars.copy()
    still.iloc[-900:, :4] = last
    said = volatility_forecasts(model, still, horizons)
    assert all(forecast.sigma >= 0.01 * np.sqrt(model.level * forecast.bars) for forecast in said)


@pytest.mark.parametrize("rows", [0, 1, 30, 59])
def test_a_short_history_is_none_and_forecasts_say_why(rows: int, model, bars, horizons) -> None:
    assert fit_volatility(bars.iloc[:rows], horizons) is None
    assert all(frame.empty for frame in past_forecasts(bars.iloc[:rows], horizons))
    with pytest.raises(NotEnoughHistory, match="needs 60 closed bars"):
        volatility_forecasts(model, bars.iloc[:rows], horizons)


def test_a_price_that_stands_still_is_none(bars, horizons) -> None:
    still = bars.assign(open=1.0, high=1.0, low=1.0, close=1.0)
    assert fit_volatility(still, horizons) is None
    assert all(frame.empty for frame in past_forecasts(still, horizons))


def test_a_history_too_short_to_judge_lets_the_moving_average_speak(bars, horizons) -> None:
    young = fit_volatility(bars.iloc[:150], horizons)
    said = volatility_forecasts(young, bars.iloc[:150], horizons)
    assert {forecast.model for forecast in said} == {"ewma"}
    assert {forecast.scores for forecast in said} == {()}


def test_a_horizon_longer_than_the_history_has_no_score(bars) -> None:
    long = (Horizon("short", 4), Horizon("long", 700))
    young = fit_volatility(bars.iloc[:600], long)
    assert young.scores[0]
    assert young.scores[1] == ()
    assert volatility_forecasts(young, bars.iloc[:600], long)[1].sigma > 0.0


def test_a_horizon_it_was_not_fitted_for_is_refused(model, bars) -> None:
    with pytest.raises(InputError, match="not fitted for 7 bars"):
        volatility_forecasts(model, bars, (Horizon("odd", 7),))
