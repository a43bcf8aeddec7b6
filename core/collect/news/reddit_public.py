"""Posts of Reddit's communities from its public pages, which have been closed to programs since 2026."""

from collections.abc import Sequence
from datetime import datetime, timedelta

from core.collect.news.reddit import KEYS, joined, posted
from core.collect.news.source import NewsAnswer, Validator
from core.collect.source import Limit
from core.collect.wire.http import TEXT_BYTES, get_json
from core.errors import BadData, NeedsKey
from core.records import Instrument, NewsKind


class PublicReddit:
    """The newest posts without a key; where Reddit refuses, the message says how to get on."""

    name = "reddit"
    kind = NewsKind.SOCIAL
    limits = (Limit(10, 60.0),)
    about_one = False

    def __init__(
        self,
        subreddits: Sequence[str],
        timeout: float,
        every: timedelta = timedelta(minutes=15),
        base_url: str = "https://www.reddit.com",
    ) -> None:
        self.every = every
        self._subreddits = joined(subreddits)
        self._timeout = timeout
        self._base_url = base_url

    def offer(self, instrument: Instrument) -> None:
        """Its posts may speak of any asset."""

    def read(
        self, instrument: Instrument, since: datetime, now: datetime, seen: Validator | None
    ) -> NewsAnswer:
        """The newest 100 posts since then. Raises SourceError."""
        try:
            answer = get_json(
                f"{self._base_url}/r/{self._subreddits}/new.json",
                params={"limit": "100", "raw_json": "1"},
                timeout=self._timeout,
                max_bytes=TEXT_BYTES,
                name="Reddit",
            )
        except NeedsKey as err:
            raise NeedsKey(
                f"{err}, as it does of programs without a key: set {KEYS} of a script app"
            ) from err
        try:
            posts = [child["data"] for child in answer["data"]["children"]]
            return NewsAnswer(posted(posts, since))
        except (KeyError, TypeError, AttributeError) as err:
            raise BadData("Reddit answered with something that is no list of posts") from err
