"""PBO by CSCV: simulated distributions of METHOD §2, a slow oracle, and the symmetry that must hold."""

from itertools import combinations

import numpy as np
import pytest

from core.evaluate.significance import overfitting

SEEDS = range(40)


def noise(seed: int) -> np.ndarray:
    return np.random.default_rng(seed).normal(size=(960, 50))


def test_noise() -> None:
    found = np.array([overfitting(noise(seed), blocks=8).pbo for seed in SEEDS])
    assert found.mean() == pytest.approx(0.46, abs=0.005)
    assert found.std(ddof=1) == pytest.approx(0.16, abs=0.005)
    assert (found.min(), found.max()) == pytest.approx((0.19, 0.77), abs=0.005)


def test_one_strategy_with_an_edge() -> None:
    def planted(seed: int) -> np.ndarray:
        matrix = noise(seed)
        matrix[:, 0] += 0.15
        return matrix

    assert np.mean([overfitting(planted(seed), blocks=8).pbo for seed in SEEDS]) == pytest.approx(
        0.07, abs=0.005
    )


def test_recentred_noise_is_overfitted_for_certain() -> None:
    """What is best in one half must be worst in the other when all do equally well over the whole."""
    for seed in range(8):
        matrix = noise(seed)
        assert overfitting(matrix - matrix.mean(axis=0), blocks=16).pbo == 1.0


def test_all_splits_and_their_distribution() -> None:
    found = overfitting(noise(0), blocks=16)
    assert found.logits.shape == found.chosen.shape == found.inside.shape == found.outside.shape == (12_870,)
    assert len(overfitting(noise(0), blocks=8).logits) == 70
    assert found.pbo == np.mean(found.logits <= 0)
    assert found.loss == np.mean(found.outside < 0)
    assert np.isfinite(found.logits).all()
    assert (found.blocks, found.bars, found.strategies) == (16, 960, 50)


def test_the_long_way_round_gives_the_same() -> None:
    """A plain loop over the definition, on a matrix whose bars do not divide evenly."""
    matrix = np.random.default_rng(5).standard_t(4, size=(101, 7)) * 0.01
    found = overfitting(matrix, blocks=6)
    parts = np.split(np.arange(101), np.linspace(0, 101, 7).astype(int)[1:-1])
    for i, taken in enumerate(combinations(range(6), 3)):
        first = np.concatenate([parts[b] for b in taken])
        other = np.setdiff1d(np.arange(101), first)
        ratio = [matrix[rows].mean(axis=0) / matrix[rows].std(axis=0, ddof=1) for rows in (first, other)]
        best = int(ratio[0].argmax())
        rank = (ratio[1] <= ratio[1][best]).sum() / 8
        assert found.chosen[i] == best
        assert (found.inside[i], found.outside[i]) == pytest.approx(
            (ratio[0][best], ratio[1][best]), abs=1e-10
        )
        assert found.logits[i] == pytest.approx(np.log(rank / (1 - rank)), abs=1e-10)


def test_the_scale_of_a_strategy_changes_nothing() -> None:
    matrix = noise(1)
    scaled = matrix * np.logspace(-6, 6, 50)
    assert np.array_equal(overfitting(matrix).logits, overfitting(scaled).logits)


def test_strategies_that_never_trade_are_no_obstacle() -> None:
    matrix = noise(2)
    matrix[:, 10:] = 0.0
    found = overfitting(matrix, blocks=8)
    assert np.isfinite(found.logits).all() and 0.0 <= found.pbo <= 1.0
    assert overfitting(np.zeros((64, 3)), blocks=4).pbo == 1.0  # all alike: the median, by lot


@pytest.mark.parametrize(
    ("matrix", "blocks", "words"),
    [
        (np.zeros((100, 1)), 4, "two or more"),
        (np.zeros((100, 3)), 5, "even"),
        (np.zeros((100, 3)), 22, "even"),
        (np.zeros((7, 3)), 4, "at least 8"),
        (np.full((100, 3), np.nan), 4, "finite"),
    ],
)
def test_what_cannot_be_halved_is_refused(matrix: np.ndarray, blocks: int, words: str) -> None:
    with pytest.raises(ValueError, match=words):
        overfitting(matrix, blocks)
