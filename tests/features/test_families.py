"""New families against worked cases and published numbers."""

import numpy as np
import pandas as pd
import pytest
import talib

from core.features import FEATURES, build_features
from core.features.fractional import CUT, ORDER, fractional_weights
from core.features.prices import bar_seconds


def test_weights_of_fractional_differencing_are_those_of_the_book():
    """METHOD.md §1: order 0.4 → 1, −.4, −.12, −.064, −.0416, −.029952; the first below 1e-4 is number 282."""
    weights = fractional_weights(0.4, 1e-4)
    np.testing.assert_allclose(weights[:6], [1, -0.4, -0.12, -0.064, -0.0416, -0.029952], rtol=1e-12)
    assert len(weights) == 282
    assert abs(fractional_weights(ORDER, CUT)[-1]) >= CUT
    np.testing.assert_allclose(fractional_weights(1.0, 1e-9), [1.0, -1.0])


def test_fractional_difference_is_the_weighted_sum_written_out(make_bars):
    bars = make_bars(400)
    weights = fractional_weights(ORDER, CUT)
    weights[-1] -= weights.sum()
    log_close = np.log(bars["close"].to_numpy())
    sigma = pd.Series(log_close).diff().rolling(50).std(ddof=0)
    for row in (60, 250, 399):
        expected = (weights * log_close[row - len(weights) + 1 : row + 1][::-1]).sum() / sigma[row]
        assert build_features(bars)["fracdiff_04"].iloc[row] == pytest.approx(expected)


def test_a_higher_bar_is_known_from_its_close_and_not_before(make_bars):
    """Hourly bars from midnight: the four-hour bar 08–12 is complete when the bar of 11:00 closes."""
    bars = make_bars(500)
    built = build_features(bars)
    closes = bars["close"].resample("4h").last()
    for row in range(300, 330):
        moment = bars.index[row]
        whole = closes.loc[: moment + pd.Timedelta(hours=1) - pd.Timedelta(hours=4)]
        sigma = np.log(bars["close"]).diff().iloc[row - 49 : row + 1].std(ddof=0)
        expected = np.log(whole.iloc[-1] / whole.iloc[-2]) / (2 * sigma)
        assert built["higher_4_return"].iloc[row] == pytest.approx(expected, rel=1e-6), moment
    day = bars.loc["2019-01-14"]
    at = pd.Timestamp("2019-01-15 06:00", tz="UTC")
    place = (bars.loc[at, "close"] - day["low"].min()) / (day["high"].max() - day["low"].min())
    assert built.loc[at, "higher_24_place"] == pytest.approx(place)


def test_higher_rsi_is_the_share_of_rises(make_bars):
    bars = make_bars(500)
    at = pd.Timestamp("2019-01-20 03:00", tz="UTC")  # closes the bar of midnight
    change = bars["close"].resample("4h").last().loc[:at].diff().iloc[-14:]
    expected = 100 * change.clip(lower=0).sum() / change.abs().sum()
    assert build_features(bars).loc[at, "higher_4_rsi"] == pytest.approx(expected)


def test_swing_highs_are_known_five_bars_later_and_forgotten(make_bars):
    bars = make_bars(700, seed=6)
    above = build_features(bars)["above_swing_high"].to_numpy() * build_features(bars)["atr_14"].to_numpy()
    high, close = bars["high"].to_numpy(), bars["close"].to_numpy()
    turns = [i for i in range(5, 695) if high[i] == high[i - 5 : i + 6].max()]
    for row in range(200, 700, 13):
        known = [i for i in turns if i + 5 <= row and row - (i + 5) <= 120]
        if known:
            assert close[row] - above[row] == pytest.approx(high[known[-1]])
        else:
            assert np.isnan(above[row])


