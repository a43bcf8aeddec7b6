"""Every registered strategy, found by itself: causal, bounded, and right on hand-made cases."""

from dataclasses import replace

import numpy as np
import pandas as pd
import pytest
from pydantic import BaseModel, ValidationError

from core.collect import SampleSource
from core.features import build_features, leaks, random_cuts
from core.instruments import resolve
from core.records import Direction, Timeframe
from core.settings import SignalSettings
from core.signals import (
    STRATEGIES,
    RsiBollinger,
    SmaCross,
    Strategy,
    latest,
    rsi_bollinger,
    sma_cross,
)

OTHERS = {
    "sma_cross 7/31": sma_cross(SmaCross(fast=7, slow=31)),
    "rsi_bollinger 9, 25±1.5": rsi_bollinger(
        RsiBollinger(rsi=9, oversold=35, overbought=66, band=25, width=1.5)
    ),
}
"""Lengths that are not among the features."""
EVERY = pytest.mark.parametrize(
    "strategy", [*STRATEGIES.values(), *OTHERS.values()], ids=[*STRATEGIES, *OTHERS]
)


@pytest.fixture(scope="module")
def bars() -> pd.DataFrame:
    series = SampleSource().series[0]
    all_bars = SampleSource().fetch(resolve("BTC-USD"), Timeframe.H1, series.first, series.clock)
    return all_bars.iloc[:1200]


def as_frame(strategy: Strategy, bars: pd.DataFrame) -> pd.DataFrame:
    said = strategy.decide(bars, build_features(bars))
    columns = {"direction": said.direction, "magnitude": said.magnitude, "confidence": said.confidence}
    return pd.DataFrame(columns, index=bars.index)


@EVERY
def test_no_opinion_depends_on_what_comes_later(strategy: Strategy, bars: pd.DataFrame) -> None:
    assert leaks(lambda cut: as_frame(strategy, cut), bars, random_cuts(len(bars), 25, seed=3)) == ()


def test_a_planted_look_ahead_is_caught(bars: pd.DataFrame) -> None:
    def peeking(cut: pd.DataFrame) -> pd.Series:
        return np.sign(cut["close"].shift(-1) - cut["close"])

    assert leaks(peeking, bars, random_cuts(len(bars), 25, seed=3)) != ()


@EVERY
def test_opinions_are_bounded_and_silent_in_the_warm_up(strategy: Strategy, bars: pd.DataFrame) -> None:
    said = as_frame(strategy, bars)
    assert set(said["direction"].unique()) <= {-1, 0, 1}
    assert said[["magnitude", "confidence"]].to_numpy().min() >= 0
    assert said[["magnitude", "confidence"]].to_numpy().max() <= 1
    assert (said["confidence"][said["direction"] == 0] == 0).all()
    assert (said["direction"].iloc[:14] == 0).all()
    assert (said["direction"] != 0).any()


@EVERY
@pytest.mark.parametrize("skipped", [37, 211, 400])
def test_what_is_said_does_not_depend_on_where_the_bars_begin(
    strategy: Strategy, bars: pd.DataFrame, skipped: int
) -> None:
    """A recursive indicator stays silent until its start no longer shows."""
    whole, later = as_frame(strategy, bars).iloc[skipped:], as_frame(strategy, bars.iloc[skipped:])
    spoken = later["direction"] != 0
    assert spoken.any()
    assert (later["direction"] == whole["direction"])[spoken].all()
    assert later["confidence"][spoken].to_numpy() == pytest.approx(whole["confidence"][spoken], abs=1e-3)


@EVERY
def test_the_reason_has_the_numbers_in_it(strategy: Strategy, bars: pd.DataFrame) -> None:
    signal = latest(strategy, bars, build_features(bars))
    assert any(char.isdigit() for char in signal.reason)
    assert "nan" not in signal.reason
    short = bars.iloc[:5]
    assert "Too few bars" in latest(strategy, short, build_features(short)).reason


@EVERY
def test_every_parameter_is_documented_and_bounded(strategy: Strategy) -> None:
    for name, field in type(strategy.parameters).model_fields.items():
        assert field.description and field.metadata, name


