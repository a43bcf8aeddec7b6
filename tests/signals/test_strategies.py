"""Every registered strategy, found by itself: causal, bounded, and right on hand-made cases."""

from collections.abc import Callable
from dataclasses import replace

import numpy as np
import pandas as pd
import pytest
from pydantic import BaseModel, ValidationError

from core.collect import SampleSource
from core.features import build_features, leaks, random_cuts
from core.instruments import resolve
from core.pipeline.backtest_checks import look_ahead
from core.records import Direction, Timeframe
from core.settings import SignalSettings
from core.signals import (
    STRATEGIES,
    ChartPatterns,
    Donchian,
    Intraday,
    MlDriven,
    Opinion,
    RsiBollinger,
    Scalping,
    SmaCross,
    Strategy,
    SupportResistance,
    Swing,
    chart_patterns,
    donchian,
    intraday,
    latest,
    ml_driven,
    opinion,
    rsi_bollinger,
    scalping,
    sma_cross,
    support_resistance,
    swing,
)
from core.signals.ml_driven import HORIZONS

OTHERS = {
    "sma_cross 7/31": sma_cross(SmaCross(fast=7, slow=31)),
    "rsi_bollinger 9, 25±1.5": rsi_bollinger(
        RsiBollinger(rsi=9, oversold=35, overbought=66, band=25, width=1.5)
    ),
    "scalping 5, 15±1.5": scalping(
        Scalping(rsi=5, extreme=35, band=15, width=1.5, fast=5, slow=13, signal=4, recent=6)
    ),
    "intraday 2": intraday(Intraday(opening=2, drift=0.2, stretch=2.0)),
    "swing 10/30/60": swing(Swing(pull=10, fast=30, slow=60, recent=3, hold=5)),
    "donchian 15/5": donchian(Donchian(entry=15, exit=5)),
    "chart_patterns 3": chart_patterns(
        ChartPatterns(span=3, height=1.5, level=0.25, pole=4, reach=80, hold=10)
    ),
    "support_resistance 3": support_resistance(
        SupportResistance(span=3, width=1.0, touches=2, reach=120, near=0.5, beyond=0.2, hold=4)
    ),
    "ml_driven 2": ml_driven(MlDriven(margin=0.02, agree=2, least_skill=0.05)),
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


def known_of(strategy: Strategy, bars: pd.DataFrame) -> pd.DataFrame:
    """Features, with made-up forecasts (from returns of the past) for a strategy that needs some."""
    features = build_features(bars)
    if "forecasts" not in strategy.needs:
        return features
    leads = {
        f"lead_{name}": 0.05 * features[f"return_{n}"] for name, n in zip(HORIZONS, (4, 8, 24), strict=True)
    }
    return features.assign(**leads, **{f"skill_{name}": 0.1 for name in HORIZONS})


def as_frame(strategy: Strategy, bars: pd.DataFrame) -> pd.DataFrame:
    said = strategy.decide(bars, known_of(strategy, bars))
    columns = {"direction": said.direction, "magnitude": said.magnitude, "confidence": said.confidence}
    return pd.DataFrame(columns, index=bars.index)


@EVERY
def test_no_opinion_depends_on_what_comes_later(strategy: Strategy, bars: pd.DataFrame) -> None:
    assert leaks(lambda cut: as_frame(strategy, cut), bars, random_cuts(len(bars), 25, seed=3)) == ()


@pytest.mark.parametrize("strategy", STRATEGIES.values(), ids=STRATEGIES)
def test_no_opinion_depends_on_what_comes_later_at_any_bar_of_a_small_set(
    strategy: Strategy, bars: pd.DataFrame
) -> None:
    """Also a look of a single bar ahead, now and then, is found; the features pass the same test on their own."""
    few = bars.iloc[:480]
    features = known_of(strategy, few)
    whole = strategy.decide(few, features)
    assert whole.direction.any()
    for rows in range(1, len(few)):
        cut = strategy.decide(few.iloc[:rows], features.iloc[:rows])
        for name in ("direction", "magnitude", "confidence"):
            assert np.array_equal(getattr(cut, name), getattr(whole, name)[:rows]), (rows, name)


def _planted(name: str, ahead: Callable[[pd.Series], pd.Series]) -> Strategy:
    def decide(bars: pd.DataFrame, features: pd.DataFrame) -> Opinion:
        close = bars["close"]
        way = np.sign((ahead(close) - close).to_numpy())
        return opinion(way, np.abs(way), np.abs(way))

    return Strategy(name, "Planted", "Sees the future.", "short", decide, lambda bars, features: "")


PLANTED = {
    "the next close": lambda close: close.shift(-1),
    "a centred window": lambda close: close.rolling(5, center=True).mean(),
    "a gap filled from behind": lambda close: close.where(np.arange(len(close)) % 7 == 0).bfill(),
    "the highest close of all": lambda close: close * 0.0 + close.max() * 0.8,
}


@pytest.mark.parametrize("name", PLANTED)
def test_a_planted_look_ahead_is_caught(name: str, bars: pd.DataFrame) -> None:
    """By the check that every registered strategy passes above, and by the one that every backtest makes by itself."""
    planted = _planted("planted", PLANTED[name])
    assert leaks(lambda cut: as_frame(planted, cut), bars, random_cuts(len(bars), 25, seed=3)) != ()
    assert "random cuts show it" in look_ahead(planted, bars)


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
    signal = latest(strategy, bars, known_of(strategy, bars))
    assert any(char.isdigit() for char in signal.reason)
    assert "nan" not in signal.reason
    short = bars.iloc[:5]
    assert "Too few bars" in latest(strategy, short, known_of(strategy, short)).reason


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
        (Scalping, {"fast": 26}),
        (Scalping, {"extreme": 50}),
        (Intraday, {"opening": 0}),
        (Swing, {"pull": 50}),
        (Donchian, {"exit": 41}),
        (ChartPatterns, {"level": 0.5}),
        (SupportResistance, {"touches": 1}),
        (MlDriven, {"agree": 4}),
    ],
)
def test_parameters_out_of_bounds_are_refused(kind: type[BaseModel], values: dict[str, float]) -> None:
    with pytest.raises(ValidationError):
        kind(**values)


@pytest.mark.parametrize("name", STRATEGIES)
def test_without_the_features_the_same_indicators_are_computed(name: str, bars: pd.DataFrame) -> None:
    """The warm-ups differ by their definition, nothing after them."""
    features = known_of(STRATEGIES[name], bars)
    given = STRATEGIES[name].decide(bars, features)
    own = [column for column in features if column.startswith(("lead_", "skill_"))]
    bare = features[["atr_14", "bb_lower", "bb_upper", *own]]
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
    weights = {name: settings.by_strategy[name] for name in ("sma_cross", "rsi_bollinger")}
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
