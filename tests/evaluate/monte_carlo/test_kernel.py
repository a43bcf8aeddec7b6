"""The random numbers, the walk and what it measures, against numpy and by hand."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy import stats

from core.evaluate.monte_carlo import kernel
from core.evaluate.monte_carlo.blocks import block_draws
from core.evaluate.monte_carlo.garch import Garch, garch_draws
from core.evaluate.monte_carlo.paths import MOST_KEPT, Draws, fan_quantiles, kept_steps, simulate, stream_key
from core.evaluate.monte_carlo.regimes import Regimes, regime_draws
from core.evaluate.monte_carlo.trades import shuffle_draws, skip_draws, trade_draws

RETURNS = 0.02 * np.random.default_rng(11).standard_t(4, 1000) + 0.001
EVERY = {
    "singles": trade_draws(RETURNS),
    "blocks": block_draws(RETURNS, 12.0),
    "order": shuffle_draws(RETURNS),
    "skips": skip_draws(RETURNS, 0.2),
    "garch": garch_draws(Garch(0.0, 1e-6, 0.1, 0.85, 4e-4, RETURNS / RETURNS.std())),
    "regimes": regime_draws(Regimes(0.3, (0.97, 0.9), (0.001, -0.002), (0.01, 0.03))),
}


def test_the_generator_is_splitmix64() -> None:
    """State 1234567 gives these numbers in the reference implementation (also in Java's and Rosetta Code's)."""
    gamma, mask, state = 0x9E3779B97F4A7C15, 2**64 - 1, 1234567
    out = []
    for _ in range(3):
        state = (state + gamma) & mask
        z = (state ^ (state >> 30)) * 0xBF58476D1CE4E5B9 & mask
        z = (z ^ (z >> 27)) * 0x94D049BB133111EB & mask
        out.append(z ^ (z >> 31))
    assert out == [6457827717110365317, 3203168211198807973, 9817491932198370423]
    # The compiled one starts each path's state by the same mixing: redo it in Python.
    key, path = 99, 5
    mixed = (key + (path + 1) * 0xD1342543DE82EF95) & mask
    for shift, factor in ((30, 0xBF58476D1CE4E5B9), (27, 0x94D049BB133111EB)):
        mixed = (mixed ^ (mixed >> shift)) * factor & mask
    state, wanted = mixed ^ (mixed >> 31), []
    for _ in range(4):
        state = (state + gamma) & mask
        z = (state ^ (state >> 30)) * 0xBF58476D1CE4E5B9 & mask
        z = (z ^ (z >> 27)) * 0x94D049BB133111EB & mask
        wanted.append(z ^ (z >> 31))
    assert [int(x) for x in kernel.random_bits(np.uint64(key), path, 4)] == wanted


def test_streams_are_uniform_and_independent() -> None:
    """Kolmogorov–Smirnov and χ² within one stream and across the first numbers of many, no correlation between neighbours."""
    key = stream_key(0)
    within = kernel.random_bits(key, 7, 200_000) / 2**64
    across = np.array([kernel.random_bits(key, path, 2) for path in range(20_000)]) / 2**64
    for numbers in (within, across[:, 0], across[:, 1]):
        assert stats.kstest(numbers, "uniform").pvalue > 0.001
        counts = np.histogram(numbers, 100, (0, 1))[0]
        assert stats.chisquare(counts).pvalue > 0.001
    for one, other in (
        (within[:-1], within[1:]),
        (across[:-1, 0], across[1:, 0]),
        (across[:, 0], across[:, 1]),
    ):
        assert abs(np.corrcoef(one, other)[0, 1]) < 4 / np.sqrt(len(one))


@pytest.mark.parametrize("draws", EVERY.values(), ids=list(EVERY))
def test_the_same_seed_gives_the_same_bits_on_any_number_of_threads(draws: Draws) -> None:
    one = simulate(draws, 700, 300, 5, threads=1)
    for threads in (2, 3):
        other = simulate(draws, 700, 300, 5, threads=threads)
        assert np.array_equal(one.levels, other.levels) and np.array_equal(one.facts, other.facts)
    fewer = simulate(draws, 130, 300, 5, threads=2)
    assert np.array_equal(fewer.facts, one.facts[:, :130]), "a path does not know how many there are"
    assert not np.array_equal(simulate(draws, 700, 300, 6).facts, one.facts)


@pytest.mark.parametrize("draws", EVERY.values(), ids=list(EVERY))
def test_what_is_measured_follows_from_the_levels(draws: Draws) -> None:
    """Every figure again in plain numpy from the kept levels (float32, hence the tolerance)."""
    ruin, goal = 0.85, 1.1
    made = simulate(draws, 300, 400, 1, ruin, goal)
    levels = np.vstack([np.ones(300), made.levels.astype(float)])
    peaks = np.maximum.accumulate(levels, axis=0)
    facts = made.facts
    assert facts[kernel.END] == pytest.approx(levels[-1], rel=1e-6)
    assert facts[kernel.DRAWDOWN] == pytest.approx((levels / peaks - 1).min(axis=0), abs=1e-6)
    under = levels[1:] < peaks[1:]
    assert np.abs(facts[kernel.UNDER] - under.sum(axis=0)).max() <= 1
    growth = levels[1:] / levels[:-1]
    assert facts[kernel.SUM] == pytest.approx((growth - 1).sum(axis=0), abs=1e-4)
    assert facts[kernel.SQUARES] == pytest.approx(((growth - 1) ** 2).sum(axis=0), rel=1e-3, abs=1e-6)
    for row, hit in ((kernel.RUINED, levels[1:] <= ruin), (kernel.REACHED, levels[1:] >= goal)):
        first = np.where(hit.any(axis=0), hit.argmax(axis=0) + 1, 0)
        assert np.mean(facts[row] == first) > 0.99


def test_longest_runs_by_hand() -> None:
    """Losses of 2, then 1 with a still step inside a run; under water 3 steps, then 2."""
    returns = np.array([0.1, -0.05, -0.05, 0.2, -0.1, 0.0, -0.01])
    facts = simulate(skip_draws(returns, 0.0), 1, 7, 0, ruin=0.96, goal=1.15).facts[:, 0]
    levels = np.cumprod(1 + returns)
    assert facts[kernel.END] == pytest.approx(levels[-1])
    assert facts[kernel.DRAWDOWN] == pytest.approx(0.9 * 0.99 - 1)
    assert facts[kernel.LOSING] == 2, "nothing gained or lost leaves the run as it is"
    assert facts[kernel.LONGEST_UNDER] == 3 and facts[kernel.UNDER] == 5
    assert facts[kernel.RUINED] == 0 and facts[kernel.REACHED] == 4


@given(
    rows=st.lists(
        st.lists(st.floats(0.0078125, 100.0, width=32), min_size=37, max_size=37), min_size=1, max_size=4
    ),
    spread=st.sampled_from([1.0, 1e-6, 1e6]),
)
@settings(max_examples=60, deadline=None)
def test_quantiles_are_numpys(rows: list[list[float]], spread: float) -> None:
    matrix = np.array(rows, np.float32) * np.float32(spread)
    shares = np.array([0.0, 0.05, 0.25, 0.5, 0.75, 0.95, 1.0])
    from core.evaluate.monte_carlo.quantiles import row_quantiles

    out = np.empty((len(matrix), len(shares)))
    row_quantiles(matrix, shares, 0, len(matrix), out)
    assert out == pytest.approx(np.quantile(matrix.astype(float), shares, axis=1).T, rel=1e-6)


def test_fan_quantiles_of_many_paths_are_numpys() -> None:
    made = simulate(EVERY["singles"], 10_000, 252, 5)
    wanted = np.quantile(made.levels.astype(float), (0.05, 0.25, 0.5, 0.75, 0.95), axis=1).T
    assert np.abs(fan_quantiles(made) - wanted).max() < 1e-6


def test_memory_is_bounded_by_the_kept_steps() -> None:
    assert kept_steps(252).tolist() == list(range(1, 253))
    long = kept_steps(100_000)
    assert len(long) == MOST_KEPT and long[0] == 1 and long[-1] == 100_000
    made = simulate(EVERY["blocks"], 128, 20_000, 0)
    assert made.levels.shape == (MOST_KEPT, 128) and made.horizon == 20_000


def test_progress_is_told_and_can_stop() -> None:
    told: list[float] = []

    def tell(done: float, words: str) -> None:
        told.append(done)
        if done > 0.4:
            raise InterruptedError

    with pytest.raises(InterruptedError):
        simulate(EVERY["blocks"], 20_000, 2_000, 0, tell=tell)
    assert 0 < len(told) <= 20
