"""The sample that ships with the project: real bars of past years, at hand without network or key."""

import json
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import cache
from pathlib import Path

import pandas as pd

from core.collect.shaping import between, resample_bars, shape_bars
from core.collect.source import Limit, Offer
from core.errors import NotFound, Unsupported
from core.records import Instrument, Timeframe
from core.settings import ROOT

SAMPLE_DIR = ROOT / "data" / "sample"


@dataclass(frozen=True, slots=True)
class SampleSeries:
    """One series of the sample."""

    symbol: str
    timeframe: Timeframe
    world: str
    """Era, e.g. sample-crypto-2019; series of one era share one clock."""
    first: datetime
    """Open time of the first bar."""
    clock: datetime
    """Open time of the last bar: where the era's clock stands."""
    file: Path
    stored: Timeframe
    decimals: int


def sample_series(folder: Path = SAMPLE_DIR) -> tuple[SampleSeries, ...]:
    """Every series that the sample serves."""
    return _catalogue(folder)


@cache
def _catalogue(folder: Path) -> tuple[SampleSeries, ...]:
    entries = json.loads((folder / "catalogue.json").read_text("utf-8"))
    series = []
    for entry in entries:
        file, stored = folder / entry["file"], Timeframe(entry["stored"])
        clock = datetime.fromisoformat(entry["clock"])
        for served in map(Timeframe, entry["serves"]):
            first = _bars(file, stored, served, entry["decimals"]).index[0].to_pydatetime()
            series.append(
                SampleSeries(
                    entry["symbol"], served, entry["world"], first, clock, file, stored, entry["decimals"]
                )
            )
    return tuple(series)


@cache
def _bars(file: Path, stored: Timeframe, served: Timeframe, decimals: int) -> pd.DataFrame:
    """All bars of one series; read and resampled once a process, then shared and never changed."""
    if served is not stored:
        return resample_bars(_bars(file, stored, stored, decimals), stored, served)
    # intraday prices are stored in single precision: rounding brings back the decimals that were written
    table = pd.read_parquet(file).set_index("date").astype("float64")
    prices = table[["open", "high", "low", "close"]].round(decimals)
    return shape_bars(prices.assign(volume=table["volume"]))


class SampleSource:
    """Bars of the embedded sample."""

    name = "sample"
    limits: tuple[Limit, ...] = ()

    def __init__(self, folder: Path = SAMPLE_DIR) -> None:
        """`folder` holds catalogue.json and the files it names."""
        self.series = sample_series(folder)

    def offer(self, instrument: Instrument, timeframe: Timeframe) -> Offer:
        """The era of a series; Unsupported names what the sample has instead."""
        series = self._series(instrument, timeframe)
        return Offer(
            world=series.world,
            clock=series.clock,
            history=None,
            delay=timedelta(),
            adjusted=False,
            local=True,
            note=f"Embedded sample: real bars from {series.first:%Y-%m-%d} to {series.clock:%Y-%m-%d}.",
        )

    def fetch(
        self, instrument: Instrument, timeframe: Timeframe, start: datetime, end: datetime
    ) -> pd.DataFrame:
        """Bars with start ≤ open time < end, none later than the era's clock."""
        series = self._series(instrument, timeframe)
        bars = _bars(series.file, series.stored, timeframe, series.decimals)
        found = between(bars, start, min(end, series.clock + timeframe.delta))
        if found.empty:
            raise NotFound(
                f"The sample has {timeframe} bars of {instrument.symbol} from {series.first:%Y-%m-%d} to "
                f"{series.clock:%Y-%m-%d}, none in {start:%Y-%m-%d} to {end:%Y-%m-%d}."
            )
        return found

    def _series(self, instrument: Instrument, timeframe: Timeframe) -> SampleSeries:
        of_symbol = [item for item in self.series if item.symbol == instrument.symbol]
        for item in of_symbol:
            if item.timeframe is timeframe:
                return item
        if of_symbol:
            have = ", ".join(item.timeframe for item in of_symbol)
            raise Unsupported(f"the sample has {instrument.symbol} at {have}, not at {timeframe}")
        have = ", ".join(dict.fromkeys(item.symbol for item in self.series))
        raise Unsupported(f"the sample has {have}, not {instrument.symbol}")
