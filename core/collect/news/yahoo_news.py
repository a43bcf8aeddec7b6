"""News items of one asset from Yahoo Finance."""

from datetime import datetime, timedelta
from typing import Any

from core.collect.news.plain import MAX_SUMMARY, moment, plain_text, web_address
from core.collect.news.source import NewsAnswer, NewsItem, Validator
from core.collect.source import Limit
from core.collect.venues.yahoo import Yahoo
from core.errors import BadData
from core.records import Instrument, NewsKind


class YahooNews:
    """The newest items that Yahoo files under a symbol, through yfinance."""

    name = "yfinance news"
    kind = NewsKind.NEWS
    limits = (Limit(60, 60.0),)
    about_one = True

    def __init__(self, yahoo: Yahoo, every: timedelta = timedelta(minutes=15), count: int = 20) -> None:
        self.every = every
        self._yahoo = yahoo
        self._count = count

    def offer(self, instrument: Instrument) -> None:
        """Yahoo files news under every kind of symbol."""

    def read(
        self, instrument: Instrument, since: datetime, now: datetime, seen: Validator | None
    ) -> NewsAnswer:
        """The newest `count` items, whatever their age. Raises SourceError."""
        stream = self._yahoo.ask(
            instrument.symbol, lambda ticker, timeout: ticker.get_news(count=self._count)
        )
        if not isinstance(stream, list):
            raise BadData("Yahoo's news are not a list")
        contents = [entry.get("content") for entry in stream if isinstance(entry, dict)]
        items = (_item(content) for content in contents if isinstance(content, dict))
        return NewsAnswer(tuple(item for item in items if item.title))


def _item(content: dict[str, Any]) -> NewsItem:
    links = (content.get("canonicalUrl"), content.get("clickThroughUrl"))
    addresses = (web_address(link.get("url")) for link in links if isinstance(link, dict))
    return NewsItem(
        plain_text(content.get("title")),
        next(filter(None, addresses), ""),
        moment(content.get("pubDate")) or moment(content.get("displayTime")),
        plain_text(content.get("summary") or content.get("description"), MAX_SUMMARY),
    )
