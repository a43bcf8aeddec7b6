"""Several assets side by side: rebased prices and how their returns move together."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import pandas as pd

from core.collect import sample_series
from core.instruments import resolve
from core.pipeline import Workbench
from core.pipeline.at_hand import sample_world, stored_or_sample
from core.pipeline.gathering import SAMPLE
from core.records import Timeframe
from core.store.bars import stored_series

FEWEST = 20
"""Common returns below which a correlation is not told."""


@dataclass(frozen=True, slots=True, eq=False)
class Comparison:
    """What can be compared of the assets that were asked for."""

    closes: pd.DataFrame
    """Index UTC, a column per symbol, from the first moment that all have; null where an asset has no bar."""
    correlations: pd.DataFrame
    """Pearson correlations of log returns over the bars that both assets have; null with too few of them."""
    counts: pd.DataFrame
    """How many common returns each correlation stands on."""
    problems: tuple[str, ...]
    """What is missing and why, one sentence each."""


def comparison(
    bench: Workbench, symbols: Sequence[str], timeframe: Timeframe, source: str, bars: int
) -> Comparison:
    """Compare the last bars at hand; no network is asked and no value made up."""
    closes, problems = {}, []
    for symbol in dict.fromkeys(resolve(text).symbol for text in symbols):
        held = stored_or_sample(bench, resolve(symbol), timeframe, source, bars)
        if held.bars.empty:
            problems.append(
                f"{symbol} has no stored {timeframe} bars: choose it as asset and press Fetch now."
            )
        else:
            closes[symbol] = held.bars["close"]
    table = pd.DataFrame(closes).sort_index()
    correlations, counts = _correlations(table)
    order = _by_likeness(correlations)
    begin = max((series.index[0] for series in closes.values()), default=None)
    common = table.loc[begin:] if begin is not None else table
    if len(closes) > 1 and common.dropna().empty:
        spans = ", ".join(
            f"{name} {c.index[0]:%Y-%m-%d} to {c.index[-1]:%Y-%m-%d}" for name, c in closes.items()
        )
        problems.append(f"These assets have no moment in common ({spans}), so they cannot be compared.")
        common = common.iloc[:0]
    return Comparison(common, correlations.loc[order, order], counts.loc[order, order], tuple(problems))


def comparable(bench: Workbench, symbol: str, timeframe: Timeframe, source: str) -> list[str]:
    """Symbols that have bars at hand beside the chosen one, from the same world: stored ones, else the sample's."""
    series = stored_series(bench.store)
    live = series[(series["timeframe"] == timeframe.value) & (series["source"] != SAMPLE)]["symbol"]
    chosen = resolve(symbol).symbol
    if source != SAMPLE and chosen in set(live):
        return list(dict.fromkeys([chosen, *live]))
    world = sample_world(resolve(symbol), timeframe)
    same = [item.symbol for item in sample_series() if item.timeframe is timeframe and item.world == world]
    return list(dict.fromkeys([chosen, *same]))


def _correlations(closes: pd.DataFrame) -> tuple[pd.DataFrame, pd.DataFrame]:
    """Pairs are compared on the bars that both have, so that an asset that trades at night meets one that does not."""
    names = list(closes.columns)
    values = pd.DataFrame(np.nan, index=names, columns=names)
    counts = pd.DataFrame(0, index=names, columns=names)
    for place, one in enumerate(names):
        for other in names[place:]:
            both = closes[[one, other]].dropna().to_numpy()
            returns = np.diff(np.log(both), axis=0)
            counts.loc[one, other] = counts.loc[other, one] = len(returns)
            if len(returns) >= FEWEST and (returns.std(axis=0) > 0).all():
                value = 1.0 if one == other else float(np.corrcoef(returns.T)[0, 1])
                values.loc[one, other] = values.loc[other, one] = value
    return values, counts


def _by_likeness(correlations: pd.DataFrame) -> list[str]:
    """Assets that move together stand together: order of the leaves of an average-linkage tree over 1 − ρ."""
    names = list(correlations.columns)
    if len(names) < 3:
        return names
    from scipy.cluster.hierarchy import leaves_list, linkage, optimal_leaf_ordering
    from scipy.spatial.distance import squareform

    apart = 1 - correlations.fillna(0.0).to_numpy()
    np.fill_diagonal(apart, 0.0)
    flat = squareform(apart, checks=False)
    return [names[place] for place in leaves_list(optimal_leaf_ordering(linkage(flat, "average"), flat))]
