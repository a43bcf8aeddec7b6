"""What is odd about each bar, and how far each can be trusted: for drawing beside the prices."""

from collections.abc import Sequence
from datetime import UTC, datetime

import numpy as np
import pandas as pd

from core.collect.quality.comparison import compare
from core.collect.quality.grid import missing_seconds, place
from core.collect.quality.oddities import Floats, flat_bars, reverting_spikes
from core.collect.quality.scoring import reports_volume
from core.records import Instrument, Rejected, Timeframe
from core.tables import BAR_COLUMNS, stamp

WEIGHTS = {
    "gap_before": 35.0,
    "spike": 60.0,
    "flat": 25.0,
    "no_volume": 10.0,
    "repaired": 40.0,
    "disagrees": 45.0,
}
"""Points that a flag takes from its bar."""

_FADE = 0.7
"""What is left of a neighbour's faults with each bar of distance."""
_SHARE = 0.5
"""Weight of the neighbourhood beside a bar's own faults."""


def bar_flags(
    bars: pd.DataFrame,
    instrument: Instrument,
    timeframe: Timeframe,
    *,
    rejected: Sequence[Rejected] = (),
    reference: pd.DataFrame | None = None,
) -> pd.DataFrame:
    """Flags of each bar, and its trust.

    Trust is 100 minus the weights of the bar's own flags, minus half the neighbourhood's: the exponentially weighted
    mean (each bar of distance keeps 0.7) of the weights before it plus that of the weights after it; at least 0.

    Args:
        bars: bars that keep the contract.
        rejected: bars of this series in quarantine; the repaired ones are flagged.
        reference: bars of another source and the same timeframe, in order; a spike that it confirms is none.
    Returns:
        Index of `bars`; bool columns gap_before (expected bars are missing just before this one), spike, flat,
        no_volume (never for markets that report none), repaired, disagrees; float column trust, 0 … 100.
    """
    opened, high, low, close, volume = (bars[name].to_numpy() for name in BAR_COLUMNS)
    seconds = place(bars, instrument, timeframe, reference).seconds
    missing = missing_seconds(seconds, instrument, timeframe)
    gap_before = np.zeros(len(bars), dtype=bool)
    gap_before[seconds.searchsorted(missing)] = True
    beside = compare(seconds, close, reference)
    spikes = reverting_spikes(close)
    repaired = [stamp(row.time) for row in rejected if row.action == "repaired"]
    silent = volume == 0 if reports_volume(instrument) else np.zeros(len(bars), dtype=bool)
    flags = {
        "gap_before": gap_before,
        "spike": spikes & ~(beside.matched & ~beside.differs),
        "flat": flat_bars(opened, high, low, close),
        "no_volume": silent,
        "repaired": bars.index.isin(repaired) if repaired else np.zeros(len(bars), dtype=bool),
        "disagrees": beside.differs,
    }
    own = np.zeros(len(bars))
    for name, weight in WEIGHTS.items():
        own += weight * flags[name]
    trust = np.clip(100.0 - own - _SHARE * (_before(own) + _before(own[::-1])[::-1]), 0.0, 100.0)
    return pd.DataFrame({**flags, "trust": trust}, index=bars.index)


def holes(
    bars: pd.DataFrame, instrument: Instrument, timeframe: Timeframe
) -> tuple[tuple[datetime, datetime], ...]:
    """Ranges between the first and the last bar in which bars are missing: (first missing open, end of the last).

    Nights, weekends and holidays are none, and a range that spans them is one. Where the bars' times are plainly those
    of another zone, so are these.
    """
    placed = place(bars, instrument, timeframe)
    seconds, moved = placed.seconds, placed.hours * 3600
    missing = missing_seconds(seconds, instrument, timeframe)
    if not len(missing):
        return ()
    after = seconds.searchsorted(missing)
    edges = np.concatenate([[True], np.diff(after) > 0, [True]])
    starts, stops = missing[edges[:-1]] - moved, missing[edges[1:]] + timeframe.seconds - moved
    return tuple(
        (datetime.fromtimestamp(start, UTC), datetime.fromtimestamp(stop, UTC))
        for start, stop in zip(starts.tolist(), stops.tolist(), strict=True)
    )


def _before(own: Floats) -> Floats:
    """Exponentially weighted mean of the bars before each; 0 before the first."""
    padded = pd.Series(np.concatenate(([0.0], own)))
    return padded.ewm(alpha=1 - _FADE, adjust=False).mean().to_numpy()[:-1]
