"""Winners, overlapping labels and sample sizes (METHOD §3)."""

import pytest

from core.evaluate.significance import effective_count, hit_rate_interval, signals_needed


def test_overlapping_labels_are_worth_fewer() -> None:
    assert effective_count(1000, 20) == 50
    assert hit_rate_interval(560, 1000) == pytest.approx((0.529, 0.591), abs=1e-3)  # given rounded outwards
    assert hit_rate_interval(560, 1000, overlap=20) == pytest.approx((0.423, 0.689), abs=1e-3)
    assert hit_rate_interval(560, 1000, overlap=0) == hit_rate_interval(560, 1000)
    assert hit_rate_interval(0, 0) is None


def test_signals_that_tell_rates_apart() -> None:
    assert signals_needed(0.60, 0.50) == 153
    assert signals_needed(0.60, 0.55) == 606
    assert signals_needed(0.40, 0.50) == 153
    with pytest.raises(ValueError, match="Equal"):
        signals_needed(0.5, 0.5)
