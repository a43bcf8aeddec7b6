"""Taking over a file that was uploaded: preview, then import; the upload itself is not kept."""

import re
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory

import pandas as pd

from core.collect import FileReading, Preview, import_bars, preview
from core.collect.files.bar_file import MOST_BYTES
from core.errors import BadFile
from core.instruments import resolve
from core.pipeline import Workbench
from core.records import Timeframe


@dataclass(frozen=True, slots=True, eq=False)
class UploadPreview:
    """What the import page shows of an upload."""

    found: Preview
    words: str
    """What was detected, in sentences."""
    shown: pd.DataFrame
    """The first and last bars as they would be imported."""


def preview_upload(bench: Workbench, name: str, data: bytes, reading: FileReading) -> UploadPreview:
    """Read an upload without keeping it."""
    with _as_file(bench, name, data) as path:
        found = preview(path, reading)
    sniffed = found.sniffed
    if sniffed is None:
        return UploadPreview(found, found.hindrance, found.bars)
    steps = sniffed.timeframe.value if sniffed.timeframe else "irregular"
    used = ", ".join(f"{ours} from «{theirs}»" for ours, theirs in sniffed.columns)
    words = (
        f"{sniffed.kind} with {sniffed.rows:,} bars of {steps}, {sniffed.first:%Y-%m-%d %H:%M} to "
        f"{sniffed.last:%Y-%m-%d %H:%M} UTC. Times: {sniffed.zone}. Read {used}. {' '.join(sniffed.notes)}"
    )
    both = pd.concat([found.bars.head(4), found.bars.tail(4)])
    shown = both[~both.index.duplicated()].reset_index()
    return UploadPreview(found, words.strip(), shown.assign(date=shown["date"].dt.strftime("%Y-%m-%d %H:%M")))


def import_upload(
    bench: Workbench, name: str, data: bytes, reading: FileReading, symbol: str, timeframe: Timeframe
) -> str:
    """Take an upload over and say what it did.

    Raises:
        BadFile, UnknownSymbol, StoreFull: nothing was changed.
    """
    instrument = resolve(symbol)
    with _as_file(bench, name, data) as path:
        done = import_bars(path, instrument, timeframe, bench.settings.import_dir, reading)
    return (
        f"{done.new:,} new {timeframe} bars of {instrument.symbol}, {done.changed:,} changed, {done.same:,} known already; "
        f"{len(done.bars):,} are imported now. Choose the source «imported» to use them."
    )


@contextmanager
def _as_file(bench: Workbench, name: str, data: bytes) -> Iterator[Path]:
    """The upload as a file of a harmless name, gone when the block ends."""
    if len(data) > MOST_BYTES:
        raise BadFile(f"File {name[:60]} is larger than {MOST_BYTES // 1_000_000} MB: split it by years.")
    safe = re.sub(r"[^A-Za-z0-9._-]", "_", Path(name).name)[-60:].lstrip(".") or "upload.csv"
    bench.settings.cache_dir.mkdir(parents=True, exist_ok=True)
    with TemporaryDirectory(dir=bench.settings.cache_dir) as folder:
        path = Path(folder) / safe
        path.write_bytes(data)
        yield path
