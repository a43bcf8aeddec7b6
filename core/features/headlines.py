"""Headlines: how what was written about the asset sounded, and how much of it there was.

They are shown and no model learns from them: anybody can write a headline, so text moves a decision through the
sentiment signal alone, whose say is capped, and not through a forecast, whose say is not.
"""

import numpy as np

from core.features.context import ScoredNews
from core.features.feature import Family, Feature
from core.features.prices import Prices

_HOUR = 3_600_000_000
_DAY = 24 * _HOUR
_HALF_LIFE = _DAY
_REACH = 3 * _DAY
_WEEK = 7 * _DAY
_WARMUP = 50
"""Bars after which the length of a bar, and with it the moment of its close, is told by those before."""
_CHUNK = 1 << 20


def _feature(name: str, unit: str, words: str, formula: str) -> Feature:
    return Feature(name, "sentiment", _WARMUP, unit, words, formula, "headlines published by the close, scored by VADER and the finance lexicon", model=False, outside=True)  # fmt: skip


FEATURES = (
    _feature("news_score", "−1 … 1", "how the headlines of three days sound, newer ones louder", "Σ wᵢ · scoreᵢ / Σ wᵢ, w halving every 24 hours; null without a headline in 72 hours"),
    _feature("news_count", "headlines", "headlines of the last 24 hours", "number published in the 24 hours before the close"),
    _feature("news_burst", "ratio", "headlines of the last 24 hours against a usual day of the week", "news_count · 7 / number of the last 7 days; null without one"),
)  # fmt: skip


def compute(p: Prices) -> dict[str, np.ndarray]:
    """Features of the headlines known at each close; null without headlines and before they are all known."""
    columns = {feature.name: np.full_like(p.close, np.nan) for feature in FEATURES}
    news = p.context.news
    if news is None or not p.step:
        return columns
    closed = (p.opened + p.step) * 1_000_000
    known = np.searchsorted(news.published, closed, side="right")
    of_day = known - np.searchsorted(news.published, closed - _DAY, side="right")
    of_week = known - np.searchsorted(news.published, closed - _WEEK, side="right")
    columns["news_score"] = _faded_mean(
        news, np.searchsorted(news.published, closed - _REACH, side="right"), known
    )
    columns["news_count"] = of_day.astype(np.float64)
    columns["news_burst"] = np.divide(
        7.0 * of_day, of_week, out=np.full_like(p.close, np.nan), where=of_week > 0
    )
    columns["news_score"][closed - _REACH < news.since] = np.nan
    columns["news_count"][closed - _DAY < news.since] = np.nan
    columns["news_burst"][closed - _WEEK < news.since] = np.nan
    return columns  # fmt: skip


def _faded_mean(news: ScoredNews, oldest: np.ndarray, known: np.ndarray) -> np.ndarray:
    """Weighted mean of the items oldest ≤ i < known at each bar; it changes only when an item comes or goes.

    Each mean is a sum of its own, so the same items give the same number bit for bit, wherever a history begins.
    """
    pairs, of_bar = np.unique(np.stack((oldest, known), axis=1), axis=0, return_inverse=True)
    means = np.full(len(pairs), np.nan)
    sizes = pairs[:, 1] - pairs[:, 0]
    for part in _parts(sizes):
        low, size = pairs[part, 0], sizes[part]
        begins = np.concatenate(([0], np.cumsum(size)[:-1]))
        item = np.arange(int(size.sum())) - np.repeat(begins - low, size)
        newest = np.repeat(news.published[low + size - 1], size)
        weight = np.exp2((news.published[item] - newest) / _HALF_LIFE)
        means[part] = np.add.reduceat(weight * news.scores[item], begins) / np.add.reduceat(weight, begins)
    return means[of_bar.ravel()]


def _parts(sizes: np.ndarray) -> list[np.ndarray]:
    """Positions of the windows that hold something, in parts that fit into memory."""
    full = np.flatnonzero(sizes > 0)
    if not len(full):
        return []
    part = np.cumsum(sizes[full]) // _CHUNK
    return np.split(full, np.flatnonzero(np.diff(part)) + 1)


SENTIMENT = Family(
    "sentiment", FEATURES, compute, "Sentiment: tone and number of headlines that had been published."
)
