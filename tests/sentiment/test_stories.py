"""Items that tell the same story, and items that only sound so."""

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from core.records import Headline
from core.sentiment import Lexicon, stories

NOW = datetime(2024, 6, 3, 12, tzinfo=UTC)
LEXICON = Lexicon()


def told(*items):
    """Titles, or (title, source, cluster)."""
    made = []
    for n, one in enumerate(items):
        title, source, cluster = one if isinstance(one, tuple) else (one, f"paper {n}", "")
        at = NOW + timedelta(minutes=n)
        made.append(Headline(f"h{n}", source, title, "", ("BTC-USD",), at, at, cluster=cluster))
    return made


def count(*items, similarity=88.0):
    found = stories(told(*items), similarity, lambda title: LEXICON.score(title).score)
    return [(story.first.id, story.outlets) for story in found]


def test_alike_titles_are_one_story_told_by_several_outlets():
    assert count(
        "Bitcoin fund wins approval from the regulator",
        "Bitcoin fund wins approval from regulator",
        "From the regulator, Bitcoin fund wins approval",
        "Ether fund still waits for a decision",
    ) == [("h0", 3), ("h3", 1)]


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("Bitcoin rises to 61,000 dollars on Monday", "Bitcoin rises to 62,000 dollars on Monday"),
        ("Shares of the bank gain after its quarterly report", "Shares of the bank plunge after its quarterly report"),
        ("Bank opens in Berlin", "Court rules in Paris"),
    ],
)  # fmt: skip
def test_other_numbers_and_opposite_words_are_other_stories(one, other):
    assert count(one, other) == [("h0", 1), ("h1", 1)]


def test_a_known_story_needs_no_likeness_and_likeness_joins_none_that_are_known_apart():
    assert count(("A first title", "a", "h0"), ("Told in other words", "b", "h0")) == [("h0", 2)]
    alike = "Bitcoin fund wins approval from the regulator"
    assert count((alike, "a", "h0"), (f"{alike} today", "b", "h1")) == [("h0", 1), ("h1", 1)]


def test_a_chain_of_small_changes_does_not_join_its_ends():
    """The second is like the first and the third like the second; the third is unlike the first."""
    words = [f"word{letter}" for letter in "abcdefghijkl"]
    chain = [" ".join(words), " ".join([*words[:9], *"xyz"]), " ".join([*words[:6], *"uvwxyz"])]
    assert count(*chain, similarity=80.0) == [("h0", 2), ("h2", 1)]
    assert count(*chain[1:], similarity=80.0) == [("h0", 2)]


@given(
    st.lists(
        st.sampled_from(["", "!", "Bitcoin surges", "bitcoin  SURGES", "Exchange hacked", "0"]), max_size=9
    )
)
def test_each_item_is_in_one_story_and_copies_never_make_a_second(titles):
    found = count(*titles)
    assert sum(outlets for _, outlets in found) == len(titles)
    assert len(found) <= len(
        {" ".join("".join(c if c.isalnum() else " " for c in t).casefold().split()) for t in titles}
    )
