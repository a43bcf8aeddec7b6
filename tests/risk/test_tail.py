"""Limits on the book as a whole: correlation, and what a bad day may cost."""

import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from core.risk import correlation_of
from core.risk.measures import value_at_risk
from core.risk.tail import day_returns
from tests.risk.proposals import around, held, opening, prices, verdict

RNG = np.random.default_rng(5)
R20 = np.array([
    0.012, -0.008, 0.005, -0.021, 0.017, 0.003, -0.004, 0.009, -0.015, 0.022, -0.001, 0.006, -0.030, 0.011, 0.004,
    -0.006, 0.013, -0.009, 0.002, 0.008,
])  # fmt: skip
"""METHOD.md, section 5."""


def together(rho: float, rows: int = 400) -> np.ndarray:
    """(rows, 2) returns whose sample correlation of log returns is exactly rho."""
    raw = RNG.normal(size=(rows, 2))
    raw -= raw.mean(axis=0)
    first = raw[:, 0] / np.linalg.norm(raw[:, 0])
    rest = raw[:, 1] - first * (first @ raw[:, 1])
    rest /= np.linalg.norm(rest)
    both = np.column_stack([first, rho * first + math.sqrt(1 - rho**2) * rest]) * 0.2
    moves: np.ndarray = np.expm1(both)
    return moves


@pytest.mark.parametrize(
    ("rho", "mine", "other", "value", "passed"),
    [
        (0.69, 1.0, 1.0, 0.69, True),
        (0.71, 1.0, 1.0, 0.71, False),
        (0.71, 1.0, -1.0, -0.71, True),
        (-0.8, 1.0, -1.0, 0.8, False),
        (-0.8, -1.0, -1.0, -0.8, True),
    ],
)
def test_correlation_with_what_is_held(
    rho: float, mine: float, other: float, value: float, passed: bool
) -> None:
    """A hedge of what is held counts negative."""
    context = around(
        held("ETH-USD", other), symbols=("BTC-USD", "ETH-USD"), closes=prices(together(rho)),
        risk={"correlation_bars": 400},
    )  # fmt: skip
    item = verdict(opening(mine), context, "correlation")
    assert (item.value, item.limit, item.passed) == (pytest.approx(value, abs=1e-9), 0.7, passed)
    assert "ETH-USD" in item.meaning and "400 bars" in item.meaning


@pytest.mark.parametrize(("room", "passed"), [(0.0, True), (-1e-6, False)])
def test_the_limit_itself_passes(room: float, passed: bool) -> None:
    closes = prices(together(0.5))
    found = correlation_of(closes, 400)
    assert found is not None
    context = around(
        held("ETH-USD", 1.0), symbols=("BTC-USD", "ETH-USD"), closes=closes,
        risk={"max_correlation": found + room, "correlation_bars": 400},
    )  # fmt: skip
    assert verdict(opening(), context, "correlation").passed is passed


def test_the_worst_pair_is_named_and_a_pair_that_cannot_be_judged_too() -> None:
    moves = together(0.9)
    noise = RNG.normal(0, 0.01, 400)
    closes = np.column_stack([prices(moves), prices(noise), np.full(401, np.nan)])
    context = around(
        held("SOL-USD", 1.0), held("ETH-USD", 1.0), held("AAPL", 1.0),
        symbols=("BTC-USD", "ETH-USD", "SOL-USD", "AAPL"), closes=closes,
    )  # fmt: skip
    item = verdict(opening(), context, "correlation")
    assert not item.passed and "ETH-USD" in item.meaning and "AAPL" in item.meaning
    alone = around(held("AAPL", 1.0), symbols=("BTC-USD", "AAPL"), closes=closes[:, [0, 3]])
    item = verdict(opening(), alone, "correlation")
    assert (item.value, item.passed) == (None, True) and "fewer than 30" in item.meaning
    assert verdict(opening(), around(), "correlation").meaning == "No other position is open."
    assert "BTC" not in verdict(opening(), around(held("BTC-USD", 1.0)), "correlation").meaning


