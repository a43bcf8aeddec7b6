"""The catalogue of well-known instruments, and the search in it."""

import time
from collections import Counter

import pytest
from hypothesis import given
from hypothesis import strategies as st

from core.instruments import CATALOGUE, CRYPTO, did_you_mean, find_instruments, listing_of, resolve
from core.records import AssetClass


def test_every_symbol_resolves_to_itself() -> None:
    for listing in CATALOGUE:
        instrument = resolve(listing.symbol)
        assert (instrument.symbol, instrument.asset_class) == (listing.symbol, listing.asset_class)
    assert len({listing.symbol for listing in CATALOGUE}) == len(CATALOGUE)


def test_it_holds_all_classes_and_all_coins_that_are_read_alone() -> None:
    counted = Counter(listing.asset_class for listing in CATALOGUE)
    assert counted[AssetClass.STOCK] >= 90 and counted[AssetClass.CRYPTO] >= 25
    assert counted[AssetClass.FX] >= 10 and counted[AssetClass.INDEX] >= 15
    assert {f"{base}-USD" for base in CRYPTO} <= {listing.symbol for listing in CATALOGUE}


def first(text: str) -> str:
    return next((listing.symbol for listing in find_instruments(text)), "")


@pytest.mark.parametrize(
    ("typed", "symbol"),
    [
        ("AAPL", "AAPL"), ("aapl", "AAPL"), ("apple", "AAPL"), ("Apple Inc.", "AAPL"), ("iphone", "AAPL"),
        ("aple", "AAPL"), ("aplpe", "AAPL"), ("microsft corp", "MSFT"), ("nvida", "NVDA"), ("gogle", "GOOGL"),
        ("facebook", "META"), ("jp morgan", "JPM"), ("berkshire hathway", "BRK-B"), ("coca cola", "KO"),
        ("bitcoin", "BTC-USD"), ("btc", "BTC-USD"), ("BTC/USDT", "BTC-USD"), ("bitcon", "BTC-USD"),
        ("etherium", "ETH-USD"), ("ripple", "XRP-USD"), ("doge", "DOGE-USD"), ("bitcoin cash", "BCH-USD"),
        ("euro dollar", "EURUSD=X"), ("eur/usd", "EURUSD=X"), ("eurusd", "EURUSD=X"), ("dollar yen", "USDJPY=X"),
        ("dollar swiss frank", "USDCHF=X"), ("pound", "GBPUSD=X"), ("s&p 500", "^GSPC"), ("dow jones", "^DJI"), ("dax", "^GDAXI"),
        ("nikkei", "^N225"), ("^gspc", "^GSPC"), ("toyota", "7203.T"), ("nestle", "NESN.SW"), ("volkswagon", "VOW3.DE"),
    ],
)  # fmt: skip
def test_what_people_type(typed: str, symbol: str) -> None:
    assert first(typed) == symbol


def test_exact_before_prefix_before_alike() -> None:
    assert [listing.symbol for listing in find_instruments("bitcoin")][:2] == ["BTC-USD", "BCH-USD"]
    assert [listing.symbol for listing in find_instruments("BTC/USDT")] == ["BTC-USD"], (
        "nothing alike beside a match"
    )
    assert len(find_instruments("a", limit=3)) == 3


@pytest.mark.parametrize("typed", ["", "  ", "zzzzqq", "!!!", "💸", "x" * 10_000])
def test_nothing_found(typed: str) -> None:
    assert find_instruments(typed) == () == did_you_mean(typed)


def test_did_you_mean_speaks_only_where_the_symbol_is_not_known() -> None:
    assert resolve("apple").symbol == "APPLE", "it could be a ticker"
    assert did_you_mean("apple")[0].symbol == "AAPL"
    assert did_you_mean("AAPL") == () == did_you_mean("btc") == did_you_mean("eur/usd")


def test_a_coin_has_its_names_whatever_it_is_paid_in() -> None:
    found = listing_of(resolve("BTC-EUR"))
    assert found is not None and found.name == "Bitcoin"
    assert listing_of(resolve("ZZZZ")) is None


@given(st.text(max_size=40), st.integers(0, 12))
def test_any_text_finds_at_most_so_many_each_once(typed: str, limit: int) -> None:
    found = find_instruments(typed, limit)
    assert len(found) <= limit and len(set(found)) == len(found) and set(found) <= set(CATALOGUE)


def test_a_search_is_faster_than_a_keystroke() -> None:
    find_instruments("warm up")
    begun = time.perf_counter()
    for typed in ("micosoft", "euro dolar", "bitcoin", "zzzz zzzz"):
        find_instruments(typed)
    assert (time.perf_counter() - begun) / 4 < 0.05
