"""How far a set of bars can be trusted: what cannot be used is dropped and counted, what is odd is counted.

The points taken are ours: each check has a cap, so that one fault alone cannot hide the others.
"""

from dataclasses import dataclass
from datetime import datetime, timedelta

import numpy as np
import numpy.typing as npt
import pandas as pd

from core.collect.quality.oddities import flat_bars, reverting_spikes
from core.records import AssetClass, DataQuality, Instrument, Problem, QualityCheck, Timeframe
from core.tables import BAR_COLUMNS

Mask = npt.NDArray[np.bool_]

CLOSED_MARKET = timedelta(days=5)
"""Longest pause of an exchange that is no gap: a weekend with holidays around it."""


@dataclass(frozen=True, slots=True)
class Faults:
    """Rows that were not usable, by kind."""

    disordered: int
    doubled: int
    without_price: int
    upside_down: int
    out_of_range: int

    @property
    def dropped(self) -> int:
        """Rows left out; those out of order were only put in order."""
        return self.doubled + self.without_price + self.upside_down + self.out_of_range

    @property
    def sentence(self) -> str:
        """The kinds that occurred, with counts."""
        kinds = {
            "doubled times": self.doubled,
            "a price missing, zero or negative": self.without_price,
            "high below low": self.upside_down,
            "open or close outside low to high": self.out_of_range,
        }
        return ", ".join(f"{count} with {kind}" for kind, count in kinds.items() if count)


def usable(bars: pd.DataFrame) -> tuple[pd.DataFrame, Faults]:
    """The rows that keep the bars contract, in order of time, and what was wrong with the others.

    Of rows with the same time the last one counts. Each bad row is counted once, under the first kind that fits.
    """
    dates = pd.DatetimeIndex(bars.index).asi8
    disordered = int((np.diff(dates) < 0).sum())
    if disordered:
        bars = bars.sort_index(kind="stable")
    doubled = bars.index.duplicated(keep="last")
    table = bars[list(BAR_COLUMNS)].to_numpy("float64")
    prices, volume = table[:, :4], table[:, 4]
    opened, high, low, close = prices.T
    with np.errstate(invalid="ignore"):
        sound = (
            np.isfinite(prices).all(axis=1) & (prices > 0).all(axis=1) & np.isfinite(volume) & (volume >= 0)
        )
        upside_down = sound & (high < low)
        outside = (high < np.maximum(opened, close)) | (low > np.minimum(opened, close))
    out_of_range = sound & ~upside_down & outside
    kept = ~doubled & sound & ~upside_down & ~out_of_range
    faults = Faults(
        disordered,
        int(doubled.sum()),
        int((~sound & ~doubled).sum()),
        int((upside_down & ~doubled).sum()),
        int((out_of_range & ~doubled).sum()),
    )
    return (bars if kept.all() else bars[kept]), faults


def assess(
    bars: pd.DataFrame, instrument: Instrument, timeframe: Timeframe, as_of: datetime
) -> tuple[pd.DataFrame, DataQuality, tuple[Problem, ...]]:
    """Judge bars as they are at `as_of`.

    Args:
        bars: columns and UTC index of the bars contract; anything may be wrong with the values.
    Returns:
        The bars that keep the contract and had closed at `as_of`; the result; one problem when rows were dropped.
    """
    clean, faults = usable(bars)
    step = np.timedelta64(timeframe.seconds, "s")
    moment = np.datetime64(pd.Timestamp(as_of).tz_convert("UTC").tz_localize(None))
    opens = pd.DatetimeIndex(clean.index).tz_localize(None).to_numpy()
    future = int((opens > moment).sum())
    closed = int((opens + step <= moment).sum())
    if closed < len(clean):
        clean = clean.iloc[:closed]
    rows = max(len(bars), 1)
    checks = (*_row_checks(faults, future, rows), *_series_checks(clean, instrument, timeframe, as_of))
    score = 0.0 if clean.empty else max(0.0, 100.0 - sum(check.penalty for check in checks))
    quality = DataQuality(
        score=round(score, 2),
        rows=len(clean),
        first=clean.index[0].to_pydatetime() if len(clean) else None,
        last=clean.index[-1].to_pydatetime() if len(clean) else None,
        checks=checks,
    )
    dropped = faults.dropped + future
    if not dropped:
        return clean, quality, ()
    said = ", ".join(filter(None, (faults.sentence, f"{future} from the future" if future else "")))
    problem = Problem(
        "collect/quality",
        f"{dropped} of {rows:,} bars of {instrument.symbol} cannot be used: {said}.",
        "They were left out and the score lowered.",
    )
    return clean, quality, (problem,)


