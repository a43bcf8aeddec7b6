"""From what a user types to the instrument that is meant, and a catalogue of well-known ones to search in."""

import csv
import re
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from statistics import fmean

from core.errors import UnknownSymbol
from core.records import AssetClass, Instrument

CRYPTO = {
    "BTC": "Bitcoin", "ETH": "Ethereum", "SOL": "Solana", "XRP": "XRP", "ADA": "Cardano", "DOGE": "Dogecoin",
    "LTC": "Litecoin", "BNB": "BNB", "DOT": "Polkadot", "AVAX": "Avalanche", "LINK": "Chainlink",
    "BCH": "Bitcoin Cash", "TRX": "TRON", "XLM": "Stellar", "ATOM": "Cosmos", "UNI": "Uniswap", "EOS": "EOS",
}  # fmt: skip
"""Base symbols that are read as crypto when typed alone."""

_STABLE = {"USDT": "USD", "USDC": "USD", "BUSD": "USD"}
_FIAT = {"USD", "EUR", "GBP", "JPY", "CHF", "CAD", "AUD", "NZD"}
_PAIR = re.compile(r"^([A-Z0-9]{2,10})[-/]([A-Z]{3,5})$")
_FX = re.compile(r"^([A-Z]{3})([A-Z]{3})=X$")
_INDEX = re.compile(r"^\^[A-Z0-9]{1,10}$")
_STOCK = re.compile(r"^(?:[A-Z][A-Z0-9]{0,6}(?:[.-][A-Z]{1,4})?|[A-Z0-9]{1,10}(?:-[A-Z]{1,2})?\.[A-Z]{1,3})$")
"""A ticker, or one of another exchange with its suffix: VOD.L, 7203.T, NOVO-B.CO."""


def resolve(text: str) -> Instrument:
    """Read a symbol: `BTC`, `btc/usdt`, `BTC-USD`, `AAPL`, `EURUSD=X`, `^GSPC`.

    Dollar stablecoins are read as USD. Nothing is looked up: whether the symbol exists is the sources' answer.

    Raises:
        UnknownSymbol: when the text cannot be a symbol.
    """
    symbol = text.strip().upper()
    if match := _FX.match(symbol):
        return Instrument(symbol, AssetClass.FX, match[1], match[2])
    if _INDEX.match(symbol):
        return Instrument(symbol, AssetClass.INDEX, symbol, "USD")
    if match := _PAIR.match(symbol):
        base, quote = match[1], _STABLE.get(match[2], match[2])
        if base in _FIAT and quote in _FIAT:
            return Instrument(f"{base}{quote}=X", AssetClass.FX, base, quote)
        if quote in _FIAT or quote in CRYPTO:
            return Instrument(f"{base}-{quote}", AssetClass.CRYPTO, base, quote)
    if symbol in CRYPTO:
        return Instrument(f"{symbol}-USD", AssetClass.CRYPTO, symbol, "USD")
    if _STOCK.match(symbol):
        return Instrument(symbol, AssetClass.STOCK, symbol, "USD")
    raise UnknownSymbol(
        f"Symbol {text.strip()[:24]!r} cannot be read: write it like BTC-USD, BTC/USDT, BTC, AAPL, EURUSD=X or ^GSPC."
    )


@dataclass(frozen=True, slots=True)
class Listing:
    """An instrument as a person knows it."""

    symbol: str
    """Canonical, as `resolve` gives it."""
    name: str
    asset_class: AssetClass
    called: tuple[str, ...] = ()
    """Names by which headlines call it."""


def _read(path: Path) -> tuple[Listing, ...]:
    with path.open(newline="", encoding="utf-8") as file:
        return tuple(
            Listing(
                row["symbol"],
                row["name"],
                AssetClass(row["asset_class"]),
                tuple(filter(None, row["called"].split(";"))),
            )
            for row in csv.DictReader(file)
        )


CATALOGUE: tuple[Listing, ...] = _read(Path(__file__).parent / "listings.csv")
"""Within each asset class the best known come first."""

_BY_SYMBOL = {listing.symbol: listing for listing in CATALOGUE}


def listing_of(instrument: Instrument) -> Listing | None:
    """The catalogue's entry of an instrument; a coin's is found by its base, whatever it is paid in."""
    if instrument.asset_class is AssetClass.CRYPTO:
        return _BY_SYMBOL.get(f"{instrument.base}-USD")
    return _BY_SYMBOL.get(instrument.symbol)


