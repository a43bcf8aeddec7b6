"""Features of a series with all that was known beside its bars: headlines and the market around it, nothing fetched.

A cycle, and a backtest of the whole cycle, ask here, so that both know the same of every bar. What follows from the
bars alone is kept in the store by block (see core.features.incremental): the kept values are those that computing
gives, bit for bit, and are used only while the bars they came from are the same. What needs headlines or another asset
is computed each time, because more of it may have become known.
"""

from collections.abc import Sequence
from datetime import timedelta
from functools import lru_cache

import numpy as np
import pandas as pd

from core.collect import sample_headlines
from core.features import NO_CONTEXT, Context, Reference, ScoredNews, micros
from core.features.incremental import (
    OUTSIDE,
    OWN,
    Block,
    bars_sha256,
    block_features,
    blocks_of,
    registry_sha256,
)
from core.instruments import resolve
from core.pipeline.at_hand import known_bars
from core.pipeline.run import Workbench
from core.records import AssetClass, Headline, Instrument, NewsKind, Timeframe
from core.sentiment import Lexicon
from core.store import Write
from core.store.features import FeatureBlock, read_feature_blocks, save_feature_blocks
from core.store.news import Wanted, find_headlines

_LONGEST = timedelta(days=7)
"""How far back a feature counts headlines."""
_EARLIER = timedelta(days=30)
"""Where a headline is looked for that shows that news were read before the bars begin."""
_MOST = 200_000
_MARKETS = {AssetClass.CRYPTO: ("BTC-USD",), AssetClass.STOCK: ("^GSPC", "SPY")}


def features_of(
    bench: Workbench,
    instrument: Instrument,
    timeframe: Timeframe,
    source: str,
    bars: pd.DataFrame,
    context: Context = NO_CONTEXT,
) -> tuple[pd.DataFrame, tuple[Write, ...]]:
    """Every feature of the bars, and what is worth keeping of it."""
    key = (instrument.symbol, timeframe, source)
    kept = read_feature_blocks(bench.store, *key, registry_sha256())
    rows, fresh = [], []
    for block in blocks_of(bars):
        own, is_new = _own(bars, block, kept)
        fresh += [own] if is_new and block.settled else []
        beside = block_features(bars, block, OUTSIDE, context).to_numpy()
        rows.append(np.concatenate((own.values, beside), axis=1))
    names = [feature.name for family in (*OWN, *OUTSIDE) for feature in family.features]
    values = np.concatenate(rows) if rows else np.empty((0, len(names)))
    features = pd.DataFrame(values, index=bars.index, columns=names, copy=False)
    return features, (save_feature_blocks(*key, registry_sha256(), fresh),) if fresh else ()


def _own(bars: pd.DataFrame, block: Block, kept: dict[int, FeatureBlock]) -> tuple[FeatureBlock, bool]:
    """Values that follow from the bars, and whether they were computed just now."""
    digest = bars_sha256(bars, block) if block.settled else ""
    known = kept.get(block.number)
    if block.settled and known is not None and known.bars_sha256 == digest:
        return known, False
    return FeatureBlock(block.number, digest, block_features(bars, block, OWN).to_numpy()), True


def context_of(
    bench: Workbench,
    instrument: Instrument,
    timeframe: Timeframe,
    source: str,
    world: str,
    bars: pd.DataFrame,
) -> Context:
    """What is stored beside the bars until the close of the last of them."""
    if bars.empty:
        return NO_CONTEXT
    return Context(
        _news(bench, instrument, timeframe, world, bars), _market(bench, instrument, timeframe, source, bars)
    )


def _news(
    bench: Workbench, instrument: Instrument, timeframe: Timeframe, world: str, bars: pd.DataFrame
) -> ScoredNews | None:
    """Dated headlines with their scores; None where the store knows none from before the bars began.

    News that begin amid the bars would leave a model with rows that know nothing and rows that do.
    """
    begin, end = bars.index[0].to_pydatetime(), bars.index[-1].to_pydatetime() + timeframe.delta
    found: Sequence[Headline]
    if world.startswith("sample"):
        found = [h for h in sample_headlines(instrument, end) if begin - _LONGEST <= h.published_at <= end]
    else:
        asked = Wanted(
            symbol=instrument.symbol, since=begin - _EARLIER, until=end, sample=False, kinds=(NewsKind.NEWS,), first_of_story=True
        )  # fmt: skip
        found = find_headlines(bench.store, asked, _MOST)
        if not any(h.dated and h.published_at <= begin - _LONGEST for h in found):
            return None
    read = sorted(
        (h for h in found if h.dated and h.language in ("", "en")), key=lambda h: (h.published_at, h.id)
    )
    return ScoredNews(
        np.array([micros(pd.Timestamp(h.published_at)) for h in read], dtype=np.int64),
        np.array([_score(bench.lexicon, h.title) for h in read], dtype=np.float64),
        micros(pd.Timestamp(begin - _LONGEST)),
    )


@lru_cache(maxsize=100_000)
def _score(lexicon: Lexicon, title: str) -> float:
    """A title is scored once a process: the words that moved the score take longer than all features of a cycle."""
    return lexicon.score(title).score


def _market(
    bench: Workbench, instrument: Instrument, timeframe: Timeframe, source: str, bars: pd.DataFrame
) -> Reference | None:
    """Closes of the market that leads the asset's class, from the same source; None where they begin too late."""
    if not source or source.startswith("file:"):  # a file holds one asset, whatever it is asked for
        return None
    begin, end = bars.index[0].to_pydatetime(), bars.index[-1].to_pydatetime() + timeframe.delta
    for symbol in _MARKETS.get(instrument.asset_class, ()):
        if symbol == instrument.symbol:
            return None
        found = known_bars(bench, resolve(symbol), timeframe, source, begin - 3 * timeframe.delta, end)
        if len(found) and found.index[0] <= bars.index[0]:
            return Reference(symbol, found["close"])
    return None