@given(st.integers(0, 2**32 - 1), st.integers(30, 120), st.integers(30, 200))
def test_correlation_is_symmetric_bounded_and_of_common_bars_only(seed: int, rows: int, window: int) -> None:
    rng = np.random.default_rng(seed)
    closes = prices(rng.normal(0, 0.02, (rows, 2)))
    gaps = rng.random(closes.shape) < 0.1
    closes[gaps] = np.nan
    one, other = correlation_of(closes, window), correlation_of(closes[:, ::-1], window)
    assert one == other
    full = closes[~gaps.any(axis=1)]
    if one is None:
        assert len(full) - 1 < 30
    else:
        logs = np.diff(np.log(full[-(window + 1) :]), axis=0)
        assert one == pytest.approx(np.corrcoef(logs.T)[0, 1], abs=1e-12) and -1 <= one <= 1


def test_a_price_that_stands_still_correlates_with_nothing() -> None:
    assert correlation_of(np.column_stack([prices(R20.repeat(3)), np.full(61, 5.0)]), 100) is None


@pytest.mark.parametrize(
    ("method", "expected"), [("historical", 0.02145), ("gaussian", 0.020412), ("cornish_fisher", 0.022786)]
)
def test_var_of_a_book_that_holds_one_asset_is_that_of_its_returns(method: str, expected: float) -> None:
    """R20 of METHOD.md, bars of a day, all equity in it."""
    context = around(
        symbols=("BTC-USD",), closes=prices(R20).reshape(-1, 1), bars_per_day=1.0, risk={"var_method": method, "max_var": 0.02}
    )  # fmt: skip
    item = verdict(opening(100.0), context, "var")
    assert item.value == pytest.approx(expected * 100, abs=2e-3) and not item.passed
    half = verdict(opening(50.0), context, "var")
    assert half.value == pytest.approx(expected * 50, abs=2e-3) and half.passed
    short = verdict(opening(-50.0), context, "var")
    mirrored = value_at_risk(-R20 / 2, 0.95, method).var
    assert short.value == (None if mirrored is None else pytest.approx(mirrored * 100, abs=1e-6))


def test_cvar_of_a_book_that_holds_one_asset() -> None:
    context = around(symbols=("BTC-USD",), closes=prices(R20).reshape(-1, 1), bars_per_day=1.0)
    item = verdict(opening(100.0), context, "cvar")
    assert item.value == pytest.approx(3.0, abs=1e-6)


def test_the_limit_of_var_passes_and_a_hair_above_does_not() -> None:
    closes = prices(R20).reshape(-1, 1)
    known = {"symbols": ("BTC-USD",), "closes": closes, "bars_per_day": 1.0}
    value = verdict(opening(100.0), around(**known), "var").value
    assert value is not None
    assert verdict(opening(100.0), around(risk={"max_var": value / 100}, **known), "var").passed
    assert not verdict(opening(100.0), around(risk={"max_var": value / 100 - 1e-6}, **known), "var").passed
    off = verdict(opening(100.0), around(risk={"max_var": 0.0}, **known), "var")
    assert (off.passed, off.limit) == (True, None) and "no limit" in off.meaning


def test_days_overlap_where_bars_are_hours() -> None:
    moves = RNG.normal(0, 0.003, 500)
    context = around(symbols=("BTC-USD",), closes=prices(moves).reshape(-1, 1), risk={"var_bars": 400})
    found = day_returns(opening(10.0), context)
    closes = prices(moves)[-401:]
    assert found == pytest.approx(0.1 * (closes[24:] / closes[:-24] - 1.0)) and len(found) == 377


def test_a_position_without_history_moves_with_the_asset_to_the_worse_side() -> None:
    known = {"symbols": ("BTC-USD", "AAPL"), "bars_per_day": 1.0}
    closes = np.column_stack([prices(R20), np.full(21, np.nan)])
    alone = day_returns(opening(10.0), around(symbols=("BTC-USD",), closes=closes[:, :1], bars_per_day=1.0))
    for units in (5.0, -5.0):
        context = around(held("AAPL", units), cash=10_000.0 - units * 100.0, closes=closes, **known)
        assert day_returns(opening(10.0), context) == pytest.approx(alone * 1.5)


def test_too_few_days_are_told_and_pass() -> None:
    item = verdict(opening(), around(), "var")
    assert (item.value, item.passed) == (None, True) and "too few" in item.meaning


def test_two_positions_net_where_they_hedge() -> None:
    moves = prices(np.column_stack([R20.repeat(3), R20.repeat(3)]))
    context = around(
        held("ETH-USD", -10.0), cash=11_000.0, symbols=("BTC-USD", "ETH-USD"), closes=moves, bars_per_day=1.0
    )  # fmt: skip
    assert np.abs(day_returns(opening(10.0), context)).max() < 1e-12
