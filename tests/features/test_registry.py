"""Every registered feature: no future, no start, no price scale, no guesses."""

import numpy as np
import pandas as pd
import pytest
import talib

from core.features import (
    FAMILIES,
    FEATURES,
    MODEL_COLUMNS,
    WARMUP,
    build_features,
    future_leaks,
    leaks,
    random_cuts,
)


def test_registry_is_complete_and_unambiguous(make_bars):
    built = build_features(make_bars(50))
    assert list(built.columns) == list(FEATURES)
    assert sum(len(family.features) for family in FAMILIES) == len(FEATURES), "a name is used twice"
    assert len(MODEL_COLUMNS) >= 60
    assert {"sma_20", "sma_50", "bb_upper", "bb_middle", "bb_lower", "rsi_14", "atr_14", "macd"} <= set(
        FEATURES
    )
    assert {f.family for f in FEATURES.values()} == {family.name for family in FAMILIES}
    for f in FEATURES.values():
        assert f.formula and f.source and f.unit and f.words and 0 <= f.warmup <= WARMUP, f.name
        assert not f.words.endswith(".") and len(f.words) < 80, f"{f.name}: words go on an axis"
    assert WARMUP <= 300, "a cycle fetches that much history before its first training row"


def test_stated_warmup_is_exactly_what_is_null(make_bars, make_context):
    bars = make_bars(WARMUP + 100)
    built = build_features(bars, context=make_context(bars))
    for name, feature in FEATURES.items():
        null = built[name].isna().to_numpy()
        assert null[: feature.warmup].all() and not null[feature.warmup :].any(), name


def test_no_feature_sees_the_future_at_any_bar_of_a_small_set(make_bars, make_context):
    """Neither that of the bars nor that of headlines and of the other market."""
    bars = make_bars(WARMUP + 30)
    assert future_leaks(bars, range(len(bars)), make_context(bars)) == ()


def test_no_feature_sees_the_future_at_random_cuts(make_bars, make_context):
    bars = make_bars(2500, seed=2)
    assert future_leaks(bars, random_cuts(len(bars), 40, seed=3), make_context(bars, 5), seed=4) == ()


def test_bars_alone_are_enough(make_bars):
    bars = make_bars(WARMUP + 30)
    assert leaks(build_features, bars, random_cuts(len(bars), 10)) == ()
    outside = [name for name, feature in FEATURES.items() if feature.outside]
    assert outside and build_features(bars)[outside].isna().all(axis=None)


@pytest.mark.parametrize("skipped", [1, 137, 611, 1490])
def test_after_its_warmup_a_feature_has_forgotten_where_history_starts(make_bars, make_context, skipped):
    for seed in (3, 4, 5):
        bars = make_bars(2200, seed=seed)
        beside = make_context(bars, seed)
        long = build_features(bars, context=beside)
        short = build_features(bars.iloc[skipped:], context=beside)
        for name, feature in FEATURES.items():
            a = long[name].to_numpy()[skipped + feature.warmup :]
            b = short[name].to_numpy()[feature.warmup :]
            size = np.maximum(np.abs(a), np.median(np.abs(a)))
            assert np.all(np.abs(a - b) <= 1e-4 * size), (name, np.max(np.abs(a - b) / size))


def test_model_features_do_not_carry_the_scale_of_price_or_volume(make_bars, make_context):
    bars = make_bars(500)
    beside = make_context(bars)
    scaled = bars * np.array([1000.0, 1000.0, 1000.0, 1000.0, 0.01])
    names = list(MODEL_COLUMNS)
    a, b = build_features(bars, context=beside)[names], build_features(scaled, context=beside)[names]
    np.testing.assert_allclose(a.to_numpy(), b.to_numpy(), rtol=1e-6, atol=1e-9)


def test_bars_are_left_alone_and_the_frame_keeps_its_contract(make_bars):
    bars = make_bars(400)
    before = bars.copy()
    built = build_features(bars)
    pd.testing.assert_frame_equal(bars, before)
    assert built.index.equals(bars.index)
    assert set(built.dtypes.astype(str)) == {"float64"}
    assert not np.isinf(built.to_numpy()).any()


def test_every_short_history_works(make_bars):
    bars = make_bars(60)
    for rows in range(61):
        built = build_features(bars.iloc[:rows])
        assert built.shape == (rows, len(FEATURES))
        late = [name for name, feature in FEATURES.items() if feature.warmup >= rows]
        assert built[late].isna().all(axis=None)


