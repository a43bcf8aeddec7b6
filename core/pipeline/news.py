"""Headlines, posts, ratings and mood: what is due is asked for, matched, compared with what is known, and stored."""

from collections.abc import Callable
from datetime import datetime, timedelta

from core.collect import LIVE, NewsBatch, Validator, cluster, collect_news, mentions, sample_headlines
from core.instruments import CATALOGUE, resolve
from core.pipeline.run import Workbench, in_words
from core.records import Headline, Instrument, NewsKind, Problem
from core.store import Write
from core.store.bars import stored_series
from core.store.news import (
    NewsFetch,
    Wanted,
    find_headlines,
    read_fetches,
    read_headlines,
    save_fetches,
    save_headlines,
    save_readings,
    tag_headlines,
)

_RECENT = timedelta(days=1)
"""A moment older than this asks nobody: feeds hold only what is new."""
_COMPARED = timedelta(days=2)
"""How far back a story may have been told before."""
_MOST = 20_000
READ = (NewsKind.NEWS, NewsKind.SOCIAL)
"""Kinds of text that sentiment reads."""


def headlines_at(
    bench: Workbench, instrument: Instrument, world: str, moment: datetime, known_at: datetime | None = None
) -> tuple[tuple[Headline, ...], tuple[Problem, ...], tuple[Write, ...]]:
    """What was published about an asset before the moment: the sample's own in its world, else stored and fetched.

    News and posts, every outlet of a story; ratings are on the news page.

    Args:
        known_at: what was fetched later is not handed on, because nobody here could have read it then; None (a cycle of
            this moment): all that is known. The sample's items count as fetched when they were published.
    """
    oldest = moment - timedelta(days=bench.settings.collect.headline_days)
    if world.startswith("sample"):
        recent = tuple(h for h in sample_headlines(instrument, moment) if oldest <= h.published_at <= moment)
        return recent, (), (save_headlines(recent),)
    problems: tuple[Problem, ...] = ()
    if world == LIVE and bench.clock() - moment < _RECENT:
        problems = refresh_news(bench, instrument)[1]
    wanted = Wanted(
        symbol=instrument.symbol,
        since=oldest,
        until=moment,
        sample=False,
        kinds=READ,
    )
    known = find_headlines(bench.store, wanted, _MOST)
    return tuple(h for h in known if known_at is None or h.fetched_at <= known_at), problems, ()


def refresh_news(
    bench: Workbench, instrument: Instrument
) -> tuple[tuple[Headline, ...], tuple[Problem, ...]]:
    """Ask every source that is due, store what is new, and return it with what went wrong."""
    store, now = bench.store, bench.clock()
    with bench.turns.alone("news"):
        asked = {(item.source, item.symbol): item for item in read_fetches(store)}
        batch = collect_news(
            instrument,
            bench.news,
            {key: (item.asked_at, Validator(item.etag, item.last_modified)) for key, item in asked.items()},
            bench.gate,
            now - timedelta(days=bench.settings.collect.headline_days),
            now,
            watched(bench, instrument),
        )
        fresh = _unknown(bench, batch)
        writes = [*_writes(batch, fresh), tag_headlines(_late_matches(bench, instrument, now))]
        store.write(*writes)
    return fresh, batch.problems


def _unknown(bench: Workbench, batch: NewsBatch) -> tuple[Headline, ...]:
    """The items that tell something new are marked as first of their story, the others with the one they retell."""
    if not batch.headlines:
        return ()
    first = min(item.published_at for item in batch.headlines)
    known = find_headlines(bench.store, Wanted(since=first - _COMPARED, sample=False), limit=20_000)
    ids = {item.id for item in known}
    fresh = [item for item in batch.headlines if item.id not in ids]
    again = tuple(item for item in batch.headlines if item.id in ids)
    return (*cluster(fresh, known, bench.settings.news.similarity), *again)


def _writes(batch: NewsBatch, headlines: tuple[Headline, ...]) -> tuple[Write, ...]:
    fetches = [
        NewsFetch(
            item.source,
            item.symbol,
            item.at,
            item.validator.etag if item.validator else "",
            item.validator.last_modified if item.validator else "",
        )
        for item in batch.asked
    ]
    return save_headlines(headlines), save_readings(batch.readings), save_fetches(fetches)


def _late_matches(bench: Workbench, instrument: Instrument, now: datetime) -> list[tuple[str, str]]:
    """Items stored before this asset was watched that name it after all."""
    since = now - timedelta(days=bench.settings.collect.headline_days)
    stored = find_headlines(bench.store, Wanted(since=since, sample=False), limit=20_000)
    return [
        (item.id, instrument.symbol)
        for item in stored
        if instrument.symbol not in item.symbols and mentions(f"{item.title} {item.summary}", instrument)
    ]


def watched(bench: Workbench, instrument: Instrument) -> tuple[Instrument, ...]:
    """Assets that items are matched with: the catalogue, what is stored, and the one asked for."""
    names = [listing.symbol for listing in CATALOGUE] + stored_series(bench.store)["symbol"].tolist()
    return tuple({name: resolve(name) for name in [*names, instrument.symbol]}.values())


def fetch_news(bench: Workbench, instrument: Instrument, tell: Callable[[float, str], None]) -> str:
    """Ask the sources of text and mood for one asset, and say what came."""
    tell(0.1, f"asking {len(bench.news)} sources for news of {instrument.symbol}")
    fresh, problems = refresh_news(bench, instrument)
    now = bench.clock()
    oldest = now - timedelta(days=bench.settings.collect.headline_days)
    recent = read_headlines(bench.store, instrument.symbol, oldest, now, sample=False)
    told = in_words(problems)
    mine = sum(instrument.symbol in item.symbols for item in fresh)
    return (
        f"{len(fresh)} items fetched, {mine} of them about {instrument.symbol}; {len(recent)} are stored of the last "
        f"{bench.settings.collect.headline_days:g} days. {told}"
    ).strip()
