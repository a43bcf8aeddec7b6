"""All sources asked side by side: what is due, what is kept, and what one failure may hinder."""

import time
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta

import pytest

from core.collect.gate import Gate
from core.collect.news.collecting import Asked, LastAsked, NewsBatch, collect_news
from core.collect.news.feeds import FeedSource
from core.collect.news.newsapi import NewsApi
from core.collect.news.source import NewsAnswer, NewsItem, NewsSource, Validator
from core.collect.news.yahoo_ratings import YahooRatings
from core.collect.source import Limit
from core.collect.venues.yahoo import Yahoo
from core.errors import RateLimited, SourceError, Unreachable
from core.instruments import resolve
from core.records import Instrument, NewsKind, Reading
from tests.collect.loopback import Loopback, Reply
from tests.collect.news.answers import YAHOO_RATINGS, rating, rss, yahoo_ratings

ETH, BTC, AAPL = resolve("ETH-USD"), resolve("BTC-USD"), resolve("AAPL")
NOW = datetime(2024, 3, 5, 12, tzinfo=UTC)
HOUR = NOW - timedelta(hours=1)


@dataclass
class Scripted:
    """A source that answers what it is told."""

    items: Sequence[NewsItem] = ()
    error: SourceError | None = None
    name: str = "scripted"
    about_one: bool = False
    kind: NewsKind = NewsKind.NEWS
    every: timedelta = timedelta(minutes=15)
    limits: tuple[Limit, ...] = ()
    readings: tuple[Reading, ...] = ()
    seen: list[Validator | None] = field(default_factory=list)

    def offer(self, instrument: Instrument) -> None:
        """Serves all."""

    def read(self, instrument, since, now, seen) -> NewsAnswer:
        self.seen.append(seen)
        if self.error:
            raise self.error
        return NewsAnswer(tuple(self.items), self.readings, Validator("e", ""))


def collect(
    *sources: NewsSource,
    instrument: Instrument = ETH,
    last: LastAsked | None = None,
    gate: Gate | None = None,
    now: datetime = NOW,
    watched: Sequence[Instrument] = (),
) -> NewsBatch:
    return collect_news(
        instrument, sources, last or {}, gate or Gate(60, lambda: now), now - timedelta(days=5), now, watched
    )


def item(title: str, at: datetime | None = HOUR, url: str = "", **more) -> NewsItem:
    return NewsItem(title, url, at, **more)


class TestWhatIsKept:
    def test_items_of_a_general_source_are_kept_for_all_assets(self) -> None:
        source = Scripted(
            [item("Ether climbs"), item("New method for mining"), item("Bitcoin and Apple rest")]
        )
        batch = collect(source, watched=(BTC, AAPL))
        assert {h.title: h.symbols for h in batch.headlines} == {
            "Ether climbs": ("ETH-USD",),
            "New method for mining": (),
            "Bitcoin and Apple rest": ("BTC-USD", "AAPL"),
        }, "items about no watched asset are kept: it may be watched later"

    def test_items_of_a_source_asked_for_one_asset_are_about_it_and_what_else_they_name(self) -> None:
        source = Scripted([item("Analysts are cautious"), item("Bitcoin too")], about_one=True)
        symbols = {h.title: h.symbols for h in collect(source, watched=(BTC,)).headlines}
        assert symbols == {"Analysts are cautious": ("ETH-USD",), "Bitcoin too": ("ETH-USD", "BTC-USD")}

    def test_a_name_in_the_summary_counts(self) -> None:
        (headline,) = collect(Scripted([item("Markets rest", summary="Ethereum is flat.")])).headlines
        assert headline.symbols == ("ETH-USD",) and headline.summary == "Ethereum is flat."

    def test_one_address_from_two_sources_is_one_item_with_the_earlier_date(self) -> None:
        url = "https://a.example/1"
        first = Scripted([item("Ether up", NOW, url)], name="a")
        second = Scripted([item("Ether up", HOUR, url)], name="b", about_one=True)
        (headline,) = collect(first, second, instrument=BTC, watched=(ETH,)).headlines
        assert headline.published_at == HOUR and set(headline.symbols) == {"ETH-USD", "BTC-USD"}

    def test_the_same_item_keeps_its_id(self) -> None:
        url = "https://a.example/1"
        one, again = (
            collect(Scripted([item(t, url=url)])).headlines[0] for t in ("Ether up", "Ether up (updated)")
        )
        assert one.id == again.id and len(one.id) == 40
        without = [collect(Scripted([item("Ether up")], name=n)).headlines[0].id for n in ("a", "a", "b")]
        assert without[0] == without[1] != without[2], "without an address source and title tell items apart"

    def test_a_rating_repeated_in_the_same_words_is_another_rating(
        self, loopback: Loopback, yahoo: Yahoo
    ) -> None:
        days = [int((NOW - timedelta(days=n)).timestamp()) for n in (1, 90)]
        loopback.on(
            YAHOO_RATINGS, Reply(yahoo_ratings(*(rating(d, "Citi", "Buy", "Buy", "main") for d in days)))
        )
        headlines = collect(YahooRatings(yahoo), instrument=AAPL).headlines
        assert len(headlines) == 2 and {h.kind for h in headlines} == {NewsKind.RATING}

    def test_newest_first(self) -> None:
        batch = collect(
            Scripted([item("Ether a", HOUR), item("Ether b", NOW), item("Ether c", HOUR - HOUR.resolution)])
        )
        assert [h.title for h in batch.headlines] == ["Ether b", "Ether a", "Ether c"]

    def test_readings_are_handed_on(self) -> None:
        reading = Reading("s", "mood", "", NOW, 50.0, "", NOW)
        assert collect(Scripted(readings=(reading,))).readings == (reading,)


