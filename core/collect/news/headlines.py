"""Dated headlines about one asset, from every feed that answers."""

import hashlib
from collections.abc import Callable, Iterable, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from functools import partial

from core.collect.cooldown import CoolDown
from core.collect.news.feeds import FeedItem, feed_name, feed_url, read_feed
from core.collect.news.mentions import mentions
from core.collect.news.yahoo_news import read_yahoo_news
from core.collect.venues.yahoo import Yahoo
from core.errors import RateLimited, SourceError
from core.records import Headline, Instrument, Problem

_CLOCK_SKEW = timedelta(minutes=10)
"""A feed's clock may be ahead by so much; items dated later are wrong."""


@dataclass(frozen=True, slots=True)
class _Feed:
    name: str
    about_one: bool
    """Every item is about the asset: the feed was asked for it."""
    read: Callable[[], tuple[FeedItem, ...]]


def collect_headlines(
    instrument: Instrument,
    feeds: Sequence[str],
    now: datetime,
    *,
    timeout: float,
    cool_down: CoolDown,
    yahoo: Yahoo | None = None,
) -> tuple[tuple[Headline, ...], tuple[Problem, ...]]:
    """Read all feeds side by side and keep what is dated and about the instrument.

    Args:
        feeds: RSS or Atom addresses; one with `{symbol}` is taken to be about the asset, in the others titles are
            matched by name.
        timeout: seconds for one feed.
        yahoo: asked for its own news too when given.
    Returns:
        Headlines, newest first, each once; one problem for every feed that failed or had items without a date.
    """
    asked = [
        _Feed(
            feed_name(feed),
            "{symbol}" in feed,
            partial(read_feed, feed_url(feed, instrument.symbol), timeout),
        )
        for feed in feeds
    ]
    if yahoo is not None:
        asked.append(_Feed("yfinance news", True, partial(read_yahoo_news, yahoo, instrument.symbol)))
    if not asked:
        return (), ()
    with ThreadPoolExecutor(max_workers=min(8, len(asked)), thread_name_prefix="feed") as pool:
        answers = list(pool.map(lambda feed: _read(feed, cool_down), asked))
    headlines: list[Headline] = []
    problems: list[Problem] = []
    for feed, answer in zip(asked, answers, strict=True):
        if isinstance(answer, Problem):
            problems.append(answer)
            continue
        kept, problem = _keep(answer, feed, instrument, now)
        headlines += kept
        problems += [problem] if problem else []
    return _each_once(headlines), tuple(problems)


def _read(feed: _Feed, cool_down: CoolDown) -> tuple[FeedItem, ...] | Problem:
    key = f"news {feed.name}"
    why = cool_down.resting(key)
    if why is None:
        try:
            items = feed.read()
        except SourceError as err:
            cool_down.fail(key, str(err), err.retry_after if isinstance(err, RateLimited) else None)
            why = str(err)
        else:
            cool_down.clear(key)
            return items
    # a host's name stays as it is written
    said = why if why.startswith(feed.name) else f"{why[:1].upper()}{why[1:]}"
    return Problem(f"headlines/{feed.name}", f"{said}.", "The other feeds are read.")


def _keep(
    items: Iterable[FeedItem], feed: _Feed, instrument: Instrument, now: datetime
) -> tuple[list[Headline], Problem | None]:
    kept: list[Headline] = []
    undated = ahead = 0
    for item in items:
        if not feed.about_one and not mentions(item.title, instrument):
            continue
        if item.published_at is None:
            undated += 1
        elif item.published_at > now + _CLOCK_SKEW:
            ahead += 1
        else:
            key = hashlib.sha1((item.url or item.title).encode()).hexdigest()
            kept.append(
                Headline(key, feed.name, item.title, item.url, (instrument.symbol,), item.published_at, now)
            )
    if not undated and not ahead:
        return kept, None
    counted = ((undated, "without a date"), (ahead, "dated in the future"))
    what = " and ".join(f"{count} items {how}" for count, how in counted if count)
    problem = Problem(
        f"headlines/{feed.name}",
        f"{feed.name} has {what}.",
        "They were left out, since nobody knows when they were known.",
    )
    return kept, problem


def _each_once(headlines: Iterable[Headline]) -> tuple[Headline, ...]:
    """One of each id, the earliest publication counts; newest first."""
    first: dict[str, Headline] = {}
    for item in headlines:
        known = first.get(item.id)
        if known is None:
            first[item.id] = item
        elif item.published_at < known.published_at:
            first[item.id] = replace(known, published_at=item.published_at)
    return tuple(sorted(first.values(), key=lambda item: (item.published_at, item.id), reverse=True))
