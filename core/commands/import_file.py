"""`import`: take bars from a CSV or Parquet file."""

import argparse
from pathlib import Path

from core.collect import FileReading, import_bars, preview
from core.commands.command import Answer, Command, timeframe
from core.errors import BadFile, InputError
from core.instruments import resolve
from core.settings import load_settings


def _arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument(
        "file", type=Path, help="CSV or Parquet with date, open, high, low, close and, if known, volume"
    )
    parser.add_argument("--symbol", required=True, help="asset that the bars are of")
    parser.add_argument(
        "--timeframe", default=None, help="length of a bar (default: as the file's rows step)"
    )
    parser.add_argument(
        "--column", action="append", default=[], metavar="PART=NAME",
        help="the file's own name of date, time, open, high, low, close or volume, e.g. --column open=Opn; may be repeated",
    )  # fmt: skip
    parser.add_argument(
        "--zone", default=None, help="zone of times without an offset, e.g. America/New_York (default UTC)"
    )
    parser.add_argument(
        "--day-first", action=argparse.BooleanOptionalAction, default=None, help="how to read 03/04/2024"
    )
    parser.add_argument("--preview", action="store_true", help="only tell what would be imported")


def _run(options: argparse.Namespace) -> Answer:
    settings = load_settings()
    instrument = resolve(options.symbol)
    reading = _reading(options)
    found = preview(options.file.expanduser(), reading)
    if found.hindrance or found.sniffed is None:
        raise BadFile(found.hindrance)
    frame = timeframe(options.timeframe, found.sniffed.timeframe or settings.timeframe)
    data = {
        "symbol": instrument.symbol, "timeframe": frame.value, "columns": dict(found.sniffed.columns),
        "zone": found.sniffed.zone, "notes": found.sniffed.notes, "first": found.sniffed.first, "last": found.sniffed.last,
    }  # fmt: skip
    if options.preview:
        used = ", ".join(f"{ours} from {theirs!r}" for ours, theirs in found.sniffed.columns)
        words = f"{len(found.bars):,} bars of {found.sniffed.timeframe or 'irregular steps'} would be imported. Times: {found.sniffed.zone}. Read {used}."
        return Answer(words, data | {"bars": len(found.bars), "message": words})
    done = import_bars(options.file, instrument, frame, settings.import_dir, reading)
    words = (
        f"Imported {len(done.bars):,} {frame} bars of {instrument.symbol}, {done.bars.index[0]:%Y-%m-%d %H:%M} to "
        f"{done.bars.index[-1]:%Y-%m-%d %H:%M} UTC ({done.new:,} new, {done.changed:,} changed, {done.same:,} known). "
        "Use them with --source imported."
    )
    return Answer(
        words, data | {"bars": len(done.bars), "new": done.new, "changed": done.changed, "message": words}
    )


def _reading(options: argparse.Namespace) -> FileReading:
    named = {}
    for pair in options.column:
        part, _, name = pair.partition("=")
        if part not in ("date", "time", "open", "high", "low", "close", "volume") or not name:
            raise InputError(f"--column {pair!r} cannot be read: write it like open=Opn.")
        named[part] = name
    return FileReading(**named, zone=options.zone, day_first=options.day_first)


IMPORT = Command("import", "Take bars from a CSV or Parquet file.", _arguments, _run)
