"""Power and false discovery rates of the 2025 example (METHOD §2)."""

import pytest

from core.evaluate.significance import (
    SharpeSample,
    observed_false_discovery,
    planned_false_discovery,
    power,
)

FUND = SharpeSample(0.036 / 0.079, 24, -2.448, 10.164)


def test_the_example_of_2025() -> None:
    found = power(FUND, alternative=0.5)
    assert found is not None
    assert 1 - found == pytest.approx(0.315208, abs=1e-6)
    assert planned_false_discovery(prior=0.05, power=found) == pytest.approx(0.581114, abs=1e-6)
    assert observed_false_discovery(FUND, 0.5, prior=0.05) == pytest.approx(0.305856, abs=1e-6)


def test_a_believer_and_a_sceptic() -> None:
    rates = [observed_false_discovery(FUND, 0.5, prior) for prior in (0.01, 0.5, 0.99)]
    assert rates == sorted(rates, reverse=True)
    assert planned_false_discovery(0.5, 1.0, 0.05) == pytest.approx(0.05 / 1.05)


def test_longer_records_have_more_power() -> None:
    powers = [power(SharpeSample(0.1, bars), 0.1) for bars in (50, 500, 5000)]
    assert powers == sorted(powers) and powers[-1] > 0.999
    assert power(SharpeSample(0.1, 0), 0.1) is None
    assert observed_false_discovery(SharpeSample(0.1, 0), 0.1, 0.05) is None


def test_a_ratio_that_neither_hypothesis_gives() -> None:
    assert observed_false_discovery(SharpeSample(50.0, 5000), 0.1, 0.05) is None
