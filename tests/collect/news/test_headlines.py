"""Feeds from a loopback server through requests and feedparser; Yahoo news through yfinance."""

import time
from datetime import UTC, datetime, timedelta
from email.utils import format_datetime

import pytest

from core.collect import CoolDown, Yahoo, collect_headlines
from core.collect.news.feeds import MAX_BYTES, plain_text, read_feed
from core.errors import BadData
from core.instruments import resolve
from tests.collect.loopback import Loopback, Reply

ETH, BTC = resolve("ETH-USD"), resolve("BTC-USD")
NOW = datetime(2024, 3, 5, 12, tzinfo=UTC)


def rss(*items: tuple[str, str, datetime | None]) -> str:
    entries = "".join(
        f"<item><title>{title}</title><link>{link}</link>{f'<pubDate>{format_datetime(at)}</pubDate>' if at else ''}</item>"
        for title, link, at in items
    )
    return f'<?xml version="1.0"?><rss version="2.0"><channel><title>News</title>{entries}</channel></rss>'


def collect(
    loopback: Loopback,
    feeds: list[str],
    instrument=ETH,
    cool_down: CoolDown | None = None,
    timeout: float = 1.0,
):
    return collect_headlines(
        instrument,
        [loopback.url + feed for feed in feeds],
        NOW,
        timeout=timeout,
        cool_down=cool_down or CoolDown(60, lambda: NOW),
    )


def test_general_feeds_are_matched_by_name(loopback: Loopback) -> None:
    hour = NOW - timedelta(hours=1)
    loopback.on("/rss", Reply(rss(
        ("Ether climbs", "https://a.example/1", hour),
        ("New method for mining", "https://a.example/2", hour),
        ("ETH &amp; friends", "https://a.example/3", hour - timedelta(hours=1)),
        ("Bitcoin rests", "https://a.example/4", hour),
    )))  # fmt: skip
    headlines, problems = collect(loopback, ["/rss"])
    assert [h.title for h in headlines] == ["Ether climbs", "ETH & friends"] and not problems
    assert headlines[0].symbols == ("ETH-USD",) and headlines[0].source == "127.0.0.1"
    assert headlines[0].published_at == hour and headlines[0].fetched_at == NOW
    assert loopback.asked[0][2]["User-Agent"].startswith("Glassbox/")


def test_a_feed_of_one_asset_needs_no_name(loopback: Loopback) -> None:
    loopback.on("/one", Reply(rss(("Analysts are cautious", "https://a.example/1", NOW))))
    headlines, _ = collect(loopback, ["/one?s={symbol}"])
    assert len(headlines) == 1 and loopback.asked[0][1] == {"s": "ETH-USD"}


def test_one_story_in_two_feeds_is_one_headline(loopback: Loopback) -> None:
    loopback.on("/a", Reply(rss(("Ether up", "https://a.example/1", NOW))))
    loopback.on("/b", Reply(rss(("Ether up", "https://a.example/1", NOW - timedelta(hours=3)))))
    headlines, _ = collect(loopback, ["/a", "/b"])
    assert [h.published_at for h in headlines] == [NOW - timedelta(hours=3)]


def test_items_nobody_can_date_are_counted_and_left_out(loopback: Loopback) -> None:
    loopback.on("/rss", Reply(rss(
        ("Ether a", "https://a.example/1", None), ("Ether b", "https://a.example/2", None),
        ("Ether c", "https://a.example/3", NOW + timedelta(days=1)), ("Ether d", "https://a.example/4", NOW),
    )))  # fmt: skip
    headlines, (problem,) = collect(loopback, ["/rss"])
    assert [h.title for h in headlines] == ["Ether d"]
    assert "2 items without a date and 1 items dated in the future" in problem.what


