"""Headlines about one asset become one score: newer ones count more, and a story counts once."""

import math
import re
from collections.abc import Iterable
from datetime import datetime, timedelta

from core.records import Headline, ItemSentiment, Problem, Sentiment
from core.sentiment.lexicon import Lexicon, clean
from core.settings import SentimentSettings


def aggregate(
    symbol: str,
    headlines: Iterable[Headline],
    as_of: datetime,
    lexicon: Lexicon,
    settings: SentimentSettings,
    headline_days: float,
) -> tuple[Sentiment, tuple[Problem, ...]]:
    """Decay-weighted mean of what had been published.

    Headlines published after `as_of`, or longer before it than `headline_days`, do not count. An item's weight
    halves every `half_life_hours`; weights sum to 1. Titles that differ in case and punctuation only count once,
    at their first publication.

    Returns:
        The sentiment (score None when nothing is left) and no problem: reading titles cannot fail.
    """
    oldest = as_of - timedelta(days=headline_days)
    first: dict[str, Headline] = {}
    for item in sorted(headlines, key=lambda h: (h.published_at, h.id)):
        if oldest <= item.published_at <= as_of:
            first.setdefault(_story(item.title), item)
    kept = sorted(first.values(), key=lambda h: (h.published_at, h.id), reverse=True)
    weights = _decayed([h.published_at for h in kept], settings.half_life_hours)
    items = tuple(_item(h, weight, lexicon) for h, weight in zip(kept, weights, strict=True))
    score = None
    if items:  # weights that sum to 1 + 1e-16 must not lead beyond ±1
        score = max(-1.0, min(1.0, math.fsum(item.weight * item.score for item in items)))
    return Sentiment(symbol, as_of, score, lexicon.name, items), ()


def _decayed(newest_first: list[datetime], half_life_hours: float) -> list[float]:
    """Shares that halve every half-life; ages count from the newest, so that old news alone do not underflow."""
    raw = [0.5 ** ((newest_first[0] - at) / timedelta(hours=1) / half_life_hours) for at in newest_first]
    total = math.fsum(raw)
    return [weight / total for weight in raw]


def _story(title: str) -> str:
    return re.sub(r"[\W_]+", " ", clean(title).casefold()).strip()


def _item(headline: Headline, weight: float, lexicon: Lexicon) -> ItemSentiment:
    scored = lexicon.score(headline.title)
    return ItemSentiment(
        headline.id,
        clean(headline.title),
        headline.source,
        headline.published_at,
        scored.score,
        weight,
        scored.words,
    )
