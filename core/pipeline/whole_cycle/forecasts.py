"""Forecasts of every bar by models that are trained walk-forward, as cycles at every bar would train them."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from itertools import groupby

import numpy as np
import pandas as pd

from core.errors import NotEnoughHistory
from core.features import MODEL_COLUMNS
from core.pipeline.run import Tell
from core.pipeline.source_tracks import past_lead
from core.pipeline.whole_cycle.kept import Kept, block_key
from core.predict import (
    Horizon,
    Series,
    TrainedModel,
    horizons,
    labelled_rows,
    recipe,
    regime_at,
    train_horizons,
)
from core.predict.block_forecast import BlockForecast, forecast_block
from core.predict.regimes import WINDOW
from core.predict.retraining import Block, retraining_blocks, trainable
from core.records import Forecast, Instrument, Problem, Timeframe
from core.settings import Settings


@dataclass(frozen=True, slots=True, eq=False)
class Asked:
    """The bars whose forecasts are wanted."""

    instrument: Instrument
    timeframe: Timeframe
    source: str
    bars: pd.DataFrame
    features: pd.DataFrame
    first: int
    stop: int
    """Rows first ≤ row < stop are forecast."""

    def closed_at(self, row: int) -> datetime:
        """When a bar closed: the moment at which its cycle decides."""
        moment: datetime = self.bars.index[row].to_pydatetime() + self.timeframe.delta
        return moment


@dataclass(frozen=True, slots=True, eq=False)
class WalkForward:
    """What the models of each time say."""

    blocks: tuple[Block, ...]
    """In the order of training."""
    said: tuple[BlockForecast, ...]
    """Of each block."""
    serving: np.ndarray
    """(horizons, bars) number of the block that forecasts a bar; −1 for none."""

    def at(self, row: int) -> tuple[Forecast, ...] | None:
        """Forecasts of one bar, nearest horizon first; None where a model cannot speak and the cycle fails."""
        found = []
        for number in self.serving[:, row].tolist():
            if number >= 0:
                said = self.said[number].at(row - self.blocks[number].first)
                if said is None:
                    return None
                found.append(said)
        return tuple(found)

    def volatile_at(self, row: int) -> float | None:
        """Probability of a volatile regime at one bar, by the newest regime model among those that forecast it, as a cycle
        reads it; None where none knows."""
        known = [number for number in self.serving[:, row].tolist() if number >= 0]
        known = [number for number in known if self.said[number].volatile is not None]
        if not known:
            return None
        newest = max(known, key=lambda number: self.blocks[number].first)
        chances = self.said[newest].volatile
        assert chances is not None
        chance = float(chances[row - self.blocks[newest].first])
        return None if chance != chance else min(1.0, chance)

    def trainings(self, asked: Asked) -> pd.DataFrame:
        """A row for each model: horizon, as_of, bars forecast, skill, calibrated (whether it had a say), model_id."""
        rows = [
            (
                block.horizon.name, asked.closed_at(block.first), block.stop - block.first,
                said.said.skill if said.said else np.nan, bool(said.said and said.said.calibrated),
                said.said.model_id if said.said else "",
            )
            for block, said in zip(self.blocks, self.said, strict=True)
        ]  # fmt: skip
        return pd.DataFrame(rows, columns=["horizon", "as_of", "bars", "skill", "calibrated", "model_id"])


def walk_forward_forecasts(
    asked: Asked, settings: Settings, kept: Kept, tell: Tell
) -> tuple[WalkForward, tuple[Problem, ...]]:
    """Train at each moment at which the live rule would, and forecast until the next.

    A model learns from the last `collect.train_bars` bars closed at its moment, from labels whose whole horizon has
    passed by then. Models are neither stored nor put on the shelf: the live ones are not touched.
    """
    columns = asked.features[list(MODEL_COLUMNS)]
    settings = settings.model_copy(update={"predict": settings.predict.model_copy(update={"heads": False})})
    wanted, problems = _schedule(asked, columns, settings)
    said: list[BlockForecast] = []
    for number, (first, together) in enumerate(groupby(wanted, key=lambda block: block.first)):
        due = list(together)
        words = (
            f"models of {asked.closed_at(first):%Y-%m-%d %H:%M} ({', '.join(b.horizon.name for b in due)})"
        )
        done, left = len(said) / len(wanted), len(due) / len(wanted)

        def within(share: float, message: str, done: float = done, left: float = left) -> None:
            tell(done + left * share, message)

        within(0.0, f"{'training' if number else 'starting with'} {words}")
        said += _forecast(asked, columns, due, settings, kept, within)
    serving = np.full((len(horizons(settings.predict)), len(asked.bars)), -1, dtype=np.int32)
    place = {horizon: i for i, horizon in enumerate(horizons(settings.predict))}
    for number, block in enumerate(wanted):
        serving[place[block.horizon], block.first : block.stop] = number
    if kept.fault:
        problems.append(Problem("predict/kept", kept.fault, "The next run will train them again."))
    return WalkForward(tuple(wanted), tuple(said), serving), tuple(problems)


def _schedule(asked: Asked, columns: pd.DataFrame, settings: Settings) -> tuple[list[Block], list[Problem]]:
    """Blocks of all horizons in the order of training, and what the history is too short for."""
    lifetime = settings.predict.retrain_bars * asked.timeframe.delta
    opened = pd.DatetimeIndex(asked.bars.index)
    blocks: list[Block] = []
    problems = []
    for horizon in horizons(settings.predict):
        ready = trainable(asked.bars, columns, horizon, settings.predict, settings.collect.train_bars)
        own = list(retraining_blocks(opened, ready, horizon, asked.first, asked.stop, lifetime))
        blocks += own
        served = sum(block.stop - block.first for block in own)
        if served < asked.stop - asked.first:
            problems.append(_short(asked, horizon, own))
    return sorted(blocks, key=lambda block: block.first), problems


def _short(asked: Asked, horizon: Horizon, own: Sequence[Block]) -> Problem:
    when = f"until {asked.closed_at(own[0].first):%Y-%m-%d %H:%M}" if own else "at any time"
    what = f"There were too few bars to train the {horizon.name} horizon ({horizon.bars} bars) {when}."
    return Problem("predict/train", what, "It did not speak then; begin with an earlier history.")


def _forecast(
    asked: Asked, columns: pd.DataFrame, due: Sequence[Block], settings: Settings, kept: Kept, tell: Tell
) -> list[BlockForecast]:
    """Forecasts of blocks that are trained at one moment; those that were kept need no training."""
    as_of = asked.closed_at(due[0].first)
    keys = [_key(asked, columns, block, settings, as_of) for block in due]
    found = {block: kept.take(key) for block, key in zip(due, keys, strict=True)}
    missing = [block for block in due if found[block] is None]
    if missing:
        series = Series(
            asked.instrument.symbol, asked.timeframe, asked.source, as_of, settings.collect.train_bars
        )
        wanted = [block.horizon for block in missing]
        trained, short = train_horizons(
            asked.bars, columns, wanted, settings.predict, series, on_progress=tell
        )
        if short:  # the schedule counts rows as training does
            raise NotEnoughHistory(short[0].what)
        for block, training in zip(missing, trained, strict=True):
            opened, lead = past_lead(training.past)
            made = replace(_said(training.model, asked, columns, block, as_of), opened=opened, lead=lead)
            found[block] = made
            kept.put(keys[due.index(block)], made)
    return [said for said in found.values() if said is not None]


def _said(
    model: TrainedModel, asked: Asked, columns: pd.DataFrame, block: Block, as_of: datetime
) -> BlockForecast:
    before = min(block.first, model.window - 1)
    rows = columns.iloc[block.first - before : block.stop]
    regime = regime_at(model.regimes, asked.bars, np.arange(block.first, block.stop))
    return forecast_block(model, rows, as_of, regime, before)


def _key(asked: Asked, columns: pd.DataFrame, block: Block, settings: Settings, as_of: datetime) -> str:
    horizon, chosen = block.horizon, settings.predict
    learnt = labelled_rows(
        asked.bars,
        columns,
        horizon.bars,
        chosen.barrier_width,
        asked.timeframe,
        as_of,
        settings.collect.train_bars,
    )
    name = f"{asked.instrument.symbol}|{asked.timeframe}|{asked.source}|{horizon.name}"
    made_by = recipe(chosen, horizon, tuple(map(str, columns.columns)))
    read = max(0, int(asked.bars.index.searchsorted(as_of)) - settings.collect.train_bars - WINDOW)
    return block_key(
        name,
        as_of,
        made_by,
        learnt,
        columns.iloc[block.first : block.stop],
        asked.bars.iloc[read : block.stop],
    )
