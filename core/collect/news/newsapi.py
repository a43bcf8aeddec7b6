"""News about one asset from News API (newsapi.org), which wants a key."""

from datetime import datetime, timedelta
from typing import Any

from core.collect.news.mentions import aliases
from core.collect.news.plain import MAX_SUMMARY, moment, plain_text, web_address
from core.collect.news.source import NewsAnswer, NewsItem, Validator
from core.collect.source import Limit
from core.collect.wire.http import TEXT_BYTES, get_json
from core.errors import BadData, NeedsKey, NotFound, Unsupported
from core.records import Instrument, NewsKind

_KEY = "GLASSBOX_KEYS__NEWSAPI"
_OLDEST = timedelta(days=29)
"""An unpaid key searches one month."""


class NewsApi:
    """/v2/everything, searched for the asset's names; 100 questions a day without pay."""

    name = "newsapi.org"
    kind = NewsKind.NEWS
    limits = (Limit(100, 86_400.0),)
    about_one = True

    def __init__(
        self,
        key: str | None,
        timeout: float,
        every: timedelta = timedelta(hours=1),
        base_url: str = "https://newsapi.org",
    ) -> None:
        self.every = every
        self._key = key
        self._timeout = timeout
        self._base_url = base_url

    def offer(self, instrument: Instrument) -> None:
        """Whatever has a name, once a key is set."""
        if not self._key:
            raise NeedsKey(f"News API wants a key: set {_KEY}")
        if not aliases(instrument):
            raise Unsupported(f"No name of {instrument.symbol} is known to search for")

    def read(
        self, instrument: Instrument, since: datetime, now: datetime, seen: Validator | None
    ) -> NewsAnswer:
        """The newest 100 items since then that name the asset in title or description. Raises SourceError."""
        self.offer(instrument)
        params = {
            "q": " OR ".join(f'"{name}"' for name in aliases(instrument)),
            "searchIn": "title,description",
            "from": f"{max(since, now - _OLDEST):%Y-%m-%dT%H:%M:%S}",
            "sortBy": "publishedAt",
            "pageSize": "100",
        }
        try:
            answer = get_json(
                f"{self._base_url}/v2/everything",
                params=params,
                headers={"X-Api-Key": self._key or ""},
                timeout=self._timeout,
                max_bytes=TEXT_BYTES,
                name=self.name,
                redirects=False,
            )
        except NeedsKey as err:
            raise NeedsKey(f"{err}: correct {_KEY}") from err
        except NotFound as err:
            raise BadData(f"News API does not understand the question: {err}") from err
        articles = answer.get("articles") if isinstance(answer, dict) else None
        if not isinstance(articles, list):
            raise BadData("News API answered without a list of articles")
        items = (_item(article) for article in articles if isinstance(article, dict))
        return NewsAnswer(tuple(item for item in items if item.title not in ("", "[Removed]")))


def _item(article: dict[str, Any]) -> NewsItem:
    return NewsItem(
        plain_text(article.get("title")),
        web_address(article.get("url")),
        moment(article.get("publishedAt")),
        plain_text(article.get("description"), MAX_SUMMARY),
    )
