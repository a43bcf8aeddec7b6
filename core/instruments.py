"""From what a user types to the instrument that is meant."""

import re

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
_STOCK = re.compile(r"^[A-Z][A-Z0-9]{0,6}([.-][A-Z]{1,4})?$")


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
