"""What each provider serves, through its real client on a loopback server."""

from datetime import UTC, datetime, timedelta

import pytest

from core.collect.news.coingecko import CoinGecko
from core.collect.news.community import Community
from core.collect.news.fear_and_greed import FearAndGreed
from core.collect.news.gdelt import Gdelt
from core.collect.news.newsapi import NewsApi
from core.collect.news.reddit import Reddit
from core.collect.news.reddit_public import PublicReddit
from core.collect.news.source import NewsAnswer, NewsSource
from core.collect.news.trending import Trending
from core.collect.news.yahoo_news import YahooNews
from core.collect.news.yahoo_ratings import YahooRatings
from core.collect.venues.yahoo import Yahoo
from core.errors import BadData, NeedsKey, NotFound, RateLimited, Unsupported
from core.instruments import resolve
from core.records import NewsKind
from tests.collect.loopback import Loopback, Reply
from tests.collect.news import answers

BTC, AAPL = resolve("BTC-USD"), resolve("AAPL")
NOW = datetime(2024, 3, 5, 12, tzinfo=UTC)
SINCE = NOW - timedelta(days=5)


def read(source: NewsSource, instrument=BTC) -> NewsAnswer:
    return source.read(instrument, SINCE, NOW, None)


class TestYahooNews:
    def test_items(self, loopback: Loopback, yahoo: Yahoo) -> None:
        stream = answers.yahoo_news(
            answers.yahoo_content("Dated", "2024-03-05T10:00:00Z", summary="<p>Words.</p>", tags=[1]),
            answers.yahoo_content("Only shown", None, displayTime="2024-03-05T11:00:00Z"),
            answers.yahoo_content("Undated", None, canonicalUrl=None),
            answers.yahoo_content("", "2024-03-05T10:00:00Z"), None, {"title": None},
        )  # fmt: skip
        stream["data"]["tickerStream"]["stream"] += [{"ad": [1], "content": {"title": "Advert"}}, "junk"][:1]
        loopback.on(answers.YAHOO_NEWS, Reply(stream))
        dated, shown, undated = read(YahooNews(yahoo)).items
        assert dated.published_at == NOW - timedelta(hours=2) and dated.summary == "Words."
        assert shown.published_at == NOW - timedelta(hours=1)
        assert undated.published_at is None and undated.url == ""

    def test_none(self, loopback: Loopback, yahoo: Yahoo) -> None:
        loopback.on(answers.YAHOO_NEWS, Reply(answers.yahoo_news()))
        assert read(YahooNews(yahoo)).items == ()


class TestYahooRatings:
    def test_each_kind_of_rating_is_one_sentence(self, loopback: Loopback, yahoo: Yahoo) -> None:
        day = int(NOW.timestamp()) - 86400
        loopback.on(answers.YAHOO_RATINGS, Reply(answers.yahoo_ratings(
            answers.rating(day, "Morgan Stanley", "Overweight", "Equal-Weight", "up", currentPriceTarget=240.0,
                           priorPriceTarget=220.5),
            answers.rating(day, "UBS", "Sell", "Neutral", "down", currentPriceTarget=None),
            answers.rating(day, "Wedbush", "Outperform", "", "init", extra=[1]),
            answers.rating(day, "Jefferies", "Hold", "Hold", "main"),
            answers.rating(day, "Citi", "Buy", "Buy", "reit"),
            answers.rating(day, "Nobody", "", "", "up"),
            answers.rating(day - 400 * 86400, "Too old", "Buy", "Hold", "up"),
        )))  # fmt: skip
        items = read(YahooRatings(yahoo), AAPL).items
        assert [item.title for item in items] == [
            "Morgan Stanley raises AAPL to Overweight (was Equal-Weight)",
            "UBS lowers AAPL to Sell (was Neutral)",
            "Wedbush starts AAPL at Outperform",
            "Jefferies keeps AAPL at Hold",
            "Citi repeats AAPL at Buy",
        ]
        assert items[0].published_at == NOW - timedelta(days=1)
        assert items[0].summary == "Price target 240 (was 220.5)." and items[1].summary == ""

    def test_no_ratings(self, loopback: Loopback, yahoo: Yahoo) -> None:
        loopback.on(answers.YAHOO_RATINGS, Reply(answers.yahoo_ratings()))
        assert read(YahooRatings(yahoo), AAPL).items == ()

    def test_stocks_only(self, yahoo: Yahoo) -> None:
        with pytest.raises(Unsupported, match="BTC-USD"):
            YahooRatings(yahoo).offer(BTC)
        assert YahooRatings(yahoo).kind is NewsKind.RATING


