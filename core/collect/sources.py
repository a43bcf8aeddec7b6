"""From a request's source name to the sources to try, and from settings to everything that collects."""

from collections.abc import Callable, Sequence
from datetime import UTC, datetime
from pathlib import Path

from core.collect.cooldown import CoolDown
from core.collect.files.file_source import FileSource, ImportedSource
from core.collect.news.headlines import collect_headlines
from core.collect.news.sample_headlines import sample_headlines
from core.collect.sample_source import SampleSource
from core.collect.source import BarSource
from core.collect.venues.coingecko_source import CoinGeckoSource
from core.collect.venues.yahoo import Yahoo
from core.collect.venues.yfinance_source import YFinanceSource
from core.errors import InputError
from core.records import Headline, Instrument, Problem
from core.settings import Settings

SOURCE_NAMES = ("auto", "sample", "yfinance", "coingecko", "imported", "file:PATH")
"""What may be asked for; auto tries yfinance, coingecko, then the sample."""

SourceFactory = Callable[[str], Sequence[BarSource]]
HeadlineReader = Callable[[Instrument, str, datetime], tuple[tuple[Headline, ...], tuple[Problem, ...]]]


def source_factory(settings: Settings) -> SourceFactory:
    """The sources to try, in order, for a name of SOURCE_NAMES; another name raises InputError.

    Nothing is opened or asked before the first bars are.
    """
    key = settings.keys.coingecko
    timeout = settings.collect.timeout_seconds
    yfinance = YFinanceSource(Yahoo(settings.cache_dir, timeout))
    coingecko = CoinGeckoSource(timeout, key.get_secret_value() if key else None)
    imported = ImportedSource(settings.import_dir)

    def sources(name: str) -> Sequence[BarSource]:
        kind, _, path = name.strip().partition(":")
        if kind == "file" and path:
            return (FileSource(Path(path)),)
        match name.strip().lower():
            case "auto":
                return (yfinance, coingecko, SampleSource())
            case "sample":
                return (SampleSource(),)
            case "yfinance":
                return (yfinance,)
            case "coingecko":
                return (coingecko,)
            case "imported":
                return (imported,)
        raise InputError(f"Source {name[:40]!r} is not known: choose {', '.join(SOURCE_NAMES)}.")

    return sources


def headline_reader(
    settings: Settings, clock: Callable[[], datetime] = lambda: datetime.now(UTC)
) -> HeadlineReader:
    """(instrument, data source, now) → headlines and problems: the sample's own for the sample, else feeds and Yahoo.

    The sample's headlines are returned for all its years; the reader takes those of its `as_of`.
    """
    collect = settings.collect
    yahoo = Yahoo(settings.cache_dir, collect.timeout_seconds)
    cool_down = CoolDown(collect.cool_down_seconds, clock)

    def read(
        instrument: Instrument, data_source: str, now: datetime
    ) -> tuple[tuple[Headline, ...], tuple[Problem, ...]]:
        if data_source == "sample":
            return sample_headlines(instrument, now), ()
        return collect_headlines(
            instrument, collect.feeds, now, timeout=collect.timeout_seconds, cool_down=cool_down, yahoo=yahoo
        )

    return read
