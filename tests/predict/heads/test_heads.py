import pickle
from dataclasses import replace

import numpy as np
import pytest

from core.errors import InputError, NotEnoughHistory
from core.predict.heads import HeadData, fit_heads
from core.predict.heads.boosted import LEVELS, pinball, weighted_quantiles


@pytest.fixture(scope="module")
def known(make_data) -> HeadData:
    """Width and middle are foretold."""
    return make_data(rows=1800, lean=6.0, width=0.6)


@pytest.fixture(scope="module")
def fitted(known, make_splits, settings):
    """Heads of that, and what they would have said."""
    return fit_heads(known, make_splits(known), settings)


def test_pinball_oracle():
    """METHOD.md §3: y = 1, 2, 3 and q = 1.5, 1.5, 2.5 at .1, .5, .9."""
    happened, said = np.array([1.0, 2.0, 3.0]), np.array([1.5, 1.5, 2.5])
    loss = {
        level: pinball(np.repeat(said[:, None], 5, axis=1), happened, np.ones(3))[k]
        for k, level in enumerate(LEVELS)
    }
    missed = happened - said
    for level, value in loss.items():
        assert value == pytest.approx(np.mean(np.maximum(level * missed, (level - 1) * missed)))
    assert loss[0.5] == pytest.approx(0.25)


def test_weighted_quantiles_of_whole_weights_are_those_of_repeated_values():
    values, weight = np.array([3.0, 1.0, 2.0]), np.array([1.0, 2.0, 3.0])
    repeated = np.repeat(values, weight.astype(int))
    expected = np.quantile(repeated, LEVELS, method="inverted_cdf")
    assert weighted_quantiles(values, weight, LEVELS).tolist() == expected.tolist()


def test_quantiles_ascend_and_one_row_says_the_same_as_a_block(known, fitted):
    heads, _ = fitted
    block = heads.quantiles(known.inputs[:200], known.sigma[:200])
    assert block.shape == (200, 5) and np.all(np.diff(block, axis=1) >= 0.0)
    for row in (0, 17, 199):
        alone = heads.quantiles(known.inputs[row : row + 1], known.sigma[row : row + 1])
        assert alone.tolist() == block[[row]].tolist()
    twice = heads.quantiles(known.inputs[:200], 2.0 * known.sigma[:200])
    np.testing.assert_allclose(twice, 2.0 * block)


def test_what_is_known_is_believed_and_beats_the_base(known, fitted):
    heads, scored = fitted
    assert heads.shrinkage.spread > 0.5 and heads.shrinkage.location > 0.5
    happened, weight = known.forward[scored.rows], known.weight[scored.rows]
    mine, base = (pinball(q, happened, weight) for q in (scored.quantiles, scored.base))
    assert np.all(mine < 0.99 * base)
    held = np.mean((happened >= scored.quantiles[:, 0]) & (happened <= scored.quantiles[:, -1]))
    assert heads.coverage == held and heads.rows == len(scored.rows)
    assert heads.coverage == pytest.approx(0.90, abs=0.03)
    half = np.mean((happened >= scored.quantiles[:, 1]) & (happened <= scored.quantiles[:, 3]))
    assert half == pytest.approx(0.50, abs=0.06)


@pytest.mark.parametrize("seed", range(4))
def test_noise_is_hardly_believed_and_costs_hardly_anything(make_data, make_splits, settings, seed):
    data = make_data(rows=1500, seed=seed)
    heads, scored = fit_heads(data, make_splits(data), settings)
    happened, weight = data.forward[scored.rows], data.weight[scored.rows]
    mine, base = (pinball(q, happened, weight).mean() for q in (scored.quantiles, scored.base))
    assert mine < 1.03 * base
    assert heads.shrinkage.location + heads.shrinkage.spread <= 0.6
    assert heads.coverage == pytest.approx(0.90, abs=0.05)


def test_a_silent_model_keeps_no_trees_and_says_its_base(make_data, make_splits, settings):
    data = next(
        data
        for data in (make_data(rows=600, bars=48, seed=seed) for seed in range(20))
        if fit_heads(data, make_splits(data), settings)[0].shrinkage.silent
    )
    heads, _ = fit_heads(data, make_splits(data), settings)
    assert heads.model.forest is None
    said = heads.quantiles(data.inputs[:2], np.ones(2))
    assert said[0].tolist() == said[1].tolist()
    assert said[0, 2] == heads.model.base[2]