def _points(count: int, rows: int, base: float, slope: float, cap: float) -> float:
    """0 when nothing was found, else base + slope × share, at most cap."""
    return round(min(cap, base + slope * count / rows), 2) if count else 0.0


def _row_checks(faults: Faults, future: int, rows: int) -> tuple[QualityCheck, ...]:
    kinds = (
        ("order", faults.disordered, 1, 50, 10, "Times that step backwards; the bars were put in order."),
        ("duplicates", faults.doubled, 1, 50, 10, "Bars with the time of another one; the last of them was kept."),
        ("prices", faults.without_price, 2, 500, 30, "Bars with a price that is missing, zero or negative; left out."),
        ("high below low", faults.upside_down, 2, 500, 30, "Bars whose high is below their low; left out."),
        ("open or close out of range", faults.out_of_range, 2, 500, 30, "Bars that open or close outside their own low and high; left out."),
        ("future", future, 5, 500, 30, "Bars that open after the moment looked at; left out."),
    )  # fmt: skip
    return tuple(
        QualityCheck(name, count, _points(count, rows, base, slope, cap), meaning)
        for name, count, base, slope, cap, meaning in kinds
    )


def _series_checks(
    bars: pd.DataFrame, instrument: Instrument, timeframe: Timeframe, as_of: datetime
) -> tuple[QualityCheck, ...]:
    if bars.empty:
        return (QualityCheck("bars", 0, 100.0, "There is no usable bar at all."),)
    rows = len(bars)
    opened, high, low, close, volume = (bars[name].to_numpy() for name in BAR_COLUMNS)
    spikes = int(reverting_spikes(close).sum())
    flat = int(flat_bars(opened, high, low, close).sum())
    return (
        _gaps(pd.DatetimeIndex(bars.index), instrument, timeframe),
        QualityCheck("spikes", spikes, _points(spikes, rows, 2, 1000, 20), "Closes that jump far from both neighbours and come straight back."),
        QualityCheck("flat", flat, _points(flat, rows, 0, 50, 20), "Bars in a run of five or more in which the price never moves."),
        _silence(volume, instrument),
        _age(bars.index[-1].to_pydatetime() + timeframe.delta, instrument, timeframe, as_of),
    )  # fmt: skip


def _gaps(index: pd.DatetimeIndex, instrument: Instrument, timeframe: Timeframe) -> QualityCheck:
    """Around the clock for crypto; elsewhere only pauses longer than any holiday."""
    steps = np.diff(index.as_unit("s").asi8)
    always_open = instrument.asset_class is AssetClass.CRYPTO
    longest = timeframe.seconds if always_open else max(timeframe.seconds, int(CLOSED_MARKET.total_seconds()))
    absent = int(((steps[steps > longest] - 1) // timeframe.seconds).sum())
    if not always_open:
        holes = int((steps > longest).sum())
        return QualityCheck("gaps", holes, min(20.0, 2.0 * holes) if holes > 1 else 0.5 * holes, "Pauses of more than five days; nights, weekends and holidays are no gaps.")  # fmt: skip
    share = absent / (len(index) + absent)
    return QualityCheck("gaps", absent, round(min(40.0, 200 * share), 2), "Bars missing between the first and the last; this market never closes.")  # fmt: skip


def _silence(volume: npt.NDArray[np.float64], instrument: Instrument) -> QualityCheck:
    silent = int((volume == 0).sum())
    if instrument.asset_class in (AssetClass.FX, AssetClass.INDEX):
        return QualityCheck("zero volume", silent, 0.0, "Bars without volume; this market reports none, so no points are taken.")  # fmt: skip
    if silent == len(volume):
        return QualityCheck("zero volume", silent, 5.0, "This source reports no volume; indicators of volume say nothing.")  # fmt: skip
    return QualityCheck("zero volume", silent, _points(silent, len(volume), 0, 20, 10), "Bars in which nothing was traded.")  # fmt: skip


def _age(closed: datetime, instrument: Instrument, timeframe: Timeframe, as_of: datetime) -> QualityCheck:
    age = as_of - closed
    if instrument.asset_class is AssetClass.CRYPTO:
        late, points, unit = int(age / timeframe.delta), 5.0, "bars"
        meaning = "Bars that should have closed since the last one."
    else:
        late, points, unit = int(max(timedelta(), age - CLOSED_MARKET) / timedelta(days=1)), 10.0, "days"
        meaning = "Days since the last bar beyond the longest holiday."
    late = max(late, 0)
    said = f" The last bar closed at {closed:%Y-%m-%d %H:%M} UTC, {late} {unit} too long ago." if late else ""
    return QualityCheck("stale", late, min(60.0, points * late), meaning + said)
