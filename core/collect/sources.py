"""From a request's source name to the sources to try."""

from collections.abc import Callable, Sequence
from datetime import UTC, datetime
from functools import partial
from pathlib import Path

from core.collect.files.file_source import FileSource, ImportedSource
from core.collect.sample_source import SampleSource
from core.collect.source import BarSource
from core.collect.venues.alphavantage_source import AlphaVantageSource
from core.collect.venues.ccxt_source import CcxtSource
from core.collect.venues.coingecko_source import CoinGeckoSource
from core.collect.venues.cryptocompare_source import CryptoCompareSource
from core.collect.venues.yahoo import Yahoo
from core.collect.venues.yfinance_source import YFinanceSource
from core.errors import InputError
from core.settings import Settings

SOURCE_NAMES = (
    "auto", "sample", "yfinance", "coingecko", "ccxt:EXCHANGE", "alphavantage", "cryptocompare", "imported", "file:PATH",
)  # fmt: skip
"""What may be asked for; auto tries those of the setting collect.priority in turn."""
EXCHANGES = ("binance", "kraken", "coinbase")
"""Exchanges that are tried out; ccxt knows more, by the same kind of name."""

SourceFactory = Callable[[str], Sequence[BarSource]]


def source_factory(
    settings: Settings, clock: Callable[[], datetime] = lambda: datetime.now(UTC)
) -> SourceFactory:
    """The sources to try, in order, for a name of SOURCE_NAMES; another name raises InputError.

    Nothing is opened or asked before the first bars are. Each source is made once.
    """
    makers = _makers(settings, clock)
    made: dict[str, BarSource] = {}

    def one(name: str) -> BarSource:
        kind, _, detail = name.partition(":")
        if kind == "file" and detail:
            return FileSource(Path(detail))
        key = name.lower()
        if key not in made:
            if kind.lower() == "ccxt" and detail.isidentifier():
                made[key] = CcxtSource(detail.lower(), settings.collect.timeout_seconds)
            elif key in makers:
                made[key] = makers[key]()
            else:
                raise InputError(f"Source {name[:40]!r} is not known: choose {', '.join(SOURCE_NAMES)}.")
        return made[key]

    def sources(name: str) -> Sequence[BarSource]:
        wanted = name.strip()
        names = settings.collect.priority if wanted.lower() == "auto" else (wanted,)
        return tuple(one(item.strip()) for item in names)

    return sources


def _makers(settings: Settings, clock: Callable[[], datetime]) -> dict[str, Callable[[], BarSource]]:
    timeout, keys = settings.collect.timeout_seconds, settings.keys
    demo, pro, alpha, compare = (
        key.get_secret_value() if key else None
        for key in (keys.coingecko, keys.coingecko_pro, keys.alphavantage, keys.cryptocompare)
    )
    return {
        "sample": SampleSource,
        "yfinance": lambda: YFinanceSource(Yahoo(settings.cache_dir, timeout)),
        "coingecko": partial(CoinGeckoSource, timeout, demo, clock=clock, pro_key=pro),
        "alphavantage": partial(AlphaVantageSource, timeout, alpha, paid=settings.collect.alphavantage_paid),
        "cryptocompare": partial(CryptoCompareSource, timeout, compare),
        "imported": partial(ImportedSource, settings.import_dir),
    }
