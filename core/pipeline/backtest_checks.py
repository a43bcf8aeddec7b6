"""Second looks at a backtest that need the strategy again: does it see the future, and does it stand on a cliff?"""

from collections.abc import Callable

import numpy as np
import pandas as pd

from core.evaluate import Rules, run_backtest
from core.features.leakage import leaks, random_cuts
from core.pipeline.strategies import MAKERS, Step, neighbours_of
from core.pipeline.strategy_inputs import NOTHING, Beside
from core.records import Costs, Instrument, Neighbour, Timeframe
from core.signals import Strategy

_CUTS = 24
_BEFORE, _AFTER = 2_500, 1_000
"""Bars around each cut that are computed anew: enough to warm up every indicator, and for any usual look ahead."""


def look_ahead(strategy: Strategy, bars: pd.DataFrame, seed: int = 0, beside: Beside = NOTHING) -> str:
    """Cut the bars at random, take away or poison what comes after, and compare the opinions up to the cut.

    What is known beside the bars (forecasts) stays as it is: it is made from the past alone, by other tests.

    Returns:
        What was found, in a sentence; empty when every opinion stayed as it was. It looks at 24 cuts and the 2,500
        bars before each: a leak that reaches only a bar or two ahead, and seldom, may pass, and so may one that
        reaches more than 1,000 bars.
    """

    def opinions(known: pd.DataFrame) -> pd.Series:
        return pd.Series(strategy.decide(known, beside.features(known)).direction, index=known.index)

    cuts = random_cuts(len(bars) - 1, _CUTS, seed)
    found = []
    for cut in cuts:
        first = max(cut - _BEFORE, 0)
        found.append(leaks(opinions, bars.iloc[first : cut + _AFTER], (cut - first,), seed))
    seen = [several[0] for several in found if several]
    if not seen:
        return ""
    how = "taken away" if seen[0].how == "truncated" else "replaced by noise"
    return (
        f"With the bars after {seen[0].cut:%Y-%m-%d %H:%M} UTC {how}, its opinion at {seen[0].row:%Y-%m-%d %H:%M} UTC is "
        f"{_word(seen[0].found)} instead of {_word(seen[0].expected)}; {len(seen)} of {len(cuts)} random cuts show it."
    )


def neighbour_runs(
    strategy: Strategy,
    bars: pd.DataFrame,
    wanted: pd.DataFrame,
    rules: Rules,
    costs: Costs,
    cash: float,
    instrument: Instrument,
    timeframe: Timeframe,
    tell: Callable[[Step], None],
    beside: Beside = NOTHING,
) -> tuple[Neighbour, ...]:
    """The same run with each parameter a step down and up; nothing for a strategy without parameters.

    Args:
        bars: all that is known, so that indicators are warm.
        wanted: the bars that are traded; a part of them.
        tell: told before each run; may raise JobCancelled.
    """
    if strategy.name not in MAKERS:
        return ()
    found = []
    features, chosen = beside.features(bars), bars.index.get_indexer(wanted.index)
    for step in neighbours_of(strategy):
        tell(step)
        direction = step.strategy.decide(bars, features).direction[chosen]
        made = run_backtest(wanted, direction, rules, costs, cash, instrument, timeframe).metrics
        found.append(Neighbour(step.parameter, step.value, made.total_return, made.sharpe, made.trades))
    return tuple(found)


def _word(direction: object) -> str:
    return {-1: "down", 0: "no opinion", 1: "up"}.get(int(direction), "unknown") if isinstance(direction, int | np.integer) else "missing"  # fmt: skip
