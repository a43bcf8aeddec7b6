import random
import time

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from core.collect.news.mentions import aliases, mentions, symbols_in
from core.instruments import CATALOGUE, resolve

EVERY = tuple(resolve(listing.symbol) for listing in CATALOGUE)


@pytest.mark.parametrize(
    ("symbol", "title", "found"),
    [
        ("ETH-USD", "A new method to mine", False),
        ("ETH-USD", "Together stronger", False),
        ("ETH-USD", "eth/btc ratio falls", True),
        ("ETH-USD", "$ETH breaks out", True),
        ("ETH-USD", "Ethereum's next upgrade", True),
        ("ETH-USD", "ETHER RALLIES", True),
        ("ETH-USD", "Ethereum Classic attacked", False),
        ("BTC-USD", "Bitcoin Cash splits", False),
        ("BTC-USD", "Bitcoin Cash splits, Bitcoin falls", True),
        ("BTC-EUR", "Bitcoin falls", True),
        ("BCH-USD", "Bitcoin Cash splits", True),
        ("BTC-USD", "BTC-USD pair listed", True),
        ("BTC-USD", "Bitcoiners gather", False),
        ("LINK-USD", "The link between rates and gold", False),
        ("LINK-USD", "LINK gains on Chainlink news", True),
        ("DOT-USD", "Fed dot plot surprises", False),
        ("ETC-USD", "Stocks, bonds, etc", False),
        ("XLM-USD", "Stellar results at Nvidia", False),
        ("XLM-USD", "Stellar Lumens climbs", True),
        ("XRP-USD", "The ripple effect of tariffs", False),
        ("XRP-USD", "Ripple wins in court", True),
        ("AVAX-USD", "An avalanche of selling", False),
        ("AVAX-USD", "Avalanche subnets grow", True),
        ("AAPL", "Apple beats forecasts", True),
        ("AAPL", "Prices of apple juice rise", False),
        ("AAPL", "(NASDAQ:AAPL) downgraded", True),
        ("NVDA", "Nvidia and others", True),
        ("F", "Grade F for the Fed", False),
        ("F", "$F rallies", True),
        ("V", "Visa rules tighten for students", False),
        ("V", "Visa Inc. raises its dividend", True),
        ("T", "AT&T adds subscribers", True),
        ("VOW3.DE", "Volkswagen cuts jobs", True),
        ("7203.T", "Toyota lifts outlook", True),
        ("EURUSD=X", "EUR/USD slips below 1.05", True),
        ("^GSPC", "S&P 500 closes at a record", True),
        ("^DJI", "The Dow adds 300 points", True),
        ("^IXIC", "Nasdaq-listed miner expands", False),
        ("ZZZZ", "ZZZZ jumps", True),
    ],
)
def test_whole_words_only(symbol: str, title: str, found: bool) -> None:
    assert mentions(title, resolve(symbol)) is found
    assert symbols_in(title, [resolve(symbol)]) == ((symbol,) if found else ())


def test_the_ticker_comes_first() -> None:
    assert aliases(resolve("ETH-USD")) == ("ETH", "Ethereum", "Ether")
    assert aliases(resolve("^GSPC")) == ("S&P 500",)
    assert aliases(resolve("EURUSD=X")) == ("EUR/USD", "EURUSD")
    assert aliases(resolve("ZZZZ")) == ("ZZZZ",)


def test_all_assets_of_a_text_in_the_order_they_are_watched() -> None:
    title = "Bitcoin, $TSLA and the S&P 500 fall; Alphabet rises"
    assert symbols_in(title, EVERY) == ("BTC-USD", "GOOGL", "GOOG", "TSLA", "^GSPC")
    assert symbols_in(title, EVERY[::-1]) == ("^GSPC", "TSLA", "GOOG", "GOOGL", "BTC-USD")
    assert symbols_in("", EVERY) == () == symbols_in(title, ())


WORDS = [name for i in EVERY for name in aliases(i)] + [
    "$ETH",
    "the",
    "method",
    "falls",
    "Ethereum Classic",
    "&",
    "U.S.",
    "'s",
]


@settings(max_examples=60, deadline=None)
@given(
    st.lists(st.sampled_from(WORDS), max_size=12), st.sampled_from([" ", ", ", "-", "/", ""]), st.booleans()
)
def test_the_fast_way_finds_what_one_by_one_finds(words: list[str], between: str, capitals: bool) -> None:
    text = between.join(words)
    text = text.upper() if capitals else text
    assert symbols_in(text, EVERY) == tuple(i.symbol for i in EVERY if mentions(text, i))


def test_five_hundred_items_with_sixty_assets_take_less_than_half_a_second() -> None:
    chance = random.Random(1)
    words = [
        "markets",
        "fall",
        "as",
        "traders",
        "weigh",
        "Bitcoin",
        "and",
        "Ether",
        "after",
        "Fed",
        "minutes",
        "while",
        "Nvidia",
        "Apple",
        "and",
        "the",
        "S&P",
        "500",
        "rest",
    ]
    texts = [" ".join(chance.choices(words, k=60)) for _ in range(500)]
    symbols_in(texts[0], EVERY[:60])
    begun = time.perf_counter()
    found = [symbols_in(text, EVERY[:60]) for text in texts]
    assert time.perf_counter() - begun < 0.5 and any(found)
