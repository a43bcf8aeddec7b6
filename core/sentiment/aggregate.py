"""Items about one asset become one score: newer ones count more, a story counts once, and no item counts for much."""

import math
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from core.records import Headline, ItemSentiment, NewsKind, Problem, Sentiment
from core.sentiment.lexicon import Lexicon
from core.sentiment.model_score import ModelScore
from core.sentiment.reading import Read, read
from core.sentiment.stories import Story, sign, stories
from core.settings import SentimentSettings, source_weight_of_line

SIMILARITY = 88.0
"""Likeness of titles that tell the same story, 0 … 100: the default of settings.news.similarity."""


def within_reach(
    headlines: Iterable[Headline], as_of: datetime, headline_days: float, lexicon: Lexicon, similarity: float
) -> tuple[Story, ...]:
    """Stories published at most `headline_days` before `as_of` and not after it, oldest first; ratings are none."""
    oldest = as_of - timedelta(days=headline_days)
    seen = [h for h in headlines if oldest <= h.published_at <= as_of and h.kind is not NewsKind.RATING]
    return stories(seen, similarity, lambda title: lexicon.score(title).score)


def aggregate(
    symbol: str,
    headlines: Iterable[Headline],
    as_of: datetime,
    lexicon: Lexicon,
    settings: SentimentSettings,
    headline_days: float,
    scores: Mapping[str, ModelScore] | None = None,
    similarity: float = SIMILARITY,
) -> tuple[Sentiment, tuple[Problem, ...]]:
    """Score of the news, of the posts, and of both.

    An item weighs 0.5^(age / half-life) × weight of its source × (1 + ln outlets) × relevance × confidence. Within the
    news and within the posts the weights are scaled to sum to 1; then none may exceed `settings.item_cap`, and what is
    cut off counts as neutral: Σ weight × score moves by at most the cap, whatever one item says. Overall is the mean of
    news and posts, or the one there is.

    Args:
        scores: a language model's, by the id of the item that told a story first; the others keep the lexicon's.
        similarity: see core.sentiment.stories.

    Returns:
        The sentiment (a score is None where nothing with any weight is left) and no problem: reading cannot fail.
    """
    said = scores or {}
    told = within_reach(headlines, as_of, headline_days, lexicon, similarity)
    found = sorted(told, key=lambda story: (story.first.published_at, story.first.id), reverse=True)
    seen = [_Seen(s, read(s.first, symbol, lexicon), said.get(s.first.id)) for s in found]
    items = tuple(one.item(share) for one, share in zip(seen, _shares(seen, settings), strict=True))
    news, social = (_mean([i for i in items if i.kind is kind]) for kind in (NewsKind.NEWS, NewsKind.SOCIAL))
    parts = [part for part in (news, social) if part is not None]
    sentiment = Sentiment(
        symbol=symbol,
        as_of=as_of,
        score=math.fsum(parts) / len(parts) if parts else None,
        scorer=_scorer(items, lexicon.name),
        items=items,
        news=news,
        social=social,
        agreement=agreement(items),
    )
    return sentiment, ()


def agreement(items: Sequence[ItemSentiment]) -> float | None:
    """Share, by weight, of the items on whose sign model and lexicon agree; None where no item has both."""
    both = [item for item in items if item.scorer and item.lexicon is not None and item.weight > 0]
    total = math.fsum(item.weight for item in both)
    if not total:
        return None
    same = math.fsum(item.weight for item in both if sign(item.score) == sign(item.lexicon or 0.0))
    return same / total


@dataclass(frozen=True, slots=True)
class _Seen:
    """One story with what lexicon and model say of it."""

    story: Story
    read: Read
    said: ModelScore | None

    def raw(self, newest: datetime, source: float, half_life_hours: float) -> float:
        """Weight before it is scaled; ages count from the newest, so that old news alone do not underflow."""
        age = (newest - self.story.first.published_at) / timedelta(hours=1)
        judge = self.said or self.read
        count = 1.0 + math.log(self.story.outlets)
        return float(0.5 ** (age / half_life_hours) * source * count * judge.relevance * judge.confidence)

    def item(self, weight: float) -> ItemSentiment:
        """As it is shown and kept."""
        first, seen, said = self.story.first, self.read, self.said
        return ItemSentiment(
            headline_id=first.id,
            title=seen.text,
            source=first.source,
            published_at=first.published_at,
            score=said.score if said else seen.score,
            weight=weight,
            words=seen.words,
            kind=first.kind,
            lexicon=seen.score if seen.readable else None,
            confidence=said.confidence if said else seen.confidence,
            relevance=said.relevance if said else seen.relevance,
            event=said.event if said else "",
            horizon=said.horizon if said else "",
            reason=said.reason if said else "",
            scorer=said.model if said else "",
            outlets=self.story.outlets,
            flags=seen.flags,
        )


def _shares(seen: Sequence[_Seen], settings: SentimentSettings) -> list[float]:
    """Capped shares; each kind's are its own.

    Args:
        seen: newest first.
    """
    weights = _source_weights(settings)
    shares = [0.0] * len(seen)
    for kind in {one.story.first.kind for one in seen}:
        places = [place for place, one in enumerate(seen) if one.story.first.kind is kind]
        newest = seen[places[0]].story.first.published_at
        raw = [
            seen[p].raw(newest, weights(seen[p].story.first.source), settings.half_life_hours) for p in places
        ]
        total = math.fsum(raw)
        for place, weight in zip(places, raw, strict=True):
            shares[place] = min(settings.item_cap, weight / total) if total else 0.0
    return shares


def _mean(items: Sequence[ItemSentiment]) -> float | None:
    """Σ weight × score; None where no item has any weight."""
    if not any(item.weight for item in items):
        return None
    # weights that sum to 1 + 1e-16 must not lead beyond ±1
    return max(-1.0, min(1.0, math.fsum(item.weight * item.score for item in items)))


def _source_weights(settings: SentimentSettings) -> Callable[[str], float]:
    """Weight of a source; the longest name that the source's begins with counts."""
    known = dict(map(source_weight_of_line, settings.source_weights))

    def weight(source: str) -> float:
        names = [name for name in known if source.lower().startswith(name)]
        return known[max(names, key=len)] if names else 1.0

    return weight


def _scorer(items: Sequence[ItemSentiment], lexicon: str) -> str:
    """Who scored: the model, the lexicon, or the model with the lexicon for some."""
    models = sorted({item.scorer for item in items if item.scorer})
    left = sum(not item.scorer for item in items)
    if not models:
        return lexicon
    return ", ".join(models) if not left else f"{', '.join(models)}; {lexicon} for {left} of {len(items)}"
