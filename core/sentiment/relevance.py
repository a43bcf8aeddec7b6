"""How much a text is about an asset, and which part of it.

«Ethereum falls while bitcoin holds» says something bad about one asset only: a text that names several is read clause
by clause, and an asset is judged by the clauses that are not another's.
"""

import re
from functools import cache

from core.instruments import CATALOGUE, listing_of
from core.records import AssetClass, Instrument
from core.sentiment.lexicon import Lexicon, Scored, clean

SUBJECT, OWN_CLAUSE, BESIDE, SECTOR, MARKET, NOTHING = 1.0, 0.8, 0.6, 0.35, 0.2, 0.1
"""Relevance of a text whose first asset it is; that has a clause about it; that names it beside another; that speaks of
its sector; of markets at large or of no asset; of another asset only."""
_SECTOR = {
    AssetClass.CRYPTO: r"crypto\w*|coins?|tokens?|altcoins?|blockchain|stablecoins?|defi|digital assets?|web3|on-chain|"
    r"miners?|wallets?|halving",
    AssetClass.STOCK: r"stocks?|shares|equit(?:y|ies)|wall street|earnings season|nasdaq|s&p 500|dow jones",
    AssetClass.INDEX: r"stocks?|shares|equit(?:y|ies)|wall street|indices|futures|bonds?|the fed|recession|earnings",
    AssetClass.FX: r"forex|currenc(?:y|ies)|dollar|euro|yen|sterling|pound|franc|central banks?|the fed|ecb|boj|rates?",
}
_JOINS = r"(?:(?:even |just )?(?:as|while)|whereas|but|although|though)\s+"
_SPLIT = re.compile(rf";\s+|\s+[–—-]\s+(?:{_JOINS})?|,?\s+{_JOINS}", re.IGNORECASE)
_COMMA = re.compile(r",\s+(?:and\s+)?")
_LEAST_WORDS = 2
"""A piece between commas is a clause from so many words on: «Bitcoin, ether fall» is one statement."""
_CURRENCIES = {"EUR": "euro", "USD": "dollar", "JPY": "yen", "GBP": "sterling|pound", "CHF": "franc", "CAD": "loonie",
               "AUD": "aussie"}  # fmt: skip


def relevance(text: str, instrument: Instrument) -> float:
    """0 … 1: 1 where the asset is what the text is about, little where only its sector is spoken of."""
    text = clean(text)
    mine = _first(instrument, text)
    others = _others(text, instrument)
    if mine is None:
        if re.search(rf"\b(?:{_SECTOR[instrument.asset_class]})\b", text, re.IGNORECASE):
            return SECTOR if not others else MARKET
        return NOTHING if others else MARKET
    if not others or mine < min(others):
        return SUBJECT
    alone = any(
        _first(instrument, clause) is not None and not _others(clause, instrument) for clause in clauses(text)
    )
    return OWN_CLAUSE if alone else BESIDE


def part_about(text: str, instrument: Instrument) -> str:
    """The text without the clauses that speak of other assets only; all of it where it does not name the asset apart."""
    text = clean(text)
    if _first(instrument, text) is None or not _others(text, instrument):
        return text
    kept = [
        clause
        for clause in clauses(text)
        if _first(instrument, clause) is not None or not _others(clause, instrument)
    ]
    return ", ".join(kept)


def score_about(lexicon: Lexicon, text: str, instrument: Instrument) -> Scored:
    """The lexicon's score of what a text says about one asset."""
    return lexicon.score(part_about(text, instrument))


def clauses(text: str) -> tuple[str, ...]:
    """The statements of a text, in order."""
    found: list[str] = []
    for part in _SPLIT.split(text):
        pieces = _COMMA.split(part)
        if all(len(piece.split()) >= _LEAST_WORDS for piece in pieces):
            found += pieces
        else:
            found.append(part)
    return tuple(clause.strip() for clause in found if clause.strip())


def _first(instrument: Instrument, text: str) -> int | None:
    """Where the asset is named first."""
    places = [match.start() for pattern in _own(instrument) for match in [pattern.search(text)] if match]
    return min(places, default=None)


def _others(text: str, instrument: Instrument) -> list[int]:
    """Where other assets of the catalogue are named; «Ethereum Classic» is no mention of Ethereum."""
    listing = listing_of(instrument)
    own = listing.symbol if listing else instrument.symbol
    shared = (
        {name.casefold() for name in listing.called} if listing else set()
    )  # two share classes, one company
    return [
        match.start()
        for pattern in _catalogue()
        for match in pattern.finditer(text)
        if _symbol_of(match.group()) not in (own, "") and match.group().casefold() not in shared
    ]


@cache
def _own(instrument: Instrument) -> tuple[re.Pattern[str], ...]:
    """Patterns of an asset's names: as written for tickers and companies, in any case for coins."""
    listing = listing_of(instrument)
    called = listing.called if listing else ()
    ticker = instrument.base if instrument.asset_class is AssetClass.CRYPTO else instrument.symbol
    exact = [rf"\$?{re.escape(ticker)}" if len(ticker) > 2 else rf"\${re.escape(ticker)}"]
    loose: list[str] = []
    if instrument.asset_class is AssetClass.FX:
        pair = (instrument.base, instrument.quote)
        exact = ["/?".join(pair)]
        loose = [_CURRENCIES[code] for code in pair if code in _CURRENCIES]
    elif instrument.asset_class is AssetClass.CRYPTO:
        loose = [_whole(name) for name in called]
    else:
        exact += [re.escape(name) for name in called]
    patterns = [re.compile(rf"(?<![\w$])(?:{'|'.join(exact)})(?!\w)")]
    if loose:
        patterns.append(re.compile(rf"(?<!\w)(?:{'|'.join(loose)})(?!\w)", re.IGNORECASE))
    return tuple(patterns)


def _whole(name: str) -> str:
    """A name that is not the beginning of another asset's: bitcoin, but not Bitcoin Cash."""
    longer = [
        other[len(name) :]
        for listing in CATALOGUE
        for other in listing.called
        if other.startswith(name + " ") and listing.name != name
    ]
    return re.escape(name) + "".join(f"(?!{re.escape(rest)})" for rest in longer)


@cache
def _names() -> dict[str, str]:
    """Every name in the catalogue, in lower case, and tickers as they are → symbol."""
    found: dict[str, str] = {}
    for listing in CATALOGUE:
        if listing.asset_class is AssetClass.FX:
            continue
        for name in listing.called:
            found.setdefault(
                name.casefold() if listing.asset_class is AssetClass.CRYPTO else name, listing.symbol
            )
        ticker = listing.symbol.removesuffix("-USD")
        if len(ticker) > 2 and ticker.isalpha():
            found.setdefault(ticker, listing.symbol)
    return found


@cache
def _catalogue() -> tuple[re.Pattern[str], ...]:
    """Names of coins in any case; tickers and companies as written; the longest first."""
    coins = sorted((n for n in _names() if n == n.casefold()), key=len, reverse=True)
    exact = sorted((n for n in _names() if n != n.casefold()), key=len, reverse=True)
    return (
        re.compile(rf"(?<!\w)(?:{'|'.join(map(re.escape, coins))})(?!\w)", re.IGNORECASE),
        re.compile(rf"(?<![\w])(?:{'|'.join(map(re.escape, exact))})(?!\w)"),
    )


def _symbol_of(name: str) -> str:
    names = _names()
    return names.get(name) or names.get(name.casefold(), "")
