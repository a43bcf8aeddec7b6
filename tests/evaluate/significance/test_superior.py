"""SPA, StepM, MCS and Reality Check with the seeds and settings of METHOD §2."""

import numpy as np
import pytest

from core.evaluate.significance import (
    confidence_set,
    p_value_words,
    reality_check,
    superior_ability,
    superior_models,
)

SETTINGS = {"block": 10, "reps": 1000, "seed": 42}


@pytest.fixture(scope="module")
def losses() -> tuple[np.ndarray, np.ndarray]:
    rng = np.random.default_rng(7)
    return rng.normal(size=500) ** 2 + 1, rng.normal(size=(500, 20)) ** 2 + 1


def test_no_model_is_better(losses: tuple[np.ndarray, np.ndarray]) -> None:
    found = superior_ability(*losses, **SETTINGS)
    assert (found.lower, found.consistent, found.upper) == pytest.approx((0.643, 0.850, 0.911), abs=1e-9)
    assert reality_check(*losses, **SETTINGS) == found.upper
    assert (found.block, found.reps, found.seed) == (10, 1000, 42)
    assert superior_models(*losses, **SETTINGS) == ()


def test_one_model_is(losses: tuple[np.ndarray, np.ndarray]) -> None:
    benchmark, models = losses
    better = models - 0.4 * (np.arange(20) == 0)
    found = superior_ability(benchmark, better, **SETTINGS)
    assert (found.lower, found.consistent, found.upper) == pytest.approx((0.0, 0.0, 0.001), abs=1e-9)
    assert superior_models(benchmark, better, **SETTINGS) == (0,)
    assert confidence_set(better[:, :6], **SETTINGS) == (0,)
    assert reality_check(benchmark, better, **SETTINGS) == found.upper


def test_no_p_value_is_shown_as_zero() -> None:
    assert p_value_words(0.0, 1000) == "< 0.001"
    assert p_value_words(0.0, 9999) == "< 0.0001"
    assert p_value_words(0.043, 1000) == "0.043"
