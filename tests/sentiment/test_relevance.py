"""Which asset a text is about, and what it says of each."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from core.instruments import CATALOGUE, resolve
from core.sentiment import Lexicon
from core.sentiment.relevance import (
    BESIDE,
    MARKET,
    NOTHING,
    OWN_CLAUSE,
    SECTOR,
    SUBJECT,
    clauses,
    part_about,
    relevance,
    score_about,
)

BTC, ETH, AAPL, TSLA = map(resolve, ("BTC-USD", "ETH-USD", "AAPL", "TSLA"))


@pytest.fixture(scope="module")
def lexicon():
    return Lexicon()


@pytest.mark.parametrize(
    ("text", "instrument", "expected"),
    [
        ("Bitcoin climbs", BTC, SUBJECT),
        ("$BTC to the moon", BTC, SUBJECT),
        ("Why BTC is quiet", BTC, SUBJECT),
        ("Ethereum falls while bitcoin holds", ETH, SUBJECT),
        ("Ethereum falls while bitcoin holds", BTC, OWN_CLAUSE),
        ("Ether outruns bitcoin", BTC, BESIDE),
        ("Crypto exchange hacked", BTC, SECTOR),
        ("Ether falls with other coins", BTC, MARKET),
        ("Ether falls", BTC, NOTHING),
        ("Weather in Oslo", BTC, MARKET),
        ("Bitcoin Cash forks again", BTC, NOTHING),
        ("Apple shows a phone", AAPL, SUBJECT),
        ("Growers press apple juice", AAPL, MARKET),
        ("Stocks slip", AAPL, SECTOR),
        ("Tesla recalls cars, Apple hires engineers", AAPL, OWN_CLAUSE),
    ],
)
def test_relevance(text, instrument, expected):
    assert relevance(text, instrument) == expected


def test_an_order_of_closeness():
    assert 1 == SUBJECT > OWN_CLAUSE > BESIDE > SECTOR > MARKET > NOTHING > 0


@pytest.mark.parametrize(
    ("text", "good", "bad"),
    [
        ("Ethereum falls while bitcoin surges", BTC, ETH),
        ("Bitcoin plunges but ether rallies", ETH, BTC),
        ("Tesla profit falls; Apple profit rises", AAPL, TSLA),
        ("Apple beats estimates, Tesla misses estimates", AAPL, TSLA),
    ],
)
def test_each_asset_gets_its_own_verb(lexicon, text, good, bad):
    assert score_about(lexicon, text, bad).score < -0.2
    assert score_about(lexicon, text, good).score > 0.2


@pytest.mark.parametrize(
    "text", ["Bitcoin, ether fall", "Bitcoin and ether fall", "Bitcoin falls", "Exchange hacked"]
)
def test_one_statement_about_all_is_left_whole(lexicon, text):
    assert part_about(text, BTC) == text
    assert score_about(lexicon, text, BTC) == lexicon.score(text)


def test_what_names_no_other_asset_stays():
    assert (
        part_about("Ether falls while bitcoin surges as inflation cools", BTC)
        == "bitcoin surges, inflation cools"
    )


def test_clauses():
    assert clauses("Ether falls, bitcoin rises - even as stocks slide; gold waits") == (
        "Ether falls",
        "bitcoin rises",
        "stocks slide",
        "gold waits",
    )


def test_every_asset_of_the_catalogue_is_the_subject_of_its_name():
    for listing in CATALOGUE:
        instrument = resolve(listing.symbol)
        for name in listing.called:
            assert relevance(f"{name} in the news", instrument) == SUBJECT, (listing.symbol, name)


@given(text=st.text(max_size=80), listing=st.sampled_from(CATALOGUE))
def test_any_text_has_a_relevance(text, listing):
    instrument = resolve(listing.symbol)
    assert 0.0 < relevance(text, instrument) <= 1.0
    assert len(part_about(text, instrument)) <= 2 * len(text) + 4 * 80  # NFKC may lengthen a text
