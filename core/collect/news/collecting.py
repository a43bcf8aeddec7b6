"""All sources that are due asked side by side, and their items matched to assets."""

import hashlib
from collections.abc import Iterable, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from core.collect.gate import Gate
from core.collect.news.languages import language_of
from core.collect.news.mentions import symbols_in
from core.collect.news.source import NewsAnswer, NewsItem, NewsSource, Validator
from core.errors import NeedsKey, SourceError, Unsupported
from core.records import Headline, Instrument, NewsKind, Problem, Reading

_CLOCK_SKEW = timedelta(minutes=10)
"""A source's clock may be ahead by so much; items dated later are wrong."""
_MOST_ITEMS = 500
"""Of one answer: no honest source has more that is new."""

LastAsked = Mapping[tuple[str, str], tuple[datetime, Validator | None]]
"""(source, symbol; empty where one answer serves all) → when it last answered, and its validator."""


@dataclass(frozen=True, slots=True)
class Asked:
    """A source that answered."""

    source: str
    symbol: str
    """Empty where one answer serves all assets."""
    validator: Validator | None
    at: datetime


@dataclass(frozen=True, slots=True)
class NewsBatch:
    """What all sources together gave."""

    headlines: tuple[Headline, ...]
    """Each once, newest first; also those that name no watched asset."""
    readings: tuple[Reading, ...]
    asked: tuple[Asked, ...]
    problems: tuple[Problem, ...]


def collect_news(
    instrument: Instrument,
    sources: Sequence[NewsSource],
    last: LastAsked,
    gate: Gate,
    since: datetime,
    now: datetime,
    watched: Sequence[Instrument],
) -> NewsBatch:
    """Ask every source that serves the instrument and is due; one that fails is a problem, the others go on.

    Args:
        last: when each was asked before. A source without an entry is due.
        since: how far back items are asked for, where a source can be told.
        watched: assets whose names are looked for in titles and summaries; the instrument is always one.
    """
    due, problems = _due(instrument, sources, last, now)
    if not due:
        return NewsBatch((), (), (), problems)
    _load()

    def ask(source: NewsSource) -> NewsAnswer | Problem:
        seen = _seen(last.get((source.name, _key(source, instrument))))
        try:
            return gate.ask(
                f"news {source.name}",
                source.limits,
                lambda: source.read(instrument, since, now, seen),
                lambda answer: len(answer.items) + len(answer.readings),
            )
        except SourceError as err:
            return _problem(source, err)

    with ThreadPoolExecutor(max_workers=min(8, len(due)), thread_name_prefix="news") as pool:
        answers = list(pool.map(ask, due))
    names = tuple(dict.fromkeys((*watched, instrument)))
    headlines: list[Headline] = []
    readings: list[Reading] = []
    asked: list[Asked] = []
    found = list(problems)
    for source, answer in zip(due, answers, strict=True):
        if isinstance(answer, Problem):
            found.append(answer)
            continue
        kept, problem = _keep(answer.items, source, instrument, names, now)
        headlines += kept
        readings += answer.readings
        found += [problem] if problem else []
        asked.append(Asked(source.name, _key(source, instrument), answer.validator, now))
    return NewsBatch(_each_once(headlines), tuple(readings), tuple(asked), tuple(found))


def _due(
    instrument: Instrument, sources: Sequence[NewsSource], last: LastAsked, now: datetime
) -> tuple[list[NewsSource], tuple[Problem, ...]]:
    """Sources to ask now, and a problem for each that was switched on but lacks its key."""
    due: list[NewsSource] = []
    problems: list[Problem] = []
    for source in sources:
        try:
            source.offer(instrument)
        except Unsupported:
            continue
        except NeedsKey as err:
            problems.append(_problem(source, err))
            continue
        before = last.get((source.name, _key(source, instrument)))
        if before is None or now - before[0] >= source.every:
            due.append(source)
    return due, tuple(problems)


def _load() -> None:
    """Import what most sources need before their time runs: the first import takes as long as an answer may."""
    import feedparser  # noqa: F401
    import requests  # noqa: F401


def _key(source: NewsSource, instrument: Instrument) -> str:
    return instrument.symbol if source.about_one else ""


def _seen(before: tuple[datetime, Validator | None] | None) -> Validator | None:
    validator = before[1] if before else None
    return validator if validator and (validator.etag or validator.last_modified) else None


def _problem(source: NewsSource, err: SourceError) -> Problem:
    why = str(err)
    # a host's name stays as it is written
    said = why if why.startswith(source.name) else f"{why[:1].upper()}{why[1:]}"
    return Problem(f"news/{source.name}", f"{said}.", "The other sources are read, and what is stored stays.")


def _keep(
    items: Sequence[NewsItem],
    source: NewsSource,
    instrument: Instrument,
    watched: Sequence[Instrument],
    now: datetime,
) -> tuple[list[Headline], Problem | None]:
    kept = [
        _headline(item, source, instrument, watched, now)
        for item in items[:_MOST_ITEMS]
        if item.title and (item.published_at is None or item.published_at <= now + _CLOCK_SKEW)
    ]
    ahead = sum(item.published_at is not None and item.published_at > now + _CLOCK_SKEW for item in items)
    if not ahead:
        return kept, None
    counted = "1 item" if ahead == 1 else f"{ahead} items"
    return kept, Problem(
        f"news/{source.name}",
        f"{source.name} has {counted} dated in the future.",
        "They were left out, since nobody knows when they were known.",
    )


def _headline(
    item: NewsItem, source: NewsSource, instrument: Instrument, watched: Sequence[Instrument], now: datetime
) -> Headline:
    text = f"{item.title} {item.summary}"
    named = symbols_in(text, watched)
    return Headline(
        id=_id(item, source),
        source=source.name,
        title=item.title,
        url=item.url,
        symbols=tuple(dict.fromkeys(((instrument.symbol,) if source.about_one else ()) + named)),
        published_at=min(item.published_at or now, now),
        fetched_at=now,
        kind=source.kind,
        summary=item.summary,
        language=language_of(text, item.language),
        dated=item.published_at is not None,
    )


def _id(item: NewsItem, source: NewsSource) -> str:
    """The same item has the same id whenever it is served; a rating is repeated in the same words, so its day counts."""
    day = f" {item.published_at:%Y-%m-%d}" if source.kind is NewsKind.RATING and item.published_at else ""
    return hashlib.sha1((item.url or f"{source.name} {item.title}{day}").encode()).hexdigest()


def _each_once(headlines: Iterable[Headline]) -> tuple[Headline, ...]:
    """One of each id, with all symbols and the earliest date that a source gave; newest first."""
    first: dict[str, Headline] = {}
    for item in headlines:
        known = first.get(item.id)
        if known is None:
            first[item.id] = item
            continue
        symbols = tuple(dict.fromkeys((*known.symbols, *item.symbols)))
        if (not item.dated, item.published_at) < (not known.dated, known.published_at):
            known = replace(known, published_at=item.published_at, dated=item.dated)
        first[item.id] = replace(known, symbols=symbols)
    return tuple(sorted(first.values(), key=lambda item: (item.published_at, item.id), reverse=True))
