"""Every source, through its real client, against every way in which a server can fail."""

import json
import time
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from core.collect.news.coingecko import CoinGecko
from core.collect.news.community import Community
from core.collect.news.fear_and_greed import FearAndGreed
from core.collect.news.feeds import FeedSource
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
from core.errors import BadData, NeedsKey, NotFound, RateLimited, SourceError, Unreachable
from core.instruments import resolve
from tests.collect.loopback import Loopback, LoopbackSession, Reply
from tests.collect.news.conftest import RawServer

NOW = datetime(2024, 3, 5, 12, tzinfo=UTC)
SINCE = NOW - timedelta(days=5)
SECRET = "s3cr3t-k3y"
TIMEOUT = 0.4


@dataclass(frozen=True)
class Case:
    make: Callable[[str, Path], NewsSource]
    path: str
    symbol: str = "BTC-USD"
    refused: type[SourceError] = NeedsKey
    """What 401 and 403 mean."""
    forbidden: type[SourceError] | None = None
    """What 403 means, where it is something else."""
    missing: type[SourceError] | None = NotFound
    """What 404 means; None: that there is nothing."""
    wait_told: bool = True
    """Whether the client hands on how long to wait."""
    tries: int = 1
    """yfinance tries once more with another kind of cookie and, where the path has it too, another crumb."""


def yahoo_at(base: str, cache: Path) -> Yahoo:
    return Yahoo(cache, TIMEOUT, lambda: LoopbackSession(base))


CASES = {
    "feed": Case(lambda base, _: FeedSource(base + "/rss", TIMEOUT), "/rss", refused=Unreachable),
    "newsapi": Case(lambda base, _: NewsApi(SECRET, TIMEOUT, base_url=base), "/v2/everything", missing=BadData),
    "gdelt": Case(lambda base, _: Gdelt(TIMEOUT, base_url=base), "/api/v2/doc/doc"),
    "reddit": Case(
        lambda base, _: Reddit("id", SECRET, ["stocks"], TIMEOUT, base_url=base), "/r/stocks/new", forbidden=NotFound
    ),
    "public reddit": Case(lambda base, _: PublicReddit(["stocks"], TIMEOUT, base_url=base), "/r/stocks/new.json"),
    "fear and greed": Case(lambda base, _: FearAndGreed(TIMEOUT, base_url=base), "/fng/"),
    "trending": Case(
        lambda base, _: Trending(CoinGecko(TIMEOUT, SECRET, base_url=base + "/api/v3/")), "/api/v3/search/trending"
    ),
    "community": Case(
        lambda base, _: Community(CoinGecko(TIMEOUT, SECRET, base_url=base + "/api/v3/")), "/api/v3/coins/bitcoin"
    ),
    "yahoo news": Case(
        lambda base, cache: YahooNews(yahoo_at(base, cache)), "/finance.yahoo.com/xhr/ncp",
        refused=BadData, missing=BadData, wait_told=False, tries=2,
    ),
    "yahoo ratings": Case(
        lambda base, cache: YahooRatings(yahoo_at(base, cache)), "/query2.finance.yahoo.com/v10/", "AAPL",
        refused=Unreachable, missing=None, wait_told=False, tries=2,
    ),
    "yahoo fundamentals": Case(
        lambda base, cache: YahooFundamentals(yahoo_at(base, cache)), "/query", "AAPL",
        refused=Unreachable, missing=None, wait_told=False, tries=4,
    ),
}  # fmt: skip
OVER_REQUESTS = [name for name in CASES if not name.startswith("yahoo")]


@pytest.fixture
def reset_yahoo(yahoo: Yahoo) -> Path:
    """yfinance keeps one session a process: it is forgotten before and after."""
    return yahoo._cache_dir


def ask(name: str, base: str, cache: Path):
    case = CASES[name]
    return case.make(base, cache).read(resolve(case.symbol), SINCE, NOW, None)


def fail(name: str, loopback: Loopback, cache: Path, reply: Reply) -> SourceError:
    loopback.on(
        "/api/v1/access_token",
        Reply({"access_token": "t", "token_type": "bearer", "expires_in": 86400, "scope": "*"}),
    )
    loopback.on(CASES[name].path, reply)
    with pytest.raises(SourceError) as caught:
        ask(name, loopback.url, cache)
    said = str(caught.value)
    assert (
        SECRET not in said and "http" not in said and "<" not in said and "\n" not in said and len(said) < 250
    )
    return caught.value


