"""Bars and features of a series as a training or a check of its models reads them."""

from dataclasses import dataclass
from datetime import datetime

import pandas as pd

from core.errors import NotEnoughHistory
from core.features import MODEL_COLUMNS, WARMUP
from core.pipeline.feature_context import context_of, features_of
from core.pipeline.gathering import gather
from core.pipeline.run import Workbench
from core.records import Instrument, Timeframe


@dataclass(frozen=True, slots=True, eq=False)
class Material:
    """What is known of a series at a moment."""

    instrument: Instrument
    timeframe: Timeframe
    source: str
    """Where the bars came from."""
    moment: datetime
    bars: pd.DataFrame
    """Closed by the moment."""
    features: pd.DataFrame
    """MODEL_COLUMNS on the index of the bars."""


def model_material(
    bench: Workbench,
    instrument: Instrument,
    timeframe: Timeframe,
    source: str,
    as_of: datetime | None,
    since: datetime | None = None,
) -> Material:
    """Collect bars and compute the features that models take; what was fetched is stored.

    Args:
        as_of: nothing newer is read; None: the clock of the world that the bars live in.
        since: first bar whose features are wanted; None: as far back as a training reaches.

    Raises:
        NotEnoughHistory: there is no bar.
    """
    first = None if since is None else since - WARMUP * timeframe.delta
    found = gather(bench, instrument, timeframe, source, as_of, first)
    bench.store.write(*found.writes)
    if found.bars.empty:
        raise NotEnoughHistory(
            f"{instrument.symbol} has no closed {timeframe} bar before {found.moment:%Y-%m-%d %H:%M} UTC: choose a later "
            "moment or another source."
        )
    origin = found.collected.source
    beside = context_of(bench, instrument, timeframe, origin, found.collected.world, found.bars)
    features, writes = features_of(bench, instrument, timeframe, origin, found.bars, beside)
    bench.store.write(*writes)
    return Material(instrument, timeframe, origin, found.moment, found.bars, features[list(MODEL_COLUMNS)])