class TestTime:
    def test_an_undated_item_is_kept_marked_with_the_time_it_was_first_seen(self) -> None:
        (headline,) = collect(Scripted([item("Ether", None)])).headlines
        assert not headline.dated and headline.published_at == NOW == headline.fetched_at

    def test_a_clock_that_is_a_little_ahead_is_forgiven_and_set_right(self) -> None:
        batch = collect(Scripted([item("Ether", NOW + timedelta(minutes=9))]))
        assert batch.headlines[0].published_at == NOW and batch.headlines[0].dated and not batch.problems

    def test_items_from_the_future_are_counted_and_left_out(self) -> None:
        source = Scripted(
            [
                item("Ether a", NOW + timedelta(minutes=11)),
                item("Ether b", NOW + timedelta(days=9)),
                item("C"),
            ]
        )
        batch = collect(source)
        assert [h.title for h in batch.headlines] == ["C"]
        (problem,) = batch.problems
        assert (
            problem.where == "news/scripted" and problem.what == "scripted has 2 items dated in the future."
        )


class TestLanguage:
    @pytest.mark.parametrize(
        ("title", "declared", "language"),
        [
            ("Bitcoin fällt unter 60.000 Dollar, Anleger fliehen", "", "de"),
            ("Bitcoin falls below $60,000 as investors flee", "", "en"),
            ("Bitcoin falls below $60,000 as investors flee", "de-AT", "de"),
            ("Ether", "", ""),
            ("BTC ETH SOL XRP ADA DOGE LTC BNB", "", ""),
            ("Bitcoin falls below $60,000 as investors flee", "<b>", "en"),
        ],
        ids=["told apart", "English", "declared wins", "too short", "names alone", "a declaration that is none"],
    )  # fmt: skip
    def test_language(self, title: str, declared: str, language: str) -> None:
        (headline,) = collect(Scripted([item(title, language=declared)])).headlines
        assert headline.language == language