@pytest.mark.parametrize("status", [401, 403])
@pytest.mark.parametrize("name", CASES)
def test_refused(name: str, status: int, loopback: Loopback, reset_yahoo: Path) -> None:
    error = fail(name, loopback, reset_yahoo, Reply("no entry", status))
    expected = (CASES[name].forbidden if status == 403 else None) or CASES[name].refused
    assert isinstance(error, expected)
    if expected is NeedsKey and name not in ("fear and greed", "gdelt"):
        assert "GLASSBOX_KEYS__" in str(error), "the message says what to set"


@pytest.mark.parametrize("name", CASES)
def test_not_found(name: str, loopback: Loopback, reset_yahoo: Path) -> None:
    if CASES[name].missing is None:
        loopback.on(
            CASES[name].path, Reply({"quoteSummary": {"result": None, "error": {"code": "Not Found"}}}, 404)
        )
        assert ask(name, loopback.url, reset_yahoo).items == ()
    else:
        assert isinstance(fail(name, loopback, reset_yahoo, Reply("not found", 404)), CASES[name].missing)


@pytest.mark.parametrize("name", CASES)
def test_too_many_questions(name: str, loopback: Loopback, reset_yahoo: Path) -> None:
    error = fail(name, loopback, reset_yahoo, Reply("slow down", 429, {"Retry-After": "17"}))
    assert isinstance(error, RateLimited)
    assert error.retry_after == (17 if CASES[name].wait_told else None)
    assert isinstance(fail(name, loopback, reset_yahoo, Reply("slow down", 429)), RateLimited)


@pytest.mark.parametrize("name", CASES)
def test_a_server_error_is_not_asked_again_and_again(
    name: str, loopback: Loopback, reset_yahoo: Path
) -> None:
    error = fail(name, loopback, reset_yahoo, Reply("oops", 500))
    assert isinstance(error, (Unreachable, BadData)) and loopback.count(CASES[name].path) <= CASES[name].tries


@pytest.mark.parametrize("name", CASES)
def test_silence_ends_at_the_time_out(name: str, loopback: Loopback, reset_yahoo: Path) -> None:
    begun = time.monotonic()
    assert isinstance(fail(name, loopback, reset_yahoo, Reply("", delay=10)), Unreachable)
    assert time.monotonic() - begun < TIMEOUT + 1.0


BODIES = {
    "HTML": "<!doctype html><html><body>Sorry</body></html>", "null": "null", "a list": "[]", "a text": '"text"',
    "another object": '{"data": 5}', "cut JSON": '{"a": ', "bytes": b"\xff\xfe\x00",
}  # fmt: skip
MEANT = {("gdelt", "another object"), ("reddit", "null")}
"""Answers that mean «nothing found» there."""


@pytest.mark.parametrize(("name", "kind"), [(n, k) for n in CASES for k in BODIES if (n, k) not in MEANT])
def test_something_else(name: str, kind: str, loopback: Loopback, reset_yahoo: Path) -> None:
    assert isinstance(fail(name, loopback, reset_yahoo, Reply(BODIES[kind])), BadData)


@pytest.mark.parametrize("name", OVER_REQUESTS)
def test_a_cut_body(name: str, raw_server: RawServer, tmp_path: Path) -> None:
    base = raw_server(b'HTTP/1.1 200 OK\r\nContent-Length: 5000\r\n\r\n{"articles": [{"ti', 0.0)
    with pytest.raises(Unreachable):
        ask(name, base, tmp_path)


@pytest.mark.parametrize("name", ["feed", "gdelt", "fear and greed"])
def test_a_trickle_cannot_outwait_the_deadline(name: str, raw_server: RawServer, tmp_path: Path) -> None:
    base = raw_server(b"HTTP/1.1 200 OK\r\nContent-Length: 5000\r\n\r\n" + b" " * 5000, 0.02)
    begun = time.monotonic()
    with pytest.raises(Unreachable, match=r"within 0\.4 seconds"):
        ask(name, base, tmp_path)
    assert time.monotonic() - begun < 2.5


@pytest.mark.parametrize("name", OVER_REQUESTS)
def test_nobody_listens(name: str, tmp_path: Path) -> None:
    with pytest.raises(Unreachable, match="cannot be reached"):
        ask(name, "http://127.0.0.1:9", tmp_path)


@pytest.mark.parametrize("name", ["feed", "newsapi", "gdelt", "public reddit", "fear and greed"])
def test_an_endless_answer_is_cut(name: str, loopback: Loopback, tmp_path: Path) -> None:
    error = fail(name, loopback, tmp_path, Reply(json.dumps("x" * 2_100_000)))
    assert isinstance(error, BadData) and "2 MB" in str(error)
