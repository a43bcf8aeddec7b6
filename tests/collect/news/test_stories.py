"""Which items tell the same story: the labelled pairs, and what holds for any items."""

import random
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from core.collect.news.stories import cluster
from core.records import Headline, NewsKind
from tests.collect.news.story_pairs import (
    HELD_OUT_DIFFERENT,
    HELD_OUT_SAME,
    TUNED_DIFFERENT,
    TUNED_SAME,
)

NOW = datetime(2024, 3, 5, tzinfo=UTC)
SIMILARITY = 88.0
FALLS = "Bitcoin falls below $60,000 as ETF outflows mount"


def item(key: str, title: str, minutes: float = 0.0, **more) -> Headline:
    at = NOW + timedelta(minutes=minutes)
    return Headline(key, "s", title, "", (), at, at, **more)


def joined(first: str, second: str) -> bool:
    a, b = cluster([item("a", first), item("b", second, 1)], [], SIMILARITY)
    assert a.cluster == "a"
    return b.cluster == "a"


@pytest.mark.parametrize(
    ("same", "different", "least_precision", "least_recall"),
    [(TUNED_SAME, TUNED_DIFFERENT, 1.0, 0.95), (HELD_OUT_SAME, HELD_OUT_DIFFERENT, 0.95, 0.8)],
    ids=["pairs that the rules were made with", "other pairs"],
)
def test_precision_and_recall_on_labelled_pairs(
    same: tuple, different: tuple, least_precision: float, least_recall: float
) -> None:
    assert len(same) >= 20 and len(different) >= 20
    right = sum(joined(*pair) for pair in same)
    wrong = [pair for pair in different if joined(*pair)]
    assert right / (right + len(wrong)) >= least_precision, wrong
    assert right / len(same) >= least_recall


@pytest.mark.parametrize(
    ("first", "second"),
    [
        ("Bitcoin falls below $60,000", "Bitcoin falls below $50,000"),
        ("Bitcoin rises above $60,000", "Bitcoin falls below $60,000"),
        ("Euro rises against the dollar", "Euro falls against the dollar"),
        ("AAPL: dividend of $0.24 declared", "MSFT: dividend of $0.24 declared"),
        ("Apple reports Q3 earnings above forecasts", "Apple reports Q2 earnings above forecasts"),
        ("Tesla to build factory in Mexico", "Tesla not to build factory in Mexico"),
        ("Morning briefing", "Morning briefing"),
    ],
    ids=["numbers", "opposite words", "rises and falls", "tickers", "quarters", "not", "too short to tell a story"],
)  # fmt: skip
def test_titles_that_must_not_be_one_story(first: str, second: str) -> None:
    assert not joined(first, second)


@pytest.mark.parametrize("written", ["$60,000", "$60K", "$60 thousand"])
def test_one_number_may_be_written_in_several_ways(written: str) -> None:
    assert joined(FALLS, FALLS.replace("$60,000", written))


def test_the_first_item_of_a_known_story_counts() -> None:
    known = [item("k", FALLS, cluster="k"), item("m", FALLS + " again", 1, cluster="k")]
    (new,) = cluster([item("n", FALLS, 60)], known, SIMILARITY)
    assert new.cluster == "k"


def test_two_days_later_the_same_words_are_another_story() -> None:
    day = 24 * 60
    a, b, c = cluster(
        [item("a", FALLS), item("b", FALLS, 2 * day), item("c", FALLS, 2 * day + 1)], [], SIMILARITY
    )
    assert (a.cluster, b.cluster, c.cluster) == ("a", "a", "c"), "c is compared with a, the first, not with b"


def test_small_changes_do_not_chain_into_another_story() -> None:
    first = "Regulators in Europe agree on common stablecoin rules"
    second = first + " while smaller exchanges ask for longer delays"
    third = "Smaller exchanges in Europe ask for longer delays"
    assert joined(first, second) and joined(second, third)
    a, b, c = cluster([item("a", first), item("b", second, 1), item("c", third, 2)], [], SIMILARITY)
    assert a.cluster == b.cluster == "a" and c.cluster == "c"


def test_ratings_are_opinions_and_stay_apart() -> None:
    rating = {"kind": NewsKind.RATING}
    a, b = cluster(
        [item("a", "Citi keeps AAPL at Buy", **rating), item("b", "Citi keeps AAPL at Buy", 1, **rating)],
        [],
        88,
    )
    assert (a.cluster, b.cluster) == ("a", "b")


def test_an_item_that_is_known_keeps_its_story() -> None:
    (again,) = cluster(
        [item("m", FALLS, 1)], [item("k", FALLS), item("m", FALLS, 1, cluster="k")], SIMILARITY
    )
    assert again.cluster == "k"


def test_nothing_new_is_nothing() -> None:
    assert cluster([], [item("k", FALLS)], SIMILARITY) == ()


TITLES = st.sampled_from(
    [FALLS, FALLS + " again", FALLS.replace("60", "50"), "Ether rises 5% on upgrade hopes", "x", ""]
)


@settings(max_examples=60, deadline=None)
@given(st.lists(st.tuples(TITLES, st.integers(0, 5000)), max_size=8), st.integers(0, 8), st.randoms())
def test_the_order_within_a_batch_does_not_matter(made: list, known: int, chance: random.Random) -> None:
    items = [item(f"i{n}", title, minutes) for n, (title, minutes) in enumerate(made)]
    before = cluster(items[:known], [], SIMILARITY)
    new = items[known:]
    shuffled = chance.sample(new, len(new))
    stories = {h.id: h.cluster for h in cluster(new, before, SIMILARITY)}
    assert {h.id: h.cluster for h in cluster(shuffled, before[::-1], SIMILARITY)} == stories
    every = {h.id: h for h in (*before, *new)}
    firsts = {**{h.id: h.cluster for h in before}, **stories}
    for key, first in stories.items():
        assert firsts[first] == first, "a story's first item is its own first"
        assert abs(every[key].published_at - every[first].published_at) <= timedelta(days=2)


def test_two_hundred_new_items_find_their_stories_among_two_thousand() -> None:
    words = [word for pair in TUNED_SAME + TUNED_DIFFERENT for title in pair for word in title.split()]
    chance = random.Random(1)
    titles = [" ".join(chance.choices(words, k=chance.randint(6, 14))) for _ in range(2100)]
    known = [item(f"k{n}", title, n / 10) for n, title in enumerate(titles[:2000])]
    new = [
        item(f"n{n}", title, 250)
        for n, title in enumerate(titles[2000:] + [t + " today" for t in titles[:100]])
    ]
    found = cluster(new, known, SIMILARITY)
    assert sum(h.cluster.startswith("k") for h in found) >= 95
