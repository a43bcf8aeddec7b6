"""What a file holds, before anything of it is taken over."""

from dataclasses import dataclass
from pathlib import Path

import pandas as pd

from core.collect.files.bar_file import Sniffed, load_bar_file, load_table
from core.collect.files.reading import DETECT, FileReading
from core.errors import BadFile
from core.tables import empty_bars

_SHOWN = 5


@dataclass(frozen=True, slots=True, eq=False)
class Preview:
    """A file as it stands and as it would be read."""

    columns: tuple[str, ...]
    """The file's own; empty when it is no table."""
    head: pd.DataFrame
    """Its first rows as text."""
    bars: pd.DataFrame
    """All bars that would be imported; empty while something hinders."""
    sniffed: Sniffed | None
    hindrance: str
    """Why it cannot be imported like this, in a sentence; empty when it can."""


def preview(path: Path, reading: FileReading = DETECT) -> Preview:
    """Read a file without keeping anything; what is wrong with it is told, not raised."""
    where = f"File {path.name}"
    try:
        table, _, _ = load_table(path, where)
    except BadFile as err:
        return Preview((), pd.DataFrame(), empty_bars(), None, str(err))
    head = table.head(_SHOWN).astype(str)
    names = tuple(str(name) for name in table.columns)
    try:
        bars, found = load_bar_file(path, reading)
    except BadFile as err:
        return Preview(names, head, empty_bars(), None, str(err))
    return Preview(names, head, bars, found, "")