def test_known_values(make_bars):
    bars = make_bars(400)
    built, close = build_features(bars), bars["close"]
    after = built.iloc[WARMUP:]
    rolling = close.rolling(20)
    pairs = {
        "sma_20": rolling.mean(),
        "bb_upper": rolling.mean() + 2 * rolling.std(ddof=0),
        "channel_20": (close - bars["low"].rolling(20).min())
        / (bars["high"].rolling(20).max() - bars["low"].rolling(20).min()),
        "efficiency_20": close.diff(20).abs() / close.diff().abs().rolling(20).sum(),
        "return_4": np.log(close / close.shift(4)) / (2 * np.log(close).diff().rolling(50).std(ddof=0)),
        "obv_share_20": (np.sign(close.diff()) * bars["volume"]).rolling(20).sum() / bars["volume"].rolling(20).sum(),
        "vwap_20": (close * bars["volume"]).rolling(20).sum() / bars["volume"].rolling(20).sum(),
        "parkinson_20": ((np.log(bars["high"] / bars["low"]) ** 2).rolling(20).mean() / (4 * np.log(2))) ** 0.5,
        "body": (close - bars["open"]) / (bars["high"] - bars["low"]),
    }  # fmt: skip
    for name, expected in pairs.items():
        np.testing.assert_allclose(after[name], expected.iloc[WARMUP:], rtol=1e-7, err_msg=name)
    atr = talib.ATR(bars["high"].to_numpy(), bars["low"].to_numpy(), close.to_numpy(), 14)
    expected = ((close - close.rolling(20).mean()) / atr).iloc[WARMUP:]
    np.testing.assert_allclose(after["sma_20_distance"], expected, rtol=1e-7)


def test_calendar_is_read_off_the_open_time(make_bars):
    built = build_features(make_bars(200))
    monday_six = built.loc[pd.Timestamp("2019-01-07 06:00", tz="UTC")]
    np.testing.assert_allclose(monday_six[["hour_sin", "hour_cos"]], [1.0, 0.0], atol=1e-12)
    np.testing.assert_allclose(monday_six[["weekday_sin", "weekday_cos"]], [0.0, 1.0], atol=1e-12)


def test_without_volume_the_volume_family_abstains(make_bars):
    bars = make_bars(400)
    bars["volume"] = 0.0
    built = build_features(bars)
    volume = [name for name, feature in FEATURES.items() if feature.family == "volume"]
    assert built[volume].isna().all(axis=None)
    others = [name for name in FEATURES if name not in volume and not FEATURES[name].outside]
    assert built[others].iloc[WARMUP:].notna().all(axis=None)


def test_volume_that_stops_leaves_no_dust_of_the_running_sums(make_bars):
    bars = make_bars(400)
    bars.iloc[300:, 4] = 0.0
    built = build_features(bars).iloc[330:]
    assert (
        built[["vwap_20", "volume_ratio", "obv_share_20", "money_flow_14", "chaikin_20", "amihud_ratio"]]
        .isna()
        .all(axis=None)
    )


def test_a_price_that_never_moves_is_not_called_oversold(make_bars):
    bars = make_bars(400)
    bars[["open", "high", "low", "close"]] = 43_210.7
    built = build_features(bars)
    undefined = ["rsi_7", "rsi_14", "stoch_k", "stoch_d", "williams_14", "bb_percent", "channel_20", "body", "atr_14",
                 "stoch_rsi_14", "return_1", "sma_20_distance", "higher_4_rsi", "above_swing_high", "fracdiff_04"]  # fmt: skip
    assert built[undefined].isna().all(axis=None)
    assert (built["bb_width"].iloc[WARMUP:] == 0.0).all()


def test_real_bars_keep_every_promise(sample_bars, make_context):
    bars = sample_bars.iloc[:3000]
    beside = make_context(bars)
    assert future_leaks(bars, random_cuts(len(bars), 12, seed=1), beside) == ()
    long, short = build_features(bars, context=beside), build_features(bars.iloc[1000:], context=beside)
    for name, feature in FEATURES.items():
        a = long[name].to_numpy()[1000 + feature.warmup :]
        b = short[name].to_numpy()[feature.warmup :]
        assert np.array_equal(np.isnan(a), np.isnan(b)), name
        size = np.maximum(np.abs(a), np.nanmedian(np.abs(a)))
        assert np.nanmax(np.abs(a - b) - 1e-4 * size) <= 0.0, name
