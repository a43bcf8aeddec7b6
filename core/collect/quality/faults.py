"""Rows of bars that cannot be used as served: each is told by the first rule that it breaks."""

from dataclasses import dataclass
from enum import IntEnum

import numpy as np
import numpy.typing as npt
import pandas as pd

from core.tables import BAR_COLUMNS

Mask = npt.NDArray[np.bool_]
Kinds = npt.NDArray[np.int8]
Micros = npt.NDArray[np.int64]


class Fault(IntEnum):
    """What is wrong with one row."""

    NONE = 0
    DUPLICATE = 1
    OFF_GRID = 2
    FUTURE = 3
    PRICES = 4
    UPSIDE_DOWN = 5
    OUT_OF_RANGE = 6

    @property
    def check(self) -> str:
        """Name of the quality check that counts it; the reason in quarantine."""
        return _CHECKS[self]


_CHECKS = {
    Fault.NONE: "",
    Fault.DUPLICATE: "duplicates",
    Fault.OFF_GRID: "off the grid",
    Fault.FUTURE: "future",
    Fault.PRICES: "prices",
    Fault.UPSIDE_DOWN: "high below low",
    Fault.OUT_OF_RANGE: "open or close out of range",
}
REPAIRABLE = (Fault.UPSIDE_DOWN, Fault.OUT_OF_RANGE)


@dataclass(frozen=True, slots=True)
class Faults:
    """Rows that were not usable, by kind; a repaired row counts as repaired only."""

    disordered: int
    doubled: int
    without_price: int
    upside_down: int
    out_of_range: int
    off_grid: int = 0
    future: int = 0
    repaired: int = 0

    @property
    def dropped(self) -> int:
        """Rows left out; those out of order were only put in order."""
        return (
            self.doubled + self.without_price + self.upside_down + self.out_of_range + self.off_grid + self.future
        )  # fmt: skip

    @property
    def sentence(self) -> str:
        """The kinds that occurred, with counts."""
        kinds = {
            "doubled times": self.doubled,
            "times between the bars": self.off_grid,
            "times in the future": self.future,
            "a price missing, zero or negative": self.without_price,
            "high below low": self.upside_down,
            "open or close outside low to high": self.out_of_range,
            "a high or low that was put right": self.repaired,
        }
        return ", ".join(f"{count:,} with {kind}" for kind, count in kinds.items() if count)


def count_faults(kinds: Kinds, disordered: int, repaired: Mask | None = None) -> Faults:
    """Counts by kind; rows under `repaired` count as such."""
    left = kinds if repaired is None else kinds[~repaired]
    count = np.bincount(left, minlength=len(Fault)).tolist()
    return Faults(
        disordered, count[Fault.DUPLICATE], count[Fault.PRICES], count[Fault.UPSIDE_DOWN],
        count[Fault.OUT_OF_RANGE], count[Fault.OFF_GRID], count[Fault.FUTURE],
        0 if repaired is None else int(repaired.sum()),
    )  # fmt: skip


def micros_of(index: pd.Index) -> Micros:
    """Microseconds since 1970 of an index in UTC."""
    return pd.DatetimeIndex(index).as_unit("us").asi8


def in_order(bars: pd.DataFrame) -> tuple[pd.DataFrame, int]:
    """The rows in order of time, rows of the same time as they came; and how often time stepped backwards."""
    disordered = int((np.diff(micros_of(bars.index)) < 0).sum())
    return (bars.sort_index(kind="stable") if disordered else bars), disordered


def row_kinds(bars: pd.DataFrame) -> Kinds:
    """What is wrong with each row of bars in order of time (duplicates, prices and range): (n,) values of Fault.

    Of rows with the same time the last one counts. A volume that is missing or negative counts as a missing price.
    """
    kinds = np.zeros(len(bars), dtype=np.int8)
    opened, high, low, close, volume = (bars[name].to_numpy("float64") for name in BAR_COLUMNS)
    body_top, body_low = np.maximum(opened, close), np.minimum(opened, close)
    with np.errstate(invalid="ignore"):
        fits = (low > 0) & (low <= body_low) & (body_top <= high) & (high < np.inf)
        fits &= (volume >= 0) & (volume < np.inf)
    bad = np.flatnonzero(~fits)
    if len(bad):
        values = np.column_stack([opened[bad], high[bad], low[bad], close[bad]])
        priced = (np.isfinite(values) & (values > 0)).all(axis=1)
        priced &= np.isfinite(volume[bad]) & (volume[bad] >= 0)
        found = np.where(high[bad] < low[bad], Fault.UPSIDE_DOWN, Fault.OUT_OF_RANGE)
        kinds[bad] = np.where(priced, found, Fault.PRICES)
    times = micros_of(bars.index)
    kinds[:-1][times[:-1] == times[1:]] = Fault.DUPLICATE
    return kinds


def usable(bars: pd.DataFrame) -> tuple[pd.DataFrame, Faults]:
    """The rows that keep the bars contract, in order of time, and what was wrong with the others.

    Of rows with the same time the last one counts. Each bad row is counted once, under the first kind that fits.
    """
    clean, faults, _ = sift(bars)
    return clean, faults


def sift(bars: pd.DataFrame) -> tuple[pd.DataFrame, Faults, Micros]:
    """As `usable`, with the times of the rows left out."""
    ordered, disordered = in_order(bars)
    kinds = row_kinds(ordered)
    faults = count_faults(kinds, disordered)
    if not faults.dropped:
        return ordered, faults, np.empty(0, dtype=np.int64)
    bad = kinds != Fault.NONE
    return ordered[~bad], faults, micros_of(ordered.index)[bad]
