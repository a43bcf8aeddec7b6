"""Feeds from a loopback server through requests and feedparser."""

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from core.collect.news.feeds import FeedSource, _parse
from core.collect.news.source import NewsAnswer, Validator
from core.errors import BadData
from core.instruments import resolve
from tests.collect.loopback import Loopback, Reply
from tests.collect.news.answers import atom, rss

ETH = resolve("ETH-USD")
NOW = datetime(2024, 3, 5, 12, tzinfo=UTC)
SINCE = NOW - timedelta(days=5)


def read(loopback: Loopback, reply: Reply, seen: Validator | None = None, path: str = "/rss") -> NewsAnswer:
    loopback.on("/rss", reply)
    return FeedSource(loopback.url + path, 1.0).read(ETH, SINCE, NOW, seen)


def test_title_link_date_summary_and_language(loopback: Loopback) -> None:
    body = rss(
        ("Ether &amp; friends", "https://a.example/1", NOW),
        language="en-us",
        summary="&lt;p&gt;Up 3%&lt;/p&gt;",
    )
    (item,) = read(loopback, Reply(body)).items
    assert (item.title, item.url, item.published_at) == ("Ether & friends", "https://a.example/1", NOW)
    assert item.summary == "Up 3%" and item.language == "en-us"
    assert loopback.asked[0][2]["User-Agent"].startswith("Glassbox/")


def test_atom_with_a_date_in_another_zone(loopback: Loopback) -> None:
    (item,) = read(
        loopback, Reply(atom("Ether steigt", "https://a.example/1", "2024-03-05T13:00:00+01:00"))
    ).items
    assert item.published_at == NOW and item.title == "Ether steigt" and item.language == "de"


def test_a_summary_is_cut_and_one_that_repeats_the_title_is_dropped(loopback: Loopback) -> None:
    long = read(loopback, Reply(rss(("Ether", "https://a.example/1", NOW), summary="word " * 1000)))
    assert len(long.items[0].summary) <= 500
    assert (
        read(loopback, Reply(rss(("Ether", "https://a.example/1", NOW), summary="Ether"))).items[0].summary
        == ""
    )


def test_only_what_changed_is_asked_for(loopback: Loopback) -> None:
    headers = {"ETag": '"v1"', "Last-Modified": "Tue, 05 Mar 2024 11:00:00 GMT"}
    first = read(loopback, Reply(rss(("Ether", "https://a.example/1", NOW)), headers=headers))
    assert first.validator == Validator('"v1"', "Tue, 05 Mar 2024 11:00:00 GMT")
    assert "If-None-Match" not in loopback.asked[0][2]
    again = read(loopback, Reply("", 304), first.validator)
    assert again == NewsAnswer(validator=first.validator), (
        "nothing new: the same validator serves the next time"
    )
    sent = loopback.asked[1][2]
    assert sent["If-None-Match"] == '"v1"' and sent["If-Modified-Since"] == "Tue, 05 Mar 2024 11:00:00 GMT"


def test_a_server_that_tells_no_validator(loopback: Loopback) -> None:
    assert read(loopback, Reply(rss(("Ether", "https://a.example/1", NOW)))).validator is None


def test_a_validator_cannot_smuggle_headers(loopback: Loopback) -> None:
    read(loopback, Reply(rss()), Validator('"v1"\r\nX-Evil: 1', "Tue"))
    assert "X-Evil" not in loopback.asked[0][2] and loopback.asked[0][2]["If-Modified-Since"] == "Tue"


def test_a_feed_with_a_place_for_the_symbol_is_about_one_asset(loopback: Loopback) -> None:
    source = FeedSource(loopback.url + "/rss?s={symbol}", 1.0)
    loopback.on("/rss", Reply(rss()))
    source.read(resolve("^GSPC"), SINCE, NOW, None)
    assert source.about_one and loopback.asked[0][1] == {"s": "^GSPC"}
    assert not FeedSource(loopback.url + "/rss", 1.0).about_one


def test_an_empty_feed_is_no_failure(loopback: Loopback) -> None:
    assert read(loopback, Reply(rss())).items == ()


def test_items_without_date_title_or_link(loopback: Loopback) -> None:
    body = rss(
        ("No date", "https://a.example/1", None), ("", "https://a.example/2", NOW), ("No link", "", NOW)
    )
    undated, unlinked = read(loopback, Reply(body)).items
    assert undated.published_at is None and unlinked.url == ""


@pytest.mark.parametrize(
    ("title", "link", "shown", "url"),
    [
        ("&lt;b&gt;Ether&lt;/b&gt; up &lt;script&gt;alert(1)&lt;/script&gt;now", "https://a.example/1", "Ether up now",
         "https://a.example/1"),
        ("Ether\n\n  up\t5 %", "javascript:alert(1)", "Ether up 5 %", ""),
        ("Ether &#8238;gnp.exe", "data:text/html,x", "Ether gnp.exe", ""),
        ("x" * 1_000_000, "https://a.example/" + "y" * 5000, "x" * 300, ""),
        ("Ether", "https://[bad", "Ether", ""),
    ],
    ids=["markup and script", "line breaks, javascript link", "control characters, data link", "endless", "bad address"],
)  # fmt: skip
def test_malicious_text_is_made_harmless(
    loopback: Loopback, title: str, link: str, shown: str, url: str
) -> None:
    (item,) = read(loopback, Reply(rss((title, link, NOW)))).items
    assert (item.title, item.url) == (shown, url)


def test_entities_that_grow_are_refused(loopback: Loopback) -> None:
    bomb = "".join(f'<!ENTITY l{n} "{f"&l{n - 1};" * 10}">' for n in range(1, 9))
    body = (
        f'<?xml version="1.0"?><!DOCTYPE x [<!ENTITY l0 "ha">{bomb}]>'
        + rss(("&l8;", "", NOW)).partition("?>")[2]
    )
    with pytest.raises(BadData, match="entities"):
        read(loopback, Reply(body))


@given(
    st.binary(max_size=300)
    | st.text(max_size=300).map(lambda text: rss((text, text, NOW)).encode("utf-8", "replace"))
)
def test_any_bytes_are_items_or_one_error(body: bytes) -> None:
    try:
        items = _parse(body, "a.example")
    except BadData:
        return
    for item in items:
        assert item.title and item.title.isprintable() and len(item.title) <= 300
        assert item.url == "" or item.url.startswith(("http://", "https://"))
