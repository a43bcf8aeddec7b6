"""The autopilot on a clock that jumps, against a loopback exchange: nothing breaks, nothing grows, and it can be repeated.

The month of the long form: 10 assets, 30 days of one-minute bars; see README.md here for what it costs.
"""

import os
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import numpy as np
import pytest

from core.settings import load_settings
from tests.reliability.conftest import HOURS, Lived, undisturbed
from tests.reliability.plan import Plan

MONTH = Plan(assets=10, hours=30 * 24.0, collect=28_800, predict=86_400, signals=28_800, trade=1800)
LONG = "GLASSBOX_LONG" in os.environ


def test_some_hours_hold_and_can_be_repeated(calm_hours: Lived, tmp_path: Path) -> None:
    assert calm_hours.wrong == []
    assert calm_hours.picture.orders and calm_hours.picture.fills
    again = undisturbed(tmp_path / "again", HOURS, 600)
    assert again.wrong == []
    assert differences(calm_hours, again) == []


@pytest.mark.skipif(
    not LONG, reason="two months of the clock take about 40 minutes: GLASSBOX_LONG=1 runs them"
)
@pytest.mark.timeout(5 * 3600)
def test_a_month_holds_stays_flat_and_can_be_repeated(tmp_path: Path) -> None:
    with ThreadPoolExecutor(2) as pool:
        first, again = pool.map(
            lambda name: undisturbed(tmp_path / name, MONTH, 4 * 3600), ("first", "again")
        )
    for lived in (first, again):
        assert lived.wrong == []
        begin, end = thirds(lived)
        print(
            f"own memory {begin / 1e6:.0f} MB in the first third, {end / 1e6:.0f} MB in the last; {cache(lived) / 1e6:.0f} MB of cache"
        )
        assert end <= 1.10 * begin
        assert cache(lived) <= load_settings(home=lived.home).store.memory_mb * 1e6
    assert len(first.picture.decisions) == 10 * (30 * 24 * 3600 // MONTH.signals + 1)
    assert differences(first, again) == []


def differences(one: Lived, other: Lived) -> list[str]:
    """The first turn after which two courses stand differently, and the parts of their pictures that differ."""
    told = [
        f"turn {a['turn']} ({a['step']} at {a['at']})"
        for a, b in zip(one.turns, other.turns, strict=True)
        if a["state"] != b["state"]
    ][:1]
    parts = ("decisions", "orders", "fills", "trades", "equity", "book")
    return told + [name for name in parts if getattr(one.picture, name) != getattr(other.picture, name)]


def thirds(lived: Lived) -> tuple[float, float]:
    """Mean bytes of memory in the first and the last third of the turns, without what the database has of it: parts of the
    file that it has read, as much as the settings allow."""
    held = np.array([float(str(turn["rss"])) - float(str(turn["cache"])) for turn in lived.turns])
    third = len(held) // 3
    return float(held[:third].mean()), float(held[-third:].mean())


def cache(lived: Lived) -> float:
    """The most bytes that the database had after any turn."""
    return max(float(str(turn["cache"])) for turn in lived.turns)
