"""News items from RSS and Atom feeds; what did not change since the last question is not sent again."""

import calendar
from datetime import UTC, datetime, timedelta
from typing import Any
from urllib.parse import quote, urlsplit

from core.collect.news.plain import MAX_SUMMARY, plain_text, web_address
from core.collect.news.source import NewsAnswer, NewsItem, Validator
from core.collect.source import Limit
from core.collect.wire.http import TEXT_BYTES, get
from core.errors import BadData, NeedsKey, Unreachable
from core.records import Instrument, NewsKind

_ACCEPT = "application/rss+xml, application/atom+xml, application/xml;q=0.9, text/xml;q=0.8"


class FeedSource:
    """One feed. With `{symbol}` in its address it is asked for one asset, otherwise for all."""

    kind = NewsKind.NEWS
    limits = (Limit(30, 60.0),)

    def __init__(
        self, url_template: str, timeout: float, every: timedelta = timedelta(minutes=15), name: str = ""
    ) -> None:
        """`timeout` in seconds for the whole answer; `name`: of the source, by default the host of the address."""
        self.name = name or feed_name(url_template)
        self.every = every
        self.about_one = "{symbol}" in url_template
        self._url = url_template
        self._timeout = timeout

    def offer(self, instrument: Instrument) -> None:
        """Every feed is asked for every asset."""

    def read(
        self, instrument: Instrument, since: datetime, now: datetime, seen: Validator | None
    ) -> NewsAnswer:
        """All entries: a feed holds only what is recent. Raises SourceError."""
        # before the clock of the question starts: the first import takes as long as an answer may
        import feedparser  # noqa: F401

        url = self._url.replace("{symbol}", quote(instrument.symbol, safe=""))
        headers = {"Accept": _ACCEPT, **_conditions(seen)}
        try:
            answer = get(url, headers=headers, timeout=self._timeout, name=self.name, max_bytes=TEXT_BYTES)
        except NeedsKey as err:
            raise Unreachable(str(err)) from err
        if answer.status == 304:
            return NewsAnswer(validator=seen)
        told = Validator(answer.headers.get("ETag", "")[:500], answer.headers.get("Last-Modified", "")[:100])
        return NewsAnswer(_parse(answer.body, self.name), validator=told if told != _NOTHING else None)


_NOTHING = Validator("", "")


def feed_name(url: str) -> str:
    """The host, as readers know it."""
    try:
        host = urlsplit(url).hostname
    except ValueError:
        host = None
    return (host or "feed").removeprefix("www.").removeprefix("feeds.")


def _conditions(seen: Validator | None) -> dict[str, str]:
    sent = {"If-None-Match": seen.etag, "If-Modified-Since": seen.last_modified} if seen else {}
    return {name: value for name, value in sent.items() if value.isprintable() and value}


def _parse(body: bytes, name: str) -> tuple[NewsItem, ...]:
    import feedparser

    if b"<!ENTITY" in body:
        # entities made of entities cost seconds and hundreds of megabytes; no feed needs its own
        raise BadData(f"{name} declares XML entities of its own, which is refused")
    parsed = feedparser.parse(body)
    if not parsed.get("version"):
        raise BadData(f"{name} answered with something that is no feed")
    language = str(parsed.feed.get("language") or "")
    return tuple(item for entry in parsed.entries if (item := _item(entry, language)).title)


def _item(entry: Any, language: str) -> NewsItem:
    moment = entry.get("published_parsed") or entry.get("updated_parsed")
    try:
        published = datetime.fromtimestamp(calendar.timegm(moment), UTC) if moment else None
    except (ValueError, OverflowError, OSError):
        published = None
    title = plain_text(entry.get("title"))
    summary = plain_text(entry.get("summary"), MAX_SUMMARY)
    declared = str((entry.get("title_detail") or {}).get("language") or language)
    return NewsItem(
        title, web_address(entry.get("link")), published, "" if summary == title else summary, declared
    )
