"""Which assets a text speaks of."""

import re
from collections.abc import Sequence
from functools import cache, lru_cache

from core.instruments import listing_of
from core.records import AssetClass, Instrument

_LONGER = {
    AssetClass.CRYPTO: (
        "Bitcoin Cash", "Bitcoin SV", "Bitcoin Gold", "Ethereum Classic", "Wrapped Bitcoin", "iShares Bitcoin Trust",
        "ripple effect", "ripple effects", "avalanche of",
    ),
    AssetClass.INDEX: ("Nasdaq-listed", "Nasdaq Inc"),
    AssetClass.STOCK: ("Amazon rainforest", "Amazon basin"),
    AssetClass.FX: (),
}  # fmt: skip
"""Phrases that begin like a name, or hold one, and mean something else."""

_WORDS_TOO = {
    "LINK", "DOT", "SOL", "UNI", "ATOM", "ADA", "TRX", "EOS", "NEAR", "DASH", "VET", "FIL", "ETC", "ALGO", "ICP",
}  # fmt: skip
"""Tickers of coins that are read as tickers only in capitals; so are all stock tickers."""

_NAMES_TOO = {"Avalanche", "Ripple"}
"""Names of coins that are words unless they are written with a capital."""


def aliases(instrument: Instrument) -> tuple[str, ...]:
    """Names by which headlines call an instrument; the ticker first."""
    listing = listing_of(instrument)
    called = listing.called if listing else ()
    if instrument.asset_class is AssetClass.FX:
        return (f"{instrument.base}/{instrument.quote}", f"{instrument.base}{instrument.quote}")
    if instrument.asset_class is AssetClass.INDEX:
        return called
    ticker = instrument.base if instrument.asset_class is AssetClass.CRYPTO else instrument.symbol
    return tuple(dict.fromkeys((ticker, *called)))


def mentions(text: str, instrument: Instrument) -> bool:
    """Whether a text names the instrument: whole words only, so that «method» is no ETH.

    Tickers count in capitals (or after a $), names in any case but companies', which are often words, as written.
    """
    as_written, any_case, longer = _patterns(instrument)
    if longer:
        text = longer.sub(" ", text)
    return bool(as_written.search(text)) or bool(any_case and any_case.search(text))


def symbols_in(text: str, instruments: Sequence[Instrument]) -> tuple[str, ...]:
    """Symbols of all instruments that a text names, in the order of the instruments.

    The same answer as `mentions` for each; only those are tried of which a first word is in the text.
    """
    watched = tuple(instruments)
    by_word = _by_first_word(watched)
    tried = {place for word in set(_words(text)) for place in by_word.get(word, ())}
    return tuple(watched[place].symbol for place in sorted(tried) if mentions(text, watched[place]))


def _words(text: str) -> list[str]:
    return re.findall(r"\w+", text.casefold())


@lru_cache(maxsize=8)
def _by_first_word(instruments: tuple[Instrument, ...]) -> dict[str, tuple[int, ...]]:
    """Places of the instruments of which a name begins with a word."""
    found: dict[str, set[int]] = {}
    for place, instrument in enumerate(instruments):
        for name in (instrument.base, *aliases(instrument)):
            for word in _words(name)[:1]:
                found.setdefault(word, set()).add(place)
    return {word: tuple(places) for word, places in found.items()}


@cache
def _patterns(
    instrument: Instrument,
) -> tuple[re.Pattern[str], re.Pattern[str] | None, re.Pattern[str] | None]:
    """Patterns of the names taken as written, of those in any case, and of longer phrases to blot out first."""
    names, crypto = aliases(instrument), instrument.asset_class is AssetClass.CRYPTO
    if crypto:
        loose_ticker = instrument.base not in _WORDS_TOO and len(instrument.base) >= 3
        any_case = [name for name in names[1:] if name not in _NAMES_TOO]
        any_case += [instrument.base] if loose_ticker else []
        as_written = [name for name in names if name not in any_case]
    else:
        # a stock's ticker of one or two letters (A, ON) is a word too often: only after a $
        short = instrument.asset_class is AssetClass.STOCK and len(instrument.symbol) < 3
        as_written, any_case = list(names[1:] if short else names), []
    written = [
        rf"\${re.escape(instrument.base)}(?!\w)",
        *(rf"(?<![\w$]){re.escape(n)}(?!\w)" for n in as_written),
    ]
    loose = rf"(?<!\w)(?:{'|'.join(map(re.escape, any_case))})(?!\w)"
    longer = [
        phrase
        for phrase in _LONGER[instrument.asset_class]
        if phrase not in names and any(name.casefold() in phrase.casefold() for name in names)
    ]
    return (
        re.compile("|".join(written)),
        re.compile(loose, re.IGNORECASE) if any_case else None,
        re.compile("|".join(map(re.escape, longer)), re.IGNORECASE) if longer else None,
    )
