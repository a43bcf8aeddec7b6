"""The mood of the headlines at every bar, each from what had been published by its close."""

from collections.abc import Sequence
from datetime import datetime, timedelta

import numpy as np

from core.collect import LIVE, sample_headlines
from core.pipeline.run import Workbench
from core.records import Headline, Instrument, NewsKind, Problem, Signal
from core.sentiment import Lexicon, Scored, aggregate
from core.settings import Settings
from core.signals import sentiment_signal
from core.store.news import Wanted, find_headlines

_MOST = 200_000


class Remembering(Lexicon):
    """A lexicon that scores each title once."""

    def __init__(self, asked: Lexicon) -> None:
        self.name = asked.name
        self._asked = asked
        self._known: dict[str, Scored] = {}

    def score(self, title: str) -> Scored:
        """The score of the lexicon that is asked."""
        if title not in self._known:
            self._known[title] = self._asked.score(title)
        return self._known[title]


def published(
    bench: Workbench, instrument: Instrument, world: str, since: datetime, until: datetime
) -> tuple[tuple[Headline, ...], tuple[Problem, ...]]:
    """Dated headlines about an asset, oldest first: the sample's own in its world, else the stored ones.

    What has no date of its own is left out, because nobody knows when it could first be read.
    """
    if world.startswith("sample"):
        known = tuple(h for h in sample_headlines(instrument, until) if since <= h.published_at <= until)
    else:
        asked = Wanted(
            symbol=instrument.symbol, since=since, until=until, sample=False, kinds=(NewsKind.NEWS,), first_of_story=True
        )  # fmt: skip
        known = find_headlines(bench.store, asked, _MOST)
    dated = sorted((h for h in known if h.dated), key=lambda h: h.published_at)
    undated = len(known) - len(dated)
    problems = []
    if not dated:
        what = f"No dated headline about {instrument.symbol} is {'stored' if world == LIVE else 'in the sample'} from these days."
        problems.append(Problem("sentiment", what, "Sentiment abstained."))
    if undated:
        problems.append(
            Problem("sentiment", f"{undated} headlines have no date.", "They were left out: nobody knows when they came.")
        )  # fmt: skip
    return tuple(dated), tuple(problems)


def mood_signals(
    symbol: str,
    headlines: Sequence[Headline],
    moments: Sequence[datetime],
    lexicon: Lexicon,
    settings: Settings,
) -> list[Signal | None]:
    """The signal of sentiment at each moment, None where there is nothing to read.

    The aggregate depends on which headlines are within reach, not on the moment: it is computed once for each set.
    """
    days = settings.collect.headline_days
    times = np.array([_micros(h.published_at) for h in headlines], dtype=np.int64)
    at = np.array([_micros(moment) for moment in moments], dtype=np.int64)
    reach = int(timedelta(days=days) / timedelta(microseconds=1))
    oldest, newest = np.searchsorted(times, at - reach, "left"), np.searchsorted(times, at, "right")
    scorer = Remembering(lexicon)
    known: dict[tuple[int, int], Signal | None] = {}
    signals: list[Signal | None] = []
    for low, high, moment in zip(oldest.tolist(), newest.tolist(), moments, strict=True):
        if low == high:
            signals.append(None)
            continue
        if (low, high) not in known:
            mood, _ = aggregate(symbol, headlines[low:high], moment, scorer, settings.sentiment, days)
            known[low, high] = sentiment_signal(mood)
        signals.append(known[low, high])
    return signals


def _micros(moment: datetime) -> int:
    return round(moment.timestamp() * 1e6)
