"""PSR and MinTRL in both conventions: published and recomputed numbers (METHOD §2)."""

import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy.stats import kurtosis, skew
from skfolio.measures import probabilistic_sharpe_ratio

from core.evaluate.significance import (
    Convention,
    SharpeSample,
    min_track_record,
    psr,
    sharpe_error,
    sharpe_sample,
)

R20 = np.array(
    [.012, -.008, .005, -.021, .017, .003, -.004, .009, -.015, .022, -.001, .006, -.030, .011, .004, -.006, .013, -.009, .002, .008]
)  # fmt: skip
FUND = SharpeSample(0.036 / 0.079, 24, -2.448, 10.164)
"""The worked example of López de Prado, Lipton & Zoonekynd 2025."""


def test_the_example_of_2025() -> None:
    gaussian = SharpeSample(FUND.sharpe, 24)
    assert sharpe_error(FUND, Convention.NULL, FUND.sharpe) == pytest.approx(0.328589, abs=1e-6)
    assert sharpe_error(gaussian, Convention.NULL, FUND.sharpe) == pytest.approx(0.214460, abs=1e-6)
    assert psr(FUND, Convention.NULL) == pytest.approx(0.987207, abs=1e-6)
    assert psr(FUND, Convention.NULL, 0.1) == pytest.approx(0.939148, abs=1e-6)
    assert min_track_record(FUND, Convention.NULL) == pytest.approx(13.0288, abs=1e-4)


def test_with_autocorrelation() -> None:
    sample = SharpeSample(FUND.sharpe, 24, -2.448, 10.164, autocorrelation=0.2)
    assert psr(sample, Convention.NULL) == pytest.approx(0.965832, abs=1e-6)
    assert min_track_record(sample, Convention.NULL) == pytest.approx(19.5432, abs=1e-4)
    assert psr(sample, Convention.BAILEY) == psr(FUND, Convention.BAILEY)  # the older form knows none


def test_the_conventions_answer_differently() -> None:
    """Same data, .9127 or .9872: a number without its convention means nothing."""
    assert psr(FUND, Convention.BAILEY) == pytest.approx(0.912709, abs=1e-6)
    assert "2012" in Convention.BAILEY.value and "2025" in Convention.NULL.value


def test_r20() -> None:
    sample = sharpe_sample(R20)
    assert sample is not None
    assert psr(sample, Convention.BAILEY) == pytest.approx(0.616211, abs=1e-6)
    assert (sample.skewness, sample.kurtosis) == pytest.approx((skew(R20), kurtosis(R20, fisher=False)))


@pytest.mark.parametrize(
    ("per_year", "skewness", "kurt", "bars", "years"),
    [
        (250, 0.0, 3.0, 682.797, 2.731),
        (52, 0.0, 3.0, 147.099, 2.829),
        (12, 0.0, 3.0, 38.878, 3.240),
        (12, -0.72, 5.78, 59.895, 4.991),
    ],
)
def test_min_track_record_of_2012(
    per_year: int, skewness: float, kurt: float, bars: float, years: float
) -> None:
    """A yearly Sharpe ratio of 2 told from 1 with 95 %, seen daily, weekly and monthly."""
    sample = SharpeSample(2 / math.sqrt(per_year), 100, skewness, kurt)
    needed = min_track_record(sample, Convention.BAILEY, 1 / math.sqrt(per_year))
    assert needed == pytest.approx(bars, abs=1e-3)
    assert needed / per_year == pytest.approx(years, abs=5e-4)


@pytest.mark.parametrize("seed", range(5))
def test_skfolio_agrees(seed: int) -> None:
    returns = np.random.default_rng(seed).standard_t(4, 300) * 0.01 + 0.0005
    sample = sharpe_sample(returns)
    assert sample is not None
    for threshold in (0.0, 0.05):
        assert psr(sample, Convention.BAILEY, threshold) == pytest.approx(
            probabilistic_sharpe_ratio(returns, benchmark_sharpe_ratio=threshold), abs=1e-10
        )


def test_what_is_not_defined_is_none() -> None:
    for returns in ([], [0.1], [0.0] * 9, [0.1] * 9, [1e-300] * 5, [0.1, math.nan], [0.1, math.inf]):
        assert sharpe_sample(np.array(returns)) is None
    two_values = SharpeSample(1.0, 50, 2.0, 5.0)  # γ₄ = 1 + γ₃²: returns of two values, SR = 2/γ₃
    assert psr(two_values, Convention.BAILEY) is None
    assert psr(SharpeSample(0.1, 1), Convention.BAILEY) is None
    assert min_track_record(SharpeSample(0.1, 50), Convention.NULL, threshold=0.1) is None


@given(st.lists(st.floats(allow_nan=False, allow_infinity=False), max_size=60), st.floats(1e-6, 1e6))
def test_any_finite_series_gives_a_finite_sample_or_none(values: list[float], scale: float) -> None:
    sample = sharpe_sample(np.array(values))
    if sample is not None:
        assert all(map(math.isfinite, (sample.sharpe, sample.skewness, sample.kurtosis)))
        assert sample.kurtosis >= sample.skewness**2 + 1 - 1e-6
        for convention in Convention:
            chance = psr(sample, convention)
            assert chance is None or 0.0 <= chance <= 1.0
    small = np.clip(np.array(values), -1, 1)
    one, other = sharpe_sample(small), sharpe_sample(small * scale)
    if one is not None and other is not None and np.abs(small).max() > 1e-3:
        assert other.sharpe == pytest.approx(one.sharpe, rel=1e-6, abs=1e-9)  # no scale


@given(st.floats(0.01, 0.5), st.integers(10, 5000), st.sampled_from(Convention))
def test_the_track_record_is_where_the_psr_reaches_95(sharpe: float, bars: int, form: Convention) -> None:
    needed = min_track_record(SharpeSample(sharpe, bars, -0.5, 6.0), form)
    assert needed is not None
    at = SharpeSample(sharpe, math.ceil(needed), -0.5, 6.0)
    before = SharpeSample(sharpe, math.floor(needed) - 1, -0.5, 6.0)
    reached = psr(at, form)
    assert reached is not None and reached >= 0.95 - 1e-9
    if before.observations > 1:
        assert (psr(before, form) or 0.0) < 0.95
