"""Bars from a CSV or Parquet file: what was detected is told, what is wrong is named with its row and column."""

import csv
import io
import re
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

import numpy as np
import pandas as pd

from core.collect.files.columns import Columns, find_columns
from core.collect.files.dates import read_times
from core.collect.files.prices import judge_rows, read_numbers
from core.collect.files.reading import DETECT, FileReading
from core.errors import BadFile
from core.records import Timeframe
from core.tables import BAR_COLUMNS

MOST_BYTES = 200_000_000


@dataclass(frozen=True, slots=True)
class Sniffed:
    """What was detected in a file."""

    path: Path
    kind: str
    """CSV or Parquet."""
    delimiter: str
    """Empty for Parquet."""
    columns: tuple[tuple[str, str], ...]
    """(what it holds, the file's own name)."""
    zone: str
    """How the times were understood."""
    timeframe: Timeframe | None
    """The commonest step between rows, when it is one that Glassbox knows."""
    rows: int
    first: datetime
    last: datetime
    notes: tuple[str, ...]
    """What was done to the rows, one sentence each."""


def sniff(path: Path) -> Sniffed:
    """Read a file and tell what was detected; raises like read_bars_file."""
    return load_bar_file(path)[1]


def read_bars_file(path: Path) -> pd.DataFrame:
    """All bars of a file in the shape of core.tables, in order of time.

    Raises:
        BadFile: nothing was read; the sentence names row, column and what to do.
    """
    return load_bar_file(path)[0]


def load_bar_file(path: Path, reading: FileReading = DETECT) -> tuple[pd.DataFrame, Sniffed]:
    """The bars and what was detected or chosen; raises BadFile."""
    where = f"File {path.name}"
    table, kind, delimiter = load_table(path, where)
    columns = find_columns(table.columns, where, reading.columns)
    bars, zone, notes = _to_bars(table, columns, delimiter, where, reading)
    timeframe = _commonest_step(bars)
    first, last = bars.index[0].to_pydatetime(), bars.index[-1].to_pydatetime()
    return bars, Sniffed(
        path, kind, delimiter, columns.pairs, zone, timeframe, len(bars), first, last, tuple(notes)
    )


def load_table(path: Path, where: str) -> tuple[pd.DataFrame, str, str]:
    """The rows as the file has them, its kind, and its delimiter (empty for Parquet); raises BadFile."""
    if not path.is_file():
        raise BadFile(f"File {path} does not exist or is a folder: check the path.")
    if path.stat().st_size > MOST_BYTES:
        raise BadFile(f"{where} is larger than {MOST_BYTES // 1_000_000} MB: split it by years.")
    if _starts_with(
        path, (b"PK\x03\x04", b"\x1f\x8b", b"BZh", b"\xfd7zXZ", b"Rar!", b"7z\xbc\xaf", b"\x28\xb5\x2f\xfd")
    ):
        raise BadFile(f"{where} is an archive or a spreadsheet: unpack it, or save it as CSV or Parquet.")
    kind = "Parquet" if _starts_with(path, (b"PAR1",)) else "CSV"
    table, delimiter = (_read_parquet(path, where), "") if kind == "Parquet" else _read_csv(path, where)
    if table.empty:
        raise BadFile(f"{where} has no rows below its header: export it again with data.")
    return table, kind, delimiter


def _commonest_step(bars: pd.DataFrame) -> Timeframe | None:
    steps, counts = np.unique(np.diff(pd.DatetimeIndex(bars.index).as_unit("s").asi8), return_counts=True)
    seconds = int(steps[counts.argmax()]) if len(steps) else 0
    return next((frame for frame in Timeframe if frame.seconds == seconds), None)


def _starts_with(path: Path, magics: tuple[bytes, ...]) -> bool:
    with path.open("rb") as file:
        return file.read(8).startswith(magics)


def _one_line(err: Exception) -> str:
    return " ".join(str(err).split())[:100]


def _read_parquet(path: Path, where: str) -> pd.DataFrame:
    import pyarrow

    try:
        table = pd.read_parquet(path)
    except (
        pyarrow.ArrowException,
        OSError,
        ValueError,
        TypeError,
        LookupError,
        AttributeError,
        OverflowError,
    ) as err:
        # pandas and pyarrow read the file's own description of its types without checking it first
        raise BadFile(f"{where} is no readable Parquet file ({_one_line(err)}): export it again.") from err
    if isinstance(table.index, pd.DatetimeIndex) or table.index.name:
        table = table.reset_index()
    return table.set_index(np.arange(1, len(table) + 1))