def find_instruments(text: str, limit: int = 10) -> tuple[Listing, ...]:
    """Instruments of the catalogue that a text may mean: by symbol or name, exact before prefix before alike.

    Tolerates slips, «aple» finds AAPL, where nothing fits better. Alikeness: rapidfuzz's ratio of names and words.
    """
    asked = _plain(text[:_LONGEST])
    if not asked or limit < 1:
        return ()
    exact = _symbol(text)
    ranked = []
    for place, (listing, words) in enumerate(zip(CATALOGUE, _searchable(), strict=True)):
        rank, alike = (0, 100.0) if listing.symbol == exact else _rank(asked, words)
        if rank < _NO_MATCH:
            ranked.append((rank, -alike, place, listing))
    best = min(ranked, default=(_NO_MATCH,))[0]
    return tuple(
        listing for rank, *_, listing in sorted(ranked)[:limit] if rank < _ALIKE_ONLY or best == rank
    )


def did_you_mean(text: str, limit: int = 3) -> tuple[Listing, ...]:
    """What to offer for a text whose symbol the catalogue does not hold; empty when it does, or nothing is alike."""
    return () if _symbol(text) in _BY_SYMBOL else find_instruments(text, limit)


_ALIKE_ONLY, _NO_MATCH = 4, 5
_ALIKE = 78.0
"""Names at least so alike (0 to 100) are offered for a word with a slip in it."""
_LONGEST = 60
_FORMS = {
    "inc",
    "corp",
    "corporation",
    "company",
    "co",
    "plc",
    "ltd",
    "ag",
    "se",
    "sa",
    "nv",
    "group",
    "holdings",
}
"""Words behind a company's name that say nothing of which company."""


@dataclass(frozen=True, slots=True)
class _Searchable:
    """A listing's names in the form that is compared."""

    symbols: tuple[str, ...]
    names: tuple[str, ...]
    words: tuple[str, ...]


@cache
def _searchable() -> tuple[_Searchable, ...]:
    found = []
    for listing in CATALOGUE:
        names = tuple(dict.fromkeys(_plain(name) for name in (listing.name, *listing.called)))
        symbols = (_plain(listing.symbol), _plain(re.split(r"[-.=]", listing.symbol)[0]))
        found.append(_Searchable(symbols, names, tuple(word for name in names for word in name.split())))
    return tuple(found)


def _rank(asked: str, listing: _Searchable) -> tuple[int, float]:
    """(0 exact, 1 a word of the name, 2 prefix, 3 prefix of a word, 4 alike, 5 nothing) and how much alike."""
    if asked in listing.symbols or asked in listing.names:
        return 0, 100.0
    if len(asked) > 1 and asked in listing.words:
        return 1, 100.0
    if any(name.startswith(asked) for name in (*listing.names, *listing.symbols)):
        return 2, 100.0
    if any(word.startswith(asked) for word in listing.words):
        return 3, 100.0
    alike = _alikeness(asked, listing)
    return (_ALIKE_ONLY, alike) if alike >= _ALIKE else (_NO_MATCH, alike)


def _alikeness(asked: str, listing: _Searchable) -> float:
    from rapidfuzz import fuzz

    # of three letters every other symbol has two
    if len(asked) < 4:
        return 0.0
    found = [fuzz.ratio(asked, name) for name in (*listing.names, *listing.symbols) if len(name) > 3]
    if " " in asked:
        found += [_all_words(asked, name) for name in listing.names]
    return max([*found, *(fuzz.ratio(asked, word) for word in listing.words if len(word) > 3)], default=0.0)


def _all_words(asked: str, name: str) -> float:
    """How well the words asked for are found in a name, on average, less a little for what else differs."""
    from rapidfuzz import fuzz

    words = name.split()
    found = fmean(max((fuzz.ratio(one, word) for word in words), default=0.0) for one in asked.split())
    return found - 0.1 * (100 - fuzz.ratio(asked, name))


def _plain(text: str) -> str:
    words = re.findall(r"[\w&^]+", text.casefold())
    return " ".join(words[:1] + [word for word in words[1:] if word not in _FORMS])


def _symbol(text: str) -> str:
    try:
        return resolve(text).symbol
    except UnknownSymbol:
        return ""
