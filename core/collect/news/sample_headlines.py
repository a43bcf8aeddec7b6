"""The headlines that ship with the sample."""

import csv
import hashlib
from datetime import datetime
from functools import cache
from pathlib import Path

from core.collect.sample_source import SAMPLE_DIR
from core.records import Headline, Instrument


def sample_headlines(
    instrument: Instrument, fetched_at: datetime, folder: Path = SAMPLE_DIR
) -> tuple[Headline, ...]:
    """All sample headlines about an instrument, oldest first; the reader picks those of its time."""
    return tuple(
        Headline(key, "sample", title, "", symbols, published_at, fetched_at)
        for key, title, symbols, published_at in _rows(folder / "headlines.csv")
        if instrument.symbol in symbols
    )


@cache
def _rows(path: Path) -> tuple[tuple[str, str, tuple[str, ...], datetime], ...]:
    with path.open(newline="", encoding="utf-8") as file:
        return tuple(
            (
                hashlib.sha1(f"sample {row['published_at']} {row['title']}".encode()).hexdigest(),
                row["title"],
                tuple(row["symbols"].split()),
                datetime.fromisoformat(row["published_at"]),
            )
            for row in csv.DictReader(file)
        )
