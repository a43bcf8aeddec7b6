"""The points that each check takes from a score of 100."""

from collections import Counter
from datetime import datetime

import numpy as np
import pandas as pd

from core.calendars import calendar_name, expected_seconds, last_expected
from core.collect.quality.comparison import Comparison, Seconds, compare
from core.collect.quality.grid import Placed, missing_seconds, off_grid
from core.collect.quality.oddities import Floats, flat_bars, reverting_spikes
from core.records import AssetClass, Instrument, QualityCheck, Timeframe
from core.tables import BAR_COLUMNS

ROW_CHECKS = {
    "order": (1, 50, 10, "Times that step backwards; the bars were put in order."),
    "duplicates": (1, 50, 10, "Bars with the time of another one; the last of them was kept."),
    "prices": (2, 500, 30, "Bars with a price that is missing, zero or negative; left out."),
    "high below low": (2, 500, 30, "Bars whose high is below their low; left out."),
    "open or close out of range": (2, 500, 30, "Bars that open or close outside their own low and high; left out."),
    "future": (5, 500, 30, "Bars that open after the moment looked at; left out."),
    "off the grid": (1, 100, 20, "Bars that open when no bar of this market does."),
    "repaired": (1, 250, 20, "Bars whose high or low was put right from their own four prices."),
    "quarantine": (2, 500, 30, "Bars that the source served and that were not used for other reasons."),
}  # fmt: skip
"""Check → points when it occurs at all, points per share of the bars, cap, meaning."""

_STALE_CAP = 60.0


def row_checks(counts: Counter[str], rows: int) -> tuple[QualityCheck, ...]:
    """One check per kind of bad row but those off the grid, which `series_checks` counts with the others."""
    return tuple(
        _row_check(name, counts[name], rows)
        for name in ROW_CHECKS
        if name != "off the grid" and (counts[name] or name != "quarantine")
    )


def series_checks(
    bars: pd.DataFrame,
    placed: Placed,
    instrument: Instrument,
    timeframe: Timeframe,
    due_at: datetime,
    left_out: Seconds,
    reference: pd.DataFrame | None,
    dropped_off_grid: int = 0,
) -> tuple[QualityCheck, ...]:
    """What bars in order say about themselves, about the calendar and about the reference.

    Args:
        placed: their times, in the right zone.
        due_at: a bar that had closed then should be here.
        left_out: times of bars that were served and not used: no gaps. In the right zone.
        dropped_off_grid: bars between the others that were left out before.
    """
    opened, high, low, close, volume = (bars[name].to_numpy() for name in BAR_COLUMNS)
    rows, seconds = len(bars), placed.seconds
    beside = compare(seconds, close, reference)
    flat = int(flat_bars(opened, high, low, close).sum())
    between = int(off_grid(seconds, instrument, timeframe).sum()) + dropped_off_grid
    spikes = reverting_spikes(close)
    return (
        _row_check("off the grid", between, rows),
        _zone(placed),
        _gaps(seconds, left_out, instrument, timeframe),
        _spikes(spikes, beside),
        _disagreement(spikes, beside, reference),
        QualityCheck("flat", flat, _points(flat, rows, 0, 50, 20), "Bars in a run of five or more in which the price never moves."),
        _silence(volume, instrument),
        _age(int(seconds[-1]), instrument, timeframe, due_at),
    )  # fmt: skip


def reports_volume(instrument: Instrument) -> bool:
    """Whether a market of this kind reports volume at all."""
    return instrument.asset_class not in (AssetClass.FX, AssetClass.INDEX)


def _points(count: float, rows: int, base: float, slope: float, cap: float) -> float:
    """0 when nothing was found, else base + slope × share, at most cap."""
    return round(min(cap, base + slope * count / max(rows, 1)), 2) if count else 0.0


def _row_check(name: str, count: int, rows: int) -> QualityCheck:
    base, slope, cap, meaning = ROW_CHECKS[name]
    return QualityCheck(name, count, _points(count, rows, base, slope, cap), meaning)


