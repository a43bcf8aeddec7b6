"""Forecasts of past bars by one model, explained: what the explain page and notebooks are answered from."""

from dataclasses import dataclass
from datetime import datetime

import numpy as np
import pandas as pd

from core.errors import NotEnoughHistory, UnknownId
from core.explain import Contributions, contributions
from core.features import WARMUP
from core.instruments import resolve
from core.pipeline.at_hand import known_bars, sample_clock_span, sample_world
from core.pipeline.explaining_model import chances
from core.pipeline.feature_context import context_of, features_of
from core.pipeline.gathering import SAMPLE
from core.pipeline.run import Workbench
from core.predict import TrainedModel, backdrop
from core.predict.labels import (
    average_uniqueness,
    class_index,
    horizon_sigma,
    triple_barrier,
    volatility_barriers,
)
from core.predict.regimes import state_names
from core.records import ModelStatus, Timeframe
from core.store.model_scores import read_oos, read_scores
from core.store.models import ModelRow, all_models
from core.tables import closed_bars, stamp

MOST_ROWS = 5_000
"""Bars explained at once."""
_TRAINING_ROWS = 6_000
"""Training bars read for ranges, neighbours and the background; older ones are left out."""
_CLOSED_MARKETS = 5
"""Times as long by the clock, so that markets that close at night and over weekends have enough bars."""


@dataclass(frozen=True, slots=True, eq=False)
class ExplainedRows:
    """What one model says about n consecutive bars, and what drove each answer."""

    row: ModelRow
    bars_ahead: int
    """Horizon in bars."""
    trained_until: datetime
    close: pd.Series
    """(n,) closes by open time."""
    parts: Contributions
    chance: np.ndarray
    """(n, 3) calibrated probabilities of down, flat, up."""
    lean: np.ndarray
    """(n,) −1, 0 or 1: which way a forecast made out of sample leaned beside its base rate: walk-forward where the model
    has learnt, its own afterwards; 0 where there is none."""
    base: tuple[float, ...]
    """Class shares in training."""
    outcome: np.ndarray
    """(n,) what followed: 0 down, 1 flat, 2 up; −1 not known yet."""
    learnt: np.ndarray
    """(n,) whether the model learnt from the bar, so that its forecast of it is no evidence."""
    sigma: np.ndarray
    """(n,) volatility at the bar: standard deviation of the return over the horizon, as a fraction."""
    regime: np.ndarray | None
    """(n, R) filtered probabilities of the regimes; None for a model without."""
    state_names: tuple[str, ...]
    training: np.ndarray
    """(t, f) rows that the model learnt from, oldest first."""
    training_outcome: np.ndarray
    """(t,) what followed them, as class numbers."""
    training_weight: np.ndarray
    """(t,) average uniqueness of their labels."""
    members: tuple[str, ...]
    """Names of the pooled models, in the order of `parts.weights`."""
    edge: bool
    edge_words: str
    """Why there is (no) evidence of an edge, in a sentence; empty where nobody has said."""

    @property
    def silent(self) -> bool:
        """Whether calibration leaves nothing of the opinions: every answer is the base rate."""
        return bool(np.abs(self.chance - np.asarray(self.base)).max(initial=0.0) < 1e-9)


def explainable_models(
    bench: Workbench, symbol: str, timeframe: Timeframe, source: str
) -> dict[str, ModelRow]:
    """The champion of each horizon, or its newest model, nearest first; `source` auto means any."""
    known = [
        row
        for row in all_models(bench.store)
        if row.symbol == symbol and row.timeframe is timeframe and source in ("auto", row.source)
    ]
    newest: dict[str, ModelRow] = {}
    for row in sorted(known, key=lambda row: (row.status is ModelStatus.CHAMPION, row.as_of, row.trained_at)):
        newest[row.horizon] = row
    order = {"short": 0, "medium": 1, "long": 2}
    return dict(sorted(newest.items(), key=lambda item: order.get(item[0], 3)))


def recorded_model(bench: Workbench, model_id: str) -> ModelRow:
    """The record of a model.

    Raises:
        UnknownId: it was pruned, or never was.
    """
    for row in all_models(bench.store):
        if row.id == model_id:
            return row
    raise UnknownId(
        f"The model {model_id} is not kept any more, so it cannot be asked again; run a cycle to train a new one."
    )


