"""Bars from a file of the user's, and the folder of files that were imported."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import lru_cache
from pathlib import Path
from urllib.parse import quote

import pandas as pd

from core.collect.files.bar_file import Sniffed, load_bar_file
from core.collect.files.reading import DETECT, FileReading
from core.collect.shaping import between, divides, join_bars, resample_bars
from core.collect.source import Limit, Offer
from core.errors import BadFile, NotFound, StoreFull, Unsupported
from core.records import AssetClass, Instrument, Timeframe


@lru_cache(maxsize=8)
def _loaded(path: Path, changed: int, size: int) -> tuple[pd.DataFrame, Sniffed]:
    """One version of one file; a changed file is another key."""
    return load_bar_file(path)


def _load(path: Path) -> tuple[pd.DataFrame, Sniffed]:
    if not path.is_file():
        raise BadFile(f"File {path} does not exist or is a folder: check the path.")
    state = path.stat()
    return _loaded(path, state.st_mtime_ns, state.st_size)


class FileSource:
    """One CSV or Parquet file, taken to hold the instrument that is asked for."""

    limits: tuple[Limit, ...] = ()

    def __init__(self, path: Path, name: str | None = None) -> None:
        """`path` is read when bars are asked for, and again when it has changed."""
        self._path = path.expanduser().absolute()
        self.name = name or f"file:{self._path}"

    def offer(self, instrument: Instrument, timeframe: Timeframe) -> Offer:
        """The file's own world, named after it; longer bars are built for markets that never close."""
        bars, found = self._bars(instrument, timeframe)
        return Offer(
            world=f"file-{self._path.stem}",
            clock=bars.index[-1].to_pydatetime(),
            history=None,
            delay=timedelta(),
            adjusted=False,
            local=True,
            note=f"{found.kind} file with {found.rows:,} bars; times: {found.zone}. {' '.join(found.notes)}".strip(),
        )

    def fetch(
        self, instrument: Instrument, timeframe: Timeframe, start: datetime, end: datetime
    ) -> pd.DataFrame:
        """Bars with start ≤ open time < end; raises BadFile, Unsupported or NotFound."""
        bars, found = self._bars(instrument, timeframe)
        wanted = between(bars, start, end)
        if wanted.empty:
            raise NotFound(
                f"File {self._path.name} has bars from {found.first:%Y-%m-%d} to {found.last:%Y-%m-%d}, none in "
                f"{start:%Y-%m-%d} to {end:%Y-%m-%d}."
            )
        return wanted

    def _bars(self, instrument: Instrument, timeframe: Timeframe) -> tuple[pd.DataFrame, Sniffed]:
        bars, found = _load(self._path)
        if found.timeframe is timeframe:
            return bars, found
        steps = found.timeframe or "irregular"
        if found.timeframe is None or not divides(found.timeframe, timeframe):
            raise Unsupported(
                f"file {self._path.name} holds {steps} bars, which cannot give {timeframe} bars"
            )
        if instrument.asset_class is not AssetClass.CRYPTO:
            raise Unsupported(
                f"file {self._path.name} holds {steps} bars; {timeframe} bars are built from them only for markets that "
                "never close"
            )
        longer = resample_bars(bars, found.timeframe, timeframe)
        if longer.empty:
            raise Unsupported(f"file {self._path.name} is too short for one {timeframe} bar")
        return longer, found


class ImportedSource:
    """Files taken over by `import_bars`, one for each symbol and timeframe."""

    name = "imported"
    limits: tuple[Limit, ...] = ()

    def __init__(self, folder: Path) -> None:
        """`folder`: settings.import_dir."""
        self._folder = folder

    def offer(self, instrument: Instrument, timeframe: Timeframe) -> Offer:
        """As FileSource; Unsupported when nothing was imported for them."""
        return self._file(instrument, timeframe).offer(instrument, timeframe)

    def fetch(
        self, instrument: Instrument, timeframe: Timeframe, start: datetime, end: datetime
    ) -> pd.DataFrame:
        """As FileSource."""
        return self._file(instrument, timeframe).fetch(instrument, timeframe, start, end)

    def _file(self, instrument: Instrument, timeframe: Timeframe) -> FileSource:
        path = imported_path(self._folder, instrument, timeframe)
        if not path.exists():
            raise Unsupported(
                f"no {timeframe} bars of {instrument.symbol} were imported (python -m core import FILE --symbol "
                f"{instrument.symbol} --timeframe {timeframe})"
            )
        return FileSource(path, self.name)


def imported_path(folder: Path, instrument: Instrument, timeframe: Timeframe) -> Path:
    """Where imported bars of one symbol and timeframe lie."""
    return folder / f"{quote(instrument.symbol, safe='=^')}_{timeframe}.parquet"


@dataclass(frozen=True, slots=True, eq=False)
class Imported:
    """What an import did."""

    bars: pd.DataFrame
    """All bars of the symbol and timeframe that are now imported."""
    new: int
    changed: int
    """Bars whose values the file replaced."""
    same: int
    """Bars that were there before with the same values."""


def import_bars(
    path: Path, instrument: Instrument, timeframe: Timeframe, folder: Path, reading: FileReading = DETECT
) -> Imported:
    """Take a file over into `folder`; bars imported before stay unless the file has the same times.

    Raises:
        BadFile: the file is no good; StoreFull: the folder cannot be written. Nothing was changed.
    """
    bars, found = load_bar_file(path.expanduser(), reading)
    if found.timeframe is not timeframe and len(bars) > 1:
        steps = found.timeframe or "irregular steps"
        raise BadFile(
            f"File {path.name} holds bars of {steps}, not {timeframe}: import it with the right timeframe."
        )
    target = imported_path(folder, instrument, timeframe)
    before = load_bar_file(target)[0] if target.exists() else bars.iloc[:0]
    known = before.index.intersection(bars.index)
    same = int((before.loc[known].to_numpy() == bars.loc[known].to_numpy()).all(axis=1).sum())
    done = Imported(join_bars(before, bars), len(bars) - len(known), len(known) - same, same)
    partial = target.with_suffix(".part")
    try:
        folder.mkdir(parents=True, exist_ok=True)
        done.bars.reset_index().to_parquet(partial, compression="zstd")
        partial.replace(target)
    except OSError as err:
        if folder.is_dir():
            partial.unlink(missing_ok=True)
        raise StoreFull(
            f"Bars cannot be written to {folder} ({err.strerror or err}): free space or choose another home."
        ) from err
    return done
