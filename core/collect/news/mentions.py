"""Which assets a headline speaks of."""

import re
from functools import cache

from core.instruments import CRYPTO
from core.records import AssetClass, Instrument

_COMPANIES = {
    "AAPL": ("Apple", "iPhone"), "MSFT": ("Microsoft",), "NVDA": ("Nvidia",), "TSLA": ("Tesla",),
    "AMZN": ("Amazon",), "GOOG": ("Google", "Alphabet"), "GOOGL": ("Google", "Alphabet"),
    "META": ("Meta Platforms", "Facebook"), "AMD": ("Advanced Micro Devices",), "INTC": ("Intel",),
    "NFLX": ("Netflix",), "COIN": ("Coinbase",), "MSTR": ("MicroStrategy",), "IBM": (), "JPM": ("JPMorgan",),
}  # fmt: skip
"""Names by which headlines call well-known companies."""

_INDICES = {
    "^GSPC": ("S&P 500",), "^DJI": ("Dow Jones", "the Dow"), "^IXIC": ("Nasdaq Composite", "Nasdaq"),
    "^NDX": ("Nasdaq 100", "Nasdaq"), "^FTSE": ("FTSE 100",), "^GDAXI": ("DAX",), "^N225": ("Nikkei",),
    "^VIX": ("VIX",),
}  # fmt: skip

_MORE_COINS = {"ETH": ("Ether",), "XRP": ("Ripple",), "BNB": ("Binance Coin",)}
_OTHER_COINS = ("Bitcoin Cash", "Bitcoin SV", "Bitcoin Gold", "Ethereum Classic", "Wrapped Bitcoin")
"""Names that begin like a coin's but are another coin."""

_WORDS_TOO = {"LINK", "DOT", "SOL", "UNI", "ATOM", "ADA", "TRX", "EOS"}
"""Tickers that are read as tickers only in capitals; so are all stock tickers."""


def aliases(instrument: Instrument) -> tuple[str, ...]:
    """Names by which headlines call an instrument; the ticker first."""
    if instrument.asset_class is AssetClass.CRYPTO:
        named = (CRYPTO[instrument.base],) if instrument.base in CRYPTO else ()
        return tuple(dict.fromkeys((instrument.base, *named, *_MORE_COINS.get(instrument.base, ()))))
    if instrument.asset_class is AssetClass.FX:
        return (f"{instrument.base}/{instrument.quote}", f"{instrument.base}{instrument.quote}")
    if instrument.asset_class is AssetClass.INDEX:
        return _INDICES.get(instrument.symbol, ())
    return (instrument.symbol, *_COMPANIES.get(instrument.symbol, ()))


def mentions(title: str, instrument: Instrument) -> bool:
    """Whether a headline names the instrument: whole words only, so that «method» is no ETH.

    Tickers count in capitals (or after a $), names in any case but companies', which are often words, as written.
    """
    strict, loose, others = _patterns(instrument)
    text = others.sub(" ", title) if others else title
    return bool(strict.search(text)) or bool(loose and loose.search(text))


@cache
def _patterns(
    instrument: Instrument,
) -> tuple[re.Pattern[str], re.Pattern[str] | None, re.Pattern[str] | None]:
    """Patterns of the names taken as written, of those in any case, and of longer names to blot out first."""
    names = aliases(instrument)
    crypto = instrument.asset_class is AssetClass.CRYPTO
    ticker = names[:1]
    # a stock's ticker of one or two letters (A, ON) is a word too often: only after a $
    short = instrument.asset_class is AssetClass.STOCK and len(instrument.symbol) < 3
    as_written = (
        [re.escape(name) for name in (names[1:] if short else names)]
        if not crypto
        else list(map(re.escape, ticker))
    )
    dollar = re.escape(instrument.base)
    strict = "|".join([rf"\${dollar}(?!\w)", *(rf"(?<![\w$]){name}(?!\w)" for name in as_written)])
    any_case = [re.escape(name) for name in (names[1:] if crypto else ())]
    if crypto and instrument.base not in _WORDS_TOO and len(instrument.base) >= 3:
        any_case.append(re.escape(instrument.base))
    loose = re.compile(rf"(?<!\w)(?:{'|'.join(any_case)})(?!\w)", re.IGNORECASE) if any_case else None
    longer = [
        other
        for other in _OTHER_COINS
        if crypto and other not in names and any(other.startswith(n) for n in names)
    ]
    others = re.compile("|".join(map(re.escape, longer)), re.IGNORECASE) if longer else None
    return re.compile(strict), loose, others
