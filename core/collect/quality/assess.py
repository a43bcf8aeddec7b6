"""How far a set of bars can be trusted: what cannot be used is dropped and counted, what is odd is counted.

The points taken are ours: each check has a cap, so that one fault alone cannot hide the others. No fault is counted by
two checks: a time whose bar was left out is no gap, a spike is no disagreement, and times in another zone are moved
before gaps are looked for.
"""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

import numpy as np
import pandas as pd

from core.collect.quality.faults import Faults, sift, usable
from core.collect.quality.grid import place
from core.collect.quality.scoring import ROW_CHECKS, row_checks, series_checks
from core.records import AssetClass, DataQuality, Instrument, Problem, QualityCheck, Rejected, Timeframe
from core.tables import stamp

__all__ = ["Faults", "assess", "usable"]

EXCHANGE_LAG = timedelta(minutes=15)
"""How late free sources serve prices of exchanges."""


def assess(
    bars: pd.DataFrame,
    instrument: Instrument,
    timeframe: Timeframe,
    as_of: datetime,
    *,
    rejected: Sequence[Rejected] = (),
    reference: pd.DataFrame | None = None,
    source_lag: timedelta | None = None,
    fallback: bool = False,
) -> tuple[pd.DataFrame, DataQuality, tuple[Problem, ...]]:
    """Judge bars as they are at `as_of`.

    Args:
        bars: columns and UTC index of the bars contract; anything may be wrong with the values.
        rejected: bars of this series in quarantine that were known at `as_of`; those between the first bar and `as_of`
            count, unless a sound bar of the same time has come since.
        reference: bars of another source and the same timeframe, in order.
        source_lag: how long after its close a bar may come without being late; None is 15 minutes for markets with an
            exchange or a dealer in between, and nothing for crypto.
        fallback: whether a source with a higher priority failed.
    Returns:
        The bars that keep the contract and had closed at `as_of`; the result; one problem when rows were dropped.
    """
    clean, faults, left_out = sift(bars)
    opens = pd.DatetimeIndex(clean.index)
    future = len(clean) - int(opens.searchsorted(stamp(as_of), side="right"))
    closed = int(opens.searchsorted(stamp(as_of) - timeframe.delta, side="right"))
    if closed < len(clean):
        clean = clean.iloc[:closed]
    counted = _quarantined(clean, rejected, as_of)
    counts = _row_counts(faults, future) + counted.reasons
    quality = DataQuality(
        score=0.0,
        rows=len(clean),
        first=clean.index[0].to_pydatetime() if len(clean) else None,
        last=clean.index[-1].to_pydatetime() if len(clean) else None,
        checks=row_checks(counts, len(clean)),
    )
    if len(clean):
        lag = source_lag
        if lag is None:
            lag = timedelta() if instrument.asset_class is AssetClass.CRYPTO else EXCHANGE_LAG
        placed = place(clean, instrument, timeframe, reference)
        known = np.concatenate([left_out // 1_000_000, counted.seconds]) + placed.hours * 3600
        checks = series_checks(
            clean, placed, instrument, timeframe, as_of - lag, known, reference, counts["off the grid"]
        )
        quality = _scored(quality, (*checks, _fallback(fallback)))
    else:
        quality = _scored(quality, (QualityCheck("bars", 0, 100.0, "There is no usable bar at all."),))
    return clean, quality, _told(faults, future, len(bars), instrument)


@dataclass(frozen=True, slots=True, eq=False)
class _Quarantined:
    reasons: Counter[str]
    """Name of the check → rows."""
    seconds: np.ndarray
    """Open times of the bars that are missing for it."""


def _quarantined(bars: pd.DataFrame, rejected: Sequence[Rejected], as_of: datetime) -> _Quarantined:
    """What of the quarantine still says something about these bars."""
    reasons, missing = Counter[str](), list[int]()
    if not len(bars) or not rejected:
        return _Quarantined(reasons, np.empty(0, dtype=np.int64))
    first = bars.index[0]
    window = [row for row in rejected if row.time >= first and (row.time <= as_of or row.reason == "future")]
    times = pd.DatetimeIndex([stamp(row.time) for row in window], tz="UTC")
    places = np.minimum(bars.index.searchsorted(times), len(bars) - 1)
    for row, there in zip(window, bars.index[places] == times, strict=True):
        if row.action == "repaired":
            reasons["repaired"] += int(there)
        elif row.reason == "duplicates":
            reasons["duplicates"] += 1
        elif not there:
            reasons[row.reason if row.reason in ROW_CHECKS else "quarantine"] += 1
            missing.append(int(row.time.timestamp()))
    return _Quarantined(reasons, np.array(missing, dtype=np.int64))


def _row_counts(faults: Faults, future: int) -> Counter[str]:
    return Counter(
        {
            "order": faults.disordered, "duplicates": faults.doubled, "prices": faults.without_price,
            "high below low": faults.upside_down, "open or close out of range": faults.out_of_range,
            "future": future,
        }
    )  # fmt: skip


def _fallback(fallback: bool) -> QualityCheck:
    said = "A source with a higher priority failed, and another one was used."
    return QualityCheck("fallback source", int(fallback), 5.0 if fallback else 0.0, said)


def _scored(quality: DataQuality, more: tuple[QualityCheck, ...]) -> DataQuality:
    checks = (*quality.checks, *more)
    score = round(max(0.0, 100.0 - sum(check.penalty for check in checks)), 2)
    return DataQuality(score, quality.rows, quality.first, quality.last, checks)


def _told(faults: Faults, future: int, rows: int, instrument: Instrument) -> tuple[Problem, ...]:
    dropped = faults.dropped + future
    if not dropped:
        return ()
    said = ", ".join(filter(None, (faults.sentence, f"{future} from the future" if future else "")))
    problem = Problem(
        "collect/quality",
        f"{dropped} of {rows:,} bars of {instrument.symbol} cannot be used: {said}.",
        "They were left out and the score lowered.",
    )
    return (problem,)
