"""News about one asset from the GDELT project's search in the world's press (DOC 2.0)."""

import json
from datetime import UTC, datetime, timedelta
from typing import Any

from core.collect.news.mentions import aliases
from core.collect.news.plain import plain_text, web_address
from core.collect.news.source import NewsAnswer, NewsItem, Validator
from core.collect.source import Limit
from core.collect.wire.http import TEXT_BYTES, get
from core.errors import BadData, RateLimited, Unsupported
from core.records import AssetClass, Instrument, NewsKind

_SHORTEST = 4
"""GDELT refuses questions for shorter words."""


class Gdelt:
    """Articles in English whose text holds a name of the asset; one question every five seconds."""

    name = "gdelt"
    kind = NewsKind.NEWS
    limits = (Limit(1, 5.0),)
    about_one = True

    def __init__(
        self,
        timeout: float,
        every: timedelta = timedelta(minutes=30),
        base_url: str = "https://api.gdeltproject.org",
    ) -> None:
        self.every = every
        self._timeout = timeout
        self._base_url = base_url

    def offer(self, instrument: Instrument) -> None:
        """Assets with a name of four letters or more."""
        if instrument.asset_class is AssetClass.FX or not _names(instrument):
            raise Unsupported(f"GDELT searches for names, and none of {instrument.symbol} is known")

    def read(
        self, instrument: Instrument, since: datetime, now: datetime, seen: Validator | None
    ) -> NewsAnswer:
        """The newest 100 articles that GDELT saw since then. Raises SourceError."""
        self.offer(instrument)
        words = " OR ".join(f'"{name}"' for name in _names(instrument))
        params = {
            "query": f"{f'({words})' if ' OR ' in words else words} sourcelang:english",
            "mode": "artlist",
            "format": "json",
            "maxrecords": "100",
            "sort": "datedesc",
            "startdatetime": f"{since.astimezone(UTC):%Y%m%d%H%M%S}",
            "enddatetime": f"{now.astimezone(UTC):%Y%m%d%H%M%S}",
        }
        answer = get(
            f"{self._base_url}/api/v2/doc/doc",
            params=params,
            timeout=self._timeout,
            max_bytes=TEXT_BYTES,
            name=self.name,
        )
        items = (_item(article) for article in _articles(answer.body))
        return NewsAnswer(tuple(item for item in items if item.title))


def _names(instrument: Instrument) -> tuple[str, ...]:
    """Names without the ticker, which is too short or a word."""
    names = [name for name in aliases(instrument) if name not in (instrument.base, instrument.symbol)]
    return tuple(name for name in names[:4] if len(name) >= _SHORTEST and "&" not in name)


def _articles(body: bytes) -> list[dict[str, Any]]:
    """GDELT tells what is wrong in plain words, with status 200."""
    if not body.strip():
        return []
    try:
        answer = json.loads(body, strict=False)
    except (ValueError, RecursionError) as err:
        words = plain_text(body.decode("utf-8", "replace"), 120)
        if "limit requests" in words.lower():
            raise RateLimited(f"GDELT asks to slow down: {words}", 5.0) from err
        raise BadData(f"GDELT answered with something that is no list of articles: {words[:80]}") from err
    articles = answer.get("articles", []) if isinstance(answer, dict) else None
    if not isinstance(articles, list):
        raise BadData("GDELT answered with something that is no list of articles")
    return [article for article in articles if isinstance(article, dict)]


def _item(article: dict[str, Any]) -> NewsItem:
    try:
        seen = datetime.strptime(str(article.get("seendate")), "%Y%m%dT%H%M%SZ").replace(tzinfo=UTC)
    except ValueError:
        seen = None
    language = "en" if article.get("language") == "English" else ""
    return NewsItem(
        plain_text(article.get("title")), web_address(article.get("url")), seen, language=language
    )
