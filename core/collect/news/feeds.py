"""News items from RSS and Atom feeds, fetched with a deadline and a size limit; the text is untrusted."""

import calendar
import html
import re
import time
from dataclasses import dataclass
from datetime import UTC, datetime
from urllib.parse import quote, urlsplit

from core.errors import BadData, NotFound, RateLimited, Unreachable

USER_AGENT = "Glassbox/0.1 (feed reader)"
MAX_BYTES = 2_000_000
MAX_TITLE = 300


@dataclass(frozen=True, slots=True)
class FeedItem:
    """One entry of a feed."""

    title: str
    url: str
    published_at: datetime | None
    """None when the feed gives no date that can be read."""


def feed_url(feed: str, symbol: str) -> str:
    """The address of a feed for a symbol; `{symbol}` is replaced."""
    return feed.replace("{symbol}", quote(symbol, safe=""))


def feed_name(url: str) -> str:
    """The host, as readers know it."""
    return (urlsplit(url).hostname or url).removeprefix("www.").removeprefix("feeds.")


def read_feed(url: str, timeout: float) -> tuple[FeedItem, ...]:
    """All entries of a feed.

    Args:
        timeout: seconds for the whole answer.
    Raises:
        SourceError: RateLimited, NotFound, Unreachable, or BadData when it is no feed.
    """
    body = _download(url, timeout)
    return _parse(body, url) if body is not None else ()


def _download(url: str, timeout: float) -> bytes | None:
    """The body, or None when the server says that nothing is new."""
    import requests

    name, deadline = feed_name(url), time.monotonic() + timeout
    accept = "application/rss+xml, application/atom+xml, application/xml;q=0.9, text/xml;q=0.8"
    try:
        with requests.get(
            url, headers={"User-Agent": USER_AGENT, "Accept": accept}, timeout=timeout, stream=True
        ) as response:
            if response.status_code == 304:
                return None
            if response.status_code == 429:
                asked = response.headers.get("Retry-After", "")
                raise RateLimited(
                    f"{name} asks to slow down (429)", float(asked) if asked.isdigit() else None
                )
            if 400 <= response.status_code < 500:
                raise NotFound(
                    f"{name} refuses the feed ({response.status_code}): is its address still right?"
                )
            if response.status_code != 200:
                raise Unreachable(f"{name} has a fault of its own (status {response.status_code})")
            body = bytearray()
            for chunk in response.iter_content(8192):
                body += chunk
                if len(body) > MAX_BYTES:
                    raise BadData(f"{name} sends more than {MAX_BYTES // 1_000_000} MB, which is no feed")
                if time.monotonic() > deadline:
                    raise Unreachable(f"{name} did not finish within {timeout:g} seconds")
            return bytes(body)
    except requests.Timeout as err:
        raise Unreachable(f"{name} did not answer within {timeout:g} seconds") from err
    except requests.RequestException as err:
        raise Unreachable(f"{name} cannot be reached ({type(err).__name__})") from err


def _parse(body: bytes, url: str) -> tuple[FeedItem, ...]:
    import feedparser

    parsed = feedparser.parse(body)
    if not parsed.get("version"):
        raise BadData(f"{feed_name(url)} answered with something that is no feed")
    items = []
    for entry in parsed.entries:
        title = plain_text(entry.get("title", ""))
        moment = entry.get("published_parsed") or entry.get("updated_parsed")
        published = datetime.fromtimestamp(calendar.timegm(moment), UTC) if moment else None
        if title:
            items.append(FeedItem(title, web_address(entry.get("link", "")), published))
    return tuple(items)


def plain_text(text: str) -> str:
    """One line of text without markup, cut at 300 characters."""
    bare = html.unescape(re.sub(r"<[^<>]{0,500}>", " ", text))
    return re.sub(r"\s+", " ", "".join(c if c.isprintable() else " " for c in bare)).strip()[:MAX_TITLE]


def web_address(url: str) -> str:
    """The address when it is one that a browser may open, else nothing."""
    return url if urlsplit(url).scheme in ("http", "https") and len(url) <= 2000 else ""
