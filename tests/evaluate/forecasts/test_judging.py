"""Whole judgements: a market that can be foretold is found, noise is not, and each gate says why."""

import numpy as np
import pandas as pd
import pytest

from core.errors import NotEnoughHistory
from core.evaluate.forecasts import (
    judge_forecasts,
    mean_interval,
    member_scores,
    path_scores,
    rolling_coverage,
    rolling_skill,
    rolling_window,
    score_signals,
)

COST = 0.0024


def test_what_can_be_foretold_is_found(foretold):
    found = judge_forecasts(foretold, 0.0)
    assert found.calibrated and found.skill > 0.02 and found.dm_p_value < 0.05
    assert found.hit_low > found.break_even and found.expectancy_low > 0.0
    assert found.edge and "break even" in " ".join(found.reasons)
    assert found.auc_direction > 0.55 and found.information_coefficient > 0.1 and found.ic_p_value < 0.05
    assert found.effective_rows < found.rows and found.effective_signals < found.signals


def test_costs_take_the_edge_away(foretold):
    dear = judge_forecasts(foretold, 0.05)
    assert dear.calibrated and not dear.edge
    assert dear.break_even > judge_forecasts(foretold, 0.0).break_even
    assert dear.expectancy == pytest.approx(judge_forecasts(foretold, 0.0).expectancy - 0.05)
    assert dear.reasons[0].startswith("Hits") and "not above" in dear.reasons[0], "failed gates come first"


def test_noise_has_no_edge(noise):
    found = judge_forecasts(noise, COST)
    assert not found.edge and abs(found.skill) < 0.01
    assert 0.85 < found.coverage < 0.95 and 0.4 < found.coverage_half < 0.6
    assert len(found.pinball) == len(found.pinball_base) == 5


def test_always_the_base_rate_is_silent(noise):
    base = {f"p_{name}": noise[f"base_{name}"] for name in ("down", "flat", "up")}
    found = judge_forecasts(noise.assign(**base), COST)
    assert found.skill == 0.0 and not found.calibrated and not found.edge
    assert found.dm_p_value is None and found.signals == 0 and found.hit_rate is None
    assert "nothing to trade" in " ".join(found.reasons)


def test_without_quantiles_there_is_no_coverage(noise):
    bare = noise.drop(columns=[name for name in noise if name[0] in "qb" and name[1:].isdigit()])
    nulls = noise.assign(**{f"q{level}": np.nan for level in ("05", "25", "50", "75", "95")})
    for frame in (bare, nulls):
        found = judge_forecasts(frame, COST)
        assert found.coverage is None and found.pinball == ()
        assert rolling_coverage(frame).empty


def test_nothing_scored_is_a_sentence(noise):
    with pytest.raises(NotEnoughHistory, match="nothing to judge"):
        judge_forecasts(noise.iloc[:0], COST)


def test_one_row_can_be_judged(noise):
    found = judge_forecasts(noise.iloc[:1], COST)
    assert found.rows == 1 and not found.edge and found.auc is None


def test_reliability_covers_all_rows_of_each_class(foretold):
    found = judge_forecasts(foretold, COST)
    for name in ("down", "flat", "up"):
        bins = [item for item in found.reliability if item.outcome == name]
        assert sum(item.rows for item in bins) == found.rows
        assert all(item.low <= item.observed <= item.high for item in bins)
        assert [item.forecast for item in bins] == sorted(item.forecast for item in bins)


def test_members_are_ranked_by_brier(foretold):
    members = member_scores(foretold)
    assert [member.name for member in members] == ["xgboost", "logistic"]
    assert members[0].skill > 0.0 == members[1].skill
    silent = foretold.assign(**{f"m_logistic_{name}": np.nan for name in ("down", "flat", "up")})
    assert [member.name for member in member_scores(silent)] == ["xgboost"]


def test_over_time(foretold):
    window = rolling_window(foretold)
    moving = rolling_skill(foretold, window)
    assert moving["skill"].isna().sum() == window - 1
    whole = judge_forecasts(foretold, COST)
    assert moving["running"].iloc[-1] == pytest.approx(whole.skill)
    held = rolling_coverage(foretold, len(foretold))
    assert held["coverage"].iloc[-1] == pytest.approx(whole.coverage)
    assert (held["low"] < 0.9).all() and (held["high"] > 0.9).all()


def test_paths_are_scored_each_by_itself(foretold, noise):
    good, bad = path_scores([foretold, noise])
    assert good.skill > 10 * abs(bad.skill) and good.log_loss_gain > 0.0
    assert good.path == 0 and bad.path == 1 and good.auc > bad.auc


def test_signals_that_cluster_are_worth_less(foretold):
    every = score_signals(foretold, 0.0)
    sparse = foretold.iloc[::8]
    assert score_signals(sparse, 0.0).effective == pytest.approx(score_signals(sparse, 0.0).signals)
    assert every.effective < 0.8 * every.signals


def test_overlapping_returns_have_wider_intervals():
    rng = np.random.default_rng(2)
    overlapping = pd.Series(rng.normal(0.0, 1.0, 1019)).rolling(20).mean().dropna().to_numpy()
    low, high = mean_interval(overlapping, 20.0)
    careless = 1.96 * 2 * overlapping.std() / np.sqrt(len(overlapping))
    assert high - low > 2 * careless
    assert mean_interval(overlapping[:10], 1.0) == (None, None)
    assert mean_interval(overlapping, 20.0) == (low, high), "the same seed, the same interval"