class TestNewsApi:
    def test_question_and_items(self, loopback: Loopback) -> None:
        loopback.on("/v2/everything", Reply(answers.newsapi(
            answers.newsapi_article("Bitcoin <b>up</b>"), answers.newsapi_article("Undated", None, description=None),
            answers.newsapi_article("[Removed]"), answers.newsapi_article(None), "junk",
        )))  # fmt: skip
        up, undated = read(NewsApi("k-1", 1.0, base_url=loopback.url)).items
        assert (
            up.title == "Bitcoin up"
            and up.published_at == NOW - timedelta(hours=2)
            and up.summary == "Words below."
        )
        assert undated.published_at is None and undated.summary == ""
        _, query, headers = loopback.asked[0]
        assert headers["X-Api-Key"] == "k-1" and "k-1" not in str(query)
        assert query["q"] == '"BTC" OR "Bitcoin"' and query["from"] == "2024-02-29T12:00:00"

    def test_the_key_follows_no_redirect(self, loopback: Loopback) -> None:
        loopback.on("/v2/everything", Reply("", 302, {"Location": loopback.url + "/elsewhere"}))
        with pytest.raises(Exception, match="302"):
            read(NewsApi("k-1", 1.0, base_url=loopback.url))
        assert loopback.count("elsewhere") == 0

    def test_none(self, loopback: Loopback) -> None:
        loopback.on("/v2/everything", Reply(answers.newsapi()))
        assert read(NewsApi("k", 1.0, base_url=loopback.url)).items == ()

    def test_without_a_key_it_says_what_to_set(self) -> None:
        with pytest.raises(NeedsKey, match="GLASSBOX_KEYS__NEWSAPI"):
            NewsApi(None, 1.0).offer(BTC)


class TestGdelt:
    def test_question_and_items(self, loopback: Loopback) -> None:
        loopback.on("/api/v2/doc/doc", Reply(answers.gdelt(
            answers.gdelt_article("Ethereum rises"), answers.gdelt_article("Undated", None, language="German"),
            answers.gdelt_article("Odd date", "yesterday"), answers.gdelt_article(""),
        )))  # fmt: skip
        rises, undated, odd = read(Gdelt(1.0, base_url=loopback.url), resolve("ETH-USD")).items
        assert rises.published_at == NOW - timedelta(hours=1, minutes=45) and rises.language == "en"
        assert undated.published_at is None and undated.language == "" and odd.published_at is None
        query = loopback.asked[0][1]
        assert query["query"] == '("Ethereum" OR "Ether") sourcelang:english', (
            "tickers are too short for GDELT"
        )
        assert query["mode"] == "artlist" and query["startdatetime"] == "20240229120000"

    @pytest.mark.parametrize("body", ["{}", "", '{"articles": []}'])
    def test_none(self, loopback: Loopback, body: str) -> None:
        loopback.on("/api/v2/doc/doc", Reply(body))
        assert read(Gdelt(1.0, base_url=loopback.url)).items == ()

    @pytest.mark.parametrize(
        ("words", "kind", "said"),
        [
            ("Your query was too short or too long.", BadData, "too short"),
            ("Please limit requests to one every 5 seconds or contact ...", RateLimited, "every 5 seconds"),
        ],
    )
    def test_plain_words_with_status_200_are_errors(
        self, loopback: Loopback, words: str, kind: type[Exception], said: str
    ) -> None:
        loopback.on("/api/v2/doc/doc", Reply(words))
        with pytest.raises(kind, match=said):
            read(Gdelt(1.0, base_url=loopback.url))

    @pytest.mark.parametrize("symbol", ["EURUSD=X", "ZZZZ", "ZZ-USD"])
    def test_assets_without_a_name_are_not_asked_for(self, symbol: str) -> None:
        with pytest.raises(Unsupported):
            Gdelt(1.0).offer(resolve(symbol))