@pytest.mark.parametrize(
    ("reply", "said"),
    [
        (Reply("gone", 404), "refuses the feed (404)"),
        (Reply("oops", 500), "status 500"),
        (Reply("slow", 429), "slow down"),
        (Reply("<html><body>hello</body></html>"), "no feed"),
        (Reply(b"\x89PNG\r\n\x00\x01"), "no feed"),
        (Reply(""), "no feed"),
    ],
)
def test_each_bad_feed_is_one_problem_and_the_others_are_read(
    loopback: Loopback, reply: Reply, said: str
) -> None:
    loopback.on("/bad", reply)
    loopback.on("/good", Reply(rss(("Ethereum upgrade", "https://a.example/1", NOW))))
    headlines, (problem,) = collect(loopback, ["/bad", "/good"])
    assert len(headlines) == 1 and said in problem.what and problem.instead


def test_nothing_new_is_no_problem(loopback: Loopback) -> None:
    loopback.on("/rss", Reply("", 304))
    assert collect(loopback, ["/rss"]) == ((), ())


def test_slow_feeds_are_read_side_by_side_and_given_up(loopback: Loopback) -> None:
    loopback.on("/slow", Reply("", delay=10))
    begun = time.monotonic()
    _, problems = collect(loopback, ["/slow1", "/slow2", "/slow3"], timeout=0.4)
    assert len(problems) == 3 and time.monotonic() - begun < 1.5


def test_a_feed_that_failed_is_left_alone(loopback: Loopback) -> None:
    moment = [NOW]
    cool_down = CoolDown(60, lambda: moment[0])
    loopback.on("/rss", Reply("", 500))
    collect(loopback, ["/rss"], cool_down=cool_down)
    _, (problem,) = collect(loopback, ["/rss"], cool_down=cool_down)
    assert len(loopback.asked) == 1 and "left alone until 12:01:00" in problem.what.lower()
    moment[0] = NOW + timedelta(seconds=61)
    collect(loopback, ["/rss"], cool_down=cool_down)
    assert len(loopback.asked) == 2


def test_an_endless_feed_is_cut(loopback: Loopback) -> None:
    loopback.on("/rss", Reply(b"x" * (MAX_BYTES + 10_000)))
    with pytest.raises(BadData, match="2 MB"):
        read_feed(loopback.url + "/rss", 2.0)


def test_titles_are_untrusted_text() -> None:
    assert plain_text("<b>Ether</b>\n<script>alert(1)</script> up &lt;5&gt;\u0000") == "Ether alert(1) up <5>"
    assert len(plain_text("x" * 5000)) == 300


def test_links_other_than_web_addresses_are_dropped(loopback: Loopback) -> None:
    loopback.on("/rss", Reply(rss(("Ether", "javascript:alert(1)", NOW))))
    (headline,), _ = collect(loopback, ["/rss"])
    assert headline.url == ""


def test_yahoo_news(loopback: Loopback, yahoo: Yahoo) -> None:
    def entry(title: str, date: str | None) -> dict:
        return {"content": {"title": title, "pubDate": date, "canonicalUrl": {"url": "https://y.example/1"}}}

    stream = [
        entry("Dated", "2024-03-05T10:00:00Z"),
        entry("Undated", None),
        {"ad": [1], "content": {"title": "Advert"}},
    ]
    loopback.on("/finance.yahoo.com/xhr/ncp", Reply({"data": {"tickerStream": {"stream": stream}}}))
    headlines, (problem,) = collect_headlines(
        BTC, (), NOW, timeout=1, cool_down=CoolDown(60, lambda: NOW), yahoo=yahoo
    )
    assert [h.title for h in headlines] == ["Dated"] and headlines[0].published_at == NOW - timedelta(hours=2)
    assert "1 items without a date" in problem.what


def test_yahoo_news_failing_is_one_problem(loopback: Loopback, yahoo: Yahoo) -> None:
    loopback.on("/finance.yahoo.com/xhr/ncp", Reply("<html>"))
    headlines, (problem,) = collect_headlines(
        BTC, (), NOW, timeout=1, cool_down=CoolDown(60, lambda: NOW), yahoo=yahoo
    )
    assert not headlines and problem.where == "headlines/yfinance news"