def test_trees_say_what_xgboost_says(known, settings):
    import xgboost

    from core.predict.heads import boosted

    mine = boosted.fit_quantiles(known.inputs, known.scaled, known.weight, settings)
    matrix = xgboost.QuantileDMatrix(
        known.inputs, label=known.scaled, weight=known.weight / known.weight.mean(), max_bin=32, nthread=1
    )
    asked = boosted._PARAMETERS | {"max_depth": 3, "eta": 0.1, "seed": settings.seed}
    theirs = xgboost.train(asked, matrix, num_boost_round=20).inplace_predict(known.inputs)
    np.testing.assert_allclose(mine.raw(known.inputs), np.sort(theirs, axis=1), atol=1e-5)


def test_only_rows_after_the_first_block_are_scored(known, make_splits, fitted):
    splits = make_splits(known)
    assert fitted[1].rows.tolist() == np.concatenate([test for _, test in splits[1:]]).tolist()
    assert fitted[1].quantiles.shape == fitted[1].base.shape == (len(fitted[1].rows), 5)


def test_same_data_same_heads_bit_for_bit(known, make_splits, settings, fitted):
    again, scored = fit_heads(known, make_splits(known), settings)
    assert scored.quantiles.tobytes() == fitted[1].quantiles.tobytes()
    assert (
        again.quantiles(known.inputs, known.sigma).tobytes()
        == fitted[0].quantiles(known.inputs, known.sigma).tobytes()
    )
    assert (again.outer, again.inner, again.excursions) == (
        fitted[0].outer,
        fitted[0].inner,
        fitted[0].excursions,
    )


@pytest.mark.parametrize("cut", [950, 1111, 1500, 1790])
def test_no_row_knows_a_label_that_had_not_ended(known, make_splits, settings, fitted, cut):
    """Whatever happened in horizons that were open at a row, or came later, changes nothing up to that row."""
    rng = np.random.default_rng(cut)
    open_then = known.end >= known.start[cut]
    noise = np.where(open_then, rng.normal(size=len(known.forward)), 0.0)
    planted = replace(
        known,
        forward=known.forward + noise,
        adverse=known.adverse - np.abs(noise),
        inputs=np.where(
            (known.start > known.start[cut])[:, None], rng.normal(size=known.inputs.shape), known.inputs
        ).astype(np.float32),
    )
    _, scored = fit_heads(planted, make_splits(known), settings)
    before = scored.rows <= cut
    assert before.any()
    assert scored.quantiles[before].tobytes() == fitted[1].quantiles[before].tobytes()
    assert scored.base[before].tobytes() == fitted[1].base[before].tobytes()


def test_heads_survive_a_file_and_hold_no_rows(known, fitted):
    heads, _ = fitted
    stored = pickle.dumps(heads)
    assert len(stored) < 400_000
    back = pickle.loads(stored)
    assert (
        back.quantiles(known.inputs, known.sigma).tobytes()
        == heads.quantiles(known.inputs, known.sigma).tobytes()
    )


def test_levels_hold_the_shares_they_promise(known, fitted):
    heads, _ = fitted
    levels = heads.levels(known.inputs, known.sigma)
    assert all(0.0 < x.stop_long < 1.0 and x.target_long > 0.0 and x.rows == 1350 for x in levels)
    fall, rise = -np.expm1(known.adverse), np.expm1(known.favourable)

    def share(reached: list[bool]) -> float:
        return float(np.average(reached, weights=known.weight))

    pairs = list(zip(levels, fall, rise, strict=True))
    assert share([f <= x.stop_long for x, f, _ in pairs]) == pytest.approx(0.75, abs=0.05)
    assert share([r >= x.target_long for x, _, r in pairs]) == pytest.approx(0.50, abs=0.05)
    assert share([r <= x.stop_short for x, _, r in pairs]) == pytest.approx(0.75, abs=0.05)
    assert share([f >= x.target_short for x, f, _ in pairs]) == pytest.approx(0.50, abs=0.05)


def test_wide_forecasts_carry_wide_stops(make_data, make_splits, settings):
    data = make_data(rows=1800, width=0.6)
    heads, _ = fit_heads(data, make_splits(data), settings)
    stops = np.array([level.stop_long for level in heads.levels(data.inputs, data.sigma)])
    wild = data.inputs[:, 0] > 0.5
    assert stops[wild].mean() > 1.5 * stops[data.inputs[:, 0] < -0.5].mean()
    assert np.mean(-np.expm1(data.adverse[wild]) <= stops[wild]) == pytest.approx(0.75, abs=0.1)


def test_what_does_not_fit_is_told(known, make_splits, settings):
    with pytest.raises(InputError, match=r"one entry per row: sigma differ from 1800"):
        replace(known, sigma=known.sigma[:5])
    with pytest.raises(InputError, match="volatility above 0"):
        replace(known, sigma=known.sigma * 0.0)
    with pytest.raises(NotEnoughHistory, match="two test blocks"):
        fit_heads(known, make_splits(known)[:1], settings)
