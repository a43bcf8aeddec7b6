"""Features that need headlines or another market: small cases worked by hand."""

from dataclasses import replace

import numpy as np
import pandas as pd
import pytest

from core.features import FEATURES, MODEL_COLUMNS, Context, Reference, ScoredNews, build_features, micros

HOUR = 3_600_000_000
DAY = 24 * HOUR


def _news(bars: pd.DataFrame, items: list[tuple[int, float, float]], since_days: float = 30.0) -> ScoredNews:
    """Items as (bar, hours after its close, score)."""
    moments = [micros(bars.index[bar]) + HOUR + int(hours * HOUR) for bar, hours, _ in items]
    return ScoredNews(
        np.array(moments, dtype=np.int64), np.array([score for *_, score in items]),
        micros(bars.index[0]) - int(since_days * DAY),
    )  # fmt: skip


def test_headlines_fade_by_half_a_day_and_are_forgotten_after_three(make_bars):
    bars = make_bars(400)
    built = build_features(bars, context=Context(_news(bars, [(100, 0.0, 1.0), (124, 0.0, -1.0)])))
    score, count = built["news_score"].to_numpy(), built["news_count"].to_numpy()
    assert score[100] == 1.0 and np.isnan(score[99])
    assert score[124] == pytest.approx((0.5 - 1.0) / 1.5)
    assert score[124 + 47] == pytest.approx(score[124]), (
        "the mean stays while the same items are within reach"
    )
    assert score[172] == -1.0, "the first item is three days old and gone"
    assert np.isnan(score[196])
    assert (count[99], count[100], count[123], count[124], count[148]) == (0.0, 1.0, 1.0, 1.0, 0.0)
    assert built["news_burst"].iloc[124] == pytest.approx(7.0 * 1 / 2)


def test_a_headline_a_microsecond_after_the_close_is_not_known(make_bars):
    bars = make_bars(200)
    news = _news(bars, [(100, 0.0, 0.5)])
    late = replace(news, published=news.published + 1)
    assert build_features(bars, context=Context(news))["news_count"].iloc[100] == 1.0
    assert build_features(bars, context=Context(late))["news_count"].iloc[100] == 0.0


def test_before_headlines_were_read_nobody_knows_how_many_there_were(make_bars):
    bars = make_bars(400)
    built = build_features(bars, context=Context(_news(bars, [(200, 0.0, 0.5)], since_days=-4.0)))
    count, score = built["news_count"], built["news_score"]
    assert count.iloc[: 96 + 23].isna().all() and count.iloc[96 + 23 :].notna().all()
    assert score.iloc[200] == 0.5


def test_a_market_that_is_the_asset_has_beta_and_correlation_one(make_bars):
    bars = make_bars(300)
    built = build_features(bars, context=Context(reference=Reference("SELF", bars["close"]))).iloc[50:]
    np.testing.assert_allclose(built[["market_beta_50", "market_correlation_50"]], 1.0, rtol=1e-9)
    np.testing.assert_allclose(built["relative_24"], 0.0, atol=1e-9)
    np.testing.assert_allclose(built["market_return_1"], built["return_1"], rtol=1e-6)


def test_beta_and_correlation_are_those_of_numpy(make_bars, make_context):
    bars = make_bars(300)
    reference = make_context(bars).reference
    assert reference is not None
    built = build_features(bars, context=Context(reference=reference))
    own, market = np.diff(np.log(bars["close"])), np.diff(np.log(reference.closes))
    for row in (50, 123, 299):
        a, b = own[row - 50 : row], market[row - 50 : row]
        assert built["market_beta_50"].iloc[row] == pytest.approx(np.cov(a, b, ddof=0)[0, 1] / b.var())
        assert built["market_correlation_50"].iloc[row] == pytest.approx(np.corrcoef(a, b)[0, 1])


def test_a_market_that_fell_silent_is_unknown_and_recovers(make_bars, make_context):
    bars = make_bars(400)
    reference = make_context(bars).reference
    assert reference is not None
    gappy = Reference("REF", reference.closes.drop(reference.closes.index[150:170]))
    beta = build_features(bars, context=Context(reference=gappy))["market_beta_50"]
    assert beta.iloc[50:153].notna().all(), "a close holds for three bars"
    assert beta.iloc[153:220].isna().all() and beta.iloc[221:].notna().all()


def test_no_model_learns_from_what_anybody_can_write(make_bars):
    """Headlines change what is shown of headlines, and nothing that a model sees."""
    bars = make_bars(400)
    loud = Context(_news(bars, [(bar, 0.0, 1.0) for bar in range(60, 400, 3)]))
    quiet = Context(_news(bars, []))
    one, other = build_features(bars, context=loud), build_features(bars, context=quiet)
    changed = {name for name in FEATURES if not one[name].equals(other[name])}
    assert changed == {"news_score", "news_count", "news_burst"}
    assert not changed & set(MODEL_COLUMNS)
    assert all("anybody can write" in FEATURES[name].not_fed for name in changed)
    assert all(FEATURES[name].not_fed == "" for name in MODEL_COLUMNS)
