"""Dated text and dated figures about assets."""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum


class NewsKind(StrEnum):
    """What sort of text an item is."""

    NEWS = "news"
    SOCIAL = "social"
    RATING = "rating"
    """An analyst's upgrade, downgrade or first rating."""


@dataclass(frozen=True, slots=True)
class Headline:
    """One dated piece of text about assets: news, a social post, an analyst's rating."""

    id: str
    """Stable hash of source and link (or title)."""
    source: str
    title: str
    url: str
    symbols: tuple[str, ...]
    """Canonical symbols it speaks of."""
    published_at: datetime
    """When it could first be read; of an undated item, when we first saw it."""
    fetched_at: datetime
    """When we first saw it."""
    kind: NewsKind = NewsKind.NEWS
    summary: str = ""
    """Plain text below the title; often empty."""
    language: str = ""
    """ISO 639-1 code, e.g. en; empty when it cannot be told."""
    dated: bool = True
    """False: the source gave no date that can be read."""
    cluster: str = ""
    """Id of the first item that told the same story; the own id when it is the first. Empty before it was compared."""


@dataclass(frozen=True, slots=True)
class Reading:
    """One dated figure about an asset or the whole market: mood, attention, community, supply."""

    source: str
    name: str
    """What was read, e.g. fear and greed, trending rank, reddit subscribers."""
    symbol: str
    """Canonical symbol; empty for the whole market."""
    time: datetime
    """The moment the figure speaks of."""
    value: float
    """0 where the words alone tell it, as of a sector."""
    words: str
    """The source's own word for it, e.g. Extreme Fear, or the currency of an amount; often empty."""
    fetched_at: datetime
