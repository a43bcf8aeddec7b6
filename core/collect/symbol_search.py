"""The search for symbols at Yahoo, for what the catalogue does not hold."""

from typing import Any

from core.collect.news.plain import plain_text
from core.collect.venues.yahoo import Yahoo
from core.errors import BadData, UnknownSymbol
from core.instruments import Listing, resolve
from core.records import AssetClass

_CLASSES = {
    "EQUITY": AssetClass.STOCK, "ETF": AssetClass.STOCK, "INDEX": AssetClass.INDEX,
    "CRYPTOCURRENCY": AssetClass.CRYPTO, "CURRENCY": AssetClass.FX,
}  # fmt: skip
_LONGEST = 60


def search_online(text: str, yahoo: Yahoo, limit: int = 8) -> tuple[Listing, ...]:
    """Instruments that Yahoo offers for a text, best first; only those whose symbol we can read.

    Raises:
        SourceError: Yahoo failed.
    """
    asked = " ".join(text.split())[:_LONGEST]
    if not asked or limit < 1:
        return ()

    def question(ticker: Any, timeout: float) -> Any:
        import yfinance

        return yfinance.Search(
            asked,
            max_results=limit,
            news_count=0,
            lists_count=0,
            enable_fuzzy_query=True,
            session=ticker.session,
            timeout=timeout,
        ).quotes

    # the ticker itself is not asked; the text could be one that yfinance looks up by itself, e.g. an ISIN
    quotes = yahoo.ask("search", question)
    if not isinstance(quotes, list):
        raise BadData("Yahoo's search answered without a list")
    found: dict[str, Listing] = {}
    for quote in quotes:
        listing = _listing(quote) if isinstance(quote, dict) else None
        if listing is not None:
            found.setdefault(listing.symbol, listing)
    return tuple(found.values())[:limit]


def _listing(quote: dict[str, Any]) -> Listing | None:
    symbol, asset_class = str(quote.get("symbol") or ""), _CLASSES.get(str(quote.get("quoteType")).upper())
    try:
        instrument = resolve(symbol)
    except UnknownSymbol:
        return None
    if instrument.symbol != symbol or instrument.asset_class is not asset_class:
        return None
    name = plain_text(quote.get("longname") or quote.get("shortname"), 80) or symbol
    exchange = plain_text(quote.get("exchDisp"), 30)
    return Listing(symbol, f"{name} ({exchange})" if exchange else name, instrument.asset_class)
