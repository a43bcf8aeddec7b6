from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from core.errors import InputError
from core.records import Headline, NewsKind, Reading
from core.store import Store
from core.store.news import (
    NewsFetch,
    Wanted,
    find_headlines,
    news_facets,
    read_fetches,
    read_headlines,
    read_readings,
    save_fetches,
    save_headlines,
    save_readings,
    tag_headlines,
)
from core.store.search import parse_query, stems

NOW = datetime(2024, 2, 1, tzinfo=UTC)
DAY = timedelta(days=1)


def headline(name: str, published: datetime, source: str = "wire", symbol: str = "BTC-USD") -> Headline:
    return Headline(name, source, f"title {name}", "", (symbol,), published, NOW)


def test_headlines_by_time_symbol_and_world(store: Store) -> None:
    hour = timedelta(hours=1)
    store.write(
        save_headlines(
            [headline("old", NOW - 9 * hour), headline("new", NOW - hour), headline("future", NOW + hour),
             headline("sample", NOW - hour, "sample"), headline("other", NOW - hour, symbol="AAPL")]
        )
    )  # fmt: skip
    real = read_headlines(store, "BTC-USD", NOW - 5 * hour, NOW, sample=False)
    assert [item.id for item in real] == ["new"]
    assert [item.id for item in read_headlines(store, "BTC-USD", NOW - 5 * hour, NOW, sample=True)] == [
        "sample"
    ]


def test_a_known_headline_keeps_its_first_fetch_and_gains_symbols(store: Store) -> None:
    store.write(save_headlines([headline("a", NOW)]))
    later = Headline("a", "wire", "title a", "", ("ETH-USD",), NOW, NOW + timedelta(days=1))
    store.write(save_headlines([later]))
    (read,) = read_headlines(store, "ETH-USD", NOW, NOW, sample=False)
    assert read.symbols == ("BTC-USD", "ETH-USD")
    assert read.fetched_at == NOW


TITLES = {
    "rally": "Bitcoin rallies past $50,000 as ETF approvals near",
    "hack": "Exchange hacked: hackers take 40 million",
    "rates": "Fed raises interest rates; Zürich shares fall",
    "method": "A new method for staking",
    "spot": "Spot bitcoin ETF sees outflows",
}


@pytest.mark.parametrize(
    ("query", "found"),
    [
        ("bitcoin", {"rally", "spot"}),
        ("BITCOIN etf", {"rally", "spot"}),
        ("hack", {"hack"}),
        ("rally", {"rally"}),
        ("eth", set()),
        ('"interest rate"', {"rates"}),
        ('"rates interest"', set()),
        ("bitcoin -outflow", {"rally"}),
        ("-bitcoin", {"hack", "rates", "method"}),
        ("zurich", {"rates"}),
        ("50,000", {"rally"}),
        ("'; DROP TABLE headlines; --", set()),
        ("100% _", set()),
    ],
)
def test_search_finds_whole_words_in_any_form(store: Store, query: str, found: set[str]) -> None:
    store.write(save_headlines(replace(headline(key, NOW), title=title) for key, title in TITLES.items()))
    assert {item.id for item in find_headlines(store, Wanted(text=query))} == found


@pytest.mark.parametrize("query", ["", "  ", '""', "- -", "…", " ".join("abcdefghijklmnop")])
def test_a_query_without_words_or_with_too_many_says_what_to_type(query: str) -> None:
    with pytest.raises(InputError):
        parse_query(query)


def test_stems_are_whole_words_without_accents() -> None:
    assert stems("The Éxchanges, RALLIED!") == " the exchang ralli "


def test_filters_narrow_together(store: Store) -> None:
    post = replace(headline("post", NOW - DAY), kind=NewsKind.SOCIAL, language="de", source="reddit")
    retold = replace(headline("retold", NOW), cluster="first")
    first = replace(headline("first", NOW - 2 * DAY), cluster="first")
    store.write(save_headlines([post, retold, first, headline("shipped", NOW, "sample")]))

    def ids(**wanted: object) -> list[str]:
        return [item.id for item in find_headlines(store, Wanted(**wanted))]

    assert ids(kinds=(NewsKind.SOCIAL,)) == ids(language="de") == ids(sources=("reddit",)) == ["post"]
    assert ids(first_of_story=True, sample=False) == ["post", "first"]
    assert ids(since=NOW - DAY, until=NOW - DAY) == ["post"]
    assert ids(kinds=(NewsKind.SOCIAL,), symbol="AAPL") == []
    assert news_facets(store)["items"].sum() == 4


def test_everything_that_an_item_has_comes_back(store: Store) -> None:
    item = Headline(
        "id", "wire", "t", "https://x", ("A", "B"), NOW, NOW + DAY, NewsKind.RATING, "more", "en", False, "id"
    )
    store.write(save_headlines([item]))
    assert find_headlines(store, Wanted(symbol="A")) == (item,)


def test_an_asset_asked_for_later_finds_what_was_stored_before(store: Store) -> None:
    store.write(save_headlines([replace(headline("a", NOW), symbols=())]))
    store.write(tag_headlines([("a", "XYZ"), ("a", "XYZ")]))
    (read,) = read_headlines(store, "XYZ", NOW, NOW, sample=False)
    assert read.symbols == ("XYZ",)


def test_a_reading_keeps_when_it_was_first_known_unless_it_changed(store: Store) -> None:
    mood = Reading("alternative.me", "fear and greed", "", NOW, 20.0, "Extreme Fear", NOW)
    store.write(save_readings([mood, replace(mood, time=NOW + DAY)]))
    store.write(save_readings([replace(mood, fetched_at=NOW + DAY)]))
    assert read_readings(store, "fear and greed", "")[0] == mood
    store.write(save_readings([replace(mood, value=21.0, fetched_at=NOW + DAY)]))
    assert [r.value for r in read_readings(store, "fear and greed", "")] == [21.0, 20.0]
    assert read_readings(store, "fear and greed", "BTC-USD") == ()


def test_the_last_question_to_a_source_replaces_the_one_before(store: Store) -> None:
    store.write(save_fetches([NewsFetch("feed", "", NOW, "e1", ""), NewsFetch("feed", "A", NOW, "", "m")]))
    store.write(save_fetches([NewsFetch("feed", "", NOW + DAY, "e2", "")]))
    assert {(f.symbol, f.etag) for f in read_fetches(store)} == {("", "e2"), ("A", "")}
