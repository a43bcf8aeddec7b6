"""From settings to the sources of text and mood."""

from collections.abc import Callable, Sequence
from datetime import timedelta
from urllib.parse import urlsplit

from pydantic import SecretStr

from core.collect.news.coingecko import CoinGecko
from core.collect.news.community import Community
from core.collect.news.fear_and_greed import FearAndGreed
from core.collect.news.feeds import FeedSource, feed_name
from core.collect.news.gdelt import Gdelt
from core.collect.news.newsapi import NewsApi
from core.collect.news.reddit import Reddit
from core.collect.news.reddit_public import PublicReddit
from core.collect.news.source import NewsSource
from core.collect.news.trending import Trending
from core.collect.news.yahoo_fundamentals import YahooFundamentals
from core.collect.news.yahoo_news import YahooNews
from core.collect.news.yahoo_ratings import YahooRatings
from core.collect.venues.yahoo import Yahoo
from core.settings import Settings


def news_sources(settings: Settings, yahoo: Yahoo | None = None) -> tuple[NewsSource, ...]:
    """The sources that the settings switch on, in their order. Nothing is opened or asked.

    Args:
        yahoo: shared with others; None: an own one.
    """
    makers = _makers(settings, yahoo)
    return tuple(source for name in dict.fromkeys(settings.news.sources) for source in makers[name]())


def _makers(settings: Settings, yahoo: Yahoo | None) -> dict[str, Callable[[], Sequence[NewsSource]]]:
    timeout, keys = settings.collect.timeout_seconds, settings.keys
    often = timedelta(minutes=settings.collect.headline_minutes)
    yahoo = yahoo or Yahoo(settings.cache_dir, timeout)
    coingecko = CoinGecko(timeout, _text(keys.coingecko), _text(keys.coingecko_pro))

    def reddit() -> Sequence[NewsSource]:
        client, secret = _text(keys.reddit_id), _text(keys.reddit_secret)
        if client and secret:
            return (Reddit(client, secret, settings.news.subreddits, timeout, often),)
        return (PublicReddit(settings.news.subreddits, timeout, often),)

    return {
        "feeds": lambda: _feeds(settings.collect.feeds, timeout, often),
        "yfinance": lambda: (YahooNews(yahoo, often),),
        "newsapi": lambda: (NewsApi(_text(keys.newsapi), timeout),),
        "gdelt": lambda: (Gdelt(timeout),),
        "reddit": reddit,
        "fear and greed": lambda: (FearAndGreed(timeout),),
        "trending": lambda: (Trending(coingecko),),
        "community": lambda: (Community(coingecko),),
        "ratings": lambda: (YahooRatings(yahoo),),
        "fundamentals": lambda: (YahooFundamentals(yahoo),),
    }


def _feeds(feeds: Sequence[str], timeout: float, every: timedelta) -> list[NewsSource]:
    """Each address once; the second feed of a host is named with its path, so that no two have one name."""
    made: dict[str, NewsSource] = {}
    for url in dict.fromkeys(feeds):
        name = feed_name(url)
        if name in made:
            name = f"{name}{urlsplit(url).path.rstrip('/')[:40]}"
        if name in made:
            name = f"{name} {len(made) + 1}"
        made[name] = FeedSource(url, timeout, every, name)
    return list(made.values())


def _text(secret: SecretStr | None) -> str | None:
    return secret.get_secret_value() or None if secret else None