class TestReddit:
    TOKEN = Reply({"access_token": "t-1", "token_type": "bearer", "expires_in": 86400, "scope": "*"})
    HOUR_AGO = NOW.timestamp() - 3600.0

    def posts(self) -> dict:
        return answers.reddit(
            answers.reddit_post("Apple <i>soars</i>", self.HOUR_AGO, selftext="Long **story**\n\nshort"),
            answers.reddit_post("Rules of the place", self.HOUR_AGO, id="p2", stickied=True),
            answers.reddit_post("[deleted by user]", self.HOUR_AGO, id="p3", selftext="[removed]"),
            answers.reddit_post("Old", self.HOUR_AGO - 30 * 86400, id="p4"),
            answers.reddit_post(
                "Link", self.HOUR_AGO, id="p5", permalink="javascript:x", selftext="[removed]"
            ),
        )

    def assert_honest(self, items: tuple) -> None:
        soars, link = items
        assert soars.title == "Apple soars" and soars.published_at == NOW - timedelta(hours=1)
        assert soars.url == "https://www.reddit.com/r/stocks/comments/abc1/x/"
        assert soars.summary == "Long **story** short"
        assert link.url == "" and link.summary == ""

    def test_with_a_key_through_praw(self, loopback: Loopback) -> None:
        loopback.on("/api/v1/access_token", self.TOKEN)
        loopback.on("/r/", Reply(self.posts()))
        source = Reddit(
            "id-1", "sec-1", ["CryptoCurrency", "stocks", "no/../way"], 2.0, base_url=loopback.url
        )
        self.assert_honest(read(source).items)
        (_, _, login), (path, query, asked) = loopback.asked
        assert login["Authorization"].startswith("Basic ") and asked["Authorization"] == "bearer t-1"
        assert path == "/r/CryptoCurrency+stocks/new" and query["limit"] == "100", (
            "one question for all communities"
        )
        assert source.kind is NewsKind.SOCIAL and not source.about_one

    def test_without_a_key_from_the_public_pages(self, loopback: Loopback) -> None:
        loopback.on("/r/", Reply(self.posts()))
        self.assert_honest(read(PublicReddit(["CryptoCurrency", "stocks"], 1.0, base_url=loopback.url)).items)
        assert loopback.asked[0][0] == "/r/CryptoCurrency+stocks/new.json"

    def test_the_public_pages_are_closed_and_the_message_says_what_to_do(self, loopback: Loopback) -> None:
        loopback.on("/r/", Reply("<html>blocked</html>", 403))
        with pytest.raises(NeedsKey, match="set GLASSBOX_KEYS__REDDIT_ID and GLASSBOX_KEYS__REDDIT_SECRET"):
            read(PublicReddit(["stocks"], 1.0, base_url=loopback.url))

    def test_a_refused_key(self, loopback: Loopback) -> None:
        loopback.on("/api/v1/access_token", Reply({"message": "Unauthorized", "error": 401}, 401))
        with pytest.raises(NeedsKey, match="GLASSBOX_KEYS__REDDIT_ID"):
            read(Reddit("id", "sec", ["stocks"], 2.0, base_url=loopback.url))

    def test_an_unknown_community(self, loopback: Loopback) -> None:
        loopback.on("/api/v1/access_token", self.TOKEN)
        loopback.on("/r/", Reply("", 302, {"Location": "/subreddits/search?q=nope"}))
        with pytest.raises(NotFound, match="SUBREDDITS"):
            read(Reddit("id", "sec", ["nope"], 2.0, base_url=loopback.url))


