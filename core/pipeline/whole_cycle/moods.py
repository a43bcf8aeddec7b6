"""The mood of news and posts at every bar, each from what had been published and fetched by its close."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

import numpy as np

from core.collect import LIVE, sample_headlines
from core.llm.knowledge import contaminated
from core.pipeline.news import READ
from core.pipeline.run import Workbench
from core.pipeline.text_answers import on_record, reads_texts, units_of
from core.records import Headline, Instrument, Problem, Signal
from core.sentiment import Lexicon, ModelScore, Scored, aggregate
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


@dataclass(frozen=True, slots=True)
class Published:
    """One item and when a cycle could first have read it."""

    item: Headline
    known_at: datetime


@dataclass(frozen=True, slots=True)
class Moods:
    """The signal of sentiment at each moment; None where there is nothing to read."""

    clean: tuple[Signal | None, ...]
    """The language model's recorded scores count only where it cannot know what followed; elsewhere the lexicon's do."""
    remembered: tuple[Signal | None, ...]
    """The same with every recorded score: what a model that may remember would have made of it. Reported apart."""
    contaminated: int
    """Moments at which the two were not computed from the same scores."""
    scored: int
    """Items with a recorded score."""


def published(
    bench: Workbench, instrument: Instrument, world: str, since: datetime, until: datetime
) -> tuple[tuple[Published, ...], tuple[Problem, ...]]:
    """Dated news and posts about an asset, oldest first: the sample's own in its world, else the stored ones.

    What has no date of its own is left out, because nobody knows when it could first be read. A stored item is known
    from when it was published and fetched, the sample's from when they were published.
    """
    live = not world.startswith("sample")
    if live:
        asked = Wanted(symbol=instrument.symbol, since=since, until=until, sample=False, kinds=READ)
        known = find_headlines(bench.store, asked, _MOST)
    else:
        known = tuple(h for h in sample_headlines(instrument, until) if since <= h.published_at <= until)
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
    late = sum(live and h.fetched_at > h.published_at + timedelta(days=1) for h in dated)
    if late:
        what = f"{late} of {len(dated)} items were fetched more than a day after they were published."
        problems.append(Problem("sentiment", what, "They count from when they were fetched."))
    items = tuple(Published(h, max(h.published_at, h.fetched_at) if live else h.published_at) for h in dated)
    return items, tuple(problems)


def moods_of(
    bench: Workbench,
    instrument: Instrument,
    known: Sequence[Published],
    moments: Sequence[datetime],
    settings: Settings,
) -> Moods:
    """The moods at the moments from the lexicon and from what the language model is on record with.

    Nobody is asked: a text without a recorded answer keeps the lexicon's score, as it does in a cycle.
    """
    model = bench.llm
    lexicon = Remembering(bench.lexicon)
    alone = _each(instrument.symbol, known, moments, lexicon, settings, {})
    by_lexicon = tuple(said.signal for said in alone)
    if model is None or not reads_texts(model):
        return Moods(by_lexicon, by_lexicon, 0, 0)
    scores = on_record(model, units_of([one.item for one in known], instrument, settings.llm))
    with_all = _each(instrument.symbol, known, moments, lexicon, settings, scores)
    now = bench.clock()
    stale = [said.scored and contaminated(model.name, moment, now, settings.llm)
             for said, moment in zip(with_all, moments, strict=True)]  # fmt: skip
    remembered = tuple(said.signal for said in with_all)
    clean = [b if old else a for a, b, old in zip(remembered, by_lexicon, stale, strict=True)]
    return Moods(tuple(clean), remembered, sum(stale), len(scores))


def mood_signals(
    symbol: str,
    known: Sequence[Published],
    moments: Sequence[datetime],
    lexicon: Lexicon,
    settings: Settings,
) -> list[Signal | None]:
    """The signal of the lexicon's sentiment at each moment, None where there is nothing to read.

    Args:
        known: ordered by time of publication.
    """
    return [said.signal for said in _each(symbol, known, moments, Remembering(lexicon), settings, {})]


@dataclass(frozen=True, slots=True)
class _Said:
    """What sentiment says of one set of items."""

    signal: Signal | None
    scored: bool
    """Whether a language model's score is part of it."""


def _each(
    symbol: str,
    known: Sequence[Published],
    moments: Sequence[datetime],
    lexicon: Lexicon,
    settings: Settings,
    scores: Mapping[str, ModelScore],
) -> list[_Said]:
    """At each moment; the aggregate depends on which items are within reach, not on the moment: once for each set."""
    days = settings.collect.headline_days
    times = _micros([one.item.published_at for one in known])
    available = _micros([one.known_at for one in known])
    by_arrival = np.argsort(available, kind="stable")
    at = _micros(moments)
    oldest = np.searchsorted(times, at - int(timedelta(days=days) / timedelta(microseconds=1)), "left")
    arrived = np.searchsorted(available[by_arrival], at, "right")
    found: dict[tuple[int, int], _Said] = {}
    said = []
    for low, count, moment in zip(oldest.tolist(), arrived.tolist(), moments, strict=True):
        if (low, count) not in found:
            places = np.sort(by_arrival[:count])
            items = [known[place].item for place in places[np.searchsorted(places, low) :]]
            mood, _ = aggregate(
                symbol, items, moment, lexicon, settings.sentiment, days, scores, settings.news.similarity
            )
            some = any(item.scorer and item.weight for item in mood.items)
            found[low, count] = _Said(sentiment_signal(mood), some)
        said.append(found[low, count])
    return said


def _micros(moments: Sequence[datetime]) -> np.ndarray:
    return np.array([round(moment.timestamp() * 1e6) for moment in moments], dtype=np.int64)
