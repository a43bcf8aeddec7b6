"""Posts of Reddit's communities about money, through its official API, which wants a key."""

import re
from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta
from typing import Any

from core.collect.news.plain import MAX_SUMMARY, moment, plain_text, web_address
from core.collect.news.source import NewsAnswer, NewsItem, Validator
from core.collect.source import Limit
from core.collect.wire.http import USER_AGENT
from core.errors import BadData, NeedsKey, NotFound, SourceError, Unreachable
from core.records import Instrument, NewsKind

KEYS = "GLASSBOX_KEYS__REDDIT_ID and GLASSBOX_KEYS__REDDIT_SECRET"
_GONE = ("[deleted by user]", "[removed]", "[ Removed by Reddit ]")


class Reddit:
    """The newest posts of some communities in one question, through praw with the key of a script app."""

    name = "reddit"
    kind = NewsKind.SOCIAL
    limits = (Limit(30, 60.0),)
    about_one = False

    def __init__(
        self,
        client_id: str,
        client_secret: str,
        subreddits: Sequence[str],
        timeout: float,
        every: timedelta = timedelta(minutes=15),
        base_url: str = "",
        count: int = 100,
    ) -> None:
        """`timeout`: seconds for login and question together; `base_url`: of another server than Reddit's own."""
        self.every = every
        self._id = client_id
        self._secret = client_secret
        self._subreddits = joined(subreddits)
        self._timeout = timeout
        self._base_url = base_url
        self._count = count

    def offer(self, instrument: Instrument) -> None:
        """Its posts may speak of any asset."""

    def read(
        self, instrument: Instrument, since: datetime, now: datetime, seen: Validator | None
    ) -> NewsAnswer:
        """The newest posts since then. Raises SourceError."""
        import praw
        from prawcore.exceptions import OAuthException, PrawcoreException, RequestException

        from core.collect.news.reddit_session import RedditSession

        place: dict[str, Any] = (
            {"reddit_url": self._base_url, "oauth_url": self._base_url} if self._base_url else {}
        )
        with RedditSession(self._timeout) as session:
            try:
                client = praw.Reddit(
                    client_id=self._id,
                    client_secret=self._secret,
                    user_agent=USER_AGENT,
                    check_for_updates=False,
                    requestor_kwargs={"session": session},
                    **place,
                )
                client.read_only = True
                posts = [vars(post) for post in client.subreddit(self._subreddits).new(limit=self._count)]
            except RequestException as err:
                raise _as_ours(err.original_exception) from err
            except OAuthException as err:
                raise NeedsKey(f"Reddit refuses the key: correct {KEYS}") from err
            except (PrawcoreException, praw.exceptions.PRAWException) as err:
                raise BadData(f"Reddit's answer cannot be read ({type(err).__name__})") from err
            except (AttributeError, LookupError, TypeError, ValueError) as err:
                # praw reads answers without checking them first
                raise BadData(f"Reddit's answer cannot be read ({type(err).__name__})") from err
        return NewsAnswer(posted(posts, since))


def joined(subreddits: Sequence[str]) -> str:
    """`CryptoCurrency+stocks`: several communities are asked as one."""
    return "+".join(name for name in map(str.strip, subreddits) if re.fullmatch(r"\w{2,30}", name))


def posted(posts: Sequence[Mapping[str, Any]], since: datetime) -> tuple[NewsItem, ...]:
    """Posts in Reddit's words as items: announcements, removed and older ones are left out."""
    items = (_item(post) for post in posts if not post.get("stickied"))
    return tuple(
        item
        for item in items
        if item.title
        and item.title not in _GONE
        and (item.published_at is None or item.published_at >= since)
    )


def _item(post: Mapping[str, Any]) -> NewsItem:
    link = post.get("permalink")
    url = (
        web_address(f"https://www.reddit.com{link}")
        if isinstance(link, str) and link.startswith("/r/")
        else ""
    )
    text = plain_text(post.get("selftext"), MAX_SUMMARY)
    created = post.get("created_utc")
    known = created if isinstance(created, (int, float)) else None
    return NewsItem(plain_text(post.get("title")), url, moment(known), "" if text in _GONE else text)


def _as_ours(err: Exception) -> SourceError:
    if isinstance(err, NeedsKey) and "(401)" in str(err):
        return NeedsKey(f"Reddit refuses the key (401): correct {KEYS}")
    if isinstance(err, (NeedsKey, NotFound)):
        return NotFound(f"{err}: is one of the subreddits private or gone? Correct GLASSBOX_NEWS__SUBREDDITS")
    if isinstance(err, SourceError):
        return err
    return Unreachable(f"Reddit cannot be reached ({type(err).__name__})")
