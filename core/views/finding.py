"""Finding instruments by symbol or name."""

from core.collect import Yahoo, search_online
from core.instruments import Listing, find_instruments
from core.pipeline import Workbench


def find_symbols(bench: Workbench, text: str, online: bool, limit: int = 8) -> tuple[Listing, ...]:
    """Instruments that a text may mean, best first: the built-in list, and with `online` Yahoo's search as well.

    Raises:
        SourceError: Yahoo did not answer.
    """
    known = find_instruments(text, limit)
    if not online:
        return known
    settings = bench.settings
    yahoo = Yahoo(settings.cache_dir, settings.collect.timeout_seconds)
    more = bench.gate.ask("yfinance search", (), lambda: search_online(text, yahoo, limit), len)
    return tuple({listing.symbol: listing for listing in (*known, *more)}.values())
