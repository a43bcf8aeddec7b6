from datetime import timedelta
from pathlib import Path

import pytest

from core.collect.news.feeds import FeedSource
from core.collect.news.reddit import Reddit
from core.collect.news.reddit_public import PublicReddit
from core.collect.news.sources import news_sources
from core.errors import NeedsKey, SettingsError
from core.instruments import resolve
from core.settings import NEWS_SOURCES, CollectSettings, Keys, NewsSettings, Settings, load_settings

BTC = resolve("BTC-USD")


def made(home: Path, names: tuple[str, ...], keys: Keys | None = None, **collect):
    return news_sources(
        Settings(
            home=home,
            news=NewsSettings(sources=names),
            keys=keys or Keys(),
            collect=CollectSettings(**collect),
        )
    )


def test_nothing_that_is_on_by_default_needs_a_key(tmp_path: Path) -> None:
    sources = news_sources(Settings(home=tmp_path / "mine"))
    assert [s.name for s in sources] == [
        "coindesk.com", "cointelegraph.com", "finance.yahoo.com", "yfinance news", "fear and greed", "trending",
        "yfinance ratings", "community", "yfinance fundamentals",
    ]  # fmt: skip
    for source in sources:
        source.offer(resolve("AAPL") if source.name in ("yfinance ratings", "yfinance fundamentals") else BTC)
    assert not (tmp_path / "mine").exists(), "nothing is opened"


def test_every_name_makes_sources_with_their_own_names_limits_and_age(tmp_path: Path) -> None:
    sources = made(tmp_path, NEWS_SOURCES)
    assert len({s.name for s in sources}) == len(sources)
    assert all(s.limits and s.every > timedelta(0) for s in sources)


def test_feeds_are_read_as_often_as_the_settings_say(tmp_path: Path) -> None:
    feeds = ("https://www.a.example/rss", "https://a.example/other/feed?key=s3cr3t", "https://a.example/rss")
    sources = made(tmp_path, ("feeds",), feeds=(*feeds, feeds[0]), headline_minutes=30)
    assert [s.name for s in sources] == ["a.example", "a.example/other/feed", "a.example/rss"]
    assert all(isinstance(s, FeedSource) and s.every == timedelta(minutes=30) for s in sources)


def test_reddit_with_and_without_a_key(tmp_path: Path) -> None:
    assert isinstance(made(tmp_path, ("reddit",))[0], PublicReddit)
    (source,) = made(tmp_path, ("reddit",), Keys(reddit_id="i", reddit_secret="s"))
    assert isinstance(source, Reddit)
    assert isinstance(made(tmp_path, ("reddit",), Keys(reddit_id="i"))[0], PublicReddit), "it takes both"


def test_news_api_wants_its_key(tmp_path: Path) -> None:
    with pytest.raises(NeedsKey):
        made(tmp_path, ("newsapi",))[0].offer(BTC)
    made(tmp_path, ("newsapi",), Keys(newsapi="k"))[0].offer(BTC)


def test_an_unknown_name_is_refused_with_those_that_may_be() -> None:
    with pytest.raises(SettingsError, match=r"'twitter' is no source of news: choose from feeds, yfinance"):
        load_settings(news={"sources": ["feeds", "twitter"]})