class TestWhatIsDue:
    def test_what_was_asked_lately_is_not_asked_again(self) -> None:
        source = Scripted(every=timedelta(minutes=15))
        lately = {("scripted", ""): (NOW - timedelta(minutes=14), None)}
        assert collect(source, last=lately) == NewsBatch((), (), (), ()) and not source.seen
        long_ago = {("scripted", ""): (NOW - timedelta(minutes=15), Validator("v", ""))}
        batch = collect(source, last=long_ago)
        assert source.seen == [Validator("v", "")] and batch.asked == (
            Asked("scripted", "", Validator("e", ""), NOW),
        )

    def test_a_source_of_one_asset_is_due_for_each(self) -> None:
        source = Scripted(about_one=True)
        last = {("scripted", "ETH-USD"): (NOW, None)}
        assert not collect(source, last=last).asked
        assert [a.symbol for a in collect(source, last=last, instrument=BTC).asked] == ["BTC-USD"]

    def test_an_empty_validator_is_none(self) -> None:
        source = Scripted()
        collect(source, last={("scripted", ""): (HOUR, Validator("", ""))})
        assert source.seen == [None]

    def test_nothing_new_keeps_what_is_known(self, loopback: Loopback) -> None:
        source = FeedSource(loopback.url + "/rss", 1.0)
        loopback.on("/rss", Reply(rss(("Ether", "https://a.example/1", HOUR)), headers={"ETag": '"v1"'}))
        (asked,) = collect(source).asked
        loopback.on("/rss", Reply("", 304))
        later = NOW + timedelta(hours=1)
        batch = collect(source, last={(asked.source, asked.symbol): (asked.at, asked.validator)}, now=later)
        assert loopback.asked[1][2]["If-None-Match"] == '"v1"'
        assert batch.asked == (Asked("127.0.0.1", "", Validator('"v1"', ""), later),)
        assert not batch.headlines and not batch.problems

    def test_what_a_source_does_not_serve_is_silently_not_asked(
        self, yahoo: Yahoo, loopback: Loopback
    ) -> None:
        assert collect(YahooRatings(yahoo)) == NewsBatch((), (), (), ()) and not loopback.asked

    def test_a_missing_key_is_a_problem_that_says_what_to_set(self) -> None:
        (problem,) = collect(NewsApi(None, 1.0)).problems
        assert problem.where == "news/newsapi.org" and "GLASSBOX_KEYS__NEWSAPI" in problem.what


class TestFailures:
    def test_one_failure_is_one_problem_and_the_others_are_read(self) -> None:
        bad = Scripted(
            error=Unreachable("bad.example has a fault of its own (status 500)"), name="bad.example"
        )
        batch = collect(bad, Scripted([item("Ether up")]))
        assert [h.title for h in batch.headlines] == ["Ether up"] and [a.source for a in batch.asked] == [
            "scripted"
        ]
        (problem,) = batch.problems
        assert problem.where == "news/bad.example" and problem.instead
        assert problem.what == "bad.example has a fault of its own (status 500)."

    def test_slow_sources_are_read_side_by_side(self, loopback: Loopback) -> None:
        loopback.on("/slow", Reply("", delay=10))
        begun = time.monotonic()
        batch = collect(*(FeedSource(f"{loopback.url}/slow{n}", 0.4, name=f"f{n}") for n in range(4)))
        assert len(batch.problems) == 4 and time.monotonic() - begun < 1.4

    def test_a_source_that_failed_is_left_alone(self) -> None:
        moment = [NOW]
        gate = Gate(60, lambda: moment[0])
        source = Scripted(error=RateLimited("scripted asks to slow down (429)", 120.0))
        collect(source, gate=gate)
        (problem,) = collect(source, gate=gate).problems
        assert len(source.seen) == 1 and problem.what.startswith("Left alone until 12:02:00 UTC")
        moment[0] = NOW + timedelta(seconds=121)
        collect(source, gate=gate)
        assert len(source.seen) == 2

    def test_no_more_questions_than_the_source_allows(self) -> None:
        gate = Gate(60, lambda: NOW)
        source = Scripted(limits=(Limit(1, 5.0),))
        assert not collect(source, gate=gate).problems
        (problem,) = collect(source, gate=gate).problems
        assert len(source.seen) == 1 and "1 questions in 5 seconds are allowed" in problem.what

    def test_calls_are_recorded_under_their_own_name(self) -> None:
        calls = []
        collect(Scripted([item("Ether"), item("Bitcoin")]), gate=Gate(60, lambda: NOW, keep=calls.append))
        assert [(c.source, c.outcome, c.rows) for c in calls] == [("news scripted", "ok", 2)]

    def test_a_flood_is_cut(self) -> None:
        assert len(collect(Scripted([item(f"Ether {n}") for n in range(2000)])).headlines) == 500