class TestFearAndGreed:
    def test_a_value_a_day_of_the_whole_market(self, loopback: Loopback) -> None:
        midnight = datetime(2024, 3, 5, tzinfo=UTC)
        stamp = int(midnight.timestamp())
        loopback.on("/fng/", Reply(answers.fear_and_greed(
            ("90", str(stamp), "Extreme Greed"), ("82", stamp - 86400, "Greed"), (None, str(stamp), ""), ("x", "1", ""),
            ("120", str(stamp), ""), ("nan", str(stamp), ""), ("50", str(stamp + 86400), "Neutral"),
        )))  # fmt: skip
        today, yesterday = read(FearAndGreed(1.0, base_url=loopback.url)).readings
        assert (today.value, today.time, today.words, today.symbol) == (90.0, midnight, "Extreme Greed", "")
        assert yesterday.value == 82.0 and yesterday.fetched_at == NOW
        assert loopback.asked[0][1]["limit"] == "366", "a year"

    def test_none(self, loopback: Loopback) -> None:
        loopback.on("/fng/", Reply(answers.fear_and_greed()))
        assert read(FearAndGreed(1.0, base_url=loopback.url)).readings == ()

    def test_rows_of_which_none_can_be_read(self, loopback: Loopback) -> None:
        loopback.on("/fng/", Reply(answers.fear_and_greed((None, None, ""))))
        with pytest.raises(BadData):
            read(FearAndGreed(1.0, base_url=loopback.url))


class TestCoinGecko:
    def at(self, loopback: Loopback, key: str | None = None) -> CoinGecko:
        return CoinGecko(1.0, key, base_url=f"{loopback.url}/api/v3/")

    def test_trending_ranks_of_coins_whose_symbol_can_be_told(self, loopback: Loopback) -> None:
        loopback.on("/api/v3/search/trending", Reply(answers.trending(
            ("solana", "Solana", "SOL"), ("pepe", "Pepe", "pepe"), ("fake-bitcoin", "Not it", "BTC"),
            ("odd", "Odd", "💸"), ("bitcoin", "Bitcoin", "BTC"),
        )))  # fmt: skip
        readings = read(Trending(self.at(loopback, "demo-1"))).readings
        assert [(r.symbol, r.value) for r in readings] == [("SOL-USD", 1), ("PEPE-USD", 2), ("BTC-USD", 5)]
        assert (
            readings[0].name == "trending rank" and readings[0].words == "Solana" and readings[0].time == NOW
        )
        assert loopback.asked[0][1]["x_cg_demo_api_key"] == "demo-1"

    def test_nothing_trends(self, loopback: Loopback) -> None:
        loopback.on("/api/v3/search/trending", Reply(answers.trending()))
        assert read(Trending(self.at(loopback))).readings == ()

    def test_figures_of_a_coin_that_are_served(self, loopback: Loopback) -> None:
        loopback.on("/api/v3/coins/bitcoin", Reply(answers.coin()))
        readings = read(Community(self.at(loopback))).readings
        figures = {r.name: r.value for r in readings}
        assert figures == {
            "watchlists": 1_500_000, "votes up (%)": 81.5, "github stars": 73168, "github forks": 36426,
            "commits in 4 weeks": 108, "circulating supply": 19.6e6, "total supply": 21e6, "maximum supply": 21e6,
        }, "neither nulls nor zeros are figures"  # fmt: skip
        assert {r.symbol for r in readings} == {"BTC-USD"}
        assert readings[0].time == datetime(2024, 3, 5, 11, 58, 0, 123000, tzinfo=UTC)
        assert loopback.asked[0][1]["tickers"] == "false"

    def test_value_locked_where_it_is_served(self, loopback: Loopback) -> None:
        loopback.on(
            "/api/v3/coins/bitcoin", Reply(answers.coin(market_data={"total_value_locked": {"usd": 5e9}}))
        )
        figures = {r.name: r.value for r in read(Community(self.at(loopback))).readings}
        assert figures["total value locked (USD)"] == 5e9 and "total supply" not in figures

    @pytest.mark.parametrize("symbol", ["AAPL", "ZZZ-USD"])
    def test_only_coins_that_are_meant_without_doubt(self, symbol: str) -> None:
        with pytest.raises(Unsupported):
            Community(CoinGecko(1.0)).offer(resolve(symbol))

    def test_keys_are_not_shown(self) -> None:
        assert "demo-1" not in repr(CoinGecko(1.0, "demo-1", "pro-1"))