def test_the_day_before_is_the_last_day_that_had_bars(make_bars):
    bars = make_bars(600)
    weekdays = bars[bars.index.day_of_week < 5]
    built = build_features(weekdays)
    monday, friday = pd.Timestamp("2019-01-21 10:00", tz="UTC"), weekdays.loc["2019-01-18"]
    level = weekdays.loc[monday, "close"] - built.loc[monday, "above_day_high"] * built.loc[monday, "atr_14"]
    assert level == pytest.approx(friday["high"].max())


def test_minute_bars_leave_the_day_before_unknown(make_bars):
    bars = make_bars(400)
    minutes = bars.set_axis(
        pd.date_range("2019-01-01", periods=400, freq="5min", tz="UTC", unit="us", name="date")
    )
    built = build_features(minutes)
    assert built[["above_day_high", "above_day_low"]].isna().all(axis=None)
    assert built["higher_4_rsi"].iloc[FEATURES["higher_4_rsi"].warmup :].notna().all()


def test_yang_zhang_as_published(make_bars):
    """Yang & Zhang 2000, equations 7 to 10, written out."""
    bars = make_bars(300)
    o, h, lo, c = (np.log(bars[name]) for name in ("open", "high", "low", "close"))
    k, n = 0.34 / (1.34 + 21 / 19), 20
    gap, body = (o - c.shift()).rolling(n).var(), (c - o).rolling(n).var()
    within = ((h - o) * (h - c) + (lo - o) * (lo - c)).rolling(n).mean()
    expected = np.sqrt(gap + k * body + (1 - k) * within)
    np.testing.assert_allclose(build_features(bars)["yang_zhang_20"].iloc[20:], expected.iloc[20:], rtol=1e-6)


def test_illiquidity_and_realised_volatility_written_out(make_bars):
    bars = make_bars(300)
    moved, traded = np.log(bars["close"]).diff().abs(), bars["close"] * bars["volume"]
    ratio = (moved.rolling(20).sum() / traded.rolling(20).sum()) / (
        moved.rolling(100).sum() / traded.rolling(100).sum()
    )
    built = build_features(bars)
    np.testing.assert_allclose(built["amihud_ratio"].iloc[100:], ratio.iloc[100:], rtol=1e-7)
    realised = np.sqrt((moved**2).rolling(24).sum())
    np.testing.assert_allclose(built["realised_24"].iloc[24:], realised.iloc[24:], rtol=1e-7)


@pytest.mark.parametrize(
    ("hours", "seconds"), [([0, 1, 2, 20, 21], 3600), ([0, 23, 47, 71], 86400), ([0, 4, 24], 14400), ([5], 0)]
)
def test_the_length_of_a_bar_is_told_by_the_shortest_distance(hours, seconds):
    assert bar_seconds(np.array(hours) * 3600) == seconds


def test_candle_patterns_that_are_shown_only_are_those_of_the_library(make_bars):
    bars = make_bars(3000, seed=9)
    prices = [bars[name].to_numpy() for name in ("open", "high", "low", "close")]
    built = build_features(bars)
    pairs = {
        "hammer": talib.CDLHAMMER(*prices) + talib.CDLHANGINGMAN(*prices),
        "shooting_star": talib.CDLINVERTEDHAMMER(*prices) + talib.CDLSHOOTINGSTAR(*prices),
        "piercing": talib.CDLPIERCING(*prices) + talib.CDLDARKCLOUDCOVER(*prices),
        "three_soldiers": talib.CDL3WHITESOLDIERS(*prices) + talib.CDL3BLACKCROWS(*prices),
        "marubozu": talib.CDLMARUBOZU(*prices),
        "spinning_top": talib.CDLSPINNINGTOP(*prices),
    }
    for name, expected in pairs.items():
        feature = FEATURES[name]
        assert not feature.model and "not fed to models" in feature.not_fed
        assert set(np.unique(built[name].dropna())) <= {-1.0, 0.0, 1.0}, name
        assert (built[name].iloc[feature.warmup :] == expected[feature.warmup :] / 100).all(), name
        assert (expected[: feature.warmup] == 0).all(), name
