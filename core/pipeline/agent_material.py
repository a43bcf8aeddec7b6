"""What agents of a series learn from, are watched on and tested on."""

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

import numpy as np
import pandas as pd

from core.agent import LEADS, MOOD, Arena, Observer, arena_of, checked_exposures, observer_for
from core.agent.rivals import AHEAD
from core.errors import NotEnoughHistory
from core.features import FEATURES
from core.pipeline.agent_rules import limits_of, reads_mood
from core.pipeline.feature_context import context_of, features_of
from core.pipeline.gathering import gather
from core.pipeline.run import Workbench
from core.records import AgentRequest, AgentSpan, Instrument, Timeframe
from core.settings import Settings
from core.store.model_scores import read_oos
from core.store.models import champion

FEWEST_LEARN = 150
FEWEST_TEST = 80
"""Bars below which nothing can be learnt, or told."""
KNOWN = 0.9
"""Share of the features that must be known on the first bar."""


@dataclass(frozen=True, slots=True, eq=False)
class AgentCase:
    """One series cut into its parts, ready to be lived through."""

    instrument: Instrument
    timeframe: Timeframe
    source: str
    """Where the bars came from."""
    moment: datetime
    """Nothing newer was read."""
    arena: Arena
    """All bars."""
    known: pd.DataFrame
    """Columns that observations are made of, on the index of the bars."""
    rows: np.ndarray
    """(n, …) the market's part of the observations."""
    observer: Observer
    learn: tuple[int, int]
    """First row and the row after the last, as of the two below."""
    watch: tuple[int, int]
    test: tuple[int, int]
    gap: int
    exposures: tuple[float, ...]

    def part(self, rows: tuple[int, int]) -> tuple[Arena, np.ndarray]:
        """Bars and observations of a part."""
        return self.arena.part(*rows), self.rows[rows[0] : rows[1]]

    @property
    def span(self) -> AgentSpan:
        """The parts as dates."""
        index = self.arena.index

        def opened(row: int) -> datetime:
            at: datetime = index[row].to_pydatetime()
            return at

        (a, b), (c, d), (e, f) = self.learn, self.watch, self.test
        return AgentSpan(
            opened(a), opened(b - 1), opened(c), opened(d - 1), opened(e), opened(f - 1), b - a, d - c, f - e, self.gap
        )  # fmt: skip

    @property
    def trained_until(self) -> datetime:
        """Close of the last bar that was tested on."""
        end: datetime = self.arena.index[-1].to_pydatetime() + self.timeframe.delta
        return end


def agent_case(bench: Workbench, instrument: Instrument, request: AgentRequest) -> AgentCase:
    """Collect bars, features, forecasts made out of sample and, where it may be read, the mood; cut them into parts.

    Raises:
        NotEnoughHistory: too few bars to learn and to be tested.
        DataUnavailable, InputError: there are no bars, or the moment has not come.
    """
    timeframe, settings = Timeframe(request.timeframe), bench.settings
    found = gather(bench, instrument, timeframe, request.source, request.as_of)
    bench.store.write(*found.writes)
    where = (instrument, timeframe, found.collected.source)
    beside = context_of(bench, *where, found.collected.world, found.bars)
    features, writes = features_of(bench, *where, found.bars, beside)
    bench.store.write(*writes)
    known = _known(bench, *where, found.moment, features)
    bars = found.bars.iloc[-settings.collect.train_bars :]
    known = known.loc[bars.index]
    first = _first_known(known[list(settings.agent.features)])
    return cut_case(where, found.moment, bars.iloc[first:], known.iloc[first:], settings)


def cut_case(
    where: tuple[Instrument, Timeframe, str],
    moment: datetime,
    bars: pd.DataFrame,
    known: pd.DataFrame,
    settings: Settings,
) -> AgentCase:
    """Cut a series into the parts that are learnt from, watched and tested, with gaps between them.

    Args:
        bars: checked bars.
        known: on the index of the bars: the features of the settings, and MOOD and LEADS where there are any.

    Raises:
        NotEnoughHistory: too few bars.
    """
    chosen = settings.agent
    gap = max(AHEAD, math.ceil(1.0 / (1.0 - chosen.discount)))
    n = len(bars)
    test = n - round(n * chosen.test_share)
    before = test - gap
    watch = before - round(before * chosen.watch_share)
    learn = watch - gap
    if learn < FEWEST_LEARN or n - test < FEWEST_TEST or before - watch < 2:
        raise NotEnoughHistory(
            f"{where[0].symbol} has {n:,} {where[1]} bars with features, which leaves {max(learn, 0):,} to learn from and "
            f"{n - test:,} to be tested on; at least {FEWEST_LEARN} and {FEWEST_TEST} are needed. Fetch a longer history."
        )
    arena = arena_of(
        bars, where[0], where[1], settings.costs.record(), limits_of(settings), settings.initial_cash
    )
    taught = known.iloc[:learn]
    observer = observer_for(
        taught, chosen.features, words_of(chosen.features), reads_mood(settings),
        _ten_bars(arena.closes[:learn]), arena.limits.size,
    )  # fmt: skip
    return AgentCase(
        *where, moment, arena, known, observer.market_rows(known), observer,
        (0, learn), (watch, before), (test, n), gap, checked_exposures(chosen.levels, arena.limits.short),
    )  # fmt: skip


def words_of(names: Sequence[str]) -> Mapping[str, str]:
    """What features say, in plain English."""
    return {name: FEATURES[name].words for name in names if name in FEATURES}


def observed_columns(features: pd.DataFrame, settings: Settings) -> pd.DataFrame:
    """The columns of features that agents look at, with the mood where they may."""
    mood = [MOOD] if reads_mood(settings) and MOOD in features.columns else []
    wanted = [name for name in settings.agent.features if name in features.columns]
    return features[[*wanted, *mood]]


def _known(
    bench: Workbench,
    instrument: Instrument,
    timeframe: Timeframe,
    source: str,
    moment: datetime,
    features: pd.DataFrame,
) -> pd.DataFrame:
    """Features, mood and forecasts on the index of the bars."""
    known = observed_columns(features, bench.settings).copy()
    for lead in LEADS:
        row = champion(bench.store, instrument.symbol, timeframe, source, lead.removeprefix("lead_"))
        if row is None or row.as_of > moment:
            continue
        past = read_oos(bench.store, row.id)
        if {"p_up", "p_down", "base_up", "base_down"} <= set(past.columns):
            beyond = (past["p_up"] - past["base_up"]) - (past["p_down"] - past["base_down"])
            known[lead] = beyond[~beyond.index.duplicated()].reindex(known.index)
    return known


def _first_known(features: pd.DataFrame) -> int:
    """First row on which enough features are known; 0 when that is never the case."""
    enough = features.notna().mean(axis=1).to_numpy() >= KNOWN
    return int(enough.argmax())


def _ten_bars(closes: np.ndarray) -> float:
    """Standard deviation of the log return of ten bars, from that of one."""
    return float(np.diff(np.log(closes)).std()) * math.sqrt(10.0)
