"""News items of one asset from Yahoo Finance."""

from datetime import UTC, datetime
from typing import Any

from core.collect.news.feeds import FeedItem, plain_text, web_address
from core.collect.venues.yahoo import Yahoo


def read_yahoo_news(yahoo: Yahoo, symbol: str, count: int = 20) -> tuple[FeedItem, ...]:
    """The newest items that Yahoo files under a symbol.

    Raises:
        SourceError: Yahoo failed.
    """
    stream = yahoo.ask(symbol, lambda ticker, timeout: ticker.get_news(count=count))
    items = (_item(entry.get("content") or {}) for entry in stream if isinstance(entry, dict))
    return tuple(item for item in items if item.title)


def _item(content: dict[str, Any]) -> FeedItem:
    link = (content.get("canonicalUrl") or content.get("clickThroughUrl") or {}).get("url") or ""
    return FeedItem(
        plain_text(str(content.get("title") or "")), web_address(link), _moment(content.get("pubDate"))
    )


def _moment(text: object) -> datetime | None:
    try:
        moment = datetime.fromisoformat(str(text))
    except ValueError:
        return None
    return moment.astimezone(UTC) if moment.tzinfo else None
