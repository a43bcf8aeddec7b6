"""The coins that are searched for most at CoinGecko."""

from datetime import datetime, timedelta

from core.collect.news.coingecko import CoinGecko
from core.collect.news.plain import plain_text
from core.collect.news.source import NewsAnswer, Validator
from core.collect.source import Limit
from core.collect.venues.coingecko_source import COIN_IDS
from core.errors import BadData, UnknownSymbol
from core.instruments import CRYPTO, resolve
from core.records import AssetClass, Instrument, NewsKind, Reading

RANK = "trending rank"
_BASES = {coin: base for base, coin in COIN_IDS.items()}


class Trending:
    """Place of each coin among the searches of the last day, 1 first."""

    name = "trending"
    kind = NewsKind.NEWS
    limits = (Limit(5, 60.0),)
    about_one = False

    def __init__(self, coingecko: CoinGecko, every: timedelta = timedelta(hours=1)) -> None:
        self.every = every
        self._coingecko = coingecko

    def offer(self, instrument: Instrument) -> None:
        """It ranks coins, whichever asset is looked at."""

    def read(
        self, instrument: Instrument, since: datetime, now: datetime, seen: Validator | None
    ) -> NewsAnswer:
        """The list as it is now; coins whose symbol cannot be told are left out. Raises SourceError."""
        answer = self._coingecko.ask(lambda client: client.get_search_trending())
        coins = answer.get("coins") if isinstance(answer, dict) else None
        if not isinstance(coins, list):
            raise BadData("CoinGecko answered without a list of coins")
        readings: dict[str, Reading] = {}
        for rank, coin in enumerate(coins, start=1):
            item = coin.get("item") if isinstance(coin, dict) else None
            if isinstance(item, dict) and (symbol := _symbol(item)):
                words = plain_text(item.get("name"), 60)
                readings.setdefault(symbol, Reading(self.name, RANK, symbol, now, float(rank), words, now))
        return NewsAnswer(readings=tuple(readings.values()))


def _symbol(item: dict) -> str:
    """Canonical symbol, or nothing. Symbols are not unique: a well-known one counts only with that coin's id."""
    if base := _BASES.get(str(item.get("id"))):
        return f"{base}-USD"
    base = str(item.get("symbol")).upper()
    try:
        found = resolve(f"{base}-USD")
    except UnknownSymbol:
        return ""
    known = base in CRYPTO or found.asset_class is not AssetClass.CRYPTO
    return "" if known else found.symbol