@pytest.mark.parametrize(
    ("kind", "values"),
    [
        (SmaCross, {"fast": 50, "slow": 50}),
        (SmaCross, {"fast": 1}),
        (SmaCross, {"fats": 20}),
        (RsiBollinger, {"oversold": 50}),
        (RsiBollinger, {"width": float("nan")}),
    ],
)
def test_parameters_out_of_bounds_are_refused(kind: type[BaseModel], values: dict[str, float]) -> None:
    with pytest.raises(ValidationError):
        kind(**values)


@pytest.mark.parametrize("name", STRATEGIES)
def test_without_the_features_the_same_indicators_are_computed(name: str, bars: pd.DataFrame) -> None:
    """The warm-ups differ by their definition, nothing after them."""
    features = build_features(bars)
    given = STRATEGIES[name].decide(bars, features)
    bare = features[["atr_14", "bb_lower", "bb_upper"]]
    found = STRATEGIES[name].decide(bars, bare)
    assert (found.direction[200:] == given.direction[200:]).all()
    assert found.confidence[200:] == pytest.approx(given.confidence[200:])


def test_a_strategy_needs_no_parameters(bars: pd.DataFrame) -> None:
    plain = STRATEGIES["sma_cross"]
    bare = Strategy(plain.name, plain.title, plain.description, plain.horizon, plain.decide, plain.explain)
    assert not type(bare.parameters).model_fields
    assert replace(bare, parameters=plain.parameters) == plain


def test_the_threshold_is_within_reach_but_not_trivial() -> None:
    """Fused as in `fuse`, the two rules pass it on between 5 and 25 % of all hours."""
    series, settings = SampleSource().series[0], SignalSettings()
    bars = SampleSource().fetch(resolve("BTC-USD"), Timeframe.H1, series.first, series.clock)
    weights = {"sma_cross": settings.weight_sma_cross, "rsi_bollinger": settings.weight_rsi_bollinger}
    said = {name: STRATEGIES[name].decide(bars, build_features(bars)) for name in weights}
    score = sum(weight * said[name].direction * said[name].confidence for name, weight in weights.items())
    speaking = sum(weight * (said[name].direction != 0) for name, weight in weights.items())
    passing = np.abs(score) >= settings.threshold * speaking
    assert 0.05 < (passing & (speaking > 0)).mean() < 0.25


def hand_made(close: float, **values: float) -> tuple[pd.DataFrame, pd.DataFrame]:
    index = pd.date_range("2024-01-01", periods=1, freq="h", tz="UTC", name="date")
    return pd.DataFrame({"close": [close]}, index=index), pd.DataFrame(values, index=index)


@pytest.mark.parametrize(
    ("fast", "slow", "direction", "confidence"),
    [
        (105.0, 100.0, Direction.UP, 0.7),
        (100.0, 105.0, Direction.DOWN, 0.7),
        (100.0, 100.0, Direction.FLAT, 0.0),
        (120.0, 100.0, Direction.UP, 1.0),
    ],
)
def test_sma_cross(fast: float, slow: float, direction: Direction, confidence: float) -> None:
    """ATR 2: averages 5 apart are 2.5 ATR, 0.4 + 0.12 × 2.5 = 0.7."""
    signal = latest(STRATEGIES["sma_cross"], *hand_made(100.0, sma_20=fast, sma_50=slow, atr_14=2.0))
    assert (signal.direction, signal.confidence) == (direction, pytest.approx(confidence))


@pytest.mark.parametrize(
    ("close", "rsi", "direction", "confidence"),
    [
        (89.0, 24.0, Direction.UP, 0.76),
        (111.0, 85.0, Direction.DOWN, 1.0),
        (91.0, 24.0, Direction.FLAT, 0.0),
        (89.0, 31.0, Direction.FLAT, 0.0),
    ],
)
def test_rsi_bollinger_needs_both(close: float, rsi: float, direction: Direction, confidence: float) -> None:
    signal = latest(STRATEGIES["rsi_bollinger"], *hand_made(close, rsi_14=rsi, bb_lower=90.0, bb_upper=110.0))
    assert (signal.direction, signal.confidence) == (direction, pytest.approx(confidence))