def _zone(placed: Placed) -> QualityCheck:
    meaning = "Bars whose times were written in another zone than UTC."
    if placed.hours:
        meaning += (
            f" They fit when {abs(placed.hours)} hours are {'added' if placed.hours > 0 else 'taken away'}."
        )
    return QualityCheck("wrong zone", placed.outside, 40.0 if placed.hours else 0.0, meaning)


def _gaps(seconds: Seconds, left_out: Seconds, instrument: Instrument, timeframe: Timeframe) -> QualityCheck:
    missing = missing_seconds(seconds, instrument, timeframe)
    absent = len(missing)
    if len(left_out) and absent:
        explained = np.append(np.sort(left_out), np.iinfo(np.int64).max)
        absent = int((explained[explained.searchsorted(missing)] >= missing + timeframe.seconds).sum())
    share = absent / (len(seconds) + len(missing))
    return QualityCheck(
        "gaps", absent, round(min(40.0, 200 * share), 2),
        f"Bars missing between the first and the last by the calendar {calendar_name(instrument)}.",
    )  # fmt: skip


def _spikes(spikes: np.ndarray, beside: Comparison) -> QualityCheck:
    confirmed = int((spikes & beside.matched & ~beside.differs).sum())
    denied = int((spikes & beside.differs).sum())
    count, rows = int(spikes.sum()) - confirmed, len(spikes)
    meaning = "Closes that jump far from both neighbours and come straight back."
    if denied:
        meaning += f" The other source does not have {denied} of them."
    if confirmed:
        meaning += f" {confirmed} more are real: the other source has them too."
    return QualityCheck("spikes", count, _points(count + 2 * denied, rows, 2, 1000, 20), meaning)


def _disagreement(spikes: np.ndarray, beside: Comparison, reference: pd.DataFrame | None) -> QualityCheck:
    name, compared = "disagreement", int(beside.matched.sum())
    if reference is None or not compared:
        return QualityCheck(name, 0, 0.0, "No other source to compare with.")
    count = int((beside.differs & ~spikes).sum())
    meaning = f"Closes more than {beside.bound:.2%} away from another source's, of {compared:,} compared."
    if beside.throughout:
        meaning += f" They differ throughout, by a factor of about {beside.factor:.4g}: one of the two may be adjusted."
    return QualityCheck(name, count, _points(count, compared, 1, 100, 40), meaning)


def _silence(volume: Floats, instrument: Instrument) -> QualityCheck:
    silent, name = int((volume == 0).sum()), "zero volume"
    if not reports_volume(instrument):
        return QualityCheck(name, silent, 0.0, "Bars without volume; this market reports none, so no points are taken.")  # fmt: skip
    if silent == len(volume):
        return QualityCheck(name, silent, 5.0, "This source reports no volume; indicators of volume say nothing.")  # fmt: skip
    return QualityCheck(name, silent, _points(silent, len(volume), 0, 20, 5), "Bars in which nothing was traded.")  # fmt: skip


def _age(last: int, instrument: Instrument, timeframe: Timeframe, due_at: datetime) -> QualityCheck:
    name, meaning = "stale", "Bars that should have come since the last one."
    due = last_expected(instrument, timeframe, due_at)
    if due is None:
        return QualityCheck(
            name, 0, 0.0, "How old the last bar may be is not known: no calendar reaches so far."
        )
    behind = int(due.timestamp()) - last
    if behind <= 0:
        return QualityCheck(name, 0, 0.0, meaning)
    if instrument.asset_class is AssetClass.CRYPTO:
        late = behind // timeframe.seconds
    else:
        opened = pd.Timestamp(last + 1, unit="s", tz="UTC").to_pydatetime()
        late = len(expected_seconds(instrument, timeframe, opened, due + timeframe.delta / 2))
    each = 10.0 if timeframe is Timeframe.D1 and instrument.asset_class is not AssetClass.CRYPTO else 5.0
    said = f" The last one opened at {pd.Timestamp(last, unit='s'):%Y-%m-%d %H:%M} UTC." if late else ""
    return QualityCheck(name, late, min(_STALE_CAP, each * late), meaning + said)
