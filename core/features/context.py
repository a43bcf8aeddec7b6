"""What is known beside an asset's own bars: dated headlines with their scores, and the bars of the market around it."""

from dataclasses import dataclass, replace

import numpy as np
import pandas as pd


@dataclass(frozen=True, slots=True, eq=False)
class ScoredNews:
    """Headlines about the asset, each with the moment at which it could first be read."""

    published: np.ndarray
    """(n,) int64 microseconds since 1970 UTC, ascending."""
    scores: np.ndarray
    """(n,) float64, −1 bad … 1 good."""
    since: int
    """Microseconds from which on nothing is missing; before it nobody knows what was written."""


@dataclass(frozen=True, slots=True, eq=False)
class Reference:
    """Another market that moves many: Bitcoin for coins, the S&P 500 for shares."""

    symbol: str
    closes: pd.Series
    """Closes by open time (UTC, ascending), bars of the same length as the asset's own."""


@dataclass(frozen=True, slots=True)
class Context:
    """What features may know beside the bars; a part that is None leaves its features null."""

    news: ScoredNews | None = None
    reference: Reference | None = None

    def until(self, opened: pd.Timestamp, closed: pd.Timestamp) -> "Context":
        """Only what was known at the close of the bar that opened at `opened`: the rest cut off."""
        news, reference = self.news, self.reference
        if news is not None:
            known = int(np.searchsorted(news.published, micros(closed), side="right"))
            news = replace(news, published=news.published[:known], scores=news.scores[:known])
        if reference is not None:
            reference = replace(reference, closes=reference.closes.loc[:opened])
        return Context(news, reference)

    def poisoned(self, opened: pd.Timestamp, closed: pd.Timestamp, rng: np.random.Generator) -> "Context":
        """The same with everything that came later replaced by noise: other scores, other closes, more headlines."""
        news, reference = self.news, self.reference
        if news is not None:
            known = int(np.searchsorted(news.published, micros(closed), side="right"))
            later = np.sort(micros(closed) + 1 + rng.integers(0, 90 * 86_400_000_000, size=64))
            news = replace(
                news,
                published=np.concatenate((news.published[:known], later)),
                scores=np.concatenate((news.scores[:known], rng.uniform(-1.0, 1.0, size=len(later)))),
            )
        if reference is not None:
            closes = reference.closes.copy()
            after = closes.index > opened
            closes[after] = closes[after].to_numpy() * rng.lognormal(0.0, 1.0, size=int(after.sum()))
            reference = replace(reference, closes=closes)
        return Context(news, reference)


NO_CONTEXT = Context()
"""Bars alone."""


def micros(moment: pd.Timestamp) -> int:
    """Microseconds since 1970 UTC."""
    return round(moment.timestamp() * 1e6)