def explained_rows(
    bench: Workbench, model_id: str, rows: int, until: datetime | None = None
) -> ExplainedRows:
    """The last `rows` bars that had closed by a moment, forecast and explained by a stored model.

    Args:
        until: the moment; None: now, or the sample's clock.

    Raises:
        UnknownId: no such model.
        UntrustedModel: its file is gone or was changed.
        NotEnoughHistory: none of its bars are at hand.
    """
    record = recorded_model(bench, model_id)
    model = bench.shelf.take(record.path, record.sha256)
    bars, features = _history(bench, record, model, min(rows, MOST_ROWS), until)
    if not len(bars):
        raise NotEnoughHistory(
            f"No {record.timeframe} bars of {record.symbol} from {record.source} are at hand; fetch or import them."
        )
    first = max(len(bars) - min(rows, MOST_ROWS), min(WARMUP, len(bars) - 1))
    inputs = features[list(model.features)].to_numpy(dtype=np.float32)
    shown = np.arange(first, len(bars))
    regime = backdrop(model, bars, shown).regime
    parts = contributions(model, inputs[first:], regime)
    chance = model.meta.calibration.apply_opinion(parts.margin)
    scores = read_scores(bench.store, record.id)
    outcome, settled = _labels(bars, model)
    opened = pd.DatetimeIndex(bars.index)
    seen = np.asarray(opened + record.timeframe.delta <= stamp(record.trained_until))
    learnt = seen & np.asarray(opened >= stamp(model.meta.train_from)) & (outcome >= 0)
    learnt[max(int(seen.sum()) - model.meta.horizon.bars, 0) :] = False
    taught = np.flatnonzero(learnt)
    return ExplainedRows(
        row=record,
        bars_ahead=model.meta.horizon.bars,
        trained_until=record.trained_until,
        close=bars["close"].iloc[first:],
        parts=parts,
        chance=chance,
        lean=_lean(bench, record, opened[first:], chance - np.asarray(model.meta.calibration.base)),
        base=model.meta.calibration.base,
        outcome=outcome[first:],
        learnt=learnt[first:],
        sigma=horizon_sigma(bars["close"].to_numpy(), model.meta.horizon.bars)[first:],
        regime=regime,
        state_names=state_names(model.regimes.kinds) if model.regimes else (),
        training=inputs[taught],
        training_outcome=outcome[taught],
        training_weight=average_uniqueness(taught, settled[taught]),
        members=tuple(member.name for member in model.members),
        edge=bool(scores and scores.edge),
        edge_words=scores.reasons[0] if scores and scores.reasons else "",
    )


def _history(
    bench: Workbench, record: ModelRow, model: TrainedModel, rows: int, until: datetime | None
) -> tuple[pd.DataFrame, pd.DataFrame]:
    """Closed bars up to the moment with their features: the training part and the rows shown, and what warms them up."""
    instrument, timeframe, source = resolve(record.symbol), record.timeframe, record.source
    clock = sample_clock_span(instrument, timeframe) if source == SAMPLE else None
    moment = until or (clock[1] + timeframe.delta if clock else bench.clock())
    span = timeframe.delta * _CLOSED_MARKETS
    learnt = max(model.meta.train_from, record.trained_until - span * _TRAINING_ROWS)
    start = min(learnt, moment - span * rows) - span * WARMUP
    bars = closed_bars(known_bars(bench, instrument, timeframe, source, start, moment), timeframe, moment)
    first = min(int(bars.index.searchsorted(stamp(learnt))), len(bars) - rows) - WARMUP
    bars = bars.iloc[max(first, 0) :]
    world = (sample_world(instrument, timeframe) or "") if source == SAMPLE else ""
    beside = context_of(bench, instrument, timeframe, source, world, bars)
    return bars, features_of(bench, instrument, timeframe, source, bars, beside)[0]


def _lean(bench: Workbench, record: ModelRow, opened: pd.DatetimeIndex, gain: np.ndarray) -> np.ndarray:
    """The sign of P(up) − P(down) beside the base rates, of forecasts that had not seen what followed.

    Args:
        gain: (n, 3) the model's own probabilities less its base rates; used from the moment of training on.
    """
    lean = np.where(np.asarray(opened >= stamp(record.as_of)), gain[:, 2] - gain[:, 0], 0.0)
    past = read_oos(bench.store, record.id)
    if len(past):
        place = opened.get_indexer(pd.DatetimeIndex(past.index))
        up = (past["p_up"] - past["base_up"]).to_numpy()
        down = (past["p_down"] - past["base_down"]).to_numpy()
        lean[place[place >= 0]] = (up - down)[place >= 0]
    return np.sign(np.round(lean, 9)).astype(int)


def _labels(bars: pd.DataFrame, model: TrainedModel) -> tuple[np.ndarray, np.ndarray]:
    """(bars,) class numbers of the labels whose whole horizon has passed, −1 elsewhere; and the bars that settled them.

    Every bar has one, also those that training left out because a feature was not known yet.
    """
    close, horizon = bars["close"].to_numpy(), model.meta.horizon.bars
    barriers = volatility_barriers(close, horizon, model.meta.settings.barrier_width)
    labels = triple_barrier(close, *barriers, horizon)
    known = ~np.isnan(labels.direction) & (np.arange(len(close)) + horizon < len(close))
    outcome = np.full(len(close), -1)
    outcome[known] = class_index(labels.direction[known])
    return outcome, labels.end


def alternatives(bench: Workbench, found: ExplainedRows, inputs: np.ndarray, row: int) -> np.ndarray:
    """Calibrated probabilities (n, 3) of other values at one bar: its regime and what came before it stay as they were."""
    model = bench.shelf.take(found.row.path, found.row.sha256)
    regime = None if found.regime is None else found.regime[row]
    return chances(model, inputs, found.parts.values[:row], regime)
