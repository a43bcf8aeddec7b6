"""Collect: bars and headlines from sources that may fail, with what is known of their quality.

A source (`source.py`) serves bars; `collect_bars` takes the first that can, asks it only for what the cache lacks and
tells what went wrong; `assess` judges the result. A new source is one class that keeps `BarSource`, named in
`sources.py`.
"""

from core.collect.collected import BarRequest, Collected
from core.collect.cooldown import CoolDown
from core.collect.failover import collect_bars
from core.collect.files.bar_file import Sniffed, read_bars_file, sniff
from core.collect.files.file_source import FileSource, ImportedSource, import_bars
from core.collect.intervals import Interval, clip, length, missing, union
from core.collect.news.headlines import collect_headlines
from core.collect.news.mentions import aliases, mentions
from core.collect.news.sample_headlines import sample_headlines
from core.collect.quality.assess import assess
from core.collect.sample_source import SampleSeries, SampleSource, sample_series
from core.collect.shaping import resample_bars, shape_bars
from core.collect.source import LIVE, BarSource, Offer
from core.collect.sources import SOURCE_NAMES, HeadlineReader, headline_reader, source_factory
from core.collect.venues.coingecko_source import CoinGeckoSource
from core.collect.venues.yahoo import Yahoo
from core.collect.venues.yfinance_source import YFinanceSource

__all__ = [
    "LIVE",
    "SOURCE_NAMES",
    "BarRequest",
    "BarSource",
    "CoinGeckoSource",
    "Collected",
    "CoolDown",
    "FileSource",
    "HeadlineReader",
    "ImportedSource",
    "Interval",
    "Offer",
    "SampleSeries",
    "SampleSource",
    "Sniffed",
    "YFinanceSource",
    "Yahoo",
    "aliases",
    "assess",
    "clip",
    "collect_bars",
    "collect_headlines",
    "headline_reader",
    "import_bars",
    "length",
    "mentions",
    "missing",
    "read_bars_file",
    "resample_bars",
    "sample_headlines",
    "sample_series",
    "shape_bars",
    "sniff",
    "source_factory",
    "union",
]
