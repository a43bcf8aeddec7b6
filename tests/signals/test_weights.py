"""Adapted weights: an exponentially weighted forecaster between a floor and a cap, and nothing of the future."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from core.settings import SignalSettings
from core.signals.weights import Past, Tracks, adapted, growth, memory, moves, net_gains, tracks_at, weighing

SOURCES = st.integers(1, 8)


def settings(**changes: float) -> SignalSettings:
    return SignalSettings(**changes)


@st.composite
def tracked_sources(draw: st.DrawFn) -> tuple[np.ndarray, Tracks]:
    """Priors (k, 2) and tracks of as many sources, some without a past or a say."""
    count = draw(SOURCES)
    numbers = st.lists(st.floats(0, 1), min_size=2 * count, max_size=2 * count)
    prior = np.array(draw(numbers)).reshape(count, 2)
    gain = 6.0 * np.array(draw(numbers)).reshape(count, 2) - 3.0
    gain[np.array(draw(numbers)).reshape(count, 2) < 0.2] = np.nan
    effective = 300.0 * np.array(draw(numbers)).reshape(count, 2)
    return prior, Tracks(np.full((count, 2), 9), effective, gain)


@given(tracked_sources(), st.floats(0, 1), st.floats(1, 10), st.floats(0, 1))
def test_a_weight_stays_between_floor_and_cap(
    drawn: tuple[np.ndarray, Tracks], floor: float, cap: float, shrinkage: float
) -> None:
    prior, tracks = drawn
    chosen = settings(weight_floor=floor, weight_cap=cap, shrinkage=shrinkage)
    grown, weight = growth(prior, tracks, chosen), adapted(prior, tracks, chosen)
    assert (grown >= min(floor, 1.0) - 1e-12).all() and (grown <= cap + 1e-12).all()
    assert (weight[prior == 0.0] == 0.0).all()
    total = weight.sum(axis=0)
    assert total[prior.sum(axis=0) > 0] == pytest.approx(1.0)


@given(tracked_sources())
def test_a_shrinkage_of_one_leaves_the_prior(drawn: tuple[np.ndarray, Tracks]) -> None:
    prior, tracks = drawn
    usual = weighing([str(n) for n in range(len(prior))], prior, tracks, settings(shrinkage=1.0))
    assert usual.weight == pytest.approx(usual.usual)


@given(tracked_sources(), st.randoms())
def test_the_order_of_the_sources_does_not_matter(drawn: tuple[np.ndarray, Tracks], random: object) -> None:
    prior, tracks = drawn
    order = list(range(len(prior)))
    random.shuffle(order)  # type: ignore[attr-defined]
    turned = Tracks(tracks.opinions[order], tracks.effective[order], tracks.gain[order])
    assert adapted(prior[order], turned, settings()) == pytest.approx(
        adapted(prior, tracks, settings())[order]
    )


def test_little_evidence_moves_a_weight_little_and_the_better_source_gains() -> None:
    prior = np.full((2, 3), 0.5)
    gain = np.array([[0.2] * 3, [-0.2] * 3])
    effective = np.array([[0.0, 5.0, 100.0]] * 2)
    weight = adapted(prior, Tracks(np.ones((2, 3), int), effective, gain), settings())
    assert weight[0, 0] == 0.5
    assert 0.5 < weight[0, 1] < weight[0, 2] <= 1.5 / 1.875  # cap 2 and floor 1/4, half of the way back


def test_the_rate_is_that_of_the_exponentially_weighted_forecaster() -> None:
    """√(8 ln 2 · 50) / 6 = 2.776; gains ±0.1 about their mean: e^±0.2776, half of the way back."""
    tracks = Tracks(np.full((2, 1), 9), np.full((2, 1), 50.0), np.array([[0.1], [-0.1]]))
    grown = growth(np.full((2, 1), 0.3), tracks, settings())[:, 0]
    assert grown == pytest.approx([0.5 + 0.5 * 1.31997, 0.5 + 0.5 / 1.31997], abs=1e-4)


def past(direction: list[int], horizon: int = 2, confidence: float = 0.5) -> Past:
    way = np.array(direction, dtype=np.int8)
    return Past("a", horizon, way, np.where(way != 0, confidence, 0.0))


def test_a_gain_is_the_move_after_the_next_open_less_costs_in_sigmas() -> None:
    opens = np.array([100.0, 100.0, 101.0, 102.0])
    close = np.array([100.0, 102.0, 104.0, 103.0])
    move = moves(opens, close, 2)
    assert move[:2] == pytest.approx([np.log(104 / 100), np.log(103 / 101)]) and np.isnan(move[2:]).all()
    gain = net_gains(past([1, -1, 1, 0]), move, np.full(4, 0.02), 0.002)
    assert gain[:2] == pytest.approx(
        [0.5 * (np.log(1.04) - 0.002) / 0.02, 0.5 * (-np.log(103 / 101) - 0.002) / 0.02]
    )
    assert np.isnan(gain[2:]).all()
    assert net_gains(past([1, 0, 0, 0]), np.full(4, 9.0), np.full(4, 0.01), 0.0)[0] == 3.0


def test_mean_count_and_independent_ones_by_hand() -> None:
    """Half-life 2, horizon 2, asked at bar 5: opinions at 0, 1 and 3 are known; bars 1, 2, 3, 4, 5 are covered."""
    gain = np.array([1.0, 2.0, np.nan, -1.0, 5.0, 5.0])
    found = tracks_at([gain], [2], np.array([5]), np.array([0]), 2.0)
    weight = 0.5 ** (np.array([5, 4, 2]) / 2)
    assert found.opinions[0, 0] == 3
    assert found.gain[0, 0] == pytest.approx(np.average([1.0, 2.0, -1.0], weights=weight))
    assert found.effective[0, 0] == pytest.approx((0.5 ** (np.arange(5) / 2)).sum() / 2)


@given(st.integers(0, 2**32 - 1), st.integers(20, 60))
def test_what_comes_later_changes_no_track(seed: int, row: int) -> None:
    rng = np.random.default_rng(seed)
    close = 100.0 * np.exp(np.cumsum(rng.normal(0, 0.01, 80)))
    other = close.copy()
    other[row + 1 :] *= rng.uniform(0.5, 2.0, 79 - row)
    said = [past(rng.integers(-1, 2, 80).tolist(), horizon) for horizon in (1, 4, 9)]
    sigma = np.full(80, 0.01)
    rows, begin = np.array([row]), np.array([max(0, row - 50)])
    one, two = (
        tracks_at(
            [net_gains(p, moves(c, c, p.horizon), sigma, 0.001) for p in said], [1, 4, 9], rows, begin, 20.0
        )
        for c in (close, other)
    )
    assert np.array_equal(one.gain, two.gain, equal_nan=True)
    assert np.array_equal(one.effective, two.effective) and np.array_equal(one.opinions, two.opinions)


def test_one_moment_is_what_many_moments_say_of_it_bit_for_bit() -> None:
    """A cycle asks about its own bar, a backtest about all of them."""
    rng = np.random.default_rng(5)
    gains = [np.where(rng.random(900) < 0.4, rng.normal(0, 1, 900), np.nan) for _ in range(11)]
    horizons = [4, 24, 96] * 3 + [4, 24]
    rows = np.arange(300, 900)
    begin = np.maximum(rows + 1 - 400, 0)
    many = tracks_at(gains, horizons, rows, begin, 100.0)
    prior = np.repeat(rng.random((11, 1)), len(rows), axis=1)
    together = weighing([str(n) for n in range(11)], prior, many, settings())
    names = [str(n) for n in range(11)]
    for place in (0, 17, 599):
        own = tracks_at(gains, horizons, rows[[place]], begin[[place]], 100.0)
        alone = weighing(names, prior[:, [place]], own, settings())
        assert alone.at(0, names) == together.at(place, names)


def test_the_memory_ends_with_the_history() -> None:
    assert memory(settings(half_life_bars=250), 3000) == 1500
    assert memory(settings(half_life_bars=2000), 3000) == 3000
