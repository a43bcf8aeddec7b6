"""`import`: take bars from a CSV or Parquet file."""

import argparse
from pathlib import Path

from core.collect import import_bars
from core.commands.command import Answer, Command, timeframe
from core.instruments import resolve
from core.settings import load_settings


def _arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument(
        "file", type=Path, help="CSV or Parquet with date, open, high, low, close and, if known, volume"
    )
    parser.add_argument("--symbol", required=True, help="asset that the bars are of")
    parser.add_argument("--timeframe", default=None, help="length of a bar (default: from settings)")


def _run(options: argparse.Namespace) -> Answer:
    settings = load_settings()
    instrument = resolve(options.symbol)
    frame = timeframe(options.timeframe, settings.timeframe)
    bars = import_bars(options.file, instrument, frame, settings.import_dir)
    words = (
        f"Imported {len(bars):,} {frame} bars of {instrument.symbol}, {bars.index[0]:%Y-%m-%d %H:%M} to "
        f"{bars.index[-1]:%Y-%m-%d %H:%M} UTC. Use them with --source imported."
    )
    return Answer(
        words, {"symbol": instrument.symbol, "timeframe": frame.value, "bars": len(bars), "message": words}
    )


IMPORT = Command("import", "Take bars from a CSV or Parquet file.", _arguments, _run)
