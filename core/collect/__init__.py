"""Collect: bars, text and mood from sources that may fail, with what is known of their quality.

A source of bars (`source.py`) or of text (`news/source.py`) knows one provider and nothing else. `collect_bars` takes
the first that can serve, asks it only for what the cache lacks and tells what went wrong; `collect_news` asks all
that are due; every call passes the `Gate`; `assess` judges bars. A new source is one class, named in `sources.py` or
`news/sources.py`.
"""

from core.collect.collected import BarRequest, Collected
from core.collect.failover import collect_bars
from core.collect.files.bar_file import Sniffed, read_bars_file, sniff
from core.collect.files.file_source import FileSource, Imported, ImportedSource, import_bars
from core.collect.files.preview import Preview, preview
from core.collect.files.reading import FileReading
from core.collect.gate import Allowance, Gate
from core.collect.intervals import Interval, clip, length, missing, union
from core.collect.news.collecting import Asked, NewsBatch, collect_news
from core.collect.news.mentions import aliases, mentions
from core.collect.news.sample_headlines import sample_headlines
from core.collect.news.source import NewsSource, Validator
from core.collect.news.sources import news_sources
from core.collect.news.stories import cluster
from core.collect.quality.assess import assess
from core.collect.quality.flags import bar_flags, holes
from core.collect.sample_source import SampleSeries, SampleSource, sample_series
from core.collect.shaping import resample_bars, shape_bars
from core.collect.source import LIVE, BarSource, Limit, Offer
from core.collect.sources import SOURCE_NAMES, SourceFactory, source_factory
from core.collect.symbol_search import search_online
from core.collect.venues.coingecko_source import CoinGeckoSource
from core.collect.venues.yahoo import Yahoo
from core.collect.venues.yfinance_source import YFinanceSource

__all__ = [
    "LIVE",
    "SOURCE_NAMES",
    "Allowance",
    "Asked",
    "BarRequest",
    "BarSource",
    "CoinGeckoSource",
    "Collected",
    "FileReading",
    "FileSource",
    "Gate",
    "Imported",
    "ImportedSource",
    "Interval",
    "Limit",
    "NewsBatch",
    "NewsSource",
    "Offer",
    "Preview",
    "SampleSeries",
    "SampleSource",
    "Sniffed",
    "SourceFactory",
    "Validator",
    "YFinanceSource",
    "Yahoo",
    "aliases",
    "assess",
    "bar_flags",
    "clip",
    "cluster",
    "collect_bars",
    "collect_news",
    "holes",
    "import_bars",
    "length",
    "mentions",
    "missing",
    "news_sources",
    "preview",
    "read_bars_file",
    "resample_bars",
    "sample_headlines",
    "sample_series",
    "search_online",
    "shape_bars",
    "sniff",
    "source_factory",
    "union",
]