def _read_csv(path: Path, where: str) -> tuple[pd.DataFrame, str]:
    """The table as text, its index the line numbers of the file, and the delimiter."""
    raw = path.read_bytes()
    wide = raw[:2] in (b"\xff\xfe", b"\xfe\xff")
    if not raw.strip():
        raise BadFile(f"{where} is empty: export it again.")
    if b"\0" in raw[:65536] and not wide:
        raise BadFile(f"{where} is neither text nor Parquet: save it as CSV or Parquet.")
    try:
        text = raw.decode("utf-16" if wide else "utf-8-sig")
    except UnicodeDecodeError:
        text = raw.decode("latin-1")
    lines = text.splitlines() or [""]
    header = next((at for at, line in enumerate(lines[:5]) if len(re.findall(r"[,;\t|]", line)) >= 4), 0)
    counts = {mark: lines[header].count(mark) for mark in ",;\t|"}
    delimiter = max(counts, key=lambda mark: counts[mark])
    try:
        table = pd.read_csv(
            io.StringIO("\n".join(lines[header:])), sep=delimiter, dtype=str, skip_blank_lines=False,
            skipinitialspace=True, index_col=False, keep_default_na=True, quoting=csv.QUOTE_MINIMAL,
        )  # fmt: skip
    except (pd.errors.ParserError, pd.errors.EmptyDataError, ValueError) as err:
        raise BadFile(f"{where} is no table: {_one_line(err)}. Save it as CSV with one row a bar.") from err
    table.index = pd.RangeIndex(header + 2, header + 2 + len(table))
    table.columns = [str(name).strip().strip("<>") for name in table.columns]
    return table.dropna(how="all"), delimiter


def _to_bars(
    table: pd.DataFrame, columns: Columns, delimiter: str, where: str, reading: FileReading
) -> tuple[pd.DataFrame, str, list[str]]:
    prices = {
        name: read_numbers(table[theirs], theirs, delimiter, where)
        for name, theirs in (("open", columns.open), ("high", columns.high), ("low", columns.low), ("close", columns.close))
    }  # fmt: skip
    bars = pd.DataFrame(prices, index=table.index)
    notes: list[str] = []
    blank = bars.isna().all(axis=1)
    if blank.any():
        notes.append(f"{int(blank.sum())} rows without any price were left out.")
        table, bars = table[~blank], bars[~blank]
        if bars.empty:
            raise BadFile(f"{where} has no prices in any row: export it again.")
    text = table[columns.date]
    if columns.clock is not None:
        text = text.astype(str) + " " + table[columns.clock].astype(str)
    times, zone = read_times(text, columns.date, where, reading.zone, reading.day_first)
    if columns.volume is None:
        notes.append("The file has no volume: it counts as 0.")
        bars["volume"] = 0.0
    else:
        bars["volume"] = read_numbers(table[columns.volume], columns.volume, delimiter, where)
        unknown = int(bars["volume"].isna().sum())
        if unknown:
            notes.append(f"{unknown} rows have no volume: it counts as 0.")
            bars["volume"] = bars["volume"].fillna(0.0)
    judge_rows(bars, columns, where)
    if not times.is_monotonic_increasing:
        notes.append("Rows were put in order of time.")
    if columns.adjusted is not None:
        adjusted = read_numbers(table[columns.adjusted], columns.adjusted, delimiter, where)
        if adjusted.notna().all() and (adjusted > 0).all():
            ratio = adjusted / bars["close"]
            if (ratio.sub(1).abs() > 1e-9).any():
                notes.append(
                    "Prices were scaled to the adjusted close, so that splits and dividends leave no jump."
                )
                bars[["open", "high", "low", "close"]] = bars[["open", "high", "low", "close"]].mul(
                    ratio, axis=0
                )
                bars = _within_range(bars)
    return _in_order(bars, times, columns, where), zone, notes


def _in_order(bars: pd.DataFrame, times: pd.DatetimeIndex, columns: Columns, where: str) -> pd.DataFrame:
    doubled = times.duplicated(keep="first")
    if doubled.any():
        row = bars.index[doubled][0]
        first = bars.index[times == times[doubled][0]][0]
        raise BadFile(
            f"{where}, row {row}, column {columns.date!r}: the time {times[doubled][0]:%Y-%m-%d %H:%M} is already in "
            f"row {first}. Keep one row for each time."
        )
    return bars[list(BAR_COLUMNS)].set_index(times.rename("date")).sort_index()


def _within_range(bars: pd.DataFrame) -> pd.DataFrame:
    """Scaling may push a price out of its bar by the last bit."""
    body = bars[["open", "close"]]
    return bars.assign(
        high=np.maximum(bars["high"], body.max(axis=1)), low=np.minimum(bars["low"], body.min(axis=1))
    )
