"""Change of losses and errors: METHOD.md §9."""

import numpy as np
import pandas as pd
import pytest
from scipy.signal import lfilter
from scipy.stats import ks_2samp, kstest

from core.predict.drift import (
    first_cut,
    ks_distance,
    log_losses,
    loss_drift,
    randomised_pit,
    residual_drift,
)


def _shifted() -> np.ndarray:
    generator = np.random.default_rng(42)
    return np.concatenate((generator.normal(0, 1, 500), generator.normal(1, 1, 500)))


def test_the_published_detections() -> None:
    from river.drift import PageHinkley

    assert first_cut(_shifted(), 0.002) == 543
    detector = PageHinkley(min_instances=30, delta=0.005, threshold=50)
    for place, value in enumerate(_shifted()):  # noqa: B007
        detector.update(value)
        if detector.drift_detected:
            break
    assert place == 536


def test_no_false_alarm_in_fifty() -> None:
    alarms = [first_cut(np.random.default_rng(seed).normal(size=1000)) for seed in range(50)]
    assert alarms == [None] * 50


def test_losses_that_became_worse_are_dated_and_better_ones_are_no_drift() -> None:
    opened = pd.date_range("2024-01-01", periods=4000, freq="h", tz="UTC")
    noise = np.random.default_rng(1).normal(1.0, 0.1, 4000)
    worse, better = noise.copy(), noise.copy()
    worse[2000:] += 0.3
    better[2000:] -= 0.3
    found = loss_drift(worse, opened, 4)
    assert found.changed_at is not None and opened[2000] <= found.changed_at <= opened[2600]
    assert found.before == pytest.approx(1.0, abs=0.03) and found.after == pytest.approx(1.3, abs=0.06)
    assert loss_drift(better, opened, 4).changed_at is None
    assert loss_drift(noise, opened, 4).changed_at is None
    assert loss_drift(noise[:3], opened[:3], 4).changed_at is None


def test_distance_is_that_of_scipy() -> None:
    generator = np.random.default_rng(2)
    first, second = generator.normal(size=83), generator.normal(0.3, 1.2, size=61)
    assert ks_distance(first, second) == pytest.approx(ks_2samp(first, second).statistic, abs=1e-12)


def test_halves_of_a_stationary_process_are_not_told_apart() -> None:
    """The textbook test rejects three in four of them."""
    generator = np.random.default_rng(0)
    textbook = ours = 0
    for seed in range(40):
        walk = lfilter([1.0], [1.0, -0.9], generator.normal(size=1200))[200:]
        textbook += ks_2samp(walk[:500], walk[500:]).pvalue < 0.05
        ours += residual_drift(walk[:500], walk[500:], repetitions=120, seed=seed).drifted
    assert textbook >= 24
    assert ours <= 7  # 5 % of 40 is 2


def test_a_changed_distribution_is_found() -> None:
    generator = np.random.default_rng(4)
    assert residual_drift(generator.normal(size=600), generator.normal(0.4, 1, 300)).drifted
    assert residual_drift(generator.normal(size=600), generator.normal(0, 2, 300)).drifted


def test_losses_and_residuals_of_a_forecast() -> None:
    probability = np.array([[0.2, 0.3, 0.5], [0.6, 0.3, 0.1]])
    outcome = np.array([2, 1])
    assert log_losses(probability, outcome) == pytest.approx(-np.log([0.5, 0.3]))
    placed = randomised_pit(probability, outcome, 1)
    assert 0.5 <= placed[0] <= 1.0 and 0.6 <= placed[1] <= 0.9


def test_the_transform_of_calibrated_forecasts_is_uniform_and_of_others_is_not() -> None:
    generator = np.random.default_rng(9)
    probability = generator.dirichlet((4.0, 3.0, 4.0), 4000)
    outcome = (generator.random(4000)[:, None] > probability.cumsum(axis=1)).sum(axis=1)
    assert kstest(randomised_pit(probability, outcome, 1), "uniform").pvalue > 0.01
    assert kstest(randomised_pit(probability[:, ::-1], outcome, 1), "uniform").pvalue < 1e-6
