"""What became of a language model's forecasts: outcomes by our own labels, and the weight that the record earns."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime

import numpy as np
import pandas as pd

from core.collect import LIVE
from core.errors import DataUnavailable, InputError, SourceError
from core.evaluate.forecasts.llm_record import score_opinions
from core.instruments import resolve
from core.pipeline.at_hand import known_bars
from core.pipeline.run import Workbench
from core.predict import average_uniqueness, triple_barrier, volatility_barriers
from core.predict.hybrid import ScoredOpinion, learn_weight
from core.predict.labels import SIGMA_BARS, class_index
from core.records import KeptOpinion, LlmScores, OpinionOutcome, SettledOpinion, Timeframe
from core.store.bars import read_bars
from core.store.llm_forecasts import OpinionSeries, pending_opinions, settled_opinions
from core.tables import closed_bars

_GAPS = 8
"""Markets that close have fewer bars than their time would hold; that many times as much time is read."""


def label_opinions(
    kept: Sequence[KeptOpinion], bars: pd.DataFrame, until: datetime, labelled_at: datetime
) -> tuple[SettledOpinion, ...]:
    """Outcomes of the opinions of one series whose whole horizon had passed at `until`.

    The labels are those that our models learn from: barriers at ± width · σ · √horizon, σ of the 100 returns before,
    the first close beyond one of them counts. A touch does not settle early: until the vertical barrier has passed,
    only wild markets would have outcomes.

    Args:
        bars: of that series; from 101 bars before the first opinion on.
        labelled_at: noted with each outcome as the moment at which it became known here.
    """
    if not kept or bars.empty:
        return ()
    timeframe = kept[0].timeframe
    closed = closed_bars(bars, timeframe, until)
    closes = pd.DatetimeIndex(closed.index) + timeframe.delta
    close = np.ascontiguousarray(closed["close"].to_numpy(dtype=float))
    at = [int(closes.searchsorted(pd.Timestamp(item.as_of), side="right")) - 1 for item in kept]
    over = [(item, i) for item, i in zip(kept, at, strict=True) if 0 <= i < len(closed) - item.opinion.bars]
    found: list[SettledOpinion] = []
    for horizon, width in sorted({(item.opinion.bars, item.width) for item, _ in over}):
        labels = triple_barrier(close, *volatility_barriers(close, horizon, width), horizon)
        for item, row in over:
            if (item.opinion.bars, item.width) != (horizon, width) or np.isnan(labels.direction[row]):
                continue
            touch = int(labels.end[row])
            came = OpinionOutcome(
                outcome=int(class_index(labels.direction[row : row + 1])[0]),
                path_return=float(np.log(close[touch] / close[row])),
                touched_at=closes[touch].to_pydatetime(),
                settled_at=closes[row + horizon].to_pydatetime(),
                labelled_at=labelled_at,
            )
            found.append(SettledOpinion(item, came))
    return tuple(found)


def settle_series(
    bench: Workbench, series: OpinionSeries, bars: pd.DataFrame, until: datetime, labelled_at: datetime
) -> tuple[SettledOpinion, ...]:
    """Outcomes that the bars at hand give to pending opinions of one series; nothing is written."""
    return label_opinions(pending_opinions(bench.store, series), bars, until, labelled_at)


def settle_all(bench: Workbench) -> tuple[SettledOpinion, ...]:
    """Outcomes that bars on this machine give to pending opinions of every series; nothing is fetched or written."""
    now = bench.clock()
    by_series: dict[OpinionSeries, list[KeptOpinion]] = {}
    for item in pending_opinions(bench.store):
        key = OpinionSeries(item.opinion.symbol, item.timeframe, item.source, item.world)
        by_series.setdefault(key, []).append(item)
    found: list[SettledOpinion] = []
    for series, kept in by_series.items():
        first, last = kept[0].as_of, max(item.as_of for item in kept)
        longest = max(item.opinion.bars for item in kept)
        step = series.timeframe.delta * _GAPS
        stop = min(now, last + step * (longest + 1))
        bars = _bars(bench, series, first - step * (SIGMA_BARS + 2), stop)
        found += label_opinions(kept, bars, stop, now)
    return tuple(found)


def _bars(bench: Workbench, series: OpinionSeries, start: datetime, stop: datetime) -> pd.DataFrame:
    """Bars of a series without the network; stored ones where its source is gone."""
    try:
        return known_bars(bench, resolve(series.symbol), series.timeframe, series.source, start, stop)
    except (InputError, SourceError, DataUnavailable):
        return read_bars(bench.store, series.symbol, series.timeframe, series.source, start, stop)


@dataclass(frozen=True, slots=True)
class Moment:
    """From where a record is looked at: nothing that came later may count."""

    as_of: datetime
    """Horizons must have ended by then."""
    known_at: datetime
    """Outcomes must have been known here by then; a replay gives the moment of the first run."""


def earned_weights(
    bench: Workbench, model: str, timeframe: Timeframe, world: str, moment: Moment,
    fresh: Sequence[SettledOpinion] = (),
) -> dict[tuple[str, int], float]:  # fmt: skip
    """(horizon, bars) → share in the pooled forecast that a model's record at a moment earns; absent: none.

    Counted are uncontaminated forecasts over all assets of the timeframe in the same kind of world: what was said of
    the sample's past says nothing about live markets.

    Args:
        fresh: outcomes that were found just now and are not stored yet.
    """
    known = settled_opinions(bench.store, model, timeframe, moment.as_of, moment.known_at)
    more = (
        item
        for item in fresh
        if item.kept.opinion.model == model
        and item.came.settled_at <= moment.as_of
        and item.kept.asked_at <= moment.known_at
    )
    rows: dict[tuple[str, int], dict[str, SettledOpinion]] = {}
    for item in (*known, *more):
        said = item.kept.opinion
        if not said.contaminated and (item.kept.world == LIVE) == (world == LIVE):
            rows.setdefault((said.horizon, said.bars), {})[item.kept.id] = item
    return {key: learn_weight(scored(tuple(found.values()))) for key, found in rows.items()}


def scored(rows: Sequence[SettledOpinion]) -> tuple[ScoredOpinion, ...]:
    """The rows as the weight is learned from them."""
    return tuple(
        ScoredOpinion(
            (item.kept.opinion.p_down, item.kept.opinion.p_flat, item.kept.opinion.p_up),
            item.kept.model_said, item.came.outcome, float(share),
        )
        for item, share in zip(rows, uniqueness(rows), strict=True)
    )  # fmt: skip


def spans(rows: Sequence[SettledOpinion]) -> tuple[np.ndarray, np.ndarray]:
    """First and last bar of each label, counted in bars of its timeframe since 1970."""
    length = np.array([item.kept.timeframe.seconds for item in rows], dtype=np.int64)
    start = np.array([item.kept.as_of.timestamp() for item in rows]) // np.maximum(length, 1)
    end = np.array([item.came.settled_at.timestamp() for item in rows]) // np.maximum(length, 1) - 1
    return start.astype(np.int64), np.maximum(end, start).astype(np.int64)


def uniqueness(rows: Sequence[SettledOpinion]) -> np.ndarray:
    """Average uniqueness of each label among the rows, whatever the asset.

    Assets move together: forecasts of eight of them at one moment are counted like one, which is too strict where
    they do not, and never too generous.
    """
    return average_uniqueness(*spans(rows)) if rows else np.empty(0)


@dataclass(frozen=True, slots=True)
class Group:
    """Scored forecasts that may be judged together."""

    scores: LlmScores
    rows: tuple[SettledOpinion, ...]
    """In the order of time."""


def scored_groups(bench: Workbench) -> tuple[Group, ...]:
    """How good language models' forecasts were: by model, timeframe, horizon, and whether it may have remembered.

    Live markets and the sample are apart too: where there are live forecasts, only those are told. Outcomes that
    became known since they were last stored count as well. Contaminated groups come last.
    """
    known = {item.kept.id: item for item in (*settled_opinions(bench.store), *settle_all(bench))}
    live = [item for item in known.values() if item.kept.world == LIVE]
    groups: dict[tuple[str, Timeframe, str, int, bool], list[SettledOpinion]] = {}
    for item in live or known.values():
        said = item.kept.opinion
        key = (said.model, item.kept.timeframe, said.horizon, said.bars, said.contaminated)
        groups.setdefault(key, []).append(item)
    return tuple(_scored_group(rows) for _, rows in sorted(groups.items(), key=lambda pair: _place(pair[0])))


def _place(key: tuple[str, Timeframe, str, int, bool]) -> tuple[bool, str, int, int]:
    model, timeframe, _, bars, contaminated = key
    return contaminated, model, timeframe.seconds, bars


def _scored_group(rows: Sequence[SettledOpinion]) -> Group:
    in_order = tuple(sorted(rows, key=lambda item: (item.kept.as_of, item.kept.id)))
    found = score_opinions(in_order, *spans(in_order))
    weight = 0.0 if found.contaminated else learn_weight(scored(in_order))
    return Group(replace(found, weight=weight), in_order)
